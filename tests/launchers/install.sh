#!/bin/sh
# Makes the folder of launchers that table.py takes as --tools: a virtual environment with the pinned packages of
# deps/launchers.txt, and npm's launchers. What is there already is kept.
set -eu
cd "$(dirname "$0")/../.."
folder=build/launchers
sum=$(cksum <deps/launchers.txt)
if [ "$(cat "$folder/stamp" 2>/dev/null)" != "$sum" ]; then
	rm -rf "$folder"
	.deps/bin/uv venv --quiet --python .deps/bin/python "$folder"
	.deps/bin/uv pip install --quiet --python "$folder/bin/python" --require-hashes -r deps/launchers.txt
	npm install --silent --no-audit --no-fund --prefix "$folder/npm" \
		nodemon@3.1.14 concurrently@9.2.5 pm2@7.0.4 foreman@3.0.1
	echo "$sum" >"$folder/stamp"
fi
echo "$folder"
