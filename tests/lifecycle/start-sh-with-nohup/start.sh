mkdir -p logs
nohup python olive_worker.py >> logs/olive.log 2>&1 < /dev/null &
echo "worker started, PID $!"
