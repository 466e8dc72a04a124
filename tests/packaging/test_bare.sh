#!/bin/sh
# The first two commands of the README on a machine that has nothing: a clean Debian 12 with make, git and
# ca-certificates, an empty HOME, a bare PATH, no terminal. Usage: test_bare.sh FOLDER FORM, as root (chroot), with a
# network. FORM:
#   demo             make demo as a user with sudo, in a folder with a blank in its path; make undeps
#   whole            make demo, make test, make undeps as root, and the same as that user; and that the demo fails
#                    without libc6-dev, and make undeps keeps what something else needs by then
#   without PACKAGE  that make demo fails where deps/install.sh does not name that package
# What is tried is the last commit with what was changed in its files since. The bare system is kept beside FOLDER for
# the next time; all below FOLDER is made anew.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
name=test-bare
# shellcheck source=clean_root.sh
. "$here/packaging/clean_root.sh"
own_namespaces "$here/packaging/test_bare.sh" "$@"
usage="usage: test_bare.sh FOLDER demo|whole|without PACKAGE"
folder=${1:?$usage}
form=${2:?$usage}
repository=$(cd "$here/.." && pwd)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
base=$(dirname "$folder")/clean-debian
root=$folder/root
log=$folder/test-bare.log
: >"$log"

# The folder below the root where the repository is cloned to, and who works there.
as_root_user() {
	who=root
	clone=/root/temporal-skill
}

as_user_with_sudo() {
	who=tester
	clone="/home/tester/a folder/temporal-skill"
	inside useradd --create-home tester
	quietly inside apt-get install -y -q --no-install-recommends sudo
	echo 'tester ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/tester"
}

# there COMMAND [ARGUMENT]...: in the clone, as who works there.
there() {
	# shellcheck disable=SC2016 # for the shell in there
	in_network PATH=/usr/bin:/bin HOME=/empty "$chroot" --userspec="$who:$who" "$root" \
		sh -c 'cd "$1" && shift && exec "$@"' sh "$clone" "$@" </dev/null
}

clone_repository() {
	mkdir -p "$root$clone"
	quietly git clone -q "file://$repository" "$root$clone"
	git -C "$repository" diff --binary HEAD >"$folder/changes.patch"
	[ ! -s "$folder/changes.patch" ] || quietly git -C "$root$clone" apply "$folder/changes.patch"
	mkdir "$root/empty"
	inside chown -R "$who:$who" "${clone%/temporal-skill}" /empty
}

list_packages() {
	# shellcheck disable=SC2016 # for dpkg-query
	inside dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sort
}

# make_there TARGET: says how long it took.
make_there() {
	began=$(date +%s)
	quietly there make "$1"
	say "$who: make $1 passed in $(($(date +%s) - began)) s"
}

# What was said of a list's size before it was fetched is what pip then fetched, to a tenth.
size_holds() {
	tr -d ',' <"$root$clone/.deps/install.log" | awk -v said="$(sed -n '1s/^# \([0-9]*\) MB.*/\1/p' "$here/../deps/$1.txt")" '
		/^ *Downloading .*\([0-9.]+ [kM]B\)/ {
			unit = $NF == "MB)" ? 1 : 0.001
			sum += substr($(NF - 1), 2) * unit
		}
		END { printf "%d MB of %s said\n", sum, said; exit !(sum > said * 0.9 && sum < said * 1.1) }
	' >"$folder/size" || fail "deps/$1.txt: $(cat "$folder/size")"
}

# The demo brings what it takes, and nothing of what only tests and analysers take.
demo_is_small() {
	for package in chromium zsh fish groff-base libcmocka-dev protobuf-compiler cppcheck debhelper; do
		! list_packages | grep -qx "installed $package" || fail "make demo installed $package"
	done
	for folder_of in "$root$clone/.deps/lib/python3"*/site-packages "$root$clone/build/demo/greeting/.venv/lib/python3"*/site-packages; do
		for package in pytest mypy ruff; do
			[ ! -e "$folder_of/$package" ] || fail "make demo installed $package"
		done
	done
}

# run_commands [test]
run_commands() {
	list_packages >"$folder/packages.before"
	make_there demo
	size_holds tools
	demo_is_small
	if [ "${1-}" = test ]; then
		make_there test
		size_holds python
	fi
	make_there undeps
	list_packages >"$folder/packages.after"
	diff "$folder/packages.before" "$folder/packages.after" >>"$log" || fail "make undeps left or took: $(
		diff "$folder/packages.before" "$folder/packages.after"
	)"
	[ ! -e "$root$clone/.deps" ] || fail "make undeps left .deps"
}

# in_new_root WHO COMMAND [ARGUMENT]...
in_new_root() {
	make_root
	quietly inside apt-get update -q
	quietly inside apt-get install -y -q --no-install-recommends make git ca-certificates
	"$1"
	shift
	clone_repository
	"$@"
	drop_root
}

# The demo fails in what it builds or runs, and says so.
fails_without() {
	sed -i -E "s/(need .*|	)\\b$1( |\$)/\\1/" "$root$clone/deps/install.sh"
	! grep -qw -e "$1" "$root$clone/deps/install.sh" || fail "'$1' is still in deps/install.sh"
	if there make demo >"$folder/demo.log" 2>&1; then
		fail "make demo passes without $1"
	fi
	say "make demo fails without $1: $(grep -m 1 -E 'error: |failed|not found|missing' "$folder/demo.log")"
}

# What somebody installed since, and what that needs, is theirs.
keeps_what_others_need() {
	quietly inside apt-get install -y -q --no-install-recommends python3-wheel
	make_there undeps
	list_packages >"$folder/packages.after"
	for package in python3-wheel python3; do
		grep -qx "installed $package" "$folder/packages.after" || fail "make undeps took $package"
	done
	! grep -qx "installed gcc" "$folder/packages.after" || fail "make undeps left gcc"
	say "make undeps keeps what others need"
}

fails_then_keeps() {
	fails_without "$1"
	keeps_what_others_need
}

make_base
case $form in
demo) in_new_root as_user_with_sudo run_commands ;;
whole)
	in_new_root as_root_user run_commands test
	in_new_root as_user_with_sudo run_commands test
	in_new_root as_root_user fails_then_keeps libc6-dev
	;;
without) in_new_root as_root_user fails_without "${3:?$usage}" ;;
*)
	echo "$usage" >&2
	exit 2
	;;
esac
say "passed"
