/* What ensure-server says: of the server that runs, that was started, that is not ready. */
#include "dev_server.h"

#include <string.h>
#include <sys/stat.h>

static void say_server(struct tsk_call *call, const struct address *address,
		       const struct tsk_server *server, const struct tsk_record *ours,
		       const struct server_options *given)
{
	const struct tsk_process_info *process = server_process(call, address, ours);
	cJSON *result = tsk_result(call);

	tsk_set(result, "address", address->text);
	tsk_set(result, "namespace", tsk_setting(call, TSK_SETTING_NAMESPACE));
	tsk_set(result, "server_version", server->version);
	if (process)
		tsk_set_number(result, "pid", process->id.pid);
	tsk_set_bool(result, "ours", ours != NULL);
	tsk_set(result, "ui", server_ui(call, address, process));
	cJSON *namespaces = given->namespaces.count ? tsk_set_list(result, "namespaces") : NULL;
	for (size_t i = 0; i < given->namespaces.count; i++)
		tsk_append(namespaces, given->namespaces.items[i]);
	if (ours)
		tsk_set(result, "log", ours->log);
	tsk_next(call, "temporal-skill ensure-worker");
}

static bool is_same_file(const char *one, const char *other)
{
	struct stat first, second;

	return strcmp(one, other) == 0 ||
	       (stat(one, &first) == 0 && stat(other, &second) == 0 &&
		first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

/* Namespaces and search attributes can be had of a server that runs, too. */
static void note_without_effect(struct tsk_call *call, const struct address *address,
				const struct server_options *given)
{
	const char *wanted = server_database(call, given);
	const struct tsk_server_here *here = tsk_server_here(call);
	const char *its = here->database;
	const bool has_ui = server_ui(call, address, here->process);
	const struct {
		bool given;
		const char *option;
	} rows[] = {
		{ wanted && (!its || !is_same_file(wanted, its)), "--db-filename" },
		{ given->ui_port, "--ui-port" },
		{ given->headless && (has_ui || !here->is_dev_server), "--headless" },
		{ given->dynamic_config.count, "--dynamic-config-value" },
	};
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].given)
			tsk_text_join(&text, ", ", "%s", rows[i].option);
	if (text.size)
		tsk_note(call, "the server ran already, so that this had no effect: %s",
			 tsk_text_value(&text));
}

enum tsk_status say_running(struct tsk_call *call, const struct address *address,
			    const struct tsk_server *server, const struct server_options *given,
			    int64_t began)
{
	const struct tsk_record *record = server_record(call, address);
	bool ours = record && tsk_process_runs(&record->process);

	if (tsk_error(call))
		return tsk_error(call);
	/* Its record was lost. */
	if (ours && !record->path && tsk_record_write(call, record))
		return tsk_error(call);
	const int64_t deadline = tsk_deadline(call, began + given->timeout - tsk_now_ms());
	if (namespaces_add(call, &given->namespaces, deadline) ||
	    tsk_search_attributes_add(call, &given->search_attributes))
		return tsk_error(call);
	note_without_effect(call, address, given);
	say_server(call, address, server, ours ? record : NULL, given);
	const struct tsk_server_here *here = tsk_server_here(call);
	if (here->trouble)
		tsk_set_format(tsk_result(call), "warning", "its process %s", here->trouble);
	if (here->remedy)
		tsk_next(call, "%s", here->remedy);
	if (tsk_lifetime_text(call, &given->lifetime))
		tsk_set_format(tsk_result(call), "warning",
			       "it ran already, so that it ends as the call that started it said, "
			       "and not %s",
			       tsk_lifetime_text(call, &given->lifetime));
	tsk_set_seconds(tsk_result(call), "seconds", tsk_now_ms() - began);
	tsk_verdict(call, "running", "Temporal server %s already runs at %s, namespace '%s'",
		    server->version, address->text, tsk_setting(call, TSK_SETTING_NAMESPACE));
	return TSK_OK;
}

enum tsk_status say_started(struct tsk_call *call, const struct address *address,
			    const struct started_server *started,
			    const struct server_options *given, int64_t began)
{
	const int64_t took = tsk_now_ms() - began;

	const char *ends = tsk_ends_with_call(call);

	say_server(call, address, &started->server, server_record(call, address), given);
	if (tsk_lifetime_text(call, &given->lifetime))
		tsk_set(tsk_result(call), "ends", tsk_lifetime_text(call, &given->lifetime));
	tsk_set_seconds(tsk_result(call), "seconds", took);
	tsk_verdict(call, ends ? "ends_with_call" : "started",
		    "started Temporal server %s at %s, namespace '%s', in %s%s",
		    started->server.version, address->text,
		    tsk_setting(call, TSK_SETTING_NAMESPACE), tsk_duration_text(call, took),
		    ends ? "; it ends with this call" : "");
	if (ends)
		tsk_set_format(tsk_result(call), "warning",
			       "%s: the next call finds no server. Start it outside of the "
			       "sandbox, or do all in one call: temporal-skill run -- COMMAND",
			       ends);
	tsk_next(call, "temporal-skill stop-server");
	return tsk_error(call);
}

enum tsk_status fail_not_ready(struct tsk_call *call, const struct address *address,
			       const struct tsk_process *process, const char *log, int64_t timeout)
{
	cJSON *result = tsk_result(call);

	tsk_set(result, "address", address->text);
	tsk_set_number(result, "pid", process->pid);
	tsk_set(result, "log", log);
	tsk_verdict(call, "not_ready", "the dev server (pid %d) still runs, and is not ready yet",
		    process->pid);
	tsk_next(call, "temporal-skill ensure-server");
	tsk_hint(call, "look into %s", log && *log ? log : "its output");
	return tsk_fail(call, TSK_TIMEOUT, "the dev server at '%s' was not ready within %s",
			address->text, tsk_duration_text(call, timeout));
}

enum tsk_status say_suspended(struct tsk_call *call, const struct address *address,
			      const struct tsk_server_here *here)
{
	cJSON *result = tsk_result(call);

	tsk_set(result, "address", address->text);
	tsk_set_number(result, "pid", here->process->id.pid);
	tsk_verdict(call, "suspended", "the process that listens at %s, %s: it cannot answer",
		    address->text, here->trouble);
	tsk_next(call, "%s", here->remedy);
	tsk_next(call, "temporal-skill ensure-server");
	return tsk_error(call);
}
