"""A program that is killed just before its N-th system call of a kind, or has that fail."""

import errno
import shutil
import subprocess
from pathlib import Path

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static int strikes(const char *name)
{
	static int left;
	const char *at = getenv("KILL_AT"), *of = getenv("KILL_OF");

	if (!at || !of || strcmp(of, name))
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

#define WRAP(type, name, parameters, words)                                   \
	type name parameters                                                  \
	{                                                                     \
		type(*next) parameters = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
		return strikes(#name) ? -1 : next words;                                            \
	}

WRAP(int, unlink, (const char *path), (path))
WRAP(int, rmdir, (const char *path), (path))
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(int, fsync, (int file), (file))
WRAP(int, fchmod, (int file, mode_t mode), (file, mode))
WRAP(int, symlink, (const char *from, const char *to), (from, to))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, renameat2, (int d, const char *from, int e, const char *to, unsigned f), (d, from, e, to, f))
WRAP(ssize_t, write, (int file, const void *bytes, size_t size), (file, bytes, size))
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
