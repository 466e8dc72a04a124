# shellcheck shell=sh
# Part of deps/install.sh and deps/remove.sh: Debian packages.
# shellcheck disable=SC2034,SC2154 # packages, deps, log are the caller's

# What was installed here, for deps/remove.sh: a line for each package, `asked` or `brought` (as a dependency).
record=$deps/debian-packages

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

can_be_root() {
	[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1
}

# Waits for another apt-get (a fresh machine updates itself) for two minutes at most.
apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y -o DPkg::Lock::Timeout=120 \
		-o APT::Status-Fd=1 "$@"
}

# The packages that the list $* has and this machine has not.
list_missing() {
	present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p') || :
	for package in "$@"; do
		case "
$present
" in
		*"
$package
"*) ;;
		*) echo "$package" ;;
		esac
	done | sort -u
}

# The new packages of an install, as apt-get --print-uris tells them in $planned.
list_new() {
	printf '%s\n' "$planned" | awk '/^The following NEW packages/ { on = 1; next } /^[^ ]/ { on = 0 }
		on { for (i = 1; i <= NF; i++) { sub(/\*$/, "", $i); print $i } }'
}

# What is not there (any more) is out of the record, so that it is nobody's to take back when it comes again.
forget_absent() {
	# shellcheck disable=SC2046 # a list of words
	absent=$(list_missing $(cut -d ' ' -f 2 "$record"))
	sort -u "$record" | awk -v absent="$absent" 'BEGIN { split(absent, names); for (i in names) gone[names[i]] }
		!($2 in gone) && !seen[$2]++' >"$record.new"
	mv "$record.new" "$record"
}

install_debian_packages() {
	# shellcheck disable=SC2086 # a list of words
	missing=$(list_missing $packages | tr '\n' ' ')
	missing=${missing% }
	[ -n "$missing" ] || return 0
	can_be_root || fail "as root, run: apt-get install $missing"
	start_log
	# Lists that cannot be renewed may still be good enough; the install tells.
	watch apt_get update || say "apt-get update failed, going on with the lists there are" >&2
	# shellcheck disable=SC2086 # a list of words
	planned=$(LC_ALL=C apt-get -q --print-uris --no-install-recommends install $missing 2>>"$log") ||
		fail "apt-get finds no way to install $missing"
	new=$(list_new)
	fetched=$(printf '%s\n' "$planned" | sed -n 's/^Need to get \(.*\) of archives\.$/\1/p')
	unpacked=$(printf '%s\n' "$planned" | sed -n 's/^After this operation, \(.*\) of additional.*/\1/p')
	say "installing Debian packages: $missing"
	say "with what they need $(printf '%s\n' "$new" | wc -l) packages, ${fetched:-nothing} to fetch," \
		"${unpacked:-nothing} on disk"
	# Before they are there: what is only half done is to be taken back, too.
	for package in $new; do
		case " $missing " in
		*" $package "*) echo "asked $package" ;;
		*) echo "brought $package" ;;
		esac
	done >>"$record"
	# shellcheck disable=SC2086 # a list of words
	if ! watch apt_get install --no-install-recommends $missing; then
		forget_absent
		fail "apt-get install failed"
	fi
	changed=yes
}
