# the same call twice, at the same moment
export TEMPORAL_ADDRESS=127.0.0.1:$PORT
temporal-skill "$@" -o json > first.txt 2>&1 &
other=$!
temporal-skill "$@" -o json > second.txt 2>&1
second=$?
wait $other
echo "codes $? $second"
