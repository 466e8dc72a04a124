#!/bin/sh
# Writes temporal-skill-VERSION.tar.gz: the files that git tracks, as they are here; in an unpacked tarball, where there
# is no git, what lies there. The same files always give the same bytes. Usage: packaging/dist.sh FOLDER
set -eu
folder=${1:?usage: packaging/dist.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/.."
LC_ALL=C
export LC_ALL

name=temporal-skill-$(cat VERSION)
tarball=$folder/$name.tar.gz

is_git() {
	git ls-files --error-unmatch VERSION >/dev/null 2>&1 && git rev-parse --verify -q HEAD >/dev/null
}

# The time of all files: of the last commit, which is then that of each file in the tarball.
time_of_files() {
	if is_git; then
		git log -1 --format=%ct
	else
		stat -c %Y VERSION
	fi
}

# Tracked files that were removed here are left out.
list_files() {
	if is_git; then
		git -c core.quotePath=false ls-files
	else
		find . -mindepth 1 \( -path ./build -o -path ./.deps -o -name __pycache__ -o -name '.*_cache' \) \
			-prune -o \( -type f -o -type l \) -print | sed 's|^\./||'
	fi | sort | while IFS= read -r file; do
		if [ -e "$file" ] || [ -L "$file" ]; then
			printf '%s\n' "$file"
		fi
	done
}

epoch=${SOURCE_DATE_EPOCH:-$(time_of_files)}
list_files >"$tarball.list"
# Owner, modes and times are nobody's but the tarball's own. No pax headers: these hold times of their own.
tar --create --format=ustar --no-recursion --verbatim-files-from --files-from="$tarball.list" \
	--transform="flags=r;s|^|$name/|" --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' \
	--mtime="@$epoch" --file="$tarball.tar"
rm "$tarball.list"
gzip -9n <"$tarball.tar" >"$tarball.new"
rm "$tarball.tar"
mv "$tarball.new" "$tarball"
echo "dist: $tarball"
