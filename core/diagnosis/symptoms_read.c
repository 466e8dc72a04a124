/* What a diagnosis knew, out of a file, and once more through the classifier. */
#include "call/call.h"
#include "classifier.h"
#include "symptoms.h"

#include <temporal-skill/process.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES_MOST ((size_t)64 << 20)
/* Chains of failures have 512 links at most, children of children far fewer. */
#define DEEPEST         530

struct reading_file {
	struct tsk_call *call;
	char host[HOST_NAME_MAX + 1];
	int depth;
};

static const char *text_of(const cJSON *item)
{
	return cJSON_IsString(item) ? item->valuestring : NULL;
}

static int64_t long_of(const cJSON *item)
{
	if (cJSON_IsString(item))
		return strtoll(item->valuestring, NULL, 10);
	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

static const char *identity_of(struct reading_file *file, const cJSON *item)
{
	static const char same[] = "@" SAME_HOST;
	const char *text = text_of(item);
	const char *at = text ? strstr(text, same) : NULL;

	return at ? tsk_format(file->call, "%.*s@%s", (int)(at - text), text, file->host) : text;
}

static struct tsk_strings strings_of(struct tsk_call *call, const cJSON *list)
{
	size_t count = (size_t)cJSON_GetArraySize(list), at = 0;
	const char **items = tsk_alloc(call, (count + 1) * sizeof(*items));

	for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
		items[at++] = or_empty(text_of(item));
	return (struct tsk_strings){ .items = count ? items : NULL, .count = count };
}

/* Each as the JSON that it was shown as. */
static struct tsk_payloads payloads_of(struct tsk_call *call, const cJSON *list)
{
	size_t count = (size_t)cJSON_GetArraySize(list), at = 0;
	struct tsk_payload *items = tsk_alloc(call, (count + 1) * sizeof(*items));

	for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
		const char *json = or_empty(text_of(item));

		items[at++] = (struct tsk_payload){ .encoding = "json/plain",
						    .data = (const uint8_t *)json,
						    .size = strlen(json) };
	}
	return (struct tsk_payloads){ .items = items, .count = count };
}

static void read_shape(struct reading_file *file, const cJSON *object, const struct shape *shape,
		       void *base);

static void *read_new(struct reading_file *file, const cJSON *object, const struct shape *shape)
{
	void *made = tsk_alloc(file->call, shape->size);

	read_shape(file, object, shape, made);
	return made;
}

static void read_list(struct reading_file *file, const cJSON *list, const struct field *field,
		      void *base)
{
	size_t count = (size_t)cJSON_GetArraySize(list), at = 0;
	char *items = tsk_alloc(file->call, (count + 1) * field->shape->size);

	for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
		read_shape(file, item, field->shape, items + field->shape->size * at++);
	*(void **)((char *)base + field->at) = items;
	*(size_t *)((char *)base + field->count_at) = count;
}

static void read_field(struct reading_file *file, const cJSON *item, const struct field *field,
		       void *base)
{
	void *at = (char *)base + field->at;

	switch (field->type) {
	case FIELD_TEXT: *(const char **)at = or_empty(text_of(item)); break;
	case FIELD_OPTIONAL: *(const char **)at = text_of(item); break;
	case FIELD_IDENTITY: *(const char **)at = identity_of(file, item); break;
	case FIELD_INT: *(int *)at = (int)long_of(item); break;
	case FIELD_DOUBLE: *(double *)at = cJSON_IsNumber(item) ? item->valuedouble : 0; break;
	case FIELD_LONG: *(int64_t *)at = long_of(item); break;
	case FIELD_BOOL: *(bool *)at = cJSON_IsTrue(item); break;
	case FIELD_STRINGS: *(struct tsk_strings *)at = strings_of(file->call, item); break;
	case FIELD_PAYLOADS: *(struct tsk_payloads *)at = payloads_of(file->call, item); break;
	case FIELD_EMBEDDED: read_shape(file, item, field->shape, at); break;
	case FIELD_BESIDE:
		if (cJSON_IsObject(item) && file->depth <= DEEPEST)
			*(unsigned *)at =
				call_beside_add(file->call, read_new(file, item, field->shape));
		break;
	case FIELD_CAUSE:
	case FIELD_OBJECT:
		if (!cJSON_IsObject(item) || file->depth > DEEPEST)
			break;
		*(void **)at = read_new(file, item, field->shape);
		if (field->type == FIELD_CAUSE)
			((struct tsk_failure *)*(void **)at)->outer = base;
		break;
	case FIELD_LIST: read_list(file, item, field, base); break;
	}
}

static void read_shape(struct reading_file *file, const cJSON *object, const struct shape *shape,
		       void *base)
{
	file->depth++;
	for (const struct field *field = shape->fields; field->name; field++)
		read_field(file, cJSON_GetObjectItemCaseSensitive(object, field->name), field,
			   base);
	file->depth--;
}

static const struct tsk_known *read_known(struct reading_file *file, const cJSON *object)
{
	struct tsk_known *known = tsk_alloc(file->call, sizeof(*known));
	const cJSON *child = cJSON_GetObjectItemCaseSensitive(object, "child");

	read_shape(file, object, &symptoms_shape, &known->symptoms);
	if (!known->symptoms.workflow || file->depth > DEEPEST)
		return NULL;
	file->depth++;
	known->child = cJSON_IsObject(child) ? read_known(file, child) : NULL;
	file->depth--;
	return known;
}

enum tsk_status tsk_known_load(struct tsk_call *call, const char *path,
			       const struct tsk_known **known)
{
	struct reading_file file = { .call = call };
	size_t size = 0;
	const char *text = tsk_file_read(call, path, FILE_BYTES_MOST, &size);
	const cJSON *root = text ? tsk_parse(call, text) : NULL;

	if (!text)
		return tsk_error(call);
	gethostname(file.host, sizeof(file.host) - 1);
	*known = read_known(&file, cJSON_GetObjectItemCaseSensitive(root, "symptoms"));
	if (!*known)
		return tsk_fail(call, TSK_USAGE, "cannot read '%s': it holds no symptoms", path);
	return TSK_OK;
}

const struct tsk_workflow *tsk_known_workflow(const struct tsk_known *known)
{
	return known->symptoms.workflow;
}

void tsk_known_classify(struct tsk_call *call, const struct tsk_known *known,
			struct tsk_diagnosis *diagnosis)
{
	struct tsk_symptoms symptoms = known->symptoms;

	if (known->child) {
		struct tsk_diagnosis *child = tsk_alloc(call, sizeof(*child));

		tsk_known_classify(call, known->child, child);
		symptoms.child_workflow = known->child->symptoms.workflow;
		symptoms.child = child;
	}
	tsk_classify(call, &symptoms, diagnosis);
}
