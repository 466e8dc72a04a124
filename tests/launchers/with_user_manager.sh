#!/bin/sh
# Runs a command beside a systemd user manager of its own, where there is none: in mount and control group namespaces
# with their own /run and /sys/fs/cgroup. Wants root.
set -eu
if [ "${1-}" != --inside ]; then
	exec unshare --mount --cgroup -- "$0" --inside "$@"
fi
shift
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs -o mode=755 none /run
mkdir -p /run/systemd/system # systemd asks this folder whether it runs the machine
XDG_RUNTIME_DIR=/run/user/$(id -u)
export XDG_RUNTIME_DIR
mkdir -p "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
group=/sys/fs/cgroup/launchers-$$
mkdir "$group"
echo $$ >"$group/cgroup.procs"
/lib/systemd/systemd --user >/run/manager.log 2>&1 &
manager=$!
trap 'kill "$manager"; wait "$manager" || :' EXIT
tries=100
while ! systemctl --user --quiet is-active basic.target; do
	tries=$((tries - 1))
	[ "$tries" -gt 0 ] || { cat /run/manager.log >&2; exit 1; }
	sleep 0.1
done
"$@"
