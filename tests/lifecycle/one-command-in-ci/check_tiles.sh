got=$(python starter.py | sed -n 's/^result //p')
if [ "$got" = "$1" ]; then
    echo "all tiles are right"
else
    echo "FAILED: expected $1, got $got" >&2
    exit 1
fi
