/* The project's programs on stage: started, listened to, stopped. */
#include "rehearsal.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* There is no event for the end of a child's child: it is looked at that often. */
#define LOOK_MS        100
/* Nothing is lost with a program on stage. */
#define GRACE_MS       300

/* A program that waits for the answer to a request that was not sent may make its worker besides.
 */
#define HELD_BACK_MS   5000

/* Those that stay when all has been answered and who asked has gone, a shell's other programs, say,
 * may still begin another worker. */
#define LEFT_OVER_MS   10000

#define LINES          "lines"

/* One that a hostile project floods ends there. */
#define LINE_SIZE_MOST ((size_t)4 << 20)

static enum tsk_status add_program(struct tsk_call *call, const struct tsk_project_worker *worker,
				   const char *worker_cmd, struct stage *stage)
{
	struct program *program = &stage->programs[stage->count++];

	*program = (struct program){ .name = worker->name,
				     .command = worker_cmd ? worker_cmd : worker->command,
				     .pidfd = -1 };
	return tsk_split_words(call, worker_cmd ? "--worker-cmd" : "worker command",
			       program->command, &program->words);
}

enum tsk_status find_programs(struct tsk_call *call, const char *name, const char *worker_cmd,
			      struct stage *stage)
{
	const struct tsk_project_worker *workers;
	size_t count;

	if (tsk_project_workers(call, &workers, &count))
		return tsk_error(call);
	stage->programs = tsk_alloc(call, count * sizeof(*stage->programs));
	for (size_t i = 0; i < count; i++)
		if ((!name || !strcmp(name, workers[i].name)) &&
		    add_program(call, &workers[i], worker_cmd, stage))
			return tsk_error(call);
	if (!stage->count)
		return tsk_fail(call, TSK_NOT_FOUND,
				"no worker '%s': no [worker %s] in its temporal-skill.ini", name,
				name);
	if (worker_cmd && stage->count > 1)
		return tsk_fail(call, TSK_USAGE,
				"--worker-cmd is of one worker, and '%s' has several: name one",
				tsk_setting(call, TSK_SETTING_PROJECT_NAME));
	return TSK_OK;
}

/* ---- starting ---- */

static const char *const *environment_of(struct tsk_call *call, const struct staging *staging,
					 size_t which, const char *folder, const char *probe,
					 const struct door *door)
{
	const struct tsk_strings connection = tsk_connection_environment(call);
	struct tsk_lines lines = { .call = call };

	for (size_t i = 0; i < connection.count; i++)
		tsk_lines_push(&lines, connection.items[i]);
	tsk_lines_add(&lines, "TEMPORAL_ADDRESS=%s", door->address);
	tsk_lines_add(&lines, "TEMPORAL_SKILL_PROBE_DOOR=%s", door->address);
	tsk_lines_add(&lines, "TEMPORAL_SKILL_PROBE_ADDRESS=%s",
		      tsk_setting(call, TSK_SETTING_ADDRESS));
	for (const char *const *more = staging->environment; more && *more; more++)
		tsk_lines_push(&lines, *more);
	tsk_lines_push(&lines, tsk_probe_python_path(call, probe, lines.items));
	tsk_lines_push(&lines, "TEMPORAL_SKILL_PROBE=replay");
	tsk_lines_add(&lines, "TEMPORAL_SKILL_PROBE_FILE=%s/" LINES, folder);
	tsk_lines_add(&lines, "TEMPORAL_SKILL_PROBE_HISTORIES=%s", folder);
	tsk_lines_push(&lines, "TEMPORAL_SKILL_PROBE_KEEP");
	tsk_lines_push(&lines, staging->offline ? "TEMPORAL_SKILL_PROBE_OFFLINE=1"
						: "TEMPORAL_SKILL_PROBE_OFFLINE");
	if (staging->sources && staging->sources[which])
		tsk_lines_add(&lines, "TEMPORAL_SKILL_PROBE_SOURCES=%s", staging->sources[which]);
	else
		tsk_lines_push(&lines, "TEMPORAL_SKILL_PROBE_SOURCES");
	return lines.items;
}

static enum tsk_status start(struct tsk_call *call, const struct staging *staging,
			     struct stage *stage, size_t which, const char *folder,
			     const char *probe, const struct door *door)
{
	struct program *program = &stage->programs[which];
	const struct tsk_launch launch = {
		.words = program->words.items,
		.directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR),
		.environment = environment_of(call, staging, which, folder, probe, door),
		.log = stage->log,
		.kind = "check",
		.scope = tsk_setting(call, TSK_SETTING_PROJECT_DIR),
		.foreground = true,
	};

	program->ended = program->speaks = false;
	program->pidfd = -1;
	if (tsk_launch(call, &launch, &program->process))
		return tsk_error(call);
	program->pidfd = tsk_process_open(&program->process);
	return TSK_OK;
}

static enum tsk_status start_all(struct tsk_call *call, const struct staging *staging,
				 struct stage *stage, const char *folder, const struct door *door)
{
	const char *why = NULL, *probe = tsk_probe_folder(call, &why);

	if (!probe)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot rehearse: %s", why);
	stage->log = tsk_log_path(call, "rehearsal", tsk_setting(call, TSK_SETTING_PROJECT_NAME),
				  tsk_setting(call, TSK_SETTING_PROJECT_DIR));
	if (!stage->log || tsk_log_rotate(call, stage->log))
		return tsk_error(call);
	for (size_t i = 0; i < stage->count; i++)
		if (start(call, staging, stage, i, folder, probe, door))
			return tsk_error(call);
	return TSK_OK;
}

/* ---- listening ---- */

struct listening {
	struct chosen *chosen;
	const struct staging *staging;
	struct stage *stage;
	const char *path;
	struct door door;
	int64_t heard_at; /* monotonic ms */
	int changes;      /* inotify; -1: none to be had */
	size_t read_to;   /* bytes of the file of lines */
};

/* Whole lines that came since. */
static enum tsk_status take_lines(struct listening *listening)
{
	struct tsk_call *call = listening->chosen->call;
	struct stat about;

	if (stat(listening->path, &about) || (size_t)about.st_size <= listening->read_to)
		return TSK_OK;
	size_t more = (size_t)about.st_size - listening->read_to;
	if (more > LINE_SIZE_MOST)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot rehearse: the program floods '%s'",
				listening->path);
	const char *text = tsk_file_tail(call, listening->path, SIZE_MAX, LINE_SIZE_MOST,
					 (int64_t)listening->read_to);
	for (const char *end; text && (end = strchr(text, '\n')); text = end + 1) {
		const size_t length = (size_t)(end - text);
		const char *line = tsk_copy_bytes(call, text, length);
		listening->read_to += length + 1;
		listening->heard_at = tsk_now_ms();
		cJSON *object = tsk_parse(call, line);
		if (!cJSON_IsObject(object))
			continue;
		if (take_line(listening->chosen, listening->staging, listening->stage, object))
			return tsk_error(call);
	}
	return TSK_OK;
}

static void note_ends(struct stage *stage)
{
	for (size_t i = 0; i < stage->count; i++) {
		struct program *program = &stage->programs[i];
		if (program->ended)
			continue;
		if (tsk_process_ended(&program->process, &program->code, &program->signal) ||
		    !tsk_process_runs(&program->process)) {
			program->ended = true;
			if (program->pidfd >= 0)
				close(program->pidfd);
			program->pidfd = -1;
		}
	}
}

static bool all_have_ended(const struct stage *stage)
{
	for (size_t i = 0; i < stage->count; i++)
		if (!stage->programs[i].ended)
			return false;
	return true;
}

/* Whether all that was handed out came back. */
static bool all_is_answered(const struct chosen *chosen, const struct staging *staging)
{
	for (size_t i = 0; i < chosen->count; i++) {
		const struct rehearsed *run = &chosen->items[i];
		if (run->handed && (staging->of_then ? &run->then : &run->now)->fate == FATE_WAITS)
			return false;
	}
	return true;
}

/* A reloader goes on when the worker that it started has ended; a worker that is the program itself
 * ends with it. */
static bool is_done(struct tsk_call *call, const struct program *program)
{
	size_t count = 0;

	if (program->ended)
		return true;
	if (program->speaks)
		return false;
	tsk_process_tree(call, &program->process, &count);
	return count < 2;
}

/* One whose code has the server's address in it does not come to the door. */
static bool connects_unasked(struct listening *listening)
{
	struct tsk_call *call = listening->chosen->call;
	const struct stage *stage = listening->stage;

	for (size_t i = 0; !stage->begun && i < stage->count; i++) {
		size_t count = 0;
		if (stage->programs[i].ended)
			continue;
		const struct tsk_process_info *tree =
			tsk_process_tree(call, &stage->programs[i].process, &count);
		if (tsk_process_connected(call, tree, tsk_setting(call, TSK_SETTING_ADDRESS)))
			return true;
	}
	return false;
}

static bool any_asker_runs(const struct stage *stage)
{
	struct tsk_process asker;

	for (size_t i = 0; i < stage->asker_count; i++)
		if (stage->askers[i] > 0 && tsk_process_identify(stage->askers[i], &asker))
			return true;
	return false;
}

static bool is_over(struct listening *listening)
{
	struct stage *stage = listening->stage;

	stage->ignores_us |= spoke_at_door(&listening->door) || connects_unasked(listening);
	if (all_have_ended(stage) || stage->ignores_us)
		return true;
	if (stage->held_back && !stage->workers &&
	    tsk_now_ms() - stage->held_back_at > HELD_BACK_MS)
		return true;
	if (!stage->asks || !all_is_answered(listening->chosen, listening->staging))
		return false;
	if (tsk_now_ms() - listening->heard_at > LEFT_OVER_MS && !any_asker_runs(stage))
		return true;
	for (size_t i = 0; i < stage->count; i++)
		if (!is_done(listening->chosen->call, &stage->programs[i]))
			return false;
	return true;
}

static enum tsk_status listen(struct listening *listening)
{
	struct chosen *chosen = listening->chosen;
	struct stage *stage = listening->stage;
	struct pollfd *fds =
		tsk_alloc(chosen->call, (stage->count + 2 + DOOR_GUESTS) * sizeof(*fds));
	enum tsk_status status = TSK_OK;
	char ignored[4096];

	for (;;) {
		if (take_lines(listening))
			return tsk_error(chosen->call);
		note_ends(stage);
		if (is_over(listening))
			return take_lines(listening);
		const int64_t now = tsk_now_ms();
		if (now >= chosen->asked->deadline) {
			stage->timed_out = true;
			return TSK_OK;
		}
		for (size_t i = 0; i < stage->count; i++)
			fds[i] =
				(struct pollfd){ .fd = stage->programs[i].pidfd, .events = POLLIN };
		fds[stage->count] = (struct pollfd){ .fd = listening->changes, .events = POLLIN };
		const size_t doors = watch_door(&listening->door, &fds[stage->count + 1]);
		const int64_t next = now + LOOK_MS < chosen->asked->deadline
					     ? now + LOOK_MS
					     : chosen->asked->deadline;
		status = tsk_wait(chosen->call, fds, stage->count + 1 + doors, next);
		if (status == TSK_INTERRUPTED)
			return status;
		while (listening->changes >= 0 && fds[stage->count].revents &&
		       read(listening->changes, ignored, sizeof(ignored)) > 0)
			;
	}
}

/* ---- the whole ---- */

static void stop_all(struct tsk_call *call, struct stage *stage)
{
	const enum tsk_status before = tsk_error(call);

	for (size_t i = 0; i < stage->count; i++) {
		struct program *program = &stage->programs[i];
		struct tsk_stopped stopped;
		if (program->pidfd >= 0)
			close(program->pidfd);
		program->pidfd = -1;
		/* What would poll is given no time for it. */
		if (program->process.pid &&
		    tsk_stop_tree(call, &program->process, stage->ignores_us ? 0 : GRACE_MS,
				  &stopped) &&
		    !before)
			tsk_forget_error(call);
	}
}

static void begin(struct chosen *chosen, struct stage *stage, bool of_then)
{
	stage->workers = stage->asks = stage->asker_count = 0;
	stage->timed_out = stage->begun = stage->ignores_us = false;
	stage->refused = stage->held_back = stage->other_namespace = NULL;
	stage->queues = stage->types = (struct tsk_lines){ .call = chosen->call };
	for (size_t i = 0; i < chosen->count; i++) {
		chosen->items[i].handed = false;
		if (!chosen->items[i].problem)
			*(of_then ? &chosen->items[i].then : &chosen->items[i].now) =
				(struct replay){ .fate = FATE_WAITS };
	}
}

enum tsk_status put_on_stage(struct chosen *chosen, const struct staging *staging,
			     struct stage *stage)
{
	struct tsk_call *call = chosen->call;
	struct listening listening = {
		.chosen = chosen,
		.staging = staging,
		.stage = stage,
		.path = tsk_format(call, "%s/" LINES, chosen->folder),
		.changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC),
	};

	if (open_door(call, &listening.door))
		return tsk_error(call);
	begin(chosen, stage, staging->of_then);
	unlink(listening.path);
	/* The end of the machine's watches is no end of ours: then it is looked at now and then. */
	if (listening.changes >= 0)
		inotify_add_watch(listening.changes, chosen->folder, IN_MODIFY | IN_CREATE);
	enum tsk_status status = start_all(call, staging, stage, chosen->folder, &listening.door);
	if (status == TSK_OK)
		status = listen(&listening);
	stop_all(call, stage);
	close_door(&listening.door);
	if (listening.changes >= 0)
		close(listening.changes);
	return status;
}
