set -u
echo "starting the worker"
python model_worker.py
status=$?
echo "worker ended"
exit $status
