/* Whether our PID namespace ends with this call: then the kernel ends all that is in it.
 *
 * A namespace ends with its process 1. It is the call's own where that is us, or where there is
 * nothing between it and us but what lives for one command: a shell with a script, timeout, sudo, a
 * sandbox's or container's small init. Where somebody else stands between (sshd, an agent, an
 * editor, an interactive shell), or process 1 is no ancestor of ours (docker exec), it goes on. */
#include "internal.h"

#include <string.h>
#include <unistd.h>

/* More than any chain of wrappers is long. */
#define DEPTH_MOST 64

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* With a script, and not for somebody who types. */
static bool is_shell_of_a_script(const struct tsk_process_info *process)
{
	static const char *const shells[] = { "sh",  "bash", "dash", "ash",     "zsh",
					      "ksh", "mksh", "fish", "busybox", NULL };

	return is_one_of(process->name, shells) && process->words.count > 1 &&
	       (process->words.items[process->words.count - 1][0] != '-' ||
		process->words.count > 2);
}

static bool lives_for_one_command(const struct tsk_process_info *process)
{
	static const char *const wrappers[] = {
		"bwrap",       "unshare",     "nsenter", "firejail", "nsjail",    "setpriv",
		"runuser",     "su",          "sudo",    "env",      "timeout",   "nice",
		"ionice",      "nohup",       "setsid",  "stdbuf",   "time",      "xargs",
		"strace",      "chroot",      "flock",   "tini",     "catatonit", "dumb-init",
		"docker-init", "podman-init", "uv",      "make",     NULL
	};

	return is_one_of(process->name, wrappers) || is_shell_of_a_script(process);
}

const char *tsk_ends_with_call(struct tsk_call *call)
{
	const struct tsk_process_info *at = tsk_process_look(call, getpid());

	/* The machine's first namespace has the machine's own process 1. */
	if (!at || system_is_first_namespace())
		return NULL;
	if (getpid() == 1)
		return "this program is process 1 of its PID namespace, which ends with it";
	for (int depth = 0; at->parent > 0 && depth < DEPTH_MOST; depth++) {
		at = tsk_process_look(call, at->parent);
		if (!at || !lives_for_one_command(at))
			return NULL;
		if (at->id.pid == 1)
			return tsk_format(call,
					  "process 1 of this PID namespace is '%s', which was "
					  "started for this call and ends with it",
					  at->name);
	}
	return NULL;
}
