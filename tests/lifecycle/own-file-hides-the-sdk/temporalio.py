# notes on how we connect
RETRIES = 3
