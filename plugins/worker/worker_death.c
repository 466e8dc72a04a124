/* Why a worker that was just started has ended. */
#include "passports.h"
#include "start_worker.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/text.h>

#include <signal.h>

/* Lines of the log that are shown. */
#define LAST_LINES     15

/* Of the log, to find the cause in. */
#define CAUSE_LINES    400
#define CAUSE_LOG_SIZE ((size_t)256 << 10)

/* What its log and its end tell; cause is filled where told says that the log knows. */
struct death {
	const char *why;
	bool told, by_itself; /* by_itself: without an error, as a program that is done */
	struct tsk_root_cause cause;
};

static const char *command_text(struct tsk_call *call, const struct started_worker *started)
{
	return tsk_shorten(call, tsk_join(call, &started->own->command, " "), 120);
}

/* What the SDK said to its process, which may have kept it to itself. */
static const char *refusal_of(struct tsk_call *call, const struct started_worker *started)
{
	const struct tsk_record record = worker_record(call, started);
	const struct tsk_passport passport = tsk_passport_read(call, &record, NULL);

	return passport_refusal(call, &passport, true);
}

static struct death read_death(struct tsk_call *call, const struct started_worker *started,
			       int64_t lived)
{
	const char *text = tsk_file_tail(call, started->log, CAUSE_LINES, CAUSE_LOG_SIZE, -1);
	const char *words = tsk_log_last_words(call, text);
	struct death death = { .cause = { .message = "" } };
	const struct tsk_root_cause *cause = &death.cause;
	const char *refusal = refusal_of(call, started);

	death.told = text && tsk_log_cause(call, text, &death.cause);
	death.by_itself =
		started->ended && !started->signal && !started->code && !death.told && !refusal;
	const char *memory = memory_hint(call, started, text);
	/* By the signal that ends it then. */
	if (started->signal == SIGTERM && started->lifetime->ttl_ms > 0 &&
	    lived >= started->lifetime->ttl_ms)
		death.why = "the time that --ttl gave it was over";
	else if (death.told)
		death.why = tsk_format(call, "%s%s%s",
				       cause->summary && *cause->summary ? cause->summary
									 : cause->message,
				       *memory ? "; " : "", memory);
	else if (*memory || refusal)
		death.why = *memory ? memory : refusal;
	else if (death.by_itself)
		death.why = words ? tsk_format(call,
					       "it was done, and said no error; its last "
					       "words: %s",
					       tsk_quote(call, words))
				  : "it was done, and wrote nothing to its log";
	else if (words && !started->signal)
		death.why = tsk_format(call, "its last words: %s", tsk_quote(call, words));
	else
		death.why = words ? "its log does not say why"
				  : tsk_format(call, "'%s' wrote nothing to its log",
					       command_text(call, started));
	return death;
}

static const char *remedy_of(const struct death *death)
{
	if (death->told)
		return death->cause.remedy ? death->cause.remedy : "";
	return death->by_itself
		       ? "a worker stays until it is stopped (await worker.run()); a program that "
			 "runs its worker and its workflow itself, and then ends, is a starter: "
			 "run-starter runs it, and there is no worker to keep"
		       : "";
}

void tell_death(struct tsk_call *call, const struct started_worker *started, int64_t lived,
		struct told *told)
{
	const struct tsk_strings lines = log_lines(call, started->log, LAST_LINES);
	const struct death death = read_death(call, started, lived);
	cJSON *result = told->into;

	cJSON_DeleteItemFromObjectCaseSensitive(result, "worker_pid");
	cJSON_DeleteItemFromObjectCaseSensitive(result, "evidence");
	if (started->ended)
		tsk_set_number(result, "exit_status", started->code);
	tsk_set(result, "cause", death.why);
	if (death.told) {
		cJSON *root = tsk_set_object(result, "root_cause");
		tsk_set(root, "type", death.cause.type);
		tsk_set(root, "message", death.cause.message);
		tsk_set(root, "location", death.cause.location);
	}
	if (*remedy_of(&death))
		tsk_set(result, "remedy", remedy_of(&death));
	cJSON *tail = tsk_set_list(result, "log_tail");
	for (size_t i = 0; i < lines.count; i++)
		tsk_append(tail, lines.items[i]);
	told->verdict = "died";
	told->brief =
		tsk_format(call, "died %s after its start%s: %s", tsk_duration_text(call, lived),
			   !started->ended   ? ""
			   : started->signal ? tsk_format(call, " (signal %d)", started->signal)
					     : tsk_format(call, " (exit status %d)", started->code),
			   death.why);
}
