/* The table of settings: one row each. */
#include "table.h"

#include <string.h>

static const char *const rehearsals[] = { "warn", "refuse", "off", NULL };
static const char *const outputs[] = { "text", "json", "jsonl", NULL };
static const char *const colors[] = { "auto", "always", "never", NULL };

/* clang-format off: one row a setting reads best as a table */
/* The second column says what a project's INI file may do: see enum setting_of_project. */
#define ROW(id, of_project_, section_, key_, env, flag_, type_, default_, help_, ...)              \
	[TSK_SETTING_##id] = { .info = { .name = key_,                                             \
					 .section = section_,                                      \
					 .environment = env,                                       \
					 .flag = flag_,                                            \
					 .help = help_ },                                          \
			       .of_project = PROJECT_##of_project_,                                \
			       .key = key_,                                                        \
			       .type = type_,                                                      \
			       .fallback = default_,                                               \
			       __VA_ARGS__ }

static const struct setting_row rows[TSK_SETTING_COUNT_] = {
	ROW(ADDRESS, LOOPBACK, "connection", "address", "TEMPORAL_ADDRESS", "--address", TSK_STRING,
	    "localhost:7233", "HOST:PORT of the Temporal server", .argument = "HOST:PORT",
	    .profile = "address"),
	ROW(NAMESPACE, FREE, "connection", "namespace",
	    "CLAUDE_TEMPORAL_NAMESPACE TEMPORAL_NAMESPACE", "--namespace", TSK_STRING, "default",
	    "namespace of the workflows", .argument = "NAME", .letter = 'n',
	    .profile = "namespace"),
	ROW(API_KEY, TRUSTED, "connection", "api_key", "TEMPORAL_API_KEY", "--api-key", TSK_STRING,
	    "", "API key, sent over TLS only", .argument = "KEY", .info.secret = true,
	    .profile = "api_key"),
	ROW(TLS, TRUSTED, "connection", "tls", "TEMPORAL_TLS", "--tls", TSK_FLAG, "",
	    "use TLS (by itself when an API key or a certificate is set)", .profile = NULL),
	ROW(TLS_CERT, TRUSTED, "connection", "tls_cert_path",
	    "TEMPORAL_TLS_CLIENT_CERT_PATH TEMPORAL_TLS_CERT", "--tls-cert-path", TSK_STRING, "",
	    "client certificate (PEM)", .argument = "FILE", .profile = "tls/client_cert_path"),
	ROW(TLS_KEY, TRUSTED, "connection", "tls_key_path",
	    "TEMPORAL_TLS_CLIENT_KEY_PATH TEMPORAL_TLS_KEY", "--tls-key-path", TSK_STRING, "",
	    "its private key (PEM)", .argument = "FILE", .profile = "tls/client_key_path"),
	ROW(TLS_CA, TRUSTED, "connection", "tls_ca_path",
	    "TEMPORAL_TLS_SERVER_CA_CERT_PATH TEMPORAL_TLS_CA", "--tls-ca-path", TSK_STRING, "",
	    "certificate authority of the server (PEM)", .argument = "FILE",
	    .profile = "tls/server_ca_cert_path"),
	ROW(TLS_SERVER_NAME, TRUSTED, "connection", "tls_server_name", "TEMPORAL_TLS_SERVER_NAME",
	    "--tls-server-name", TSK_STRING, "", "name in the server's certificate",
	    .argument = "NAME", .profile = "tls/server_name"),
	ROW(TLS_SKIP_HOST_CHECK, TRUSTED, "connection", "tls_disable_host_verification",
	    "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "--tls-disable-host-verification", TSK_FLAG,
	    "false", "take any certificate of the server; a given authority is still asked",
	    .profile = "tls/disable_host_verification"),
	ROW(TLS_CERT_DATA, TRUSTED, "connection", "tls_cert_data", "TEMPORAL_TLS_CLIENT_CERT_DATA",
	    "--tls-cert-data", TSK_STRING, "", "client certificate as PEM text", .argument = "PEM",
	    .profile = "tls/client_cert_data"),
	ROW(TLS_KEY_DATA, TRUSTED, "connection", "tls_key_data", "TEMPORAL_TLS_CLIENT_KEY_DATA",
	    "--tls-key-data", TSK_STRING, "", "its private key as PEM text", .argument = "PEM",
	    .info.secret = true, .profile = "tls/client_key_data"),
	ROW(TLS_CA_DATA, TRUSTED, "connection", "tls_ca_data", "TEMPORAL_TLS_SERVER_CA_CERT_DATA",
	    "--tls-ca-data", TSK_STRING, "", "certificate authority as PEM text", .argument = "PEM",
	    .profile = "tls/server_ca_cert_data"),
	ROW(GRPC_META, TRUSTED, "connection", "grpc_meta", "", "--grpc-meta", TSK_LIST, "",
	    "a further header of each request, KEY=VALUE; may be repeated", .argument = "KEY=VALUE",
	    .info.secret = true, .info.pairs = true),
	ROW(AUTHORITY, TRUSTED, "connection", "client_authority", "", "--client-authority",
	    TSK_STRING, "", "the :authority of each request", .argument = "NAME"),
	ROW(IDENTITY, FREE, "connection", "identity", "", "--identity", TSK_STRING, "",
	    "who sends the requests, as the history shows it", .argument = "TEXT"),
	ROW(CODEC_ENDPOINT, TRUSTED, "connection", "codec_endpoint", "TEMPORAL_CODEC_ENDPOINT",
	    "--codec-endpoint", TSK_STRING, "", "URL of a codec server that decodes payloads",
	    .argument = "URL", .profile = "codec/endpoint"),
	ROW(CODEC_AUTH, TRUSTED, "connection", "codec_auth", "TEMPORAL_CODEC_AUTH", "--codec-auth",
	    TSK_STRING, "", "its Authorization header", .argument = "TEXT", .info.secret = true,
	    .profile = "codec/auth"),
	ROW(CODEC_HEADERS, TRUSTED, "connection", "codec_header", "", "--codec-header", TSK_LIST,
	    "", "a further header for the codec server, KEY=VALUE; may be repeated",
	    .argument = "KEY=VALUE", .info.secret = true, .info.pairs = true),
	ROW(PROFILE, TRUSTED, "connection", "profile", "TEMPORAL_PROFILE", "--profile", TSK_STRING,
	    "", "profile in the Temporal CLI's configuration file", .argument = "NAME"),
	ROW(CONFIG_FILE, TRUSTED, "connection", "config_file", "TEMPORAL_CONFIG_FILE",
	    "--config-file", TSK_STRING, "", "the Temporal CLI's configuration file (TOML)",
	    .argument = "FILE"),
	ROW(UI_ADDRESS, TRUSTED, "connection", "ui_address", "", "", TSK_STRING, "",
	    "URL of the web UI, where it is not the dev server's"),
	ROW(CONNECT_TIMEOUT, FREE, "connection", "connect_timeout", "", "--client-connect-timeout",
	    TSK_DURATION, "5", "how long to try to reach the server", .argument = "SECONDS"),
	ROW(COMMAND_TIMEOUT, FREE, "output", "command_timeout", "", "--command-timeout",
	    TSK_DURATION, "0", "end the whole command after this time (0: no limit)",
	    .argument = "SECONDS"),
	ROW(TEMPORAL_CLI, TRUSTED, "server", "temporal_cli", "TEMPORAL_CLI", "", TSK_STRING,
	    "temporal", "the Temporal CLI, which has the dev server: a name on PATH or a path"),
	ROW(PROJECT_DIR, NEVER, "project", "dir", "CLAUDE_TEMPORAL_PROJECT_DIR", "--project-dir",
	    TSK_STRING, ".", "the project's directory", .argument = "DIR"),
	ROW(PROJECT_NAME, FREE, "project", "name", "CLAUDE_TEMPORAL_PROJECT_NAME", "--project-name",
	    TSK_STRING, "", "names logs and records (default: the directory's base name)",
	    .argument = "NAME"),
	ROW(WORKER_CMD, FREE, "project", "worker_cmd", "TEMPORAL_WORKER_CMD", "", TSK_STRING,
	    "uv run worker",
	    "command that starts the worker, or none: no worker is kept; split into words, no "
	    "shell"),
	ROW(STARTER_CMD, FREE, "project", "starter_cmd", "", "", TSK_STRING, "uv run starter",
	    "command that starts a workflow; split into words, no shell"),
	ROW(TASK_QUEUE, FREE, "project", "task_queue", "", "", TSK_STRING, "",
	    "task queue of the project's workers (default: found out)"),
	ROW(LOG_DIR, INSIDE, "server", "log_dir", "CLAUDE_TEMPORAL_LOG_DIR", "", TSK_STRING,
	    "/tmp/claude-temporal-logs", "directory of worker and server logs"),
	ROW(PID_DIR, INSIDE, "server", "pid_dir", "CLAUDE_TEMPORAL_PID_DIR", "", TSK_STRING,
	    "/tmp/claude-temporal-pids", "directory of process records and locks"),
	ROW(PLUGIN_PATH, TRUSTED, "plugins", "path", "", "", TSK_STRING, "",
	    "further folders with plugins, ':' between them"),
	ROW(READ_ONLY, STRICTER, "safety", "read_only", "", "--read-only", TSK_FLAG, "false",
	    "refuse every command that changes something"),
	ROW(ALLOW_REMOTE_CHANGES, STRICTER, "safety", "allow_remote_changes", "",
	    "--allow-remote-changes", TSK_FLAG, "false",
	    "let changing commands work on a server that is not on this machine"),
	ROW(OUTPUT, FREE, "output", "format", "", "--output", TSK_CHOICE, "text",
	    "how the result is printed", .argument = "FORMAT", .choices = outputs, .letter = 'o'),
	ROW(COLOR, FREE, "output", "color", "", "--color", TSK_CHOICE, "auto",
	    "colour in text output", .argument = "WHEN", .choices = colors),
	ROW(QUIET, FREE, "output", "quiet", "", "--quiet", TSK_FLAG, "false",
	    "no notes on standard error"),
	ROW(VERBOSE, FREE, "output", "verbose", "", "--verbose", TSK_FLAG, "false",
	    "say on standard error what is being done"),
	ROW(FULL, FREE, "output", "full", "", "--full", TSK_FLAG, "false",
	    "do not shorten text output"),
	ROW(TRACE, TRUSTED, "output", "trace", "TEMPORAL_SKILL_TRACE", "--trace", TSK_STRING, "",
	    "tell what is done inside: rpc, diagnosis, process, plugins, all; with :FILE, there",
	    .argument = "PARTS"),
	ROW(PASSPORT, FREE, "project", "passport", "CLAUDE_TEMPORAL_PASSPORT", "", TSK_FLAG, "true",
	    "let a Python worker that is started describe itself: its queues, types and limits"),
	ROW(REHEARSE, FREE, "project", "rehearse", "CLAUDE_TEMPORAL_REHEARSE", "", TSK_CHOICE,
	    "warn",
	    "before a worker with changed sources is replaced, replay its running workflows: warn "
	    "of those that break, refuse, or off",
	    .choices = rehearsals),
};

/* What else `temporal skill …` may put in front (CLI 1.9.1, `temporal options`). */
static const struct tsk_option ignored[] = {
	{ .name = "log-level", .type = TSK_STRING },
	{ .name = "log-format", .type = TSK_STRING },
	{ .name = "time-format", .type = TSK_STRING },
	{ .name = "env", .type = TSK_STRING },
	{ .name = "env-file", .type = TSK_STRING },
	{ .name = "no-json-shorthand-payloads", .type = TSK_FLAG },
	{ .name = "disable-config-env", .type = TSK_FLAG },
	{ .name = "disable-config-file", .type = TSK_FLAG },
	{ 0 },
};
/* clang-format on */

const struct setting_row *settings_row(enum tsk_setting setting)
{
	return (unsigned)setting < TSK_SETTING_COUNT_ ? &rows[setting] : NULL;
}

const struct tsk_setting_info *tsk_setting_info(enum tsk_setting setting)
{
	return (unsigned)setting < TSK_SETTING_COUNT_ ? &rows[setting].info : NULL;
}

unsigned tsk_setting_set_by(enum tsk_setting setting)
{
	const struct setting_row *row = settings_row(setting);
	unsigned sources = TSK_SET_BY_USER | TSK_SET_BY_SYSTEM;

	if (!row)
		return 0;
	if (*row->info.flag)
		sources |= TSK_SET_BY_FLAG;
	if (*row->info.environment)
		sources |= TSK_SET_BY_ENVIRONMENT;
	if (row->profile || setting == TSK_SETTING_TLS)
		sources |= TSK_SET_BY_PROFILE;
	switch (row->of_project) {
	case PROJECT_FREE: return sources | TSK_SET_BY_PROJECT | TSK_SET_BY_TRUSTED_PROJECT;
	case PROJECT_LOOPBACK:
	case PROJECT_INSIDE:
		return sources | TSK_SET_BY_PROJECT_IN_BOUNDS | TSK_SET_BY_TRUSTED_PROJECT;
	case PROJECT_TRUSTED: return sources | TSK_SET_BY_TRUSTED_PROJECT;
	case PROJECT_STRICTER: return sources | TSK_SET_BY_PROJECT_IN_BOUNDS;
	default: return sources;
	}
}

int settings_find_key(const char *section, const char *key)
{
	for (int i = 0; i < TSK_SETTING_COUNT_; i++)
		if (!strcmp(rows[i].info.section, section) && !strcmp(rows[i].key, key))
			return i;
	return -1;
}

bool settings_knows_section(const char *section)
{
	for (int i = 0; i < TSK_SETTING_COUNT_; i++)
		if (!strcmp(rows[i].info.section, section))
			return true;
	return false;
}

const struct tsk_option *settings_ignored_flags(void)
{
	return ignored;
}

const struct tsk_option *tsk_global_options(void)
{
	static struct tsk_option options[TSK_SETTING_COUNT_ + 1];

	for (int i = 0; i < TSK_SETTING_COUNT_; i++) {
		const struct setting_row *row = &rows[i];
		options[i] = (struct tsk_option){
			.name = *row->info.flag ? row->info.flag + 2 : "",
			.letter = row->letter,
			.type = row->type,
			.argument = row->argument,
			.help = row->info.help,
			.fallback = row->type == TSK_FLAG || !*row->fallback ? NULL : row->fallback,
			.choices = row->choices,
		};
	}
	return options;
}
