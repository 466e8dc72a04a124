#!/bin/sh
# Installs what building, the demo and the tests need, and only what is missing: Debian packages, then the private
# folder .deps/ with the pinned Python packages of tools.txt and python.txt (uv, the Temporal CLI, the SDK, the test
# runners). Usage: deps/install.sh [lint|deb|fuzz]: lint adds the analysers, deb what builds and tries the Debian
# package, fuzz the compiler that fuzzing takes. With everything there it changes nothing, asks no network and is done
# in a moment.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)

packages="gcc make pkg-config libcurl4-openssl-dev libcjson-dev libinih-dev libmd-dev libprotobuf-c-dev
	protobuf-c-compiler protobuf-compiler libcmocka-dev python3 python3-venv ca-certificates
	chromium chromium-driver zsh fish groff-base"
lint_packages="clang-tidy-14 clang-format-14 cppcheck shellcheck valgrind"
deb_packages="debhelper dpkg-dev lintian debootstrap"
fuzz_packages="clang-14 libclang-rt-14-dev"
# What the packages above bring, as other systems can be asked for it.
programs="gcc make pkg-config protoc-c protoc python3 chromium chromedriver zsh fish groff"
libraries="libcurl libcjson inih libmd libprotobuf-c cmocka"

case ${1-} in
'') ;;
lint)
	packages="$packages $lint_packages"
	programs="$programs $lint_packages"
	programs=$(printf '%s' "$programs" | sed 's/-14//g')
	;;
deb)
	packages="$packages $deb_packages"
	programs="$programs dh dpkg-buildpackage lintian debootstrap"
	;;
fuzz)
	packages="$packages $fuzz_packages"
	programs="$programs clang-14"
	;;
*)
	echo "usage: deps/install.sh [lint|deb|fuzz]" >&2
	exit 2
	;;
esac

# A bare PATH lacks the folders that dpkg wants (ldconfig, start-stop-daemon).
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
# Settings of some other Python must not reach ours.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_USER || :

deps=$root/.deps
log=$deps/install.log

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

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Waits for another apt-get (a fresh machine updates itself) for two minutes at most.
apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1
}

start_log() {
	mkdir -p "$deps"
	: >"$log"
}

install_debian_packages() {
	# shellcheck disable=SC2086 # a list of words
	present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null |
		sed -n 's/^installed //p') || :
	missing=
	for package in $packages; do
		case "
$present
" in
		*"
$package
"*) ;;
		*) missing="$missing $package" ;;
		esac
	done
	[ -n "$missing" ] || return 0

	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
		fail "as root, run: apt-get install$missing"
	fi
	say "installing Debian packages:$missing"
	start_log
	# Lists that cannot be renewed may still be good enough; the install tells.
	apt_get update || say "apt-get update failed, going on with the lists there are" >&2
	# shellcheck disable=SC2086 # a list of words
	apt_get install --no-install-recommends $missing || fail "apt-get install failed"
}

check_other_system() {
	missing=
	for program in $programs; do
		command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
	done
	if command -v pkg-config >/dev/null 2>&1; then
		for library in $libraries; do
			pkg-config --exists "$library" || missing="$missing $library"
		done
	fi
	if command -v python3 >/dev/null 2>&1; then
		python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
	fi
	[ -n "$missing" ] || return 0
	say "not a Debian system, so please install what is missing:$missing" >&2
	# shellcheck disable=SC2086 # a list of words, on one line
	say "on Debian these packages bring it all:" $packages >&2
	exit 1
}

# What .deps is made from; a folder made from something else, elsewhere, or not to its end is made anew.
describe_python_folder() {
	"$python" -V
	echo "$root"
	cat deps/tools.txt deps/python.txt
}

python_folder_is_good() {
	[ -x "$deps/bin/python" ] && [ -x "$deps/bin/uv" ] && [ -x "$deps/bin/temporal" ] &&
		[ "$(cat "$deps/stamp" 2>/dev/null)" = "$wanted" ]
}

make_python_folder() {
	"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
		fail "Python 3.11 or newer is needed, $python is $("$python" -V)"
	say "making .deps from deps/tools.txt and deps/python.txt"
	start_log
	# The log is being written, and uv's cache is not part of what is made here.
	find "$deps" -mindepth 1 -maxdepth 1 ! -name install.log ! -name uv-cache -exec rm -rf {} +
	"$python" -m venv "$deps" >>"$log" 2>&1 || fail "cannot make a Python environment in .deps"
	# pip brings certificates of its own; behind an inspecting proxy only the system's are right.
	bundle=/etc/ssl/certs/ca-certificates.crt
	if [ -z "${PIP_CERT-}" ] && [ -r "$bundle" ]; then
		PIP_CERT=$bundle
		export PIP_CERT
	fi
	"$deps/bin/python" -m pip install --no-input --disable-pip-version-check --only-binary :all: \
		--require-hashes -r deps/tools.txt -r deps/python.txt >>"$log" 2>&1 ||
		fail "pip install failed"
	echo "$wanted" >"$deps/stamp.new"
	mv "$deps/stamp.new" "$deps/stamp"
}

# Two at once (make demo beside make test): the second waits and finds everything there.
if command -v flock >/dev/null 2>&1; then
	exec 9<"$root/deps/install.sh"
	flock 9
fi

changed=
if command -v dpkg-query >/dev/null 2>&1; then
	install_debian_packages
	[ -z "$missing" ] || changed=yes
else
	check_other_system
fi

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
wanted=$(describe_python_folder | cksum)
if ! python_folder_is_good; then
	make_python_folder
	changed=yes
fi
if [ -n "$changed" ]; then
	say "all there now"
else
	say "all there"
fi
