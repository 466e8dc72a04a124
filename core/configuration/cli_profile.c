/* The Temporal CLI's own profile, asked for of the CLI. */
#include "cli_profile.h"
#include "load.h"

#include "settings/table.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The CLI answers in 60 ms; a profile is a few hundred bytes. */
#define ASK_MS       5000
#define ANSWER_LIMIT ((size_t)64 << 10)
#define LARGEST_FILE ((size_t)1 << 20)

static const char *profile_file(const struct settings *settings, struct tsk_call *call)
{
	const char *chosen = settings_value(settings, TSK_SETTING_CONFIG_FILE);
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (*chosen)
		return chosen;
	if (config && *config == '/')
		return tsk_format(call, "%s/temporalio/temporal.toml", config);
	return home ? tsk_format(call, "%s/.config/temporalio/temporal.toml", home) : NULL;
}

static const cJSON *at_path(const cJSON *object, const char *path)
{
	const char *slash = strchr(path, '/');

	if (!slash)
		return cJSON_GetObjectItemCaseSensitive(object, path);
	char name[32];
	size_t length = (size_t)(slash - path);
	if (length >= sizeof(name))
		return NULL;
	memcpy(name, path, length);
	name[length] = '\0';
	return at_path(cJSON_GetObjectItemCaseSensitive(object, name), slash + 1);
}

static enum tsk_status take_values(struct settings *settings, struct tsk_call *call,
				   const cJSON *profile, const char *origin)
{
	for (int i = 0; i < TSK_SETTING_COUNT_; i++) {
		const char *path = settings_row(i)->profile;
		const cJSON *value = path ? at_path(profile, path) : NULL;
		const char *text = value && cJSON_IsString(value) ? value->valuestring
				   : value && cJSON_IsTrue(value) ? "true"
								  : NULL;
		if (text && *text && settings_set(settings, call, i, text, origin, RANK_PROFILE))
			return tsk_error(call);
	}
	if (cJSON_IsObject(at_path(profile, "tls")) &&
	    !cJSON_IsTrue(at_path(profile, "tls/disabled")))
		return settings_set(settings, call, TSK_SETTING_TLS, "true", origin, RANK_PROFILE);
	return TSK_OK;
}

static const char *first_line(struct tsk_call *call, const char *text)
{
	return tsk_copy_bytes(call, text, strcspn(text, "\n"));
}

static enum tsk_status ask_cli(struct tsk_call *call, const char *file, const char *profile,
			       const char *cli, const cJSON **answer)
{
	const char *words[] = { cli,  "config",    "get",   "-o", "json", "--config-file",
				file, "--profile", profile, NULL };
	/* Only the file is asked for: the environment has a rank of its own here. */
	const char *environment[] = { "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY",
				      NULL };
	struct tsk_launch spawn = { .words = words, .environment = environment };
	struct tsk_ran ran = { 0 };

	if (tsk_launch_and_wait(call, &spawn, tsk_deadline(call, ASK_MS), ANSWER_LIMIT, &ran))
		return tsk_error(call);
	if (ran.timed_out || ran.code != 0)
		return tsk_fail(call, TSK_USAGE, "cannot read the profile '%s' in '%s': %s",
				profile, file,
				ran.timed_out ? "the Temporal CLI did not answer"
					      : first_line(call, ran.output));
	*answer = tsk_parse(call, ran.output);
	if (!*answer)
		return tsk_fail(call, TSK_USAGE, "cannot read the profile '%s' in '%s'", profile,
				file);
	return TSK_OK;
}

enum tsk_status configuration_load_profile(struct settings *settings, struct tsk_call *call)
{
	const char *file = profile_file(settings, call);
	const char *profile = settings_value(settings, TSK_SETTING_PROFILE);
	const char *cli = settings_value(settings, TSK_SETTING_TEMPORAL_CLI);
	bool asked_for = *profile || *settings_value(settings, TSK_SETTING_CONFIG_FILE);
	const cJSON *answer = NULL;

	if (!file || access(file, R_OK)) {
		if (asked_for)
			return tsk_fail(call, file ? tsk_path_status(errno, TSK_USAGE) : TSK_USAGE,
					"cannot read the Temporal CLI's configuration '%s'",
					file ? file : "temporal.toml");
		return TSK_OK;
	}
	if (!asked_for && !tsk_find_program(call, cli))
		return TSK_OK;
	/* The CLI would wait for a FIFO, and read a device to its end. */
	if (tsk_given_file_check(call, file, LARGEST_FILE))
		return tsk_error(call);
	if (!*profile)
		profile = "default";
	if (ask_cli(call, file, profile, cli, &answer)) {
		/* A file without a default profile says nothing to who did not ask for one. */
		if (asked_for || !strstr(tsk_error_message(call), "not found"))
			return tsk_error(call);
		tsk_forget_error(call);
		return TSK_OK;
	}
	return take_values(settings, call, answer,
			   tsk_format(call, "%s [profile.%s]", file, profile));
}
