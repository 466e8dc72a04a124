/* The arguments of a tools/call as the words of a command line.
 *
 * What does not fit in kind (a number for a text, an unknown name) is answered here; what a value
 * says (a range, a status, a duration) is left to the command, whose message tells more. */
#include "mcp.h"

#include <temporal-skill/payload.h>

#include <stdio.h>
#include <string.h>

/* Linux takes 128 kB a word. */
#define LONGEST_WORD ((size_t)100 << 10)

struct conversion {
	const struct mcp_request *request;
	const struct tsk_command *command;
	const cJSON *arguments;
	struct mcp_words *words;
};

static bool refuse_argument(const struct conversion *conversion, const struct tsk_option *option,
			    const char *what)
{
	struct tsk_call *call = conversion->request->server->call;

	mcp_answer_usage(conversion->request, conversion->command,
			 tsk_format(call, "argument '%s' of '%s' %s", mcp_property(call, option),
				    conversion->command->name, what));
	return false;
}

/* ---- values ---- */

static const char *kind_of(const cJSON *value)
{
	return cJSON_IsNumber(value)   ? "a number"
	       : cJSON_IsString(value) ? "a string"
	       : cJSON_IsBool(value)   ? "a boolean"
	       : cJSON_IsArray(value)  ? "an array"
	       : cJSON_IsObject(value) ? "an object"
				       : "null";
}

static bool is_whole(const cJSON *value)
{
	/* Beyond 2^53 a double is always whole, and no longer what was typed. */
	return cJSON_IsNumber(value) && value->valuedouble >= -9007199254740992.0 &&
	       value->valuedouble <= 9007199254740992.0 &&
	       value->valuedouble == (double)(int64_t)value->valuedouble;
}

static bool is_strings(const cJSON *value)
{
	if (!cJSON_IsArray(value))
		return false;
	for (const cJSON *item = value->child; item; item = item->next)
		if (!cJSON_IsString(item))
			return false;
	return true;
}

/* What the value had to be, or NULL where it is. */
static const char *mismatch(enum tsk_type type, const cJSON *value)
{
	switch (type) {
	case TSK_FLAG: return cJSON_IsBool(value) ? NULL : "a boolean";
	case TSK_INTEGER: return is_whole(value) ? NULL : "an integer";
	case TSK_DURATION:
		return cJSON_IsNumber(value) || cJSON_IsString(value) ? NULL
								      : "a number or a string";
	case TSK_LIST:
	case TSK_REST: return is_strings(value) ? NULL : "an array of strings";
	case TSK_JSON: return NULL;
	case TSK_STRING:
	case TSK_CHOICE: break;
	}
	return cJSON_IsString(value) ? NULL : "a string";
}

/* Of all types but lists and JSON. */
static const char *value_text(struct tsk_call *call, enum tsk_type type, const cJSON *value)
{
	if (cJSON_IsString(value))
		return value->valuestring;
	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? "true" : "false";
	if (type == TSK_INTEGER)
		return tsk_format(call, "%lld", (long long)value->valuedouble);
	return tsk_format(call, "%.3f", value->valuedouble);
}

/* ---- words ---- */

/* As it stands there: cJSON's numbers are doubles, and what goes to a workflow keeps every digit.
 */
static const char *argument_text(const struct conversion *conversion, const char *name)
{
	struct tsk_call *call = conversion->request->server->call;

	return tsk_json_pointer(call, conversion->request->text,
				tsk_format(call, "/params/arguments/%s", name));
}

static bool add_json(const struct conversion *conversion, const struct tsk_option *option,
		     const char *name)
{
	struct tsk_call *call = conversion->request->server->call;
	const char *text = argument_text(conversion, name);

	if (strlen(text) > LONGEST_WORD) {
		if (conversion->words->input)
			return refuse_argument(conversion, option,
					       "is too long beside another long one");
		conversion->words->input = text;
		text = "-";
	}
	tsk_lines_push(&conversion->words->line, tsk_format(call, "--%s=%s", option->name, text));
	return true;
}

static void add_flag(const struct conversion *conversion, const struct tsk_option *option,
		     const cJSON *value)
{
	struct tsk_call *call = conversion->request->server->call;

	if (option->type != TSK_LIST) {
		tsk_lines_push(&conversion->words->line,
			       tsk_format(call, "--%s=%s", option->name,
					  value_text(call, option->type, value)));
		return;
	}
	for (const cJSON *item = value->child; item; item = item->next)
		tsk_lines_push(&conversion->words->line,
			       tsk_format(call, "--%s=%s", option->name, item->valuestring));
}

static bool add_option(const struct conversion *conversion, const struct tsk_option *option)
{
	struct tsk_call *call = conversion->request->server->call;
	const char *name = mcp_property(call, option);
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(conversion->arguments, name);

	/* Agents fill what they leave open with null; only JSON itself has a use for it. */
	if (!value || (cJSON_IsNull(value) && option->type != TSK_JSON))
		return !option->required || refuse_argument(conversion, option, "is missing");
	const char *wanted = mismatch(option->type, value);
	if (wanted)
		return refuse_argument(
			conversion, option,
			tsk_format(call, "must be %s, not %s", wanted, kind_of(value)));
	if (option->type == TSK_JSON && !option->positional)
		return add_json(conversion, option, name);
	if (tsk_json_has_nul(call, argument_text(conversion, name), NULL))
		return refuse_argument(conversion, option, "has a NUL character");
	if (option->positional)
		return true;
	add_flag(conversion, option, value);
	return true;
}

/* Behind "--", so that none of them is taken for a flag; one may only be left out with all behind
 * it.
 */
static bool add_positionals(const struct conversion *conversion)
{
	struct tsk_call *call = conversion->request->server->call;
	const struct tsk_option *left_out = NULL;

	tsk_lines_push(&conversion->words->line, "--");
	for (const struct tsk_option *option = conversion->command->options; option && option->name;
	     option++) {
		if (!option->positional)
			continue;
		const cJSON *value = cJSON_GetObjectItemCaseSensitive(conversion->arguments,
								      mcp_property(call, option));
		if (!value || cJSON_IsNull(value)) {
			left_out = left_out ? left_out : option;
			continue;
		}
		if (left_out)
			return refuse_argument(conversion, left_out,
					       "is missing before the others");
		const bool many = option->type == TSK_REST || option->type == TSK_LIST;
		if (!many)
			tsk_lines_push(&conversion->words->line,
				       value_text(call, option->type, value));
		for (const cJSON *item = many ? value->child : NULL; item; item = item->next)
			tsk_lines_push(&conversion->words->line, item->valuestring);
	}
	return true;
}

/* ---- names ---- */

/* Their names, to compare with: more than any command has are not asked for. */
#define MOST_NAMES 128

struct names {
	const char *items[MOST_NAMES + 1];
	size_t count;
};

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->items[i], name))
			return true;
	return false;
}

static void add_names(struct tsk_call *call, struct names *names, const struct tsk_option *option)
{
	for (; option && option->name && names->count < MOST_NAMES; option++)
		if (mcp_option_is_taken(option))
			names->items[names->count++] = mcp_property(call, option);
}

static bool check_names(const struct conversion *conversion)
{
	struct tsk_call *call = conversion->request->server->call;
	struct names *names = tsk_alloc(call, sizeof(*names));

	add_names(call, names, conversion->command->options);
	add_names(call, names, mcp_shared_options(call));
	for (const cJSON *item = conversion->arguments ? conversion->arguments->child : NULL; item;
	     item = item->next) {
		if (has_name(names, item->string))
			continue;
		const char *nearest = tsk_nearest(item->string, names->items);
		mcp_answer_usage(conversion->request, conversion->command,
				 tsk_format(call, "'%s' has no argument '%s'%s%s%s",
					    conversion->command->name, item->string,
					    nearest ? "; did you mean '" : "",
					    nearest ? nearest : "", nearest ? "'?" : ""));
		return false;
	}
	return true;
}

static bool is_own(const struct tsk_command *command, const char *name)
{
	const struct tsk_option *option = command->options;

	while (option && option->name && strcmp(option->name, name) != 0)
		option++;
	return option && option->name;
}

bool mcp_arguments(const struct mcp_request *request, const struct tsk_command *command,
		   struct mcp_words *words)
{
	const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(request->params, "arguments");
	const struct conversion conversion = { request, command, arguments, words };
	const struct tsk_option *option;

	if (arguments && !cJSON_IsObject(arguments) && !cJSON_IsNull(arguments)) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "'arguments' must be an object");
		return false;
	}
	if (!check_names(&conversion))
		return false;
	for (option = command->options; option && option->name; option++)
		if (mcp_option_is_taken(option) && !add_option(&conversion, option))
			return false;
	for (option = mcp_shared_options(request->server->call); option->name; option++)
		if (!is_own(command, option->name) && !add_option(&conversion, option))
			return false;
	return add_positionals(&conversion);
}
