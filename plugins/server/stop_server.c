/* stop-server: ends the dev server that ensure-server started, and no other. */
#include "dev_server.h"

#include <string.h>

struct stop_options {
	int64_t grace;
};

#define AT(field) .at = offsetof(struct stop_options, field)
static const struct tsk_option options[] = {
	{ .name = "grace",
	  .type = TSK_DURATION,
	  AT(grace),
	  .argument = "SECONDS",
	  .help = "time to end by itself before it is killed",
	  .fallback = "10" },
	{ 0 },
};

/* Others are named, and left alone. */
static enum tsk_status say_not_ours(struct tsk_call *call, const struct address *address)
{
	const struct tsk_record *elsewhere = server_elsewhere(call, address);
	const struct tsk_process_info *holder = NULL;
	bool taken = false;

	tsk_set_bool(tsk_result(call), "ours", false);
	if (!address->ip) {
		tsk_verdict(call, "not_ours",
			    "the server at %s is not on this machine: not stopped", address->text);
		return TSK_NEGATIVE;
	}
	if (elsewhere) {
		tsk_set(tsk_result(call), "elsewhere", tsk_record_place(call, elsewhere));
		tsk_verdict(call, "elsewhere",
			    "not stopped: the dev server of %s was started as %s, and is to be "
			    "stopped there; its record %s stays",
			    address->text, tsk_record_place(call, elsewhere), elsewhere->path);
		return TSK_NEGATIVE;
	}
	holder = tsk_port_holder(call, address->port, &taken);
	if (!taken) {
		tsk_verdict(call, "nothing_running", "no server runs at %s: nothing to stop",
			    address->text);
		return TSK_OK;
	}
	if (holder)
		tsk_set_number(tsk_result(call), "pid", holder->id.pid);
	tsk_verdict(call, "not_ours",
		    "not stopped: %s holds port %d, and ensure-server did not start it",
		    process_text(call, holder), address->port);
	return TSK_NEGATIVE;
}

static void say_stopped(struct tsk_call *call, const struct address *address,
			const struct tsk_record *record, const struct tsk_stopped *stopped)
{
	cJSON *pids = tsk_set_list(tsk_result(call), "stopped");

	for (size_t i = 0; i < stopped->count; i++)
		cJSON_AddItemToArray(pids, cJSON_CreateNumber(stopped->pids[i]));
	tsk_set_bool(tsk_result(call), "killed", stopped->leader_killed);
	tsk_verdict(call, "stopped", "stopped the dev server at %s (pid %d)%s", address->text,
		    record->process.pid, stopped->leader_killed ? ", which had to be killed" : "");
}

static enum tsk_status stop_server(struct tsk_call *call, const void *given)
{
	const struct stop_options *o = given;
	struct tsk_stopped stopped;
	struct address address;

	if (address_read(call, tsk_setting(call, TSK_SETTING_ADDRESS), &address))
		return tsk_error(call);
	tsk_set(tsk_result(call), "address", address.text);
	/* Without a record there is nobody to lock out, and no directory to make. */
	if (!server_record(call, &address))
		return tsk_error(call) ? tsk_error(call) : say_not_ours(call, &address);
	if (tsk_lock(call, server_lock_name(call, &address), tsk_deadline(call, 60000)))
		return tsk_error(call);
	const struct tsk_record *record = server_record(call, &address);
	bool ran = record && tsk_process_runs(&record->process);
	if (record && (tsk_stop_claimed(call, &record->process, NULL, o->grace, &stopped) ||
		       tsk_record_remove(call, record)))
		return tsk_error(call);
	if (!ran)
		return tsk_error(call) ? tsk_error(call) : say_not_ours(call, &address);
	say_stopped(call, &address, record, &stopped);
	return TSK_OK;
}

static const struct tsk_view views[] = { { 0 } };

static const char *const examples[] = { "temporal-skill stop-server", NULL };

const struct tsk_command stop_server_command = {
	.name = "stop-server",
	.summary = "stop the dev server that ensure-server started",
	.details =
		"A server that was started by other means, or in another PID namespace or on "
		"another host that shares PID_DIR, is named and left alone (exit 1). "
		"Without --db-filename a dev server keeps its workflows in memory: they end with "
		"it.",
	.examples = examples,
	.needs = TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct stop_options),
	.views = views,
	.run = stop_server,
};
