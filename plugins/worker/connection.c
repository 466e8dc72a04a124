/* A worker that is connected to another server, or polls in another namespace, than we look at: and
 * where that one comes from. */
#include "passports.h"

#include <string.h>

/* Namespaces of a server that are asked; a development server has a few. */
#define NAMESPACES_MOST 10

/* Of a file in which the address may stand. */
#define FILE_SIZE_MOST  ((size_t)256 << 10)

/* ---- where a value comes from ---- */

/* The number of the line in which at lies. */
static int line_of(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

static const char *place_in(struct tsk_call *call, const char *name, const char *value)
{
	const char *path = tsk_format(call, "%s/%s", project_directory(call), name);
	const char *text = tsk_file_tail(call, path, 1000000, FILE_SIZE_MOST, 0);
	const char *at = text ? strstr(text, value) : NULL;

	return at ? tsk_format(call, "%s:%d", name, line_of(text, at)) : NULL;
}

/* In the files that a worker's start reads: what sets its environment, and what it runs. */
static const char *place_of(struct tsk_call *call, const struct worker *worker, const char *value)
{
	static const char *const files[] = { ".env",        ".envrc",      "config.py",
					     "settings.py", "config.toml", "config.yaml",
					     "worker.py",   NULL };
	const char *place = NULL;

	for (size_t i = 0; i < worker->count && !place; i++) {
		const char *script = script_of(&worker->tree[i].words);
		if (script && *script != '/' && !strstr(script, ".."))
			place = place_in(call, script, value);
	}
	for (size_t i = 0; files[i] && !place; i++)
		place = place_in(call, files[i], value);
	return place;
}

/* What its environment said when it started. */
static const char *variable_of(struct tsk_call *call, const struct worker *worker,
			       const char *variable)
{
	return worker->main ? tsk_process_environment(call, worker->main->id.pid, variable) : NULL;
}

/* ---- another server ---- */

static const char *origin_of(struct tsk_call *call, const struct worker *worker, const char *peer)
{
	const char *variable = variable_of(call, worker, "TEMPORAL_ADDRESS");
	const char *port = strrchr(peer, ':') ? strrchr(peer, ':') : peer;

	if (variable && tsk_address_same(variable, peer))
		return tsk_format(call, "its environment has TEMPORAL_ADDRESS=%s", variable);
	const char *place = place_of(call, worker, peer);
	if (!place)
		place = place_of(call, worker, tsk_format(call, "localhost%s", port));
	if (!place)
		place = place_of(call, worker, port);
	return place ? tsk_format(call, "it stands in %s", place)
		     : "neither its environment nor .env nor its script says why";
}

const char *other_server_text(struct tsk_call *call, const struct worker *worker)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	const char *port = strrchr(address, ':');
	struct tsk_strings peers;

	tsk_process_peers(call, worker->tree, &peers);
	for (size_t i = 0; i < peers.count; i++)
		if (tsk_address_same(peers.items[i], address))
			return NULL;
	/* One that goes to the same port may be the same server by another way, or another one. */
	for (size_t i = 0; i < peers.count; i++)
		return tsk_format(call, "it is connected to %s, and not to %s (%s): %s",
				  peers.items[i], address,
				  tsk_setting_origin(call, TSK_SETTING_ADDRESS),
				  origin_of(call, worker, peers.items[i]));
	(void)port;
	return NULL;
}

/* ---- another namespace ---- */

static bool polls_in(struct tsk_call *call, const struct worker *worker, const char *name,
		     const char *queue)
{
	static const enum tsk_task_kind kinds[] = { TSK_WORKFLOW_TASKS, TSK_ACTIVITY_TASKS };
	struct queue_pollers answer = { .queue = queue, .known = true };

	for (size_t i = 0; i < 2; i++) {
		if (tsk_pollers_in(call, name, queue, kinds[i], &answer.items, &answer.count)) {
			if (tsk_error(call) == TSK_INTERRUPTED)
				return false;
			tsk_forget_error(call);
			continue;
		}
		if (queue_poller_of(call, &answer, worker->tree))
			return true;
	}
	return false;
}

static const char *namespace_origin(struct tsk_call *call, const struct worker *worker,
				    const char *name)
{
	const char *variable = variable_of(call, worker, "TEMPORAL_NAMESPACE");

	if (variable && strcmp(variable, name) == 0)
		return tsk_format(call, "its environment has TEMPORAL_NAMESPACE=%s", variable);
	const char *place = place_of(call, worker, tsk_format(call, "\"%s\"", name));
	if (!place)
		place = place_of(call, worker, tsk_format(call, "'%s'", name));
	if (!place)
		place = place_of(call, worker, tsk_format(call, "=%s", name));
	return place ? tsk_format(call, "it stands in %s", place)
		     : "neither its environment nor .env nor its script says why";
}

const char *other_namespace_text(struct tsk_call *call, const struct worker *worker,
				 const char *queues)
{
	const char *ours = tsk_setting(call, TSK_SETTING_NAMESPACE);
	struct tsk_strings names, list, found;

	if (tsk_namespaces(call, &names)) {
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
		return NULL;
	}
	tsk_source_queues(call, project_directory(call), &found);
	for (size_t i = 0; i < found.count; i++)
		queues = join_queue(call, queues, found.items[i]);
	list = split_queues(call, queues);
	for (size_t i = 0; i < names.count && i < NAMESPACES_MOST; i++) {
		if (strcmp(names.items[i], ours) == 0 ||
		    strcmp(names.items[i], "temporal-system") == 0)
			continue;
		for (size_t k = 0; k < list.count && !tsk_error(call); k++)
			if (polls_in(call, worker, names.items[i], list.items[k]))
				return tsk_format(
					call,
					"it polls '%s' in namespace '%s', and not in '%s' "
					"(%s): %s",
					list.items[k], names.items[i], ours,
					tsk_setting_origin(call, TSK_SETTING_NAMESPACE),
					namespace_origin(call, worker, names.items[i]));
	}
	return NULL;
}

/* ---- as its passport says ---- */

const char *passport_elsewhere_text(struct tsk_call *call, const struct worker *worker,
				    const struct tsk_passport_worker *elsewhere)
{
	const bool same_address = !elsewhere->address || passport_is_our_address(call, elsewhere);
	const char *text = tsk_format(call, "it polls '%s' in namespace '%s' of %s, and not",
				      elsewhere->task_queue, elsewhere->namespace_,
				      elsewhere->address ? elsewhere->address : "its server");

	if (!passport_is_our_namespace(call, elsewhere))
		text = tsk_format(call, "%s in '%s' (%s)", text,
				  tsk_setting(call, TSK_SETTING_NAMESPACE),
				  tsk_setting_origin(call, TSK_SETTING_NAMESPACE));
	if (same_address)
		return tsk_format(call, "%s: %s", text,
				  namespace_origin(call, worker, elsewhere->namespace_));
	return tsk_format(call, "%s of %s (%s): %s", text, tsk_setting(call, TSK_SETTING_ADDRESS),
			  tsk_setting_origin(call, TSK_SETTING_ADDRESS),
			  origin_of(call, worker, elsewhere->address));
}
