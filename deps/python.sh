# shellcheck shell=sh
# Part of deps/install.sh: the private folder .deps/ with pinned Python packages.
# shellcheck disable=SC2034,SC2154 # root, deps, log, lists are the caller's

# What .deps is made from; a folder made from something else, elsewhere, or not to its end is made anew.
describe_python_folder() {
	"$python" -V
	echo "$root"
	cat deps/tools.txt
}

# holds LIST CHECKSUM: whether .deps was made with that list, to the end.
holds() {
	[ "$(cat "$deps/stamp.$1" 2>/dev/null)" = "$2" ]
}

python_folder_is_good() {
	[ -x "$deps/bin/python" ] && [ -x "$deps/bin/uv" ] && [ -x "$deps/bin/temporal" ] &&
		holds tools "$tools_sum"
}

make_python_folder() {
	"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
		fail "Python 3.11 or newer is needed, $python is $("$python" -V)"
	# Kept: the log, which is being written, what this machine was given, and uv's cache, which is not made here.
	find "$deps" -mindepth 1 -maxdepth 1 ! -name install.log ! -name debian-packages ! -name uv-cache \
		-exec rm -rf {} +
	"$python" -m venv "$deps" >>"$log" 2>&1 || fail "cannot make a Python environment in .deps"
}

# The first line of a list says how much it is.
install_list() {
	count=$(grep -c '^[a-z].*==' "deps/$1.txt")
	say "installing the $count Python packages of deps/$1.txt into .deps: $(sed -n '1s/^# *//p' "deps/$1.txt")"
	watch "$deps/bin/python" -m pip install --no-input --disable-pip-version-check --progress-bar off \
		--only-binary :all: --require-hashes -r "deps/$1.txt" || fail "pip install failed"
	echo "$2" >"$deps/stamp.new"
	mv "$deps/stamp.new" "$deps/stamp.$1"
	changed=yes
}

install_python_lists() {
	# Settings of some other Python must not reach ours.
	unset PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_USER || :
	# pip brings certificates of its own; behind an inspecting proxy only the system's are right.
	bundle=/etc/ssl/certs/ca-certificates.crt
	if [ -z "${PIP_CERT-}" ] && [ -r "$bundle" ]; then
		PIP_CERT=$bundle
		export PIP_CERT
	fi
	python=/usr/bin/python3
	[ -x "$python" ] || python=$(command -v python3)
	tools_sum=$(describe_python_folder | cksum)
	python_sum=$(cksum <deps/python.txt)
	case $lists in
	*python*)
		# Made with an older list it would keep what the newer one has no more.
		if [ -e "$deps/stamp.python" ] && ! holds python "$python_sum"; then
			rm -f "$deps/stamp.tools"
		fi
		;;
	esac
	if ! python_folder_is_good; then
		start_log
		make_python_folder
		install_list tools "$tools_sum"
	fi
	case $lists in
	*python*)
		if ! holds python "$python_sum"; then
			start_log
			install_list python "$python_sum"
		fi
		;;
	esac
}
