/* Prompts: one for each recipe, with the recipe's parameters as its arguments. What is known of
 * them is asked from list-recipes and show-recipe, as anyone would. */
#include "mcp.h"

#include <string.h>

/* A recipe of the project may be edited at any time. */
#define KEEP_PROMPTS_MS 0

static const char *member_text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static const cJSON *list_of(const cJSON *object, const char *name)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, name);

	return list ? list->child : NULL;
}

/* A recipe changes things: where that is not allowed there are none. */
static bool are_served(const struct mcp_server *server)
{
	return !tsk_setting_is_true(server->call, TSK_SETTING_READ_ONLY) &&
	       mcp_tool(server, "run-recipe");
}

static cJSON *ask_recipe_command(struct tsk_call *call, const char *command, const char *word)
{
	const char *const words[] = { word, NULL };
	const char *error;
	cJSON *result;

	return tsk_ask_command(call, command, word ? words : words + 1, &result, &error) ? NULL
											 : result;
}

/* The recipe of that name if it can be run, as show-recipe tells it; a path is no name. */
static cJSON *recipe_named(struct tsk_call *call, const char *name)
{
	cJSON *recipes = ask_recipe_command(call, "list-recipes", NULL);
	const cJSON *recipe = list_of(recipes, "recipes");

	while (recipe &&
	       (strcmp(member_text(recipe, "name"), name) != 0 || member_text(recipe, "problem")))
		recipe = recipe->next;
	bool is_there = recipe != NULL;
	tsk_drop_result(call, recipes);
	return is_there ? ask_recipe_command(call, "show-recipe", name) : NULL;
}

/* ---- prompts/list ---- */

static void say_prompt(cJSON *prompts, const cJSON *recipe)
{
	cJSON *prompt = tsk_append_object(prompts);

	tsk_set(prompt, "name", member_text(recipe, "name"));
	tsk_set(prompt, "description", member_text(recipe, "summary"));
	cJSON *arguments = tsk_set_list(prompt, "arguments");
	for (const cJSON *parameter = list_of(recipe, "parameters"); parameter;
	     parameter = parameter->next) {
		cJSON *row = tsk_append_object(arguments);
		tsk_set(row, "name", member_text(parameter, "name"));
		if (member_text(parameter, "summary"))
			tsk_set(row, "description", member_text(parameter, "summary"));
		tsk_set_bool(row, "required",
			     cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(parameter, "required")));
	}
}

void mcp_list_prompts(const struct mcp_request *request)
{
	struct tsk_call *call = request->server->call;
	cJSON *result = cJSON_CreateObject();
	cJSON *prompts = tsk_set_list(result, "prompts");
	cJSON *recipes =
		are_served(request->server) ? ask_recipe_command(call, "list-recipes", NULL) : NULL;

	for (const cJSON *row = list_of(recipes, "recipes"); row; row = row->next) {
		cJSON *recipe =
			member_text(row, "problem")
				? NULL
				: ask_recipe_command(call, "show-recipe", member_text(row, "name"));
		if (recipe)
			say_prompt(prompts, recipe);
		tsk_drop_result(call, recipe);
	}
	tsk_drop_result(call, recipes);
	mcp_answer_cacheable(request, result, KEEP_PROMPTS_MS);
}

/* ---- prompts/get ---- */

/* false: it was refused. */
static bool check_arguments(const struct mcp_request *request, const cJSON *recipe,
			    const cJSON *arguments)
{
	const cJSON *parameter;

	for (const cJSON *given = arguments ? arguments->child : NULL; given; given = given->next) {
		for (parameter = list_of(recipe, "parameters");
		     parameter && strcmp(member_text(parameter, "name"), given->string) != 0;)
			parameter = parameter->next;
		if (parameter && cJSON_IsString(given))
			continue;
		mcp_refuse(request, MCP_INVALID_PARAMS, "argument '%s' %s", given->string,
			   parameter ? "must be a string" : "is none of this prompt's");
		return false;
	}
	for (parameter = list_of(recipe, "parameters"); parameter; parameter = parameter->next) {
		const char *name = member_text(parameter, "name");
		if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(parameter, "required")) ||
		    cJSON_GetObjectItemCaseSensitive(arguments, name))
			continue;
		mcp_refuse(request, MCP_INVALID_PARAMS, "argument '%s' is missing", name);
		return false;
	}
	return true;
}

/* What the agent is to call, as the arguments of the tool. */
static const char *call_text(struct tsk_call *call, const cJSON *recipe, const cJSON *arguments)
{
	cJSON *object = cJSON_CreateObject();

	tsk_set(object, "name", member_text(recipe, "name"));
	cJSON *set = tsk_set_list(object, "set");
	for (const cJSON *given = arguments ? arguments->child : NULL; given; given = given->next)
		tsk_append_format(set, "%s=%s", given->string, given->valuestring);
	char *printed = cJSON_PrintUnformatted(object);
	const char *text = tsk_copy(call, printed);
	cJSON_free(printed);
	cJSON_Delete(object);
	return text;
}

static const char *steps_text(struct tsk_call *call, const cJSON *recipe)
{
	struct tsk_text text = { .call = call };

	for (const cJSON *step = list_of(recipe, "steps"); step; step = step->next) {
		const char *kind = member_text(step, "kind"), *when = member_text(step, "when");
		tsk_text_format(&text, "- %s%s%s: %s%s%s%s\n", member_text(step, "name"),
				strcmp(kind, "step") != 0 ? ", " : "",
				strcmp(kind, "step") != 0 ? kind : "", member_text(step, "runs"),
				when ? " (when " : "", when ? when : "", when ? ")" : "");
	}
	return tsk_text_value(&text);
}

static const char *prompt_text(struct tsk_call *call, const cJSON *recipe, const cJSON *arguments)
{
	const char *details = member_text(recipe, "details");

	return tsk_format(
		call,
		"Run the recipe '%s': %s.\n%s%s\nCall the tool run-recipe with %s\n\n"
		"Its steps:\n%s\n"
		"Judge by exit_code and by the steps in the answer. Where a step failed, "
		"find out why (diagnose, analyze-workflow-error, show-worker-log), repair "
		"it, and run the recipe again. Tell what was done and what came out.",
		member_text(recipe, "name"), member_text(recipe, "summary"), details ? details : "",
		details ? "\n" : "", call_text(call, recipe, arguments), steps_text(call, recipe));
}

static void answer_prompt(const struct mcp_request *request, const cJSON *recipe,
			  const cJSON *arguments)
{
	cJSON *result = cJSON_CreateObject();

	tsk_set(result, "description", member_text(recipe, "summary"));
	cJSON *message = tsk_append_object(tsk_set_list(result, "messages"));
	tsk_set(message, "role", "user");
	cJSON *content = tsk_set_object(message, "content");
	tsk_set(content, "type", "text");
	tsk_set(content, "text", prompt_text(request->server->call, recipe, arguments));
	mcp_answer(request, result);
}

void mcp_get_prompt(const struct mcp_request *request)
{
	struct tsk_call *call = request->server->call;
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(request->params, "name");
	const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(request->params, "arguments");
	cJSON *recipe = cJSON_IsString(name) && are_served(request->server)
				? recipe_named(call, name->valuestring)
				: NULL;

	if (!cJSON_IsString(name))
		mcp_refuse(request, MCP_INVALID_PARAMS, "'name' must be a string");
	else if (!recipe)
		mcp_refuse(request, MCP_INVALID_PARAMS, "unknown prompt '%s'", name->valuestring);
	else if (check_arguments(request, recipe, arguments))
		answer_prompt(request, recipe, arguments);
	tsk_drop_result(call, recipe);
}
