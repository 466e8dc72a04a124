while ! python loop_worker.py; do
    echo "worker crashed, starting it again"
    sleep 0.2
done
