#!/bin/sh
# The demo: creates the greeting project from its template in a fresh folder and verifies it on a live server. Ends as
# verify-project ends. Everything it makes lies in build/demo/; packages for the project come from .deps/uv-cache,
# which the first run fills, so that later runs need no network.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
program=${PROGRAM:-$root/build/temporal-skill}
demo=$root/build/demo
project=$demo/greeting

# The caller's servers, profiles and settings are not the demo's business.
for name in $(env | sed -n 's/^\(\(CLAUDE_\)\{0,1\}TEMPORAL_[A-Z0-9_]*\)=.*/\1/p'); do
	unset "$name"
done
unset VIRTUAL_ENV XDG_CONFIG_HOME || :
mkdir -p "$demo/home"
PATH=$root/.deps/bin:$PATH
HOME=$demo/home
CLAUDE_TEMPORAL_LOG_DIR=$demo/logs
CLAUDE_TEMPORAL_PID_DIR=$demo/pids
TEMPORAL_ADDRESS=127.0.0.1:$(python tests/e2e/harness/ports.py)
export PATH HOME CLAUDE_TEMPORAL_LOG_DIR CLAUDE_TEMPORAL_PID_DIR TEMPORAL_ADDRESS

# The system's certificates and its Python: behind an inspecting proxy uv's own do not do.
UV_CACHE_DIR=$root/.deps/uv-cache
UV_SYSTEM_CERTS=1
UV_PYTHON=$root/.deps/bin/python
UV_PYTHON_DOWNLOADS=never
# The project's own test runner and analysers are not what is shown.
UV_NO_DEV=1
export UV_CACHE_DIR UV_SYSTEM_CERTS UV_PYTHON UV_PYTHON_DOWNLOADS UV_NO_DEV

rm -rf "$project"
(cd "$demo" && "$program" new-project greeting)

# A cache filled for this very list of requirements answers without the network; a failed fill leaves no stamp.
warm=$UV_CACHE_DIR/warm-$(cksum <"$project/pyproject.toml" | tr ' ' -)
if [ ! -e "$warm" ]; then
	echo "demo: fetching the project's packages, this once: 15 MB, 65 MB on disk"
	uv sync --quiet --project "$project"
	: >"$warm"
fi
UV_OFFLINE=1
export UV_OFFLINE
uv sync --quiet --project "$project"

# The last line is the verdict.
if "$program" verify-project "$project"; then
	echo passed
else
	code=$?
	echo "failed: see above"
	exit "$code"
fi
