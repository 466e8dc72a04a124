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

# What else would go with them: others need some of them.
list_others() {
	# shellcheck disable=SC2086 # a list of words
	LC_ALL=C apt-get -s purge $ours | sed -n 's/^Purg \([^ ]*\).*/\1/p; s/^Remv \([^ ]*\).*/\1/p' | sort -u |
		while read -r package; do
			printf '%s\n' "$ours" | grep -qx "$package" || echo "$package"
		done
}

# All that a package needs, near or far, as far as it is installed.
list_needed() {
	LC_ALL=C apt-cache depends --recurse --installed --no-suggests --no-conflicts --no-breaks --no-replaces \
		--no-enhances "$@" | sed -n 's/^\([a-z0-9].*\)$/\1/p' | sort -u
}

remove_debian_packages() {
	ours=$(list_ours)
	others=$(list_others)
	if [ -n "$ours" ] && [ -n "$others" ]; then
		# shellcheck disable=SC2086 # a list of words
		needed=$(list_needed $others)
		kept=$(printf '%s\n' "$ours" | grep -Fx "$needed") || :
		ours=$(printf '%s\n' "$ours" | grep -Fvx "$needed") || :
		say "kept, as others need them:" "$kept" | tr '\n' ' '
		echo
	fi
	[ -n "$ours" ] || return 0
	[ -z "$(list_others)" ] || fail "left as they are, as others need them:" "$ours"
	# shellcheck disable=SC2086 # a list of words, on one line
	say "removing Debian packages:" $ours
	can_be_root || fail "as root, run: make undeps"
	# shellcheck disable=SC2086 # a list of words
	apt_get purge $ours >"$log" 2>&1 || {
		tail -n 15 "$log" >&2
		fail "apt-get purge failed"
	}
}

if [ -s "$record" ] && command -v apt-get >/dev/null 2>&1; then
	remove_debian_packages
fi
rm -rf "$deps"
say "removed what was installed here"
