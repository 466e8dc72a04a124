/* What a diagnosis knew, into a file. */
#include "call/call.h"
#include "symptoms.h"
#include "worker_log.h"

#include <temporal-skill/process.h>

#include <stdlib.h>
#include <string.h>

/* In place of values that were not asked for; the first is suspicious as the value was. */
#define LEFT_OUT_ERROR "{\"error\":\"left out\"}"
#define LEFT_OUT       "null"

/* Beyond it a double is not exact. */
#define DOUBLE_MOST    (1LL << 53)

struct writing {
	struct tsk_call *call;
	bool payloads;
};

static const void *member_at(const void *base, size_t at)
{
	return (const char *)base + at;
}

static void set_long(cJSON *object, const char *name, long long value)
{
	if (value > DOUBLE_MOST || value < -DOUBLE_MOST)
		tsk_set_id(object, name, value);
	else if (value)
		tsk_set_number(object, name, value);
}

static void set_text(cJSON *object, const char *name, const char *text)
{
	if (text)
		tsk_set(object, name, text);
}

static void write_identity(struct writing *writing, cJSON *object, const char *name,
			   const char *identity)
{
	int pid = tsk_identity_pid(or_empty(identity));

	set_text(object, name, pid ? tsk_format(writing->call, "%d@" SAME_HOST, pid) : identity);
}

static void write_strings(cJSON *object, const char *name, const struct tsk_strings *strings)
{
	cJSON *list = strings->count ? tsk_set_list(object, name) : NULL;

	for (size_t i = 0; i < strings->count; i++)
		tsk_append(list, or_empty(strings->items[i]));
}

static void write_payloads(struct writing *writing, cJSON *object, const char *name,
			   const struct tsk_payloads *payloads)
{
	cJSON *list = writing->payloads && payloads->count ? tsk_set_list(object, name) : NULL;

	for (size_t i = 0; list && i < payloads->count; i++)
		tsk_append(list, tsk_payload_json(writing->call, &payloads->items[i]));
}

static void write_shape(struct writing *writing, cJSON *object, const struct shape *shape,
			const void *base);

static void write_list(struct writing *writing, cJSON *object, const struct field *field,
		       const void *base)
{
	const char *first = *(const void *const *)member_at(base, field->at);
	size_t count = *(const size_t *)member_at(base, field->count_at);
	cJSON *list = count ? tsk_set_list(object, field->name) : NULL;

	for (size_t i = 0; i < count; i++)
		write_shape(writing, tsk_append_object(list), field->shape,
			    first + i * field->shape->size);
}

static void write_field(struct writing *writing, cJSON *object, const struct field *field,
			const void *base)
{
	const void *at = member_at(base, field->at);
	const void *pointed;

	switch (field->type) {
	case FIELD_TEXT:
		if (*or_empty(*(const char *const *)at))
			tsk_set(object, field->name, *(const char *const *)at);
		break;
	case FIELD_OPTIONAL: set_text(object, field->name, *(const char *const *)at); break;
	case FIELD_IDENTITY:
		write_identity(writing, object, field->name, *(const char *const *)at);
		break;
	case FIELD_INT: set_long(object, field->name, *(const int *)at); break;
	case FIELD_DOUBLE:
		if (*(const double *)at != 0)
			cJSON_AddNumberToObject(object, field->name, *(const double *)at);
		break;
	case FIELD_LONG: set_long(object, field->name, *(const int64_t *)at); break;
	case FIELD_BOOL:
		if (*(const bool *)at)
			tsk_set_bool(object, field->name, true);
		break;
	case FIELD_STRINGS: write_strings(object, field->name, at); break;
	case FIELD_PAYLOADS: write_payloads(writing, object, field->name, at); break;
	case FIELD_EMBEDDED:
		write_shape(writing, tsk_set_object(object, field->name), field->shape, at);
		break;
	case FIELD_BESIDE:
	case FIELD_CAUSE:
	case FIELD_OBJECT:
		pointed = field->type == FIELD_BESIDE
				  ? call_beside(writing->call, *(const unsigned *)at)
				  : *(const void *const *)at;
		if (pointed)
			write_shape(writing, tsk_set_object(object, field->name), field->shape,
				    pointed);
		break;
	case FIELD_LIST: write_list(writing, object, field, base); break;
	}
}

static void write_shape(struct writing *writing, cJSON *object, const struct shape *shape,
			const void *base)
{
	for (const struct field *field = shape->fields; field->name; field++)
		write_field(writing, object, field, base);
}

/* ---- what is left out ---- */

static const char *result_kept(const struct writing *writing, const struct tsk_symptoms *symptoms)
{
	const struct tsk_history *newest = &symptoms->newest;
	const char *json = symptoms->result_json;

	if (symptoms->workflow->status != TSK_WORKFLOW_COMPLETED)
		return NULL;
	if (!json && newest->count && newest->events[0].type == TSK_EVENT_COMPLETED)
		json = tsk_payloads_json(writing->call, &newest->events[0].result);
	if (!json || writing->payloads)
		return json;
	return tsk_looks_like_error(writing->call, json) ? LEFT_OUT_ERROR : LEFT_OUT;
}

/* Of a log only what is about this workflow, or about why the worker died: a log holds whatever the
 * code prints. */
static struct tsk_symptoms with_logs_cut(const struct writing *writing,
					 const struct tsk_symptoms *symptoms)
{
	struct tsk_symptoms kept = *symptoms;
	struct tsk_symptom_worker *workers =
		tsk_alloc(writing->call, (kept.worker_count + 1) * sizeof(*workers));
	bool died = false;

	for (size_t i = 0; i < kept.worker_count; i++) {
		workers[i] = symptoms->workers[i];
		workers[i].log_tail =
			log_about(writing->call, workers[i].log_tail, symptoms->workflow, false);
		died |= workers[i].of_this_project && !workers[i].alive;
	}
	kept.workers = workers;
	kept.worker_log_tail =
		log_about(writing->call, kept.worker_log_tail, symptoms->workflow, died);
	kept.result_json = result_kept(writing, symptoms);
	return kept;
}

static void write_known(struct writing *writing, cJSON *object, const struct tsk_known *known)
{
	struct tsk_symptoms kept = with_logs_cut(writing, &known->symptoms);

	write_shape(writing, object, &symptoms_shape, &kept);
	if (known->child)
		write_known(writing, tsk_set_object(object, "child"), known->child);
}

enum tsk_status tsk_known_save(struct tsk_call *call, const struct tsk_known *known, bool payloads,
			       const char *path)
{
	struct writing writing = { .call = call, .payloads = payloads };
	cJSON *root = tsk_parse(call, "{}");
	char *text;
	enum tsk_status status;

	tsk_set(root, "program", tsk_version());
	tsk_set_bool(root, "payloads", payloads);
	write_known(&writing, tsk_set_object(root, "symptoms"), known);
	text = cJSON_Print(root);
	if (!text)
		return tsk_fail(call, TSK_INTERNAL, "cannot write '%s': out of memory", path);
	status = tsk_file_write(call, path, text, strlen(text));
	free(text);
	return status;
}
