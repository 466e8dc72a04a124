#!/bin/sh
# Installs the Debian package in a clean Debian 12 made by debootstrap, uses it there as a user would, removes it (nothing
# may be left), follows the plugin guide word for word and runs a server. Usage: test_deb.sh PACKAGE FOLDER, as root
# (chroot), with a network (a Debian mirror). The bare system is kept beside FOLDER for the next time; all below
# FOLDER is made anew. MIRROR= names the mirror where it is not the one that this machine is set up with.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
name=test-deb
# shellcheck source=clean_root.sh
. "$here/packaging/clean_root.sh"
own_namespaces "$here/packaging/test_deb.sh" "$@"
deb=$(readlink -f "${1:?usage: test_deb.sh PACKAGE FOLDER}")
folder=${2:?usage: test_deb.sh PACKAGE FOLDER}
version=$(dpkg-deb --field "$deb" Version)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
base=$(dirname "$folder")/clean-debian
root=$folder/root
log=$folder/test-deb.log
temporal=$here/../.deps/bin/temporal
[ -x "$temporal" ] || fail "no Temporal CLI at '$temporal'; run: make deps-demo"
: >"$log"

# As a user who is nobody special, in a home of their own.
as_user() {
	chroot --userspec=tester:tester "$root" env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/tester \
		LANG=C.UTF-8 TEMPORAL_ADDRESS="$address" \
		sh -c 'cd && exec "$@"' sh "$@"
}

# Every file of the clean root but what apt and dpkg remember for themselves.
list_files() {
	find "$root" -xdev \( -path "$root/var/lib/apt" -o -path "$root/var/lib/dpkg" -o -path "$root/var/cache" \
		-o -path "$root/var/log" -o -path "$root/proc" -o -path "$root/home/tester" -o -path "$root/tmp" \) \
		-prune -o -printf '%P %m %s %l\n' | LC_ALL=C sort
}

# ---- what must hold ----

expect() {
	what=$1
	shift
	said=$("$@" 2>&1) || fail "$what: exit $?: $said"
	printf '%s\n' "$said" >>"$log"
}

contains() {
	case $said in
	*"$1"*) ;;
	*) fail "$what: no '$1' in: $said" ;;
	esac
}

use_it() {
	rm -rf "$root/home/tester/hello"
	expect "--version" as_user temporal-skill --version
	[ "$said" = "temporal-skill $version" ] || fail "--version says '$said'"
	expect "--help" as_user temporal-skill --help
	contains ensure-worker
	expect "list-commands" as_user temporal-skill list-commands
	contains ensure-server
	contains verify-project
	expect "list-plugins" as_user temporal-skill list-plugins -o json
	for plugin in "$root"/usr/lib/temporal-skill/plugins/*.so; do
		contains "/usr/lib/temporal-skill/plugins/${plugin##*/}"
	done
	case $said in
	*'"problem":"'* | *'"problem": "'*) fail "a plugin does not load: $said" ;;
	esac
	expect "show-settings" as_user temporal-skill show-settings
	contains "$address"
	expect "new-project" as_user temporal-skill new-project hello
	[ -f "$root/home/tester/hello/worker.py" ] || fail "new-project made no worker.py"
	expect "install-skill" as_user temporal-skill install-skill --project hello
	[ -f "$root/home/tester/hello/.claude/skills/temporal/SKILL.md" ] || fail "install-skill made no SKILL.md"
	expect "a script" as_user hello/.claude/skills/temporal/scripts/list-commands.sh
	contains ensure-server
	# The channel driver, too, finds its libraries: nobody answers, which is exit 4.
	expect "show-server" as_user sh -c 'temporal-skill show-server --address 127.0.0.1:1; [ $? -eq 4 ]'
	contains "connection refused"
	expect "bash's completion" as_user bash -c \
		'. /usr/share/bash-completion/completions/temporal-skill; complete -p temporal-skill'
	for script in "$root"/usr/share/temporal-skill/skills/scripts/*.sh; do
		page=temporal-skill-$(basename "$script" .sh).1.gz
		gzip -t "$root/usr/share/man/man1/$page" || fail "no manual page $page"
	done
	say "it runs: --version, list-commands, list-plugins, show-settings, new-project, install-skill, show-server"
}

remove_it() {
	quietly inside dpkg --purge temporal-skill
	list_files >"$folder/files.after"
	diff "$folder/files.before" "$folder/files.after" >>"$log" || fail "left behind or changed: $(
		diff "$folder/files.before" "$folder/files.after"
	)"
	left=$(find "$root/var" "$root/tmp" -name '*temporal-skill*')
	[ -z "$left" ] || fail "left behind: $left"
	say "removed: nothing is left"
}

# With the Temporal CLI at hand, as it is on a machine where somebody works.
run_server() {
	install -m 755 "$temporal" "$root/usr/local/bin/temporal"
	expect "ensure-server" as_user temporal-skill ensure-server --headless
	contains "started Temporal server"
	expect "ensure-server again" as_user temporal-skill ensure-server --headless
	contains "$address"
	expect "show-server" as_user temporal-skill show-server
	contains "$address"
	expect "temporal skill" as_user temporal skill show-server
	contains "$address"
	expect "a start" as_user temporal workflow start --address "$address" --workflow-id order-1 --type Order \
		--task-queue orders
	expect "describe-workflow" as_user temporal-skill describe-workflow -w order-1
	contains RUNNING
	say "a server runs there, and a workflow on it"
}

stop_server() {
	expect "stop-server" as_user temporal-skill stop-server
	expect "show-server" as_user sh -c 'temporal-skill show-server; [ $? -eq 4 ]'
	say "and is stopped"
}

# The suggested packages are what a plugin takes; the guide is the one that was installed.
follow_guide() {
	suggested=$(dpkg-deb --field "$deb" Suggests | tr -d ',')
	# shellcheck disable=SC2086 # a list of words
	quietly inside apt-get install -y -q --no-install-recommends $suggested
	python3 "$here/e2e/harness/guide.py" "$root/usr/share/temporal-skill/skills/references/plugins.md" \
		>"$root/home/tester/guide.sh"
	grep -q '^temporal-skill new-plugin' "$root/home/tester/guide.sh" || fail "the guide has no new-plugin"
	expect "the guide" as_user sh -c 'cd hello && exec sh -eux ../guide.sh'
	contains late-orders
	expect "a command of the kit" as_user temporal-skill --project-dir hello orders-report -t x
	expect "a command of the guide" as_user temporal-skill --project-dir hello late-orders --older-than 1h
	contains "0 workflows are late"
	printf 'changed' >>"$root/home/tester/hello/.temporal-skill/plugins/orders.so"
	expect "a changed plugin" as_user sh -c 'temporal-skill --project-dir hello late-orders; [ $? -eq 2 ]'
	contains "not trusted yet"
	say "the guide holds word for word: a plugin is written, built, tested, trusted and run, and asked for when changed"
}

address=127.0.0.1:$(python3 "$here/e2e/harness/ports.py")
make_base
make_root
inside useradd --create-home tester
cp "$deb" "$root/var/cache/package.deb"
quietly inside apt-get update -q
quietly inside apt-get install -y -q --no-install-recommends /var/cache/package.deb
say "temporal-skill $version is installed"
use_it
# The second time, with all that it depends on in place: what it adds is its own.
quietly inside dpkg --purge temporal-skill
list_files >"$folder/files.before"
quietly inside dpkg --install /var/cache/package.deb
use_it
remove_it
quietly inside dpkg --install /var/cache/package.deb
run_server
follow_guide
stop_server
drop_root
rm -rf "$folder/files.before" "$folder/files.after"
say "passed"
