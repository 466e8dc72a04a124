/* doctor: is everything there that a Temporal project needs, and if not, what mends it. */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct doctor_options {
	const char *directory;
};

static const struct tsk_option options[] = {
	{ .name = "dir",
	  .type = TSK_STRING,
	  .at = offsetof(struct doctor_options, directory),
	  .argument = "DIR",
	  .help = "the project (default: --project-dir)",
	  .positional = true,
	  .global = "project-dir" },
	{ 0 },
};

/* ---- rows ---- */

static void add_row(struct doctor *doctor, struct doctor_row row)
{
	if (doctor->count < DOCTOR_MOST_ROWS)
		doctor->rows[doctor->count++] = row;
}

void doctor_add(struct doctor *doctor, const char *name, bool ok, bool needed, const char *value,
		const char *detail, const char *fix)
{
	enum doctor_state state = ok ? DOCTOR_OK : needed ? DOCTOR_MISSING : DOCTOR_WARNING;

	/* What is to be written into a file begins with where. */
	add_row(doctor,
		(struct doctor_row){ .name = name,
				     .state = state,
				     .needed = needed,
				     .value = value,
				     .detail = detail,
				     .fix = ok ? NULL : fix,
				     .fix_is_command = fix && strncmp(fix, "in ", 3) != 0 });
}

void doctor_skip(struct doctor *doctor, const char *name, const char *why)
{
	add_row(doctor,
		(struct doctor_row){ .name = name, .state = DOCTOR_SKIPPED, .detail = why });
}

/* ---- asking programs ---- */

/* A version takes 50 ms; one that has to be loaded from a cold disk on a busy machine, more. */
#define ASK_MS    10000
#define ASK_LIMIT 4096

const char *doctor_ask(struct doctor *doctor, const char *const *words, const char **why)
{
	struct tsk_call *call = doctor->call;
	/* Not in the project: Python imports what lies there, and version managers read what it
	 * says of them. */
	struct tsk_launch spawn = { .words = words, .directory = "/" };
	struct tsk_ran ran = { .output = "" };

	if (tsk_launch_and_wait(call, &spawn, tsk_deadline(call, ASK_MS), ASK_LIMIT, &ran)) {
		*why = tsk_error_message(call);
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
		return NULL;
	}
	const char *line = tsk_copy_bytes(call, ran.output, strcspn(ran.output, "\r\n"));
	if (!ran.code && !ran.timed_out)
		return line;
	*why = ran.timed_out ? tsk_format(call, "'%s' does not end", words[0])
			     : tsk_format(call, "'%s' ends with exit status %d: %s", words[0],
					  ran.code, tsk_shorten(call, line, 200));
	return NULL;
}

bool doctor_version_least(const char *version, int major, int minor)
{
	char *end;
	long first = strtol(version, &end, 10);
	long second = *end == '.' ? strtol(end + 1, NULL, 10) : 0;

	return first > major || (first == major && second >= minor);
}

/* ---- all ---- */

static const char *const states[] = { [DOCTOR_MISSING] = "missing",
				      [DOCTOR_WARNING] = "warning",
				      [DOCTOR_SKIPPED] = "skipped",
				      [DOCTOR_OK] = "ok" };

/* Worst first; returns the names of those in a state. */
static const char *say_rows(struct doctor *doctor, cJSON *list, enum doctor_state state,
			    size_t *count)
{
	struct tsk_text names = { .call = doctor->call };

	for (size_t i = 0; i < doctor->count; i++) {
		const struct doctor_row *row = &doctor->rows[i];
		if (row->state != state)
			continue;
		cJSON *object = tsk_append_object(list);
		tsk_set(object, "name", row->name);
		tsk_set(object, "state", states[state]);
		if (state == DOCTOR_SKIPPED)
			tsk_set(object, "ok", NULL);
		else
			tsk_set_bool(object, "ok", state == DOCTOR_OK);
		tsk_set_bool(object, "needed", row->needed);
		tsk_set(object, "value", row->value);
		tsk_set(object, "detail", row->detail);
		tsk_set(object, "fix", row->fix);
		tsk_text_join(&names, ", ", "%s", row->name);
		if (state == DOCTOR_MISSING && row->fix && row->fix_is_command)
			tsk_next(doctor->call, "%s", row->fix);
		(*count)++;
	}
	return tsk_text_value(&names);
}

static enum tsk_status say_answer(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	cJSON *list = tsk_set_list(tsk_result(call), "checks");
	size_t counts[DOCTOR_OK + 1] = { 0 };
	const char *names[DOCTOR_OK + 1];

	for (int state = DOCTOR_MISSING; state <= DOCTOR_OK; state++)
		names[state] = say_rows(doctor, list, state, &counts[state]);
	const char *warnings =
		counts[DOCTOR_WARNING]
			? tsk_format(call, "; %zu warning%s: %s", counts[DOCTOR_WARNING],
				     counts[DOCTOR_WARNING] == 1 ? "" : "s", names[DOCTOR_WARNING])
			: "";
	if (counts[DOCTOR_MISSING]) {
		tsk_verdict(call, "missing", "%zu of %zu checks failed that are needed: %s%s",
			    counts[DOCTOR_MISSING], doctor->count, names[DOCTOR_MISSING], warnings);
		return TSK_NEGATIVE;
	}
	tsk_verdict(call, counts[DOCTOR_WARNING] ? "warnings" : "ok",
		    "all that is needed is there: %zu checks%s", doctor->count, warnings);
	tsk_next(call, "temporal-skill verify-project");
	return TSK_OK;
}

static bool runs_uv(const struct tsk_strings *command)
{
	const char *first = command->count ? command->items[0] : "";
	const char *slash = strrchr(first, '/');

	return !strcmp(slash ? slash + 1 : first, "uv");
}

static void read_commands(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;

	/* What cannot be split is told where the commands are looked at. */
	const struct tsk_project_worker *workers;
	size_t count;
	if (tsk_project_workers(call, &workers, &count) ||
	    tsk_split_words(call, "worker_cmd", workers->command, &doctor->worker))
		doctor->worker = (struct tsk_strings){ .count = 0 };
	tsk_forget_error(call);
	if (tsk_split_words(call, "starter_cmd", tsk_setting(call, TSK_SETTING_STARTER_CMD),
			    &doctor->starter))
		doctor->starter = (struct tsk_strings){ .count = 0 };
	tsk_forget_error(call);
	doctor->uses_uv = runs_uv(&doctor->worker);
}

static enum tsk_status run_doctor(struct tsk_call *call, const void *given)
{
	void (*const parts[])(struct doctor *) = { doctor_tools, doctor_server, doctor_machine,
						   doctor_project };
	const struct doctor_options *o = given;
	struct doctor *doctor = tsk_alloc(call, sizeof(*doctor));

	doctor->call = call;
	doctor->local = tsk_address_is_here(tsk_setting(call, TSK_SETTING_ADDRESS));
	doctor->directory_given =
		o->directory || tsk_setting_is_given(call, TSK_SETTING_PROJECT_DIR);
	tsk_set(tsk_result(call), "project_dir", tsk_setting(call, TSK_SETTING_PROJECT_DIR));
	read_commands(doctor);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		parts[i](doctor);
		if (tsk_interrupted(call))
			return TSK_INTERRUPTED;
		tsk_forget_error(call);
	}
	return say_answer(doctor);
}

static const struct tsk_view views[] = {
	{ .path = "checks", .label = "", .columns = "name state value fix detail" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill doctor",
					"temporal-skill doctor ./greeting -o json", NULL };

const struct tsk_command doctor_command = {
	.name = "doctor",
	.summary =
		"check all that a project needs: tools, server, directories, workers, layout, code",
	.details = "Nothing is changed. Each check says what mends it; exit 1 where something is "
		   "missing that is\nneeded. Warnings do not count.",
	.examples = examples,
	.needs = TSK_NEEDS_PROJECT,
	.options = options,
	.options_size = sizeof(struct doctor_options),
	.views = views,
	.rows = "checks",
	.run = run_doctor,
};
