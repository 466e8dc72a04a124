/* Whether a process may be signalled, and what shows it: the only judge of that.
 *
 * A number is no reason, wherever it comes from: an identity that a server tells (PID@host), a file
 * of another boot, an argument. Two containers with one host name have the same small numbers. */
#include "internal.h"

#include <string.h>
#include <unistd.h>

/* More than any tree of programs is deep. */
#define ANCESTORS_MOST 256

static struct tsk_warrant grant(enum tsk_ground ground, const char *evidence)
{
	return (struct tsk_warrant){ .ground = ground, .evidence = evidence };
}

static struct tsk_warrant refuse(const char *why)
{
	return grant(TSK_GROUND_NONE, why);
}

static bool is_what_we_run_in(int pid)
{
	struct system_process at;
	int up = getpid();

	for (int i = 0; i < ANCESTORS_MOST && up > 0; i++) {
		if (up == pid)
			return true;
		if (!system_process(up, &at))
			return false;
		up = at.parent;
	}
	return false;
}

static const char *recorded(struct tsk_call *call, const struct tsk_process *process)
{
	static const char *const kinds[] = { "worker", "server" };
	const char *path = NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && !path; i++) {
		const struct tsk_record *record = tsk_record_list(call, kinds[i], NULL);
		for (; !path && record->kind; record++)
			if (same_process(&record->process, process))
				path = record->path;
	}
	return path;
}

static bool carries(struct tsk_call *call, int pid, const struct tsk_claim *claim)
{
	const char *value = claim && claim->variable
				    ? tsk_process_environment(call, pid, claim->variable)
				    : NULL;

	return value && claim->value && strcmp(value, claim->value) == 0;
}

static struct tsk_warrant judge_command(struct tsk_call *call, const struct tsk_process *process,
					const struct tsk_claim *claim)
{
	if (!claim || !claim->command)
		return refuse("nothing shows that it is one of ours");
	if (!claim->address ||
	    !tsk_process_connected(call, tsk_process_tree(call, process, NULL), claim->address))
		return refuse(tsk_format(call, "%s, but has no connection to %s", claim->command,
					 claim->address ? claim->address : "the server"));
	return grant(TSK_GROUND_COMMAND,
		     tsk_format(call, "%s and is connected to %s", claim->command, claim->address));
}

/* What is known of one that runs. */
static struct tsk_warrant judge(struct tsk_call *call, const struct system_process *now,
				const struct tsk_claim *claim)
{
	const int pid = now->id.pid;

	if (now->parent == getpid())
		return grant(TSK_GROUND_CHILD, "it is our child");
	const char *record = recorded(call, &now->id);
	if (record)
		return grant(TSK_GROUND_RECORD, tsk_format(call, "its record is %s", record));
	const struct tsk_origin *origin = tsk_process_origin(call, pid);
	if (origin && origin->is_root)
		return grant(TSK_GROUND_MARK, "its environment has the mark of our start");
	if (carries(call, pid, claim))
		return grant(TSK_GROUND_MARK, tsk_format(call, "its environment has %s=%s",
							 claim->variable, claim->value));
	return judge_command(call, &now->id, claim);
}

struct tsk_warrant tsk_may_signal(struct tsk_call *call, const struct tsk_process *process,
				  const struct tsk_claim *claim)
{
	struct system_process now;

	if (strcmp(process->boot_id, system_boot_id()) != 0)
		return grant(TSK_GROUND_ENDED, "it is of another boot");
	if (!tsk_process_is_here(process))
		return refuse("its number is of another PID namespace: a container or a sandbox");
	if (process->pid == 1 || is_what_we_run_in(process->pid))
		return refuse("this program is part of its family");
	if (!tsk_process_runs(process) || !system_process(process->pid, &now))
		return grant(TSK_GROUND_ENDED, "it has ended");
	const uint64_t its = tsk_process_namespace(process->pid);
	if (its && its != system_pid_namespace())
		return refuse("it runs in another PID namespace: a container or a sandbox");
	struct tsk_warrant warrant = judge(call, &now, claim);
	/* Of what is not our own we must have seen that it is no container's. */
	if (!its && warrant.ground == TSK_GROUND_COMMAND)
		return refuse("its PID namespace cannot be told");
	return warrant;
}
