/* The beginning of a verification: the server, the static checks, the worker. */
#include "verification.h"

#include <temporal-skill/process.h>
#include <temporal-skill/sources.h>
#include <temporal-skill/static_check.h>

#include <string.h>
#include <unistd.h>

#define CHECK_OUTPUT ((size_t)64 << 10)
/* It takes a fifth of a second, and what does not is let go. */
#define WORKFLOWS_MS 5000

/* What a verification starts ends with it, however that ends. */
static const char *const *bound_to_us(struct tsk_call *call)
{
	const char **words = tsk_alloc(call, 3 * sizeof(*words));

	words[0] = "--with-parent";
	words[1] = tsk_format(call, "%d", (int)getpid());
	return words;
}

void verification_server(struct verification *verification)
{
	const char *address = tsk_setting(verification->call, TSK_SETTING_ADDRESS);
	const int before = recorded_pid(verification->call, "server", address, NULL);
	int64_t began = tsk_now_ms();
	const cJSON *result = NULL;
	const char *error = "";
	enum tsk_status status = verification_command(
		verification, "ensure-server", bound_to_us(verification->call), &result, &error);

	verification->server_started = !strcmp(member_text(result, "verdict"), "started") ||
				       !strcmp(member_text(result, "verdict"), "ends_with_call");
	/* One that was started and did not get ready is ours to stop, too. */
	if (status != TSK_OK) {
		int now = recorded_pid(verification->call, "server", address, NULL);
		verification->server_started = now && now != before;
	}
	verification->server_version = member_text(result, "server_version");
	if (status != TSK_OK)
		verification_step(verification, "server", false, began, status, "%s", error);
	else
		verification_step(verification, "server", true, began, TSK_OK,
				  "%s at %s, version %s, namespace '%s'",
				  member_text(result, "verdict"), member_text(result, "address"),
				  verification->server_version, member_text(result, "namespace"));
}

bool verification_program(struct verification *verification, const char *name,
			  const char *const *words, int64_t limit_ms)
{
	struct tsk_call *call = verification->call;
	int64_t began = tsk_now_ms();
	struct tsk_ran ran = { .code = 0 };
	struct tsk_launch spawn = { .words = words,
				    .directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR),
				    .kind = "check",
				    .scope = tsk_setting(call, TSK_SETTING_PROJECT_DIR) };
	enum tsk_status status =
		tsk_launch_and_wait(call, &spawn, tsk_deadline(call, limit_ms), CHECK_OUTPUT, &ran);

	if (status != TSK_OK) {
		verification_step(verification, name, false, began, status, "%s",
				  tsk_error_message(call));
		verification->interrupted |= status == TSK_INTERRUPTED;
		tsk_forget_error(call);
		return false;
	}
	if (ran.timed_out)
		return verification_step(verification, name, false, began, TSK_TIMEOUT,
					 "it did not end within %s and was stopped%s%s",
					 tsk_duration_text(call, limit_ms),
					 *ran.output ? "; it printed: " : "",
					 tsk_shorten(call, ran.output, 400));
	bool told = ran.code && *ran.output;
	return verification_step(verification, name, ran.code == 0, began, TSK_NEGATIVE,
				 "exit status %d%s%s", ran.code, told ? ": " : "",
				 told ? tsk_shorten(call, ran.output, 1000) : "");
}

void verification_check(struct verification *verification, size_t which)
{
	const struct plan *plan = &verification->plan;

	verification_program(verification,
			     tsk_format(verification->call, "check: %s", plan->check_texts[which]),
			     plan->checks[which].items, plan->check_ms);
}

void verification_workflows(struct verification *verification)
{
	struct tsk_call *call = verification->call;
	const int64_t began = tsk_now_ms();
	const struct tsk_strings files = tsk_workflow_files(call);
	struct tsk_static_check check;

	tsk_static_check(call, &files, tsk_deadline(call, WORKFLOWS_MS), &check);
	verification->interrupted |= tsk_interrupted(call);
	if (check.workflows && !check.not_run)
		verification_step(verification, "check_workflows", !check.errors, began,
				  TSK_NEGATIVE, "%s%s", tsk_static_check_text(call, &check),
				  check.count ? "" : ": nothing found");
}

/* "'orders', 'mail'": as a query lists them. */
static const char *queue_literals(struct tsk_call *call, const cJSON *queues)
{
	struct tsk_text text = { .call = call };

	for (const cJSON *queue = queues ? queues->child : NULL; queue; queue = queue->next)
		if (cJSON_IsString(queue))
			tsk_text_join(&text, ", ", "%s",
				      tsk_query_literal(call, queue->valuestring));
	return tsk_text_value(&text);
}

static void say_no_worker(struct verification *verification, int64_t began, enum tsk_status status,
			  const cJSON *result, const char *error)
{
	const char *cause = member_text(result, "cause");
	const char *remedy = worker_remedies(verification->call, result);

	if (!strcmp(member_text(result, "verdict"), "ran_to_end") || worker_rows(result))
		verification_step(verification, "worker", false, began, status, "%s%s%s", error,
				  *remedy ? "; " : "", remedy);
	else if (*cause)
		verification_step(verification, "worker", false, began, status,
				  "it died at its start: %s%s%s", cause, *remedy ? "; " : "",
				  remedy);
	else
		verification_step(verification, "worker", false, began, status, "%s", error);
}

bool verification_without_worker(struct verification *verification)
{
	int64_t began = tsk_now_ms();
	struct tsk_no_worker none;

	return tsk_keeps_no_worker(verification->call, &none) &&
	       verification_step(verification, "worker", true, began, TSK_OK,
				 "none is kept: %s; the starter runs alone", none.why);
}

/* What the running workflows will do with the code that is verified; told before the worker that
 * runs it. */
static void say_rehearsal(struct verification *verification, int64_t began, const cJSON *result)
{
	const cJSON *rehearsal = cJSON_GetObjectItemCaseSensitive(result, "rehearsal");
	const char *breaks = member_text(result, "will_break");

	if (rehearsal)
		verification_step(verification, "rehearsal", true, began, TSK_OK, "%s%s",
				  *breaks ? "warning: " : "",
				  *breaks ? breaks : member_text(rehearsal, "headline"));
}

void verification_worker(struct verification *verification)
{
	struct tsk_call *call = verification->call;
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const int before = recorded_pid(call, "worker", NULL, project);
	int64_t began = tsk_now_ms();
	const cJSON *result = NULL;
	const char *error = "";
	static const char *const no_words[] = { NULL };
	enum tsk_status status = verification_command(
		verification, "ensure-worker", verification->stays ? no_words : bound_to_us(call),
		&result, &error);

	verification->worker_answer = result;
	say_rehearsal(verification, began, result);
	/* Who else polls has a step of its own where the plan speaks of it. */
	const char *warning =
		verification->plan.alone == ALONE_UNSAID ? worker_warnings(call, result) : "";
	const char *registers = member_text(result, "registers");
	/* Where it is refused before anything was started there is nothing to stop, and a worker
	 * that was there stays. */
	verification->worker_ready = status == TSK_OK;
	verification->worker_started = status == TSK_OK || result;
	if (!verification->worker_started) {
		int now = recorded_pid(call, "worker", NULL, project);
		verification->worker_started = now && now != before;
	}
	worker_logs_take(verification, result);
	verification->task_queues =
		queue_literals(call, cJSON_GetObjectItemCaseSensitive(result, "task_queues"));
	if (status != TSK_OK)
		say_no_worker(verification, began, status, result, error);
	else
		verification_step(verification, "worker", true, began, TSK_OK, "ready: %s%s%s%s%s",
				  *member_text(result, "evidence") ? member_text(result, "evidence")
								   : error,
				  *registers ? "; it registers " : "", registers,
				  *warning ? "; " : "", warning);
}
