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

static void set_types(cJSON *schema, const char *const *types)
{
	cJSON *list = tsk_set_list(schema, "type");

	for (; *types; types++)
		tsk_append(list, *types);
}

static void set_list_of_strings(cJSON *schema)
{
	tsk_set(schema, "type", "array");
	tsk_set(tsk_set_object(schema, "items"), "type", "string");
}

static void set_integer(cJSON *schema, const struct tsk_option *option)
{
	tsk_set(schema, "type", "integer");
	tsk_set_number(schema, "minimum", option->minimum);
	/* Beyond this a double, and so most JSON, has no integers. */
	if ((option->minimum || option->maximum) && option->maximum < INT64_C(1) << 53)
		tsk_set_number(schema, "maximum", option->maximum);
}

static void set_choices(cJSON *schema, const struct tsk_option *option)
{
	tsk_set(schema, "type", "string");
	cJSON *values = tsk_set_list(schema, "enum");
	for (const char *const *choice = option->choices; choice && *choice; choice++)
		tsk_append(values, *choice);
}

static void set_type(cJSON *schema, enum tsk_type type, const struct tsk_option *option)
{
	static const char *const duration[] = { "number", "string", NULL };
	static const char *const any[] = { "object",  "array", "string", "number",
					   "boolean", "null",  NULL };

	switch (type) {
	case TSK_FLAG: tsk_set(schema, "type", "boolean"); break;
	case TSK_STRING: tsk_set(schema, "type", "string"); break;
	case TSK_INTEGER: set_integer(schema, option); break;
	case TSK_DURATION:
		set_types(schema, duration);
		tsk_set_number(schema, "minimum", 0);
		break;
	case TSK_CHOICE: set_choices(schema, option); break;
	case TSK_JSON: set_types(schema, any); break;
	case TSK_LIST:
	case TSK_REST: set_list_of_strings(schema); break;
	}
}

/* What the words of the help leave open for one who types no words. */
static const char *remark(enum tsk_type type)
{
	switch (type) {
	case TSK_DURATION: return " (seconds, or \"500ms\", \"2m\")";
	case TSK_JSON: return " (the value itself, not its text)";
	default: return "";
	}
}

static void set_default(cJSON *schema, const struct tsk_option *option)
{
	char *end;

	if (!option->fallback)
		return;
	double number = strtod(option->fallback, &end);
	bool is_number = (option->type == TSK_INTEGER || option->type == TSK_DURATION) &&
			 end != option->fallback && !*end;
	if (is_number)
		cJSON_AddNumberToObject(schema, "default", number);
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
	tsk_set_format(schema, "description", "%s%s", option->help, remark(option->type));
	set_default(schema, option);
}

/* They stand in each of some forty schemas, and an agent pays for every word. */
static void say_shared(struct tsk_call *call, cJSON *properties, const struct tsk_option *option)
{
	const char *name = mcp_property(call, option);

	if (cJSON_GetObjectItemCaseSensitive(properties, name))
		return;
	cJSON *schema = tsk_set_object(properties, name);
	set_type(schema, option->type, option);
	tsk_set(schema, "description", option->argument);
}

cJSON *mcp_schema(struct tsk_call *call, const struct tsk_command *command)
{
	cJSON *schema = cJSON_CreateObject();
	cJSON *required = cJSON_CreateArray();
	const struct tsk_option *option;

	tsk_set(schema, "type", "object");
	cJSON *properties = tsk_set_object(schema, "properties");
	for (option = command->options; option && option->name; option++) {
		if (!mcp_option_is_served(option))
			continue;
		say_property(call, properties, option);
		if (option->required)
			tsk_append(required, mcp_property(call, option));
	}
	for (option = mcp_shared_options(call); option->name; option++)
		say_shared(call, properties, option);
	if (required->child)
		cJSON_AddItemToObject(schema, "required", required);
	else
		cJSON_Delete(required);
	tsk_set_bool(schema, "additionalProperties", false);
	return schema;
}
