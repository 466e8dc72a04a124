#!/bin/sh
# The short pairs with workers of several versions of the SDK, each in an environment of its own below FOLDER.
# Usage: tests/rehearsal/sdks.sh FOLDER [VERSION...]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
mkdir -p "${1:?usage: tests/rehearsal/sdks.sh FOLDER [VERSION...]}"
folder=$(cd "$1" && pwd -P)
shift
[ $# -gt 0 ] || set -- 1.7.0 1.15.0 newest

failed=
for version in "$@"; do
	venv=$folder/$version
	if [ ! -e "$venv/installed" ]; then
		rm -rf "$venv"
		"$root/.deps/bin/python" -m venv "$venv"
		package=temporalio
		[ "$version" = newest ] || package=temporalio==$version
		"$venv/bin/pip" install --quiet --disable-pip-version-check "$package"
		: >"$venv/installed"
	fi
	echo "SDK $("$venv/bin/python" -c 'from importlib.metadata import version; print(version("temporalio"))'):"
	REHEARSAL_PYTHON=$venv/bin/python "$root/.deps/bin/python" "$root/tests/rehearsal/pairs.py" --short \
		--keep "$venv/play" || failed="$failed $version"
done
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
