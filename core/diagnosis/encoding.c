/* Values that cannot be encoded, or are too large to be sent: which of them it was, as far as the
 * stack or a worker's log tells, and the error whose place the one about the encoding took. */
#include "encoding.h"

#include "worker_log.h"

#include <string.h>

#define UNBUILT "Failed building exception result: "

/* ---- which value ---- */

/* Frames of the SDK, the innermost first, and what they are about to encode. */
static const struct {
	const char *frame, *what;
} places[] = {
	{ "in _send_latest_heartbeat", ENCODED_HEARTBEAT },
	{ "in _heartbeat_async", ENCODED_HEARTBEAT },
	{ ".memo[", "a value of the memo of the child workflow that it starts" },
	{ "in workflow_upsert_memo", "a value that it gives to upsert_memo()" },
	{ "in _outbound_signal_", "an argument of the signal that it sends" },
	{ "in _apply_start_command", "an argument of the child workflow that it starts" },
	{ "in _apply_schedule_command", "an argument of the activity that it calls" },
	{ "in run_update", "what the update handler returns" },
	{ "in run_query", "what the query handler returns" },
	{ "in run_workflow", "what the workflow returns" },
	{ "in _apply_command", "an argument of continue_as_new()" },
	{ "in _handle_start_activity_task", "what the activity returns" },
};

static bool is_about_encoding(const char *message)
{
	static const char *const words[] = { "not JSON serializable", "has no known converter",
					     "Unable to serialize unknown type",
					     "Circular reference detected" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strstr(message, words[i]))
			return true;
	return false;
}

static const char *what_by_stack(const char *stack)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (strstr(stack, places[i].frame))
			return places[i].what;
	return "";
}

/* "Object of type Decimal is not …", "… of type <class 'shop.Rates'> has no known converter"; "":
 * it is not told. */
static const char *type_in(struct tsk_call *call, const char *message)
{
	static const char mark[] = "of type ", class[] = "<class '";
	const char *at = strstr(message, mark);

	if (!at)
		at = strstr(message, class);
	if (!at)
		return "";
	if (strncmp(at, mark, strlen(mark)) == 0)
		at += strlen(mark);
	if (strncmp(at, class, strlen(class)) == 0)
		at += strlen(class);
	return tsk_copy_bytes(call, at, strcspn(at, " '>\n"));
}

/* ---- too large ---- */

static int digit_of(char letter)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = letter ? strchr(digits, letter) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Whether a text stands in what is encoded as base64 at that place. */
static bool base64_has(struct tsk_call *call, const char *at, const char *text)
{
	char *bytes = tsk_alloc(call, strlen(at) + 1);
	unsigned bits = 0;
	size_t size = 0;

	for (int count = 0; digit_of(*at) >= 0; at++) {
		bits = bits << 6 | (unsigned)digit_of(*at);
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		bytes[size++] = (char)(bits >> count & 0xff);
	}
	return *text && memmem(bytes, size, text, strlen(text));
}

/* The SDK's core fails an activity whose heartbeat is too large, while its code still runs; when
 * that ends, the server does not know it any more. The task's token says which one it was. */
static bool was_failed_before_it_ended(const struct reading *reading)
{
	static const char record[] = "Activity not found on completion", token[] = "TaskToken(";
	size_t at = 0;

	for (const char *log; (log = next_log(reading, &at));)
		for (const char *line = log; (line = strstr(line, record)); line++) {
			size_t size = strcspn(line, "\n");
			const char *its = memmem(line, size, token, strlen(token));

			if (its && base64_has(reading->call, its + strlen(token),
					      or_empty(reading->workflow->run_id)))
				return true;
		}
	return false;
}

static const char *what_was_too_large(const struct reading *reading)
{
	const struct tsk_pending_activity *activity = reading->activity;
	const struct tsk_event *scheduled = failed_activity_scheduled(&reading->symptoms->newest);
	int64_t heartbeat_ms =
		activity ? tsk_pending_activity_more(reading->call, reading->workflow, activity)
				   ->heartbeat_ms
			 : 0;

	if (was_failed_before_it_ended(reading))
		return ENCODED_HEARTBEAT;
	if (heartbeat_ms > 0 || (scheduled && scheduled->heartbeat_ms > 0))
		return "what it gives to activity.heartbeat(), or else returns,";
	return "what it returns";
}

/* ---- for deciding and telling ---- */

bool is_unbuilt(const struct tsk_failure *failure)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;

	return root && root->kind == TSK_FAILURE_APPLICATION &&
	       strncmp(or_empty(root->message), UNBUILT, strlen(UNBUILT)) == 0;
}

void take_original_error(struct reading *reading, const struct tsk_failure *failure)
{
	struct tsk_root_cause logged;
	int attempt;

	if (!is_unbuilt(failure) || !find_logged_failure(reading, &logged, &attempt))
		return;
	take_logged_cause(reading, &logged);
	reading->log_share = LOG_OF_THE_ORIGINAL;
}

struct unencoded unencoded_value(const struct reading *reading)
{
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;
	const struct tsk_failure *failure = reading->diagnosis->failure;
	struct unencoded value = { .what = NULL, .type = "" };

	if (is_unbuilt(failure)) {
		value.what = "what it gives to the error as details";
		value.type = type_in(reading->call, tsk_failure_root(failure)->message);
	} else if (is_about_encoding(cause->message)) {
		value.what = what_by_stack(cause->stack_trace);
		value.type = type_in(reading->call, cause->message);
	} else if (strcmp(cause->type, "PayloadsTooLarge") == 0 &&
		   (reading->activity || first_callee_link(failure))) {
		value.what = what_was_too_large(reading);
		value.too_large = true;
	}
	return value;
}
