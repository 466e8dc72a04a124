#!/bin/sh
# Verifies projects that nobody here wrote: Temporal's own Python samples, with nothing but an INI file added to each.
# Usage: tests/samples/verify.sh CHECKOUT [RECEIPTS], where CHECKOUT is a clone of github.com/temporalio/samples-python.
# The checkout is not changed but for its .venv; receipts (.md, .html) go to RECEIPTS (build/samples).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
checkout=$(cd "${1:?usage: tests/samples/verify.sh CHECKOUT [RECEIPTS]}" && pwd -P)
receipts=${2:-$root/build/samples}
program=${PROGRAM:-$root/build/temporal-skill}
mkdir -p "$receipts"
receipts=$(cd "$receipts" && pwd -P)

PATH=$root/.deps/bin:$PATH
UV_SYSTEM_CERTS=1
UV_PYTHON=$root/.deps/bin/python
UV_PYTHON_DOWNLOADS=never
UV_PROJECT=$checkout
CLAUDE_TEMPORAL_LOG_DIR=$receipts/logs
CLAUDE_TEMPORAL_PID_DIR=$receipts/pids
TEMPORAL_ADDRESS=127.0.0.1:$(python "$root/tests/e2e/harness/ports.py")
export PATH UV_SYSTEM_CERTS UV_PYTHON UV_PYTHON_DOWNLOADS UV_PROJECT CLAUDE_TEMPORAL_LOG_DIR CLAUDE_TEMPORAL_PID_DIR \
	TEMPORAL_ADDRESS
uv sync --quiet --no-dev --group encryption --group pydantic-converter

passed=0
failed=0
for ini in "$root"/tests/samples/*.ini; do
	name=$(basename "$ini" .ini)
	# A copy, so that the checkout stays as it is.
	project=$receipts/projects/$name
	rm -rf "$project"
	mkdir -p "$project"
	(cd "$checkout" && git archive HEAD) | tar -x -C "$project"
	cp "$ini" "$project/temporal-skill.ini"
	if (cd "$project" && "$program" verify-project --receipt "$receipts/$name.md" --receipt "$receipts/$name.html"); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
	rm -rf "$project"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
