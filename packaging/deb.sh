#!/bin/sh
# Builds temporal-skill_VERSION_ARCH.deb from a tarball of `make dist` and packaging/debian/ in it, and has lintian look
# at it. Usage: packaging/deb.sh TARBALL FOLDER; all is made anew below FOLDER.
set -eu
tarball=${1:?usage: packaging/deb.sh TARBALL FOLDER}
folder=${2:?usage: packaging/deb.sh TARBALL FOLDER}
tarball=$(readlink -f "$tarball")
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# What the make that runs this was told (BUILD=, CFLAGS=) is not meant for the make in there.
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES BUILD PREFIX DESTDIR CFLAGS LDFLAGS SANITIZERS || :

rm -rf "$folder/source"
rm -f "$folder"/temporal-skill_*
mkdir "$folder/source"
tar -x -f "$tarball" -C "$folder/source" --strip-components=1
cd "$folder/source"
cp -R packaging/debian debian

version=$(cat VERSION)
# All files of the tarball have the time of the last commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(stat -c %Y VERSION)}
export SOURCE_DATE_EPOCH
# The version stands in one place; what changed stands in CHANGELOG.md, which is in the package.
cat >debian/changelog <<END
temporal-skill ($version) unstable; urgency=medium

  * Version $version; what is new in it is in CHANGELOG.md.

 -- $(sed -n 's/^Maintainer: //p' debian/control)  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END

log=$folder/build.log
if ! dpkg-buildpackage --build=binary --no-sign -j"$(nproc)" >"$log" 2>&1; then
	tail -n 40 "$log" >&2
	echo "deb: dpkg-buildpackage failed; all it said is in $log" >&2
	exit 1
fi
cd "$folder"
rm -rf source
deb=$(echo "$folder"/temporal-skill_*.deb)
# As root lintian asks for a confirmation that this is meant.
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$folder"/temporal-skill_*.changes
echo "deb: $deb"
