#!/bin/sh
# serve-mcp as the MCP Inspector sees it, a client of other make than the one in tests/e2e: its command-line mode asks
# for the lists, calls a tool, reads a resource and a prompt, and from 2.0 on checks the tools' schemas and speaks the
# stateless revision too. Usage: mcp_inspector.sh PROGRAM FOLDER, with npm, and a network the first time: the Inspector
# (150 MB) is put into FOLDER. It is the newest that the Node at hand can run; 2.0 wants Node 22.19.
set -eu
program=$(readlink -f "${1:?usage: mcp_inspector.sh PROGRAM FOLDER}")
folder=${2:?usage: mcp_inspector.sh PROGRAM FOLDER}

fail() {
	echo "test-inspector: $*" >&2
	exit 1
}

command -v npm >/dev/null || fail "npm is not here"
mkdir -p "$folder/home" "$folder/project"
folder=$(cd "$folder" && pwd)
inspector=$folder/node_modules/.bin/mcp-inspector
[ -x "$inspector" ] ||
	npm install --prefix "$folder" --silent --no-audit --no-fund @modelcontextprotocol/inspector
version=$(node -p 'require(process.argv[1]).version' "$folder/node_modules/@modelcontextprotocol/inspector/package.json")

# The caller's servers, profiles and settings are not its business.
for name in $(env | sed -n 's/^\(\(CLAUDE_\)\{0,1\}TEMPORAL_[A-Z0-9_]*\)=.*/\1/p'); do
	unset "$name"
done
HOME=$folder/home
CLAUDE_TEMPORAL_LOG_DIR=$folder/logs
CLAUDE_TEMPORAL_PID_DIR=$folder/pids
export HOME CLAUDE_TEMPORAL_LOG_DIR CLAUDE_TEMPORAL_PID_DIR
cd "$folder/project"
printf '{"mcpServers": {"temporal": {"command": "%s", "args": ["serve-mcp"], "protocolEra": "modern"}}}\n' \
	"$program" >"$folder/modern.json"

# inspect WORDS: what the Inspector prints, in $folder/out; its exit status.
inspect() {
	case $era in
	legacy) set -- "$program" serve-mcp "$@" ;;
	modern) set -- --config "$folder/modern.json" --server temporal "$@" ;;
	esac
	case $version in
	0.*) ;;
	*) set -- "$@" --format json ;;
	esac
	"$inspector" --cli "$@" >"$folder/out" 2>"$folder/err"
}

# expect EXPRESSION WORDS: of the result r, in Python's words.
expect() {
	expression=$1
	shift
	inspect "$@" || fail "$era: '$*' ended with $?: $(cat "$folder/err")"
	python3 - "$folder/out" "$expression" <<-'END' || fail "$era: '$*' gave $(head -c 1000 "$folder/out")"
		import json, sys
		said = json.load(open(sys.argv[1]))
		r = said.get("result", said)
		sys.exit(not eval(sys.argv[2]))
	END
	echo "$era: $*"
}

all() {
	expect '{"ensure-worker", "diagnose"} <= {t["name"] for t in r["tools"]}' --method tools/list
	expect 'any(x["uri"].endswith("/SKILL.md") for x in r["resources"])' --method resources/list
	expect 'r["resourceTemplates"] == []' --method resources/templates/list
	expect '"clean-start" in {p["name"] for p in r["prompts"]}' --method prompts/list
	expect '{"setting": "connection.namespace", "value": "given"}.items() <= r["structuredContent"]["settings"][1].items()' \
		--method tools/call --tool-name show-settings --tool-arg namespace=given
	expect 'r["contents"][0]["text"].startswith("---\nname: temporal")' \
		--method resources/read --uri temporal-skill:///skill/SKILL.md
	expect '"expect=Hello" in r["messages"][0]["content"]["text"]' \
		--method prompts/get --prompt-name clean-start --prompt-args expect=Hello
	if inspect --method tools/call --tool-name no-such-tool; then
		fail "$era: a tool that is none was called"
	fi
}

echo "MCP Inspector $version, Node $(node --version)"
era=legacy
all
case $version in
0.*) ;;
*)
	expect 'r["tools"]' --method tools/list --strict
	era=modern
	all
	;;
esac
echo "test-inspector: all as it should be"
