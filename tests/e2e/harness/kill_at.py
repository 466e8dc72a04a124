"""A program that is killed just before its N-th system call of a kind, or has that fail."""

import errno
import shutil
import subprocess
from pathlib import Path

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

static int strikes(const char *name, const char *path)
{
	static int left;
	const char *at = getenv("KILL_AT"), *of = getenv("KILL_OF"), *on = getenv("KILL_ON");

	if (!at || !of || strcmp(of, name) || (on && (!path || !strstr(path, on))))
		return 0;
	if (!left)
		left = atoi(at);
	if (--left != 0)
		return 0;
	if (!getenv("FAIL_WITH"))
		raise(SIGKILL);
	errno = atoi(getenv("FAIL_WITH"));
	return 1;
}

#define WRAP(type, name, failed, path, parameters, words)                      \
	type name parameters                                                  \
	{                                                                     \
		type(*next) parameters = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
		return strikes(#name, path) ? failed : next words;             \
	}

WRAP(int, unlink, -1, path, (const char *path), (path))
WRAP(int, rmdir, -1, path, (const char *path), (path))
WRAP(int, mkdir, -1, path, (const char *path, mode_t mode), (path, mode))
WRAP(int, fsync, -1, NULL, (int file), (file))
WRAP(int, fchmod, -1, NULL, (int file, mode_t mode), (file, mode))
WRAP(int, symlink, -1, to, (const char *from, const char *to), (from, to))
WRAP(int, rename, -1, to, (const char *from, const char *to), (from, to))
WRAP(int, renameat2, -1, to, (int d, const char *from, int e, const char *to, unsigned f), (d, from, e, to, f))
WRAP(ssize_t, write, -1, NULL, (int file, const void *bytes, size_t size), (file, bytes, size))
WRAP(ssize_t, read, -1, NULL, (int file, void *bytes, size_t size), (file, bytes, size))
WRAP(int, access, -1, path, (const char *path, int mode), (path, mode))
WRAP(int, stat, -1, path, (const char *path, struct stat *about), (path, about))
WRAP(int, fstat, -1, NULL, (int file, struct stat *about), (file, about))
WRAP(int, chmod, -1, path, (const char *path, mode_t mode), (path, mode))
WRAP(char *, mkdtemp, NULL, path, (char *path), (path))
WRAP(char *, __realpath_chk, NULL, path, (const char *path, char *to, size_t room), (path, to, room))

int open(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
	va_list rest;
	mode_t mode = 0;

	va_start(rest, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(rest, mode_t);
	va_end(rest);
	return strikes("open", path) ? -1 : next(path, flags, mode);
}
"""


class KillAt:
    def __init__(self, directory: Path) -> None:
        source = directory / "kill_at.c"
        self.library = directory / "kill_at.so"
        source.write_text(SOURCE)
        compiler = shutil.which("cc") or "gcc"
        words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(self.library), str(source), "-ldl"]
        subprocess.run(words, check=True)

    def environment(self, call: str, number: int) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "KILL_OF": call, "KILL_AT": str(number)}

    def full_disk(self, call: str, number: int) -> dict[str, str]:
        return self.environment(call, number) | {"FAIL_WITH": str(errno.ENOSPC)}

    def fails(self, call: str, error: int, on: str, number: int = 1) -> dict[str, str]:
        """The call whose path has `on` in it."""
        return self.environment(call, number) | {"FAIL_WITH": str(error), "KILL_ON": on}
