/* A command's option table as JSON Schema (2020-12). */
#include "mcp.h"

#include <stdlib.h>
#include <string.h>

const char *mcp_property(struct tsk_call *call, const struct tsk_option *option)
{
	char *name = tsk_copy(call, option->name);

	for (char *at = name; *at; at++)
		if (*at == '-')
			*at = '_';
	return name;
}

static void set_list_of_strings(cJSON *schema)
{
	tsk_set(schema, "type", "array");
	tsk_set(tsk_set_object(schema, "items"), "type", "string");
}

static void set_choices(cJSON *schema, const struct tsk_option *option)
{
	tsk_set(schema, "type", "string");
	cJSON *values = tsk_set_list(schema, "enum");
	for (const char *const *choice = option->choices; choice && *choice; choice++)
		tsk_append(values, *choice);
}

/* Where no type is given, agents send an object as its text. */
static void set_any(cJSON *schema)
{
	static const char *const types[] = { "object",  "array", "string", "number",
					     "boolean", "null",  NULL };
	cJSON *list = tsk_set_list(schema, "type");

	for (size_t i = 0; types[i]; i++)
		tsk_append(list, types[i]);
}

static void set_type(cJSON *schema, enum tsk_type type, const struct tsk_option *option)
{
	switch (type) {
	case TSK_FLAG: tsk_set(schema, "type", "boolean"); break;
	case TSK_STRING: tsk_set(schema, "type", "string"); break;
	case TSK_INTEGER: tsk_set(schema, "type", "integer"); break;
	/* Seconds, as the instructions say; text with a unit is taken as well. */
	case TSK_DURATION: tsk_set(schema, "type", "number"); break;
	case TSK_CHOICE: set_choices(schema, option); break;
	case TSK_JSON: set_any(schema); break;
	case TSK_LIST:
	case TSK_REST: set_list_of_strings(schema); break;
	}
}

static void set_default(cJSON *schema, const struct tsk_option *option)
{
	int64_t number;

	if (!option->fallback)
		return;
	if (option->type == TSK_INTEGER && tsk_parse_integer(option->fallback, &number)) {
		/* "As many as may be" is what one expects. */
		if (!option->maximum || number < option->maximum)
			tsk_set_number(schema, "default", number);
	} else if (option->type == TSK_DURATION && tsk_parse_duration(option->fallback, &number))
		cJSON_AddNumberToObject(schema, "default", (double)number / 1000);
	else if (option->type == TSK_JSON)
		tsk_set_json(schema, "default", option->fallback);
	else if (option->type == TSK_FLAG)
		tsk_set_bool(schema, "default", !strcmp(option->fallback, "true"));
	else if (option->type != TSK_LIST && option->type != TSK_REST)
		tsk_set(schema, "default", option->fallback);
}

static void say_property(struct tsk_call *call, cJSON *properties, const struct tsk_option *option)
{
	const char *name = mcp_property(call, option);

	if (cJSON_GetObjectItemCaseSensitive(properties, name))
		return;
	cJSON *schema = tsk_set_object(properties, name);
	set_type(schema, option->type, option);
	if (mcp_is_common(option))
		return;
	tsk_set_format(schema, "description", "%s%s", option->help,
		       option->type == TSK_JSON ? " (the value itself, not its text)" : "");
	set_default(schema, option);
}

/* The bounds of numbers are left to the command, which tells them where they are passed; and there
 * is no "additionalProperties": false, for the shared flags are taken without being listed. */
cJSON *mcp_schema(struct tsk_call *call, const struct tsk_command *command)
{
	cJSON *schema = cJSON_CreateObject();
	cJSON *properties = cJSON_CreateObject();
	cJSON *required = cJSON_CreateArray();

	tsk_set(schema, "type", "object");
	for (const struct tsk_option *option = command->options; option && option->name; option++) {
		if (!mcp_option_is_listed(command, option))
			continue;
		say_property(call, properties, option);
		if (option->required)
			tsk_append(required, mcp_property(call, option));
	}
	cJSON_AddItemToObject(schema, "properties", properties);
	if (required->child)
		cJSON_AddItemToObject(schema, "required", required);
	else
		cJSON_Delete(required);
	return schema;
}
