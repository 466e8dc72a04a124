python orphan_worker.py
status=$?
echo "worker ended with $status"
exit $status
