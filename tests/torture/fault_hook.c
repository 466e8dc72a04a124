/* A shared object for LD_PRELOAD that counts a program's calls of the C library, and lets one of
 * them, or all from one on, fail, be cut short, or be the program's last moment.
 *
 * Chosen over strace -e inject: it needs no ptrace (containers and sandboxes often forbid it),
 * costs nothing where nothing strikes, sees allocations as well, and what the program starts is
 * left alone. It does not see what the C library does inside itself: so opendir, mkostemp,
 * posix_spawn and the like are taken as the one call that they are.
 *
 *   FAULT_GROUP    changes | calls | memory: what is counted (calls: changes and all that only
 * look) FAULT_LOG      file that gets a line a counted call: NUMBER NAME SUBJECT FAULT_AT       the
 * number of the call to strike, from 1 FAULT_DO       kill, short, or the number of an errno
 *   FAULT_NAME     only a call of this name: the first from FAULT_AT on
 *   FAULT_ONWARD   set: all calls from FAULT_AT on fail
 *   FAULT_CHILDREN set: processes that the program starts are struck as well, each with a count of
 *                  its own; else the hook is taken out of their environment
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum group { CHANGES = 1, LOOKS = 2, MEMORY = 4 };
enum deed { NOTHING, DIE, CUT_SHORT, FAIL };

static struct {
	bool active, onward, children;
	unsigned groups;
	long at;
	enum deed deed;
	int error, log;
	const char *name; /* FAULT_NAME, ours for as long as the program runs */
	pid_t owner;
	atomic_long count;
	atomic_bool struck;
} hook = { .log = -1 };

/* ---- set up ---- */

static bool starts_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

static void read_deed(const char *text)
{
	if (!text)
		return;
	hook.error = atoi(text);
	hook.deed = strcmp(text, "kill") == 0 ? DIE : strcmp(text, "short") == 0 ? CUT_SHORT : FAIL;
}

__attribute__((constructor)) static void begin(void)
{
	const char *group = getenv("FAULT_GROUP"), *log = getenv("FAULT_LOG");
	const char *at = getenv("FAULT_AT");

	if (!group)
		return;
	hook.groups = starts_with(group, "memory")  ? MEMORY
		      : starts_with(group, "calls") ? CHANGES | LOOKS
						    : CHANGES;
	hook.at = at ? atol(at) : 0;
	read_deed(getenv("FAULT_DO"));
	hook.onward = getenv("FAULT_ONWARD") != NULL;
	hook.name = getenv("FAULT_NAME");
	if (hook.name)
		hook.name = strdup(hook.name);
	hook.children = getenv("FAULT_CHILDREN") != NULL;
	/* High, so that the numbers that the program gets are what they would be. */
	if (log) {
		int file = (int)syscall(SYS_openat, AT_FDCWD, log,
					O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		hook.log = (int)syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC, 900);
		syscall(SYS_close, file);
	}
	if (!hook.children) {
		unsetenv("LD_PRELOAD");
		unsetenv("FAULT_GROUP");
		unsetenv("FAULT_LOG");
		unsetenv("FAULT_AT");
		unsetenv("FAULT_DO");
		unsetenv("FAULT_ONWARD");
		unsetenv("FAULT_NAME");
	}
	hook.owner = (pid_t)syscall(SYS_getpid);
	hook.active = true;
}

/* ---- striking ---- */

static void note(long number, const char *name, const char *subject)
{
	char line[512];
	int length =
		snprintf(line, sizeof(line), "%ld %s %s\n", number, name, subject ? subject : "");

	if (length > (int)sizeof(line) - 1) {
		length = (int)sizeof(line) - 1;
		line[length - 1] = '\n';
	}
	syscall(SYS_write, hook.log, line, (size_t)length);
}

/* Another process of the machine that came or went since the calls were listed moves all numbers:
 * the next call of the name is then it, for what it is struck with is what that one can answer. */
static bool is_the_one(long number, const char *name)
{
	if (!hook.at || number < hook.at || (!hook.onward && hook.struck))
		return false;
	if (hook.onward)
		return true;
	if (hook.name ? strcmp(hook.name, name) != 0 : number != hook.at)
		return false;
	return !atomic_exchange(&hook.struck, true);
}

static enum deed strike(enum group group, const char *name, const char *subject)
{
	if (!hook.active || !(hook.groups & group))
		return NOTHING;
	if (!hook.children && syscall(SYS_getpid) != hook.owner)
		return NOTHING;
	int saved = errno;
	long number = atomic_fetch_add(&hook.count, 1) + 1;
	if (hook.log >= 0)
		note(number, name, subject);
	errno = saved;
	if (!is_the_one(number, name))
		return NOTHING;
	if (hook.deed == DIE)
		for (;;)
			syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
	if (hook.deed == FAIL)
		errno = hook.error;
	return hook.deed;
}

/* Of libraries for the network and for ciphers, which allocate thousands of times, what they do
 * without memory is theirs to test. */
static bool comes_from(void *caller, const char *const *libraries)
{
	Dl_info about;

	if (!dladdr(caller, &about) || !about.dli_fname)
		return false;
	const char *name = strrchr(about.dli_fname, '/');
	name = name ? name + 1 : about.dli_fname;
	for (; *libraries; libraries++)
		if (starts_with(name, *libraries))
			return true;
	return false;
}

static const char *const of_ciphers[] = {
	"libcrypto", "libssl",  "libgnutls", "libnettle",  "libgmp", "libp11",       "libtasn1",
	"libldap",   "libkrb5", "libgss",    "ld-linux",   "libk5",  "libsasl",      "liblber",
	"librtmp",   "libssh",  "libpsl",    "libnghttp2", "libidn", "libunistring", NULL,
};
/* It does not look whether it could make a socket non-blocking; nor does that ever fail. */
static const char *const of_network[] = { "libcurl", NULL };

/* What a descriptor is of, for the log. */
static const char *name_of(int descriptor, char *name, size_t size)
{
	char path[64];

	if (hook.log < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	long length = syscall(SYS_readlinkat, AT_FDCWD, path, name, size - 1);
	name[length > 0 ? length : 0] = '\0';
	return name;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A function that takes and gives nothing special. real is looked up once. */
#define WRAP(group, result, name, failed, subject, parameters, arguments)                          \
	result name parameters                                                                     \
	{                                                                                          \
		static __typeof__(&name) real;                                                     \
		if (!real)                                                                         \
			real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                         \
		if (strike(group, #name, subject) == FAIL)                                         \
			return failed;                                                             \
		return real arguments;                                                             \
	}

#define WRAP_FD(group, result, name, failed, parameters, arguments)                                \
	result name parameters                                                                     \
	{                                                                                          \
		static __typeof__(&name) real;                                                     \
		char text[256];                                                                    \
		if (!real)                                                                         \
			real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                         \
		if (strike(group, #name, name_of(fd, text, sizeof(text))) == FAIL)                 \
			return failed;                                                             \
		return real arguments;                                                             \
	}

/* ---- files and folders ---- */

#define OPENS(flags) ((flags) & (O_CREAT | O_TRUNC) ? CHANGES : LOOKS)

static mode_t mode_of(int flags, va_list *arguments)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(*arguments, mode_t) : 0;
}

#define WRAP_OPEN(name)                                                                            \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		va_list rest;                                                                      \
		va_start(rest, flags);                                                             \
		mode_t mode = mode_of(flags, &rest);                                               \
		va_end(rest);                                                                      \
		if (strike(OPENS(flags), #name, path) == FAIL)                                     \
			return -1;                                                                 \
		return REAL(name)(path, flags, mode);                                              \
	}

#define WRAP_OPENAT(name)                                                                          \
	int name(int folder, const char *path, int flags, ...)                                     \
	{                                                                                          \
		va_list rest;                                                                      \
		va_start(rest, flags);                                                             \
		mode_t mode = mode_of(flags, &rest);                                               \
		va_end(rest);                                                                      \
		if (strike(OPENS(flags), #name, path) == FAIL)                                     \
			return -1;                                                                 \
		return REAL(name)(folder, path, flags, mode);                                      \
	}

WRAP_OPEN(open)
WRAP_OPEN(open64)
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
WRAP(LOOKS, int, __open_2, -1, path, (const char *path, int flags), (path, flags))
WRAP(LOOKS, int, __open64_2, -1, path, (const char *path, int flags), (path, flags))
WRAP(LOOKS, int, __openat_2, -1, path, (int folder, const char *path, int flags),
     (folder, path, flags))

WRAP(CHANGES, int, mkostemp, -1, path, (char *path, int flags), (path, flags))
WRAP(CHANGES, int, mkostemp64, -1, path, (char *path, int flags), (path, flags))
WRAP(CHANGES, int, mkstemp, -1, path, (char *path), (path))
WRAP(CHANGES, char *, mkdtemp, NULL, path, (char *path), (path))
WRAP(CHANGES, int, mkdir, -1, path, (const char *path, mode_t mode), (path, mode))
WRAP(CHANGES, int, mkdirat, -1, path, (int folder, const char *path, mode_t mode),
     (folder, path, mode))
WRAP(CHANGES, int, rmdir, -1, path, (const char *path), (path))
WRAP(CHANGES, int, unlink, -1, path, (const char *path), (path))
WRAP(CHANGES, int, unlinkat, -1, path, (int folder, const char *path, int flags),
     (folder, path, flags))
WRAP(CHANGES, int, remove, -1, path, (const char *path), (path))
WRAP(CHANGES, int, rename, -1, to, (const char *from, const char *to), (from, to))
WRAP(CHANGES, int, renameat2, -1, to,
     (int from_folder, const char *from, int to_folder, const char *to, unsigned flags),
     (from_folder, from, to_folder, to, flags))
WRAP(CHANGES, int, link, -1, to, (const char *from, const char *to), (from, to))
WRAP(CHANGES, int, linkat, -1, to,
     (int from_folder, const char *from, int to_folder, const char *to, int flags),
     (from_folder, from, to_folder, to, flags))
WRAP(CHANGES, int, symlink, -1, to, (const char *from, const char *to), (from, to))
WRAP(CHANGES, int, chmod, -1, path, (const char *path, mode_t mode), (path, mode))
WRAP_FD(CHANGES, int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
WRAP_FD(CHANGES, int, ftruncate, -1, (int fd, off_t size), (fd, size))
WRAP_FD(CHANGES, int, ftruncate64, -1, (int fd, off64_t size), (fd, size))
WRAP_FD(CHANGES, int, fsync, -1, (int fd), (fd))
WRAP_FD(CHANGES, int, fdatasync, -1, (int fd), (fd))
int flock(int fd, int operation);
WRAP_FD(CHANGES, int, flock, -1, (int fd, int operation), (fd, operation))

/* Half of it, where it is to be cut short; never nothing, which would be another thing. */
static size_t cut(enum deed deed, size_t size)
{
	return deed == CUT_SHORT && size > 1 ? size / 2 : size;
}

#define WRAP_MOVE(group, name, parameters, arguments)                                              \
	ssize_t name parameters                                                                    \
	{                                                                                          \
		static __typeof__(&name) real;                                                     \
		char text[256];                                                                    \
		if (!real)                                                                         \
			real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                         \
		enum deed deed = strike(group, #name, name_of(fd, text, sizeof(text)));            \
		if (deed == FAIL)                                                                  \
			return -1;                                                                 \
		size = cut(deed, size);                                                            \
		return real arguments;                                                             \
	}

ssize_t __read_chk(int fd, void *to, size_t size, size_t room);
ssize_t __pread_chk(int fd, void *to, size_t size, off_t at, size_t room);
ssize_t __pread64_chk(int fd, void *to, size_t size, off64_t at, size_t room);
WRAP_MOVE(CHANGES, write, (int fd, const void *from, size_t size), (fd, from, size))
WRAP_MOVE(CHANGES, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
WRAP_MOVE(CHANGES, pwrite64, (int fd, const void *from, size_t size, off64_t at),
	  (fd, from, size, at))
WRAP_MOVE(CHANGES, send, (int fd, const void *from, size_t size, int flags),
	  (fd, from, size, flags))
WRAP_MOVE(LOOKS, recv, (int fd, void *to, size_t size, int flags), (fd, to, size, flags))
WRAP_MOVE(LOOKS, read, (int fd, void *to, size_t size), (fd, to, size))
WRAP_MOVE(LOOKS, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
WRAP_MOVE(LOOKS, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
WRAP_MOVE(LOOKS, __read_chk, (int fd, void *to, size_t size, size_t room), (fd, to, size, room))
WRAP_MOVE(LOOKS, __pread_chk, (int fd, void *to, size_t size, off_t at, size_t room),
	  (fd, to, size, at, room))
WRAP_MOVE(LOOKS, __pread64_chk, (int fd, void *to, size_t size, off64_t at, size_t room),
	  (fd, to, size, at, room))

/* A file that is opened to be written is one that is made or cut. */
WRAP(mode[0] == 'r' ? LOOKS : CHANGES, FILE *, fopen, NULL, path,
     (const char *path, const char *mode), (path, mode))
WRAP(mode[0] == 'r' ? LOOKS : CHANGES, FILE *, fopen64, NULL, path,
     (const char *path, const char *mode), (path, mode))
WRAP(LOOKS, FILE *, fdopen, NULL, mode, (int fd, const char *mode), (fd, mode))
WRAP(LOOKS, DIR *, opendir, NULL, path, (const char *path), (path))
WRAP(LOOKS, DIR *, fdopendir, NULL, NULL, (int fd), (fd))
WRAP(LOOKS, int, access, -1, path, (const char *path, int mode), (path, mode))
WRAP(LOOKS, int, faccessat, -1, path, (int folder, const char *path, int mode, int flags),
     (folder, path, mode, flags))
WRAP(LOOKS, int, stat, -1, path, (const char *path, struct stat *about), (path, about))
WRAP(LOOKS, int, lstat, -1, path, (const char *path, struct stat *about), (path, about))
WRAP(LOOKS, int, fstat, -1, NULL, (int fd, struct stat *about), (fd, about))
WRAP(LOOKS, int, fstatat, -1, path, (int folder, const char *path, struct stat *about, int flags),
     (folder, path, about, flags))
WRAP(LOOKS, ssize_t, readlink, -1, path, (const char *path, char *to, size_t size),
     (path, to, size))
WRAP(LOOKS, ssize_t, readlinkat, -1, path, (int folder, const char *path, char *to, size_t size),
     (folder, path, to, size))
WRAP(LOOKS, char *, realpath, NULL, path, (const char *path, char *to), (path, to))
WRAP(LOOKS, char *, getcwd, NULL, NULL, (char *to, size_t size), (to, size))

ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room);
ssize_t __readlinkat_chk(int folder, const char *path, char *to, size_t size, size_t room);
char *__realpath_chk(const char *path, char *to, size_t room);
char *__getcwd_chk(char *to, size_t size, size_t room);
WRAP(LOOKS, ssize_t, __readlink_chk, -1, path,
     (const char *path, char *to, size_t size, size_t room), (path, to, size, room))
WRAP(LOOKS, ssize_t, __readlinkat_chk, -1, path,
     (int folder, const char *path, char *to, size_t size, size_t room),
     (folder, path, to, size, room))
WRAP(LOOKS, char *, __realpath_chk, NULL, path, (const char *path, char *to, size_t room),
     (path, to, room))
WRAP(LOOKS, char *, __getcwd_chk, NULL, NULL, (char *to, size_t size, size_t room),
     (to, size, room))

/* ---- descriptors, sockets, waiting ---- */

#define WRAP_FCNTL(name)                                                                           \
	int name(int fd, int command, ...)                                                         \
	{                                                                                          \
		va_list rest;                                                                      \
		va_start(rest, command);                                                           \
		void *argument = va_arg(rest, void *);                                             \
		va_end(rest);                                                                      \
		if (!comes_from(__builtin_return_address(0), of_network) &&                        \
		    strike(LOOKS, #name, NULL) == FAIL)                                            \
			return -1;                                                                 \
		return REAL(name)(fd, command, argument);                                          \
	}

WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)

int eventfd(unsigned count, int flags);
int inotify_init1(int flags);
int inotify_add_watch(int fd, const char *path, uint32_t mask);
int memfd_create(const char *name, unsigned flags);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room);
WRAP(LOOKS, int, dup2, -1, NULL, (int from, int to), (from, to))
WRAP(LOOKS, int, pipe2, -1, NULL, (int ends[2], int flags), (ends, flags))
WRAP(LOOKS, int, eventfd, -1, NULL, (unsigned count, int flags), (count, flags))
WRAP(LOOKS, int, inotify_init1, -1, NULL, (int flags), (flags))
WRAP(LOOKS, int, inotify_add_watch, -1, path, (int fd, const char *path, uint32_t mask),
     (fd, path, mask))
WRAP(LOOKS, int, timerfd_create, -1, NULL, (int clock, int flags), (clock, flags))
WRAP(LOOKS, int, timerfd_settime, -1, NULL,
     (int fd, int flags, const struct itimerspec *new, struct itimerspec *old),
     (fd, flags, new, old))
WRAP(LOOKS, int, memfd_create, -1, name, (const char *name, unsigned flags), (name, flags))
WRAP(LOOKS, int, socket, -1, NULL, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(LOOKS, int, bind, -1, NULL, (int fd, const struct sockaddr *address, socklen_t size),
     (fd, address, size))
WRAP(CHANGES, int, connect, -1, NULL, (int fd, const struct sockaddr *address, socklen_t size),
     (fd, address, size))
WRAP(LOOKS, int, poll, -1, NULL, (struct pollfd * fds, nfds_t count, int timeout),
     (fds, count, timeout))
WRAP(LOOKS, int, __poll_chk, -1, NULL,
     (struct pollfd * fds, nfds_t count, int timeout, size_t room), (fds, count, timeout, room))

/* ---- processes ---- */

int pidfd_open(pid_t pid, unsigned flags);
int pidfd_send_signal(int pidfd, int signal, siginfo_t *info, unsigned flags);
WRAP(CHANGES, pid_t, fork, -1, NULL, (void), ())
WRAP(CHANGES, int, kill, -1, NULL, (pid_t pid, int signal), (pid, signal))
WRAP(CHANGES, int, pidfd_send_signal, -1, NULL,
     (int pidfd, int signal, siginfo_t *info, unsigned flags), (pidfd, signal, info, flags))
WRAP(LOOKS, int, pidfd_open, -1, NULL, (pid_t pid, unsigned flags), (pid, flags))
WRAP(LOOKS, int, waitid, -1, NULL, (idtype_t type, id_t id, siginfo_t *how, int flags),
     (type, id, how, flags))
WRAP(LOOKS, pid_t, waitpid, -1, NULL, (pid_t pid, int *how, int flags), (pid, how, flags))
WRAP(CHANGES, int, posix_spawn, errno, path,
     (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,
      const posix_spawnattr_t *attributes, char *const words[], char *const environment[]),
     (pid, path, actions, attributes, words, environment))

/* ---- memory: asked of the C library by its inner names, for dlsym allocates itself ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool refuses(const char *name, void *caller)
{
	return hook.active && hook.groups == MEMORY && !comes_from(caller, of_ciphers) &&
	       strike(MEMORY, name, NULL) == FAIL;
}

void *malloc(size_t size)
{
	return refuses("malloc", __builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return refuses("calloc", __builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return refuses("realloc", __builtin_return_address(0)) ? NULL
							       : __libc_realloc(memory, size);
}
