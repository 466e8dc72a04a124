/* Looking for a worker of the queue in other namespaces, and at other servers. */
#include "elsewhere.h"

#include "collect.h"
#include "sources/sources.h"
#include "who_polls.h"

#include <temporal-skill/process.h>

#include <string.h>

/* A server that many use has more; those that the project names come first. */
#define NAMESPACES_MOST 8

struct looking {
	struct tsk_call *call;
	const struct reading *reading;
	struct tsk_symptoms_more *more;
	const char *asked[NAMESPACES_MOST];
	size_t count;
	int *left;
};

/* ---- namespaces ---- */

static bool is_to_ask(const struct looking *looking, const char *name)
{
	if (!*name || strcmp(name, tsk_setting(looking->call, TSK_SETTING_NAMESPACE)) == 0 ||
	    strcmp(name, "temporal-system") == 0 || looking->count == NAMESPACES_MOST)
		return false;
	for (size_t i = 0; i < looking->count; i++)
		if (strcmp(looking->asked[i], name) == 0)
			return false;
	return true;
}

/* Who polls the queue there; true: somebody does, and nothing more is to be asked. */
static bool ask_namespace(struct looking *looking, const char *name)
{
	const struct reading *reading = looking->reading;
	bool activity = reading->diagnosis->verdict == TSK_VERDICT_NO_ACTIVITY_WORKER;
	const struct tsk_poller *pollers;
	size_t count = 0;

	if (*looking->left < 1 || !is_to_ask(looking, name))
		return false;
	looking->asked[looking->count++] = name;
	(*looking->left)--;
	if (tsk_pollers_in(looking->call, name, reading->queue,
			   activity ? TSK_ACTIVITY_TASKS : TSK_WORKFLOW_TASKS, &pollers, &count)) {
		forgive_error(looking->call);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		int pid = tsk_identity_pid(pollers[i].identity);

		if (!poller_is_live(reading, &pollers[i]) ||
		    (pid && !tsk_process_look(looking->call, pid)))
			continue;
		looking->more->other_namespace = name;
		looking->more->other_namespace_poller = pollers[i].identity;
		return true;
	}
	return false;
}

static void ask_namespaces(struct looking *looking)
{
	struct tsk_strings names;

	sources_namespaces(looking->call, tsk_setting(looking->call, TSK_SETTING_PROJECT_DIR),
			   &names);
	for (size_t i = 0; i < names.count; i++)
		if (ask_namespace(looking, names.items[i]))
			return;
	if (ask_namespace(looking, "default") || *looking->left < 2)
		return;
	(*looking->left)--;
	if (tsk_namespaces(looking->call, &names)) {
		forgive_error(looking->call);
		return;
	}
	for (size_t i = 0; i < names.count; i++)
		if (ask_namespace(looking, names.items[i]))
			return;
}

/* ---- servers ---- */

/* What a worker is connected to besides: databases, brokers, the web. */
static bool is_of_others(const char *peer)
{
	static const char *const ports[] = { ":80",   ":443",  ":1433",  ":3306", ":5432",
					     ":5672", ":6379", ":27017", ":9092", ":9200" };
	const char *port = strrchr(peer, ':');

	for (size_t i = 0; port && i < sizeof(ports) / sizeof(*ports); i++)
		if (strcmp(port, ports[i]) == 0)
			return true;
	return false;
}

/* Only where the server is on this machine: else an address has many names. */
static void look_at_connections(const struct looking *looking)
{
	const char *address = tsk_setting(looking->call, TSK_SETTING_ADDRESS);
	const struct tsk_symptom_worker *worker = project_worker(looking->reading);
	const struct tsk_process_info *process =
		worker ? tsk_process_look(looking->call, worker->pid) : NULL;
	struct tsk_process_info tree[2] = { { .id = { .pid = 0 } } };
	struct tsk_strings peers;

	if (!process || !tsk_address_is_here(address))
		return;
	tree[0] = *process;
	tsk_process_peers(looking->call, tree, &peers);
	for (size_t i = 0; i < peers.count; i++)
		if (tsk_address_same(peers.items[i], address))
			return;
	for (size_t i = 0; i < peers.count && !looking->more->other_address; i++)
		if (!is_of_others(peers.items[i]))
			looking->more->other_address = peers.items[i];
	if (looking->more->other_address)
		looking->more->other_address_pid = worker->pid;
}

enum tsk_status look_elsewhere(struct tsk_call *call, const struct reading *reading,
			       struct tsk_symptoms *symptoms, int *left)
{
	struct tsk_symptoms_more more = *tsk_symptoms_more(call, symptoms);
	struct looking looking = { .call = call, .reading = reading, .more = &more, .left = left };

	/* Two addresses may lead to the same server, by a proxy: who polls there is surer. */
	ask_namespaces(&looking);
	if (!more.other_namespace)
		look_at_connections(&looking);
	if (more.other_address || more.other_namespace)
		tsk_symptoms_set_more(call, symptoms, &more);
	return forgive_error(call);
}
