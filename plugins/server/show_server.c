/* show-server: what answers at the configured address, and whether ensure-server started it. */
#include "dev_server.h"

#include <temporal-skill/diagnosis.h>

#include <string.h>

static void show_namespaces(struct tsk_call *call)
{
	cJSON *list = tsk_set_list(tsk_result(call), "namespaces");
	struct tsk_strings names;

	/* It has answered already; that it does not tell all its namespaces is its right. */
	if (tsk_namespaces(call, &names)) {
		tsk_forget_error(call);
		return;
	}
	for (size_t i = 0; i < names.count; i++)
		if (strcmp(names.items[i], "temporal-system") != 0)
			tsk_append(list, names.items[i]);
}

/* In which file it keeps its workflows, and what is wrong with that. */
static void show_database(struct tsk_call *call)
{
	const struct tsk_server_here *here = tsk_server_here(call);
	const struct tsk_process_info *other =
		here->database ? tsk_file_holder(call, here->database, here->process->id.pid)
			       : NULL;

	if (here->database)
		tsk_set(tsk_result(call), "database", here->database);
	if (here->trouble)
		tsk_set_format(tsk_result(call), "warning", "its process %s", here->trouble);
	else if (other && is_dev_server(other))
		tsk_set_format(tsk_result(call), "warning",
			       "another dev server (pid %d) works with the same database file: "
			       "each takes the other's work away",
			       other->id.pid);
	if (here->remedy)
		tsk_next(call, "%s", here->remedy);
}

static void show_process(struct tsk_call *call, const struct address *address,
			 const struct tsk_record *ours)
{
	const struct tsk_process_info *process = server_process(call, address, ours);
	cJSON *result = tsk_result(call);

	tsk_set_bool(result, "ours", ours != NULL);
	if (process) {
		int64_t uptime = (tsk_wall_ns() - process->started_at) / 1000000;
		tsk_set_number(result, "pid", process->id.pid);
		tsk_set_time(result, "started_at", process->started_at);
		tsk_set_seconds(result, "uptime", uptime < 0 ? 0 : uptime);
	}
	tsk_set(result, "ui", server_ui(call, address, process));
	show_database(call);
	tsk_set(result, "log", ours ? ours->log : NULL);
	tsk_set(result, "started_as", ours ? ours->command : NULL);
}

/* What is known of one that does not answer is worth more than the refusal alone. */
static enum tsk_status fail_silent(struct tsk_call *call, const struct address *address,
				   const struct tsk_record *ours)
{
	const char *why = tsk_error_message(call);
	bool taken = false;

	/* Its process is in the words already, and what helps. */
	if (tsk_server_here(call)->trouble)
		return tsk_error(call);
	const struct tsk_process_info *holder =
		address->ip ? tsk_port_holder(call, address->port, &taken) : NULL;
	const char *end = ours || taken ? NULL : tsk_server_end(call);
	if (!ours && !taken && !end)
		return tsk_error(call);
	tsk_forget_error(call);
	if (ours) {
		tsk_hint(call, "temporal-skill ensure-server");
		return tsk_fail(call, TSK_UNAVAILABLE,
				"%s; the dev server (pid %d) runs, its log is %s", why,
				ours->process.pid, ours->log);
	}
	if (end) {
		tsk_hint(call, "temporal-skill ensure-server");
		return tsk_fail(call, TSK_UNAVAILABLE, "%s; %s", why, end);
	}
	tsk_hint(call, "stop that process, or choose another port: --address HOST:PORT");
	return tsk_fail(call, TSK_UNAVAILABLE, "%s; port %d is held by %s", why, address->port,
			process_text(call, holder));
}

static enum tsk_status show_server(struct tsk_call *call, const void *given)
{
	const struct tsk_record *record;
	struct address address;
	struct tsk_server server;

	(void)given;
	if (address_read(call, tsk_setting(call, TSK_SETTING_ADDRESS), &address))
		return tsk_error(call);
	record = server_record(call, &address);
	if (tsk_error(call))
		return tsk_error(call);
	if (record && !tsk_process_runs(&record->process))
		record = NULL;
	enum tsk_status status =
		tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server);
	if (status == TSK_NOT_FOUND)
		return fail_missing_namespace(call);
	if (status == TSK_UNAVAILABLE || status == TSK_TIMEOUT)
		return fail_silent(call, &address, record);
	if (status)
		return status;

	tsk_set(tsk_result(call), "address", address.text);
	tsk_set(tsk_result(call), "namespace", tsk_setting(call, TSK_SETTING_NAMESPACE));
	tsk_set(tsk_result(call), "server_version", server.version);
	show_namespaces(call);
	show_process(call, &address, record);
	const struct tsk_record *elsewhere = record ? NULL : server_elsewhere(call, &address);
	if (elsewhere)
		tsk_set(tsk_result(call), "elsewhere", tsk_record_place(call, elsewhere));
	tsk_verdict(call, "running", "Temporal server %s runs at %s, namespace '%s', %s",
		    server.version, address.text, tsk_setting(call, TSK_SETTING_NAMESPACE),
		    record      ? "started by ensure-server"
		    : elsewhere ? tsk_format(call, "started by ensure-server as %s",
					     tsk_record_place(call, elsewhere))
				: "not started by us");
	return tsk_error(call);
}

static const struct tsk_view views[] = {
	{ .path = "warning" }, { .path = "?namespaces" },
	{ .path = "pid" },     { .path = "started_at" },
	{ .path = "ui" },      { .path = "database" },
	{ .path = "log" },     { 0 },
};

static const char *const examples[] = { "temporal-skill show-server", NULL };

const struct tsk_command show_server_command = {
	.name = "show-server",
	.summary = "show the server: version, namespaces, process, web UI, log",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.views = views,
	.run = show_server,
};
