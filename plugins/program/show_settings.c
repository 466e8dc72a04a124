/* show-settings: every setting, its value and where it came from; secrets are masked. */
#include <temporal-skill/project_trust.h>
#include <temporal-skill/result.h>

#include <string.h>

static const char *secret_masked(struct tsk_call *call, const struct tsk_setting_info *info,
				 const char *value)
{
	struct tsk_text shown = { .call = call };

	if (!info->pairs)
		return "(secret)";
	while (*value) {
		size_t line = strcspn(value, "\n"), key = strcspn(value, "=\n");
		tsk_text_join(&shown, "\n", "%.*s=(secret)", (int)key, value);
		value += line + (value[line] == '\n');
	}
	return tsk_text_value(&shown);
}

static void list_sources(cJSON *row, enum tsk_setting setting)
{
	static const char *const names[] = {
		"flag", "environment", "project", "project within bounds", "trusted project",
		"user", "system",      "profile"
	};
	cJSON *list = tsk_set_list(row, "set_by");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (tsk_setting_set_by(setting) & 1u << i)
			tsk_append(list, names[i]);
}

/* What the project's file says and does not count. */
static void list_ignored(struct tsk_call *call)
{
	size_t count;
	const struct tsk_ignored_setting *ignored = tsk_ignored_settings(call, &count);
	cJSON *list = tsk_set_list(tsk_result(call), "ignored");

	for (size_t i = 0; i < count; i++) {
		const struct tsk_setting_info *info = tsk_setting_info(ignored[i].setting);
		cJSON *row = tsk_append_object(list);
		tsk_set_format(row, "setting", "%s.%s", info->section, info->name);
		tsk_set(row, "value", info->secret ? "(secret)" : ignored[i].value);
		tsk_set(row, "origin", ignored[i].origin);
		tsk_set(row, "until", ignored[i].until_trusted ? "trust-project" : "never");
	}
}

/* As text: those that have a value; of the others, of which there are as many, the names in a line.
 */
static void say_shown(struct tsk_call *call, const cJSON *settings)
{
	cJSON *shown = tsk_set_list(tsk_result(call), "shown");
	struct tsk_text names = { .call = call };
	bool full = tsk_setting_is_true(call, TSK_SETTING_FULL);

	for (const cJSON *row = settings->child; row; row = row->next) {
		const char *value = cJSON_GetObjectItemCaseSensitive(row, "value")->valuestring;
		const char *origin = cJSON_GetObjectItemCaseSensitive(row, "origin")->valuestring;
		if (full || *value || strcmp(origin, "default") != 0)
			cJSON_AddItemToArray(shown, cJSON_Duplicate(row, true));
		else
			tsk_text_join(
				&names, ", ", "%s",
				cJSON_GetObjectItemCaseSensitive(row, "setting")->valuestring);
	}
	tsk_set(tsk_result(call), "not_set", tsk_text_value(&names));
}

static enum tsk_status show_settings(struct tsk_call *call, const void *given)
{
	int chosen = 0;

	(void)given;
	cJSON *settings = tsk_set_list(tsk_result(call), "settings");
	for (int i = 0; i < TSK_SETTING_COUNT_; i++) {
		const struct tsk_setting_info *info = tsk_setting_info(i);
		const char *value = tsk_setting(call, i);
		cJSON *row = tsk_append_object(settings);
		tsk_set_format(row, "setting", "%s.%s", info->section, info->name);
		tsk_set(row, "value",
			info->secret && *value ? secret_masked(call, info, value) : value);
		tsk_set(row, "origin", tsk_setting_origin(call, i));
		tsk_set(row, "environment", info->environment);
		tsk_set(row, "flag", info->flag);
		tsk_set(row, "meaning", info->help);
		list_sources(row, i);
		chosen += tsk_setting_is_given(call, i);
	}
	list_ignored(call);
	tsk_set_bool(tsk_result(call), "project_trusted", tsk_project_is_trusted(call));
	tsk_verdict(call, "ok", "%d settings, %d of them chosen; the others are defaults",
		    TSK_SETTING_COUNT_, chosen);
	if (strcmp(tsk_setting(call, TSK_SETTING_OUTPUT), "text") == 0)
		say_shown(call, settings);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "shown", .label = "", .columns = "setting value origin" },
	{ .path = "not_set" },
	{ .path = "ignored", .columns = "setting value origin until" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill show-settings",
					"temporal-skill show-settings -o json", NULL };

const struct tsk_command show_settings_command = {
	.name = "show-settings",
	.summary = "show every setting, its value and where it came from",
	.examples = examples,
	.views = views,
	.rows = "settings",
	.run = show_settings,
};
