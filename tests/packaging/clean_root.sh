# shellcheck shell=sh disable=SC2154 # root, base, log and name are the caller's
# A clean Debian 12 in a folder, for the tests of what is installed: made by debootstrap, entered by chroot, as root and
# with a network. It gets packages the way this machine does: the same mirrors, proxies and certificates.
# The caller sets: root (the folder, made anew each time), base (the bare system, kept for the next time), log, name (of
# the test, before what it says). MIRROR= names the mirror where it is not the one that this machine is set up with.
suite=bookworm
# A bare PATH has no chroot.
chroot=$(PATH=$PATH:/usr/sbin:/sbin command -v chroot)

say() {
	echo "$name: $*"
}

fail() {
	say "$*" >&2
	exit 1
}

# Quietly, unless it fails.
quietly() {
	"$@" >>"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		fail "failed: $*; all that was said is in $log"
	}
}

# own_namespaces SCRIPT [ARGUMENT]...: in namespaces of its own, whatever the end is, nothing stays mounted and nothing
# goes on running. Returns in there.
own_namespaces() {
	if [ "$(id -u)" -ne 0 ]; then
		echo "only root can make and enter a clean root" >&2
		exit 1
	fi
	if [ -z "${CLEAN_ROOT_NAMESPACE-}" ]; then
		CLEAN_ROOT_NAMESPACE=own
		export CLEAN_ROOT_NAMESPACE
		exec unshare --mount --pid --fork --kill-child "$@"
	fi
	trap 'exit 130' INT TERM
}

# A line for each Debian archive of this release that apt is set up with: URI RELEASE COMPONENT KEYRING. Lines in which
# a key stands itself are cut off; what then follows begins with no such archive.
list_archives() {
	command -v apt-get >/dev/null 2>&1 || return 0
	# shellcheck disable=SC2016 # for apt
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(SIGNED_BY)' 'Created-By: Packages' \
		2>/dev/null | awk -v suite="$suite" 'index($2, suite) == 1'
}

make_base() {
	if [ -e "$base.whole" ]; then
		return
	fi
	mirror=${MIRROR:-$(list_archives | awk -v suite="$suite" '$2 == suite { print $1; exit }')}
	say "making a clean Debian ($suite) from ${mirror:-the usual mirror}"
	rm -rf "$base"
	mkdir -p "$base"
	# Nobody minds what becomes of it in a power cut, and it is made in half the time.
	mkdir -p "$base/etc/dpkg/dpkg.cfg.d"
	echo force-unsafe-io >"$base/etc/dpkg/dpkg.cfg.d/clean-root"
	# debootstrap takes no blank in a path; this mount namespace is ours.
	plain=$(mktemp -d)
	mount --bind "$base" "$plain"
	quietly debootstrap --variant=minbase "$suite" "$plain" ${mirror:+"$mirror"}
	umount -R "$plain"
	rmdir "$plain"
	: >"$base.whole"
}

# bring FILE...: what this machine has at these paths, where the root has nothing there.
bring() {
	for file in "$@"; do
		if [ -e "$file" ] && [ ! -e "$root$file" ]; then
			mkdir -p "$root$(dirname "$file")"
			cp -RL --preserve=mode "$file" "$root$file"
		fi
	done
}

# How this machine reaches a network: names, Debian's mirrors, proxies, certificates, pip's and uv's settings.
bring_network() {
	cp /etc/resolv.conf /etc/hosts "$root/etc/"
	archives=$(list_archives)
	if [ -z "${MIRROR-}" ] && [ -n "$archives" ]; then
		printf '%s\n' "$archives" | while read -r uri release component keyring; do
			option=
			# A key that stands in the sources themselves, or none, is Debian's.
			case $keyring in
			/*)
				bring "$keyring"
				option="[signed-by=$keyring] "
				;;
			esac
			echo "deb $option$uri $release $component"
		done | sort -u >"$root/etc/apt/sources.list"
	fi
	if command -v apt-config >/dev/null 2>&1; then
		apt-config dump | grep -E '^Acquire::(https?|ftp|Check-|Retries|ForceIPv[46])' \
			>"$root/etc/apt/apt.conf.d/90network" || :
		sed -n 's/.*"\(\/.*\)";$/\1/p' "$root/etc/apt/apt.conf.d/90network" | while read -r file; do
			bring "$file"
		done
	fi
	for file in /etc/apt/auth.conf /etc/apt/auth.conf.d /usr/local/share/ca-certificates; do
		[ ! -e "$file" ] || cp -R --preserve=mode "$file" "$root$(dirname "$file")/"
	done
	bring /etc/pip.conf /etc/xdg/pip/pip.conf /etc/uv/uv.toml
	# What stands in the variables of pip, uv and others for which a mirror or a proxy is set.
	network=
	for variable in $(env | sed -n -E 's/^((https?|ftp|all|no)_proxy|(HTTPS?|FTP|ALL|NO)_PROXY|PIP_(INDEX_URL|EXTRA_INDEX_URL|PROXY|CERT|TRUSTED_HOST|DEFAULT_TIMEOUT)|UV_(INDEX|DEFAULT_INDEX|INDEX_URL|EXTRA_INDEX_URL|HTTP_TIMEOUT)|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)=.*/\1/p'); do
		eval "value=\$$variable"
		case $value in
		# The root has its own there.
		/etc/ssl/certs/ca-certificates.crt) continue ;;
		/*) bring "$value" ;;
		esac
		network="$network $variable"
	done
}

# An empty environment but for what the network takes and the words NAME=VALUE.
in_network() {
	for variable in $network; do
		eval "value=\$$variable"
		set -- "$variable=$value" "$@"
	done
	env -i "$@"
}

# The clean root, with /proc, and /dev as far as programs expect it.
make_root() {
	rm -rf "$root"
	cp -a "$base" "$root"
	mount -t proc proc "$root/proc"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
	mount -t tmpfs tmpfs "$root/dev/shm"
	bring_network
}

drop_root() {
	umount "$root/proc" "$root/dev/pts" "$root/dev/shm"
	rm -rf "$root"
}

# inside COMMAND [ARGUMENT]...: as root.
inside() {
	in_network PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		"$chroot" "$root" "$@"
}
