#!/bin/sh
# Takes back what deps/install.sh installed from this folder: the Debian packages that came with it and nobody else
# needs now, and .deps/. What was there before stays, and so does what was asked for by hand since.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
deps=$root/.deps
log=$deps/remove.log
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# shellcheck source=debian.sh
. deps/debian.sh

say() {
	echo "deps: $*"
}

fail() {
	say "$*" >&2
	exit 1
}

# The installed packages of the record; a dependency that somebody marked as asked for since is theirs.
list_ours() {
	forget_absent
	by_hand=$(apt-mark showmanual)
	while read -r how package; do
		[ "$how" = asked ] || ! printf '%s\n' "$by_hand" | grep -qx "$package" || continue
		echo "$package"
	done <"$record" | sort -u
}

# Those of the list $* that nothing but themselves needs, as apt sees it where they, and only they, count as brought
# along: read from a state of its own, so that the machine's stays as it is.
list_unneeded() {
	native=$(dpkg --print-architecture)
	# shellcheck disable=SC2016 # for dpkg-query
	dpkg-query -W -f '${Package} ${Architecture}\n' "$@" | while read -r package architecture; do
		[ "$architecture" != all ] || architecture=$native
		printf 'Package: %s\nArchitecture: %s\nAuto-Installed: 1\n\n' "$package" "$architecture"
	done >"$deps/apt-states"
	# What others only recommend or suggest they do not need.
	LC_ALL=C apt-get -s -o Dir::State::extended_states="$deps/apt-states" \
		-o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false \
		autoremove | sed -n 's/^Remv \([^ ]*\).*/\1/p' | sort -u
}

remove_debian_packages() {
	ours=$(list_ours)
	[ -n "$ours" ] || return 0
	# shellcheck disable=SC2086 # a list of words
	gone=$(list_unneeded $ours | tr '\n' ' ')
	kept=
	for package in $ours; do
		case " $gone" in
		*" $package "*) ;;
		*) kept="$kept $package" ;;
		esac
	done
	[ -z "$kept" ] || say "kept, as others need them:$kept"
	[ -n "$gone" ] || return 0
	say "removing Debian packages: $gone"
	can_be_root || fail "as root, run: make undeps"
	# shellcheck disable=SC2086 # a list of words
	apt_get purge $gone >"$log" 2>&1 || {
		tail -n 15 "$log" >&2
		fail "apt-get purge failed"
	}
}

if [ -s "$record" ] && command -v apt-get >/dev/null 2>&1; then
	remove_debian_packages
fi
rm -rf "$deps"
say "removed what was installed here"
