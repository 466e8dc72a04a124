/* A starter's process: started, watched, stopped. */
#include "starter_process.h"
#include "attached_workflows.h"

#include <string.h>
#include <unistd.h>

/* How long a dev server that died may take to be started again. */
#define RESTART_MS     10000

/* Python takes longer than this only to load the SDK, so that no process of the starter's tree is
 * missed; the tree is looked at because there is no event for a grandchild that starts. */
#define LOOK_MS        40
/* How often the workflows of a starter that waits are asked whether they can move at all. */
#define STALL_CHECK_MS 2000
/* How often a server that was away is asked whether it is back. */
#define BACK_CHECK_MS  500
/* A worker whose server was away asks it again after 10 s or so at the latest, and a server that
 * was restarted knows of no poller until it does. */
#define WORKER_BACK_MS 15000
#define GRACE_MS       2000
/* A workflow that waits may be sent its message by the starter itself, a moment later: at so many
 * looks in a row it has to wait before the starter is taken to wait for others to send it. */
#define WAITING_LOOKS  2
/* What a starter that has ended left running gets its first task, and a worker that was started
 * together with it is listed, within this time; until then it is looked at that often. */
#define SETTLE_MS      1000
#define SETTLE_LOOK_MS 100

/* Of its output, what is looked through for the workflow that it waits for. */
#define OUTPUT_LINES   200
#define OUTPUT_LIMIT   ((size_t)64 << 10)

struct watching {
	struct tsk_call *call;
	struct starter *starter;
	int64_t deadline, next_check;
	int64_t well_at;   /* when last a workflow got on, or the server was away; 0: never */
	int waiting_looks; /* at the first workflow that found it waiting, in a row */
	unsigned looks;    /* for one that it attached to */
};

static enum tsk_status start(struct tsk_call *call, struct starter *starter)
{
	const char *name = tsk_setting(call, TSK_SETTING_PROJECT_NAME);
	const char *environment[] = {
		tsk_format(call, "TEMPORAL_ADDRESS=%s", tsk_setting(call, TSK_SETTING_ADDRESS)),
		tsk_format(call, "TEMPORAL_NAMESPACE=%s", tsk_setting(call, TSK_SETTING_NAMESPACE)),
		NULL,
	};
	struct tsk_launch spawn = {
		.words = starter->words.items,
		.directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR),
		.environment = environment,
		/* One that is left on purpose is nothing that a killed call left. */
		.kind = starter->leave_waiting ? "left starter" : "starter",
		.scope = tsk_setting(call, TSK_SETTING_PROJECT_DIR),
		.foreground = true
	};

	if (tsk_private_directory(call, tsk_setting(call, TSK_SETTING_LOG_DIR)))
		return tsk_error(call);
	starter->log = tsk_log_path(call, "starter", name, spawn.directory);
	/* Two at once must not write into one file: the one would read what the other printed. */
	if (starter->log &&
	    tsk_lock(call, tsk_format(call, "log-%s", starter->log), tsk_now_ms())) {
		if (tsk_error(call) == TSK_INTERRUPTED)
			return tsk_error(call);
		tsk_forget_error(call);
		starter->log =
			tsk_log_path(call, "starter", tsk_format(call, "%s-%d", name, getpid()),
				     spawn.directory);
	}
	if (tsk_log_rotate(call, starter->log))
		return tsk_error(call);
	spawn.log = starter->log;
	starter->started.since = tsk_wall_ns();
	return tsk_launch(call, &spawn, &starter->process);
}

/* ---- whether waiting is pointless ---- */

/* What a server that has just been restarted may show of a workflow whose worker is well. */
static bool may_pass(const struct watching *watching, enum tsk_verdict verdict)
{
	bool fresh = watching->well_at && tsk_now_ms() - watching->well_at < WORKER_BACK_MS;

	return (fresh || tsk_server_is_fresh(watching->call)) &&
	       (verdict == TSK_VERDICT_NO_WORKFLOW_WORKER ||
		verdict == TSK_VERDICT_NO_ACTIVITY_WORKER ||
		verdict == TSK_VERDICT_WORKFLOW_TASK_TIMEOUT);
}

/* A workflow that cannot move will not end, nor will a starter that waits for it. */
static bool has_stalled(struct watching *watching, const struct tsk_workflow *workflow)
{
	struct tsk_diagnosis *diagnosis = &watching->starter->diagnosis;

	if (workflow->status != TSK_WORKFLOW_RUNNING ||
	    tsk_diagnose(watching->call, workflow->workflow_id, workflow->run_id, NULL, diagnosis))
		return false;
	if (!diagnosis->stalled) {
		watching->well_at = tsk_now_ms();
		return false;
	}
	if (may_pass(watching, diagnosis->verdict))
		return false;
	/* An activity may succeed at its third attempt; see wait-for-workflow-status. */
	return diagnosis->verdict != TSK_VERDICT_ACTIVITY_RETRYING || diagnosis->attempts >= 4;
}

/* What it started; as long as that is none, what it attached to. */
static const struct started *its_workflows(const struct starter *starter)
{
	return starter->started.count ? &starter->started : &starter->attached;
}

/* One that has started none may do so later: many histories are looked into, so that it is asked
 * for less and less often. */
static enum tsk_status look_for_attached(struct watching *watching)
{
	struct tsk_call *call = watching->call;
	struct starter *starter = watching->starter;
	const unsigned looks = ++watching->looks;

	if (starter->started.count || starter->attached.count || (looks & (looks - 1)))
		return TSK_OK;
	const char *output = tsk_file_tail(call, starter->log, OUTPUT_LINES, OUTPUT_LIMIT, 0);
	const struct attaching attaching = { .started = &starter->started,
					     .output = output ? output : "",
					     .words = &starter->words,
					     .runs = true };
	if (find_signed(call, &starter->started, &starter->attached))
		return tsk_error(call);
	return starter->attached.count ? TSK_OK : find_named(call, &attaching, &starter->attached);
}

static enum tsk_status look_at_workflows(struct watching *watching)
{
	struct tsk_call *call = watching->call;
	struct starter *starter = watching->starter;

	if (find_started(call, &starter->started, 0) || look_for_attached(watching))
		return tsk_error(call);
	const struct started *its = its_workflows(starter);
	/* A guess is no reason to end it. */
	for (size_t i = 0; i < its->count && !its->attached_is_guess; i++) {
		if (has_stalled(watching, its->workflows[i])) {
			starter->stalled = its->workflows[i];
			return TSK_STALLED;
		}
		if (tsk_error(call) == TSK_UNAVAILABLE || tsk_error(call) == TSK_INTERRUPTED)
			return tsk_error(call);
		tsk_forget_error(call);
	}
	return TSK_OK;
}

/* ---- whether it waits for a message that it does not send ---- */

static void note_waiting(struct watching *watching)
{
	struct starter *starter = watching->starter;
	const struct started *its = its_workflows(starter);
	const struct tsk_workflow *first = its->count ? its->workflows[0] : NULL;
	struct tsk_diagnosis diagnosis;

	if (!first ||
	    tsk_diagnose(watching->call, first->workflow_id, first->run_id, NULL, &diagnosis))
		return;
	/* One that waits for a message with a limit waits for a timer as well. */
	if (diagnosis.verdict == TSK_VERDICT_WAITING_SIGNAL ||
	    diagnosis.verdict == TSK_VERDICT_WAITING_TIMER)
		watching->waiting_looks++;
	else
		watching->waiting_looks = 0;
	starter->left = watching->waiting_looks >= WAITING_LOOKS;
}

/* ---- the server ---- */

/* A dev server of ours that has died comes back only where somebody starts it again: that is given
 * a moment, and not the whole time of the starter. */
bool starter_server_is_gone(struct tsk_call *call, const struct tsk_absence *absence)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);

	if (!absence->since_ms || tsk_now_ms() - absence->since_ms < RESTART_MS)
		return false;
	const struct tsk_record *record = tsk_record_read(call, "server", address, address);
	return record && tsk_record_whereabouts(call, record) == TSK_ENDED;
}

/* It answers what it reads; a start it could not write down. */
enum tsk_status starter_check_server(struct tsk_call *call)
{
	const struct tsk_server_here *here = tsk_server_here(call);

	if (!here->trouble)
		return TSK_OK;
	if (here->remedy)
		tsk_hint(call, "%s", here->remedy);
	return tsk_fail(call, TSK_UNAVAILABLE,
			"no workflow can be started at '%s': the server's process %s",
			tsk_setting(call, TSK_SETTING_ADDRESS), here->trouble);
}

/* A look may fail for other reasons (one request refused or not known, one part of the server
 * down), and the starter get on well: so what counts is whether the server can be reached at all,
 * as it could before the starter was started. One that cannot is waited for, as the starter itself
 * does: an SDK that waits for a result goes on asking. */
static enum tsk_status judge_server(struct watching *watching)
{
	struct tsk_call *call = watching->call;
	int64_t patience = tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT);
	int64_t left = watching->deadline - tsk_now_ms();
	struct tsk_server server;

	tsk_progress(call, "%s", tsk_error_message(call));
	tsk_forget_error(call);
	if (tsk_server_ask(call, left < patience ? left : patience, &server) != TSK_UNAVAILABLE) {
		tsk_server_is_back(&watching->starter->absence);
		if (tsk_error(call) == TSK_INTERRUPTED)
			return TSK_INTERRUPTED;
		tsk_forget_error(call);
		return TSK_OK;
	}
	if (starter_server_is_gone(call, &watching->starter->absence)) {
		const char *problem = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
		tsk_hint(call, "temporal-skill ensure-server");
		return tsk_fail(call, TSK_UNAVAILABLE, "%s; the starter was stopped", problem);
	}
	tsk_server_is_away(call, &watching->starter->absence);
	watching->well_at = tsk_now_ms();
	watching->next_check = watching->well_at + BACK_CHECK_MS;
	return TSK_OK;
}

static enum tsk_status check(struct watching *watching)
{
	struct tsk_call *call = watching->call;
	enum tsk_status status;

	if (tsk_now_ms() < watching->next_check)
		return TSK_OK;
	watching->next_check = tsk_now_ms() + STALL_CHECK_MS;
	status = look_at_workflows(watching);
	if (status == TSK_OK && watching->starter->leave_waiting)
		note_waiting(watching);
	if (status == TSK_OK)
		tsk_server_is_back(&watching->starter->absence);
	if (!tsk_error(call) || status == TSK_INTERRUPTED)
		return status;
	return judge_server(watching);
}

/* ---- the whole ---- */

static enum tsk_status watch_starter(struct watching *watching)
{
	struct tsk_call *call = watching->call;
	struct starter *starter = watching->starter;
	struct pollfd end = { .fd = tsk_process_open(&starter->process), .events = POLLIN };
	enum tsk_status status = TSK_OK;

	watching->next_check = tsk_now_ms() + STALL_CHECK_MS;
	while (end.fd >= 0) {
		int64_t until = tsk_now_ms() + LOOK_MS;
		note_processes(call, &starter->started, &starter->process);
		status = tsk_wait(call, &end, 1,
				  until < watching->deadline ? until : watching->deadline);
		if (status == TSK_INTERRUPTED || (status == TSK_OK && end.revents))
			break;
		if (tsk_now_ms() >= watching->deadline) {
			status = TSK_TIMEOUT;
			break;
		}
		status = check(watching);
		if (status != TSK_OK || starter->left)
			break;
	}
	if (end.fd >= 0)
		close(end.fd);
	return status;
}

/* ---- after its end ---- */

/* Nothing is known yet: a task is under way, or no worker has been listed so far. */
static bool is_unsettled(enum tsk_verdict verdict)
{
	return verdict == TSK_VERDICT_IN_PROGRESS || verdict == TSK_VERDICT_NO_WORKFLOW_WORKER;
}

/* An activity that fails is tried again by itself: nobody waits for it here. */
static bool settles_as_stalled(struct tsk_call *call, const struct tsk_workflow *workflow,
			       int64_t deadline, struct tsk_diagnosis *diagnosis)
{
	const struct tsk_event *close = NULL;
	enum tsk_status status = TSK_TIMEOUT;

	/* The close is waited for only because it, too, ends the doubt. */
	while (status == TSK_TIMEOUT && !tsk_error(call)) {
		if (tsk_diagnose(call, workflow->workflow_id, workflow->run_id, NULL, diagnosis))
			return false;
		if (!is_unsettled(diagnosis->verdict) || tsk_now_ms() >= deadline)
			return diagnosis->stalled &&
			       diagnosis->verdict != TSK_VERDICT_ACTIVITY_RETRYING;
		status = tsk_wait_close(call, workflow->workflow_id, workflow->run_id,
					tsk_now_ms() + SETTLE_LOOK_MS, NULL, 0, &close);
	}
	return false;
}

enum tsk_status starter_settle(struct tsk_call *call, struct starter *starter)
{
	int64_t deadline = tsk_deadline(call, SETTLE_MS);

	for (size_t i = 0; i < starter->started.count; i++) {
		const struct tsk_workflow *workflow = starter->started.workflows[i];
		if (workflow->status != TSK_WORKFLOW_RUNNING)
			continue;
		if (settles_as_stalled(call, workflow, deadline, &starter->diagnosis)) {
			starter->stalled = workflow;
			return TSK_STALLED;
		}
		if (tsk_error(call))
			return tsk_error(call);
	}
	return TSK_OK;
}

enum tsk_status starter_run(struct tsk_call *call, struct starter *starter, int64_t deadline)
{
	struct watching watching = { .call = call, .starter = starter, .deadline = deadline };
	struct tsk_stopped stopped;
	enum tsk_status status = start(call, starter);

	if (status != TSK_OK)
		return status;
	status = watch_starter(&watching);
	if (status != TSK_OK && tsk_stop_claimed(call, &starter->process, NULL, GRACE_MS, &stopped))
		return tsk_error(call);
	tsk_process_ended(&starter->process, &starter->code, &starter->signal);
	return status;
}
