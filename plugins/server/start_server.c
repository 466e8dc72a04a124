/* Starting a dev server, apart from us, and waiting until it answers. */
#include "dev_server.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* There is no event for "listens now" in another process, so that we ask again and again, this far
 * apart; one question to a port where nobody listens costs less than a millisecond. Between two
 * questions we wait for the end of the process. */
#define ASK_AGAIN_MS    25

/* One question takes no longer, however long the whole may: a server that is starting answers at
 * once or not at all. */
#define ASK_MS          2000

/* Lines of its log that are worth a look when it ended. */
#define LAST_LINES      8
#define LAST_LINES_SIZE ((size_t)4096)

/* start-dev picks ports for its inner services, and lets go of them before they listen: another
 * program may be faster. Twice in a row is something else. */
#define ATTEMPTS        2

/* For one that has lost its port to another, and is ending by itself. */
#define GIVE_WAY_MS     2000

/* ---- the command line ---- */

/* What our own servers are started with: a failed workflow task shows at once, and is tried again
 * soon after a fix (else up to 10 minutes later). */
static const char *const dynamic_config[] = {
	"system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1",
	"history.workflowTaskRetryMaxInterval=\"1s\"",
};

struct words {
	const char **items;
	size_t count;
};

static void add_word(struct words *words, const char *word)
{
	words->items[words->count++] = word;
}

static void add_option(struct words *words, const char *name, const char *value)
{
	add_word(words, name);
	add_word(words, value);
}

static bool is_given(const struct tsk_strings *given, const char *pair)
{
	size_t key = strcspn(pair, "=") + 1;

	for (size_t i = 0; i < given->count; i++)
		if (strncmp(given->items[i], pair, key) == 0)
			return true;
	return false;
}

static struct tsk_strings server_words(struct tsk_call *call, const struct address *address,
				       const struct server_options *options, int ui_port)
{
	const size_t own = sizeof(dynamic_config) / sizeof(*dynamic_config);
	struct words words = { .count = 0 };

	/* 16: those below that are always there. */
	words.items = tsk_alloc(
		call, (16 + 2 * (own + options->dynamic_config.count +
				 options->search_attributes.count + options->namespaces.count)) *
			      sizeof(*words.items));
	add_word(&words, tsk_setting(call, TSK_SETTING_TEMPORAL_CLI));
	add_word(&words, "server");
	add_word(&words, "start-dev");
	add_option(&words, "--ip", address->ip);
	add_option(&words, "--port", tsk_format(call, "%d", address->port));
	if (options->headless)
		add_word(&words, "--headless");
	else
		add_option(&words, "--ui-port", tsk_format(call, "%d", ui_port));
	add_option(&words, "--namespace", tsk_setting(call, TSK_SETTING_NAMESPACE));
	for (size_t i = 0; i < options->namespaces.count; i++)
		add_option(&words, "--namespace", options->namespaces.items[i]);
	add_option(&words, "--log-level", options->log_level);
	if (options->db_filename)
		add_option(&words, "--db-filename", server_database(call, options));
	for (size_t i = 0; i < options->search_attributes.count; i++) {
		const char *name = "", *type = "";

		/* They were checked before. */
		if (tsk_search_attribute_read(call, options->search_attributes.items[i], &name,
					      &type) == TSK_OK)
			add_option(&words, "--search-attribute",
				   tsk_format(call, "%s=%s", name, type));
	}
	for (size_t i = 0; i < own; i++)
		if (!is_given(&options->dynamic_config, dynamic_config[i]))
			add_option(&words, "--dynamic-config-value", dynamic_config[i]);
	for (size_t i = 0; i < options->dynamic_config.count; i++)
		add_option(&words, "--dynamic-config-value", options->dynamic_config.items[i]);
	return (struct tsk_strings){ .items = words.items, .count = words.count };
}

/* ---- ports and log ---- */

#define UI_PORT_DISTANCE 1000

static enum tsk_status choose_ui_port(struct tsk_call *call, const struct address *address,
				      const struct server_options *options, int *port)
{
	int usual = address->port + UI_PORT_DISTANCE;

	*port = options->ui_port ? (int)options->ui_port : usual;
	if (options->headless || (*port <= UINT16_MAX && address_is_free(address->ip, *port)))
		return TSK_OK;
	const char *holder = process_text(call, tsk_port_holder(call, *port, NULL));
	if (options->ui_port) {
		tsk_hint(call, "choose another --ui-port, or --headless");
		return tsk_fail(call, TSK_UNAVAILABLE, "the UI port %d is held by %s", *port,
				holder);
	}
	*port = address_free_port(address->ip);
	if (usual <= UINT16_MAX)
		tsk_note(call, "the usual port of the web UI, %d, is held by %s: it gets %d", usual,
			 holder, *port);
	return TSK_OK;
}

/* LOG_DIR/server.log; a second server beside one that writes there gets a log of its own. */
static const char *choose_log(struct tsk_call *call, const struct address *address)
{
	const char *log = tsk_log_path(call, "server", NULL, NULL);
	const struct tsk_record *record = tsk_record_list(call, "server", NULL);

	for (; log && !tsk_error(call) && record->kind; record++)
		if (strcmp(record->log, log) == 0 && tsk_process_runs(&record->process))
			log = tsk_log_path(call, tsk_format(call, "server-%d", address->port), NULL,
					   NULL);
	return tsk_error(call) ? NULL : log;
}

/* ---- starting ---- */

static struct tsk_record make_record(struct tsk_call *call, const struct address *address,
				     const struct tsk_strings *words, const char *log)
{
	return (struct tsk_record){
		.kind = "server",
		.name = address->text,
		.scope = address->text,
		.command = tsk_quote_words(call, words),
		.log = log,
		.address = address->text,
		.namespace_ = tsk_setting(call, TSK_SETTING_NAMESPACE),
		.task_queues = "",
		.started_at = tsk_wall_ns(),
	};
}

/* The CLI asks who its user is; a user number that has no name (a container with --user 12345) and
 * no USER is an error to it. */
static const char *user_variable(struct tsk_call *call)
{
	if (getenv("USER") || getpwuid(geteuid()))
		return "TEMPORAL_API_KEY";
	return tsk_format(call, "USER=uid-%u", (unsigned)geteuid());
}

/* It reads files below HOME, and takes one that it cannot look into for an error. */
static const char *home_variable(struct tsk_call *call)
{
	const char *home = getenv("HOME");
	const bool fit =
		home ? !access(home, X_OK) || errno == ENOENT : getpwuid(geteuid()) != NULL;
	struct stat about;

	if (fit && (!home || stat(home, &about) || S_ISDIR(about.st_mode)))
		return "TEMPORAL_API_KEY";
	return tsk_format(call, "HOME=%s", tsk_setting(call, TSK_SETTING_LOG_DIR));
}

/* In "/": a server outlives the directory that it was asked for in. The mark of a worker must not
 * be handed on, should we run inside one. */
static enum tsk_status spawn_server(struct tsk_call *call, const struct address *address,
				    const struct tsk_strings *words,
				    const struct tsk_lifetime *lifetime,
				    struct started_server *started)
{
	const char *const environment[] = { "TEMPORAL_API_KEY", "TEMPORAL_SKILL_WORKER",
					    user_variable(call), home_variable(call), NULL };
	const struct tsk_record record = make_record(call, address, words, started->log);
	const struct tsk_launch spawn = {
		.words = words->items,
		.directory = "/",
		.environment = environment,
		.log = started->log,
		.kind = "server",
		.scope = server_scope(call, address),
		.record = &record,
		.lifetime = lifetime,
	};

	if (tsk_log_rotate(call, started->log) || tsk_launch(call, &spawn, &started->process))
		return tsk_error(call);
	tsk_progress(call, "started process %d: %s", started->process.pid,
		     tsk_quote_words(call, words));
	return TSK_OK;
}

enum tsk_status server_wait_ready(struct tsk_call *call, const struct tsk_process *process,
				  int64_t deadline, struct tsk_server *server, bool *died)
{
	struct pollfd end = { .fd = tsk_process_open(process), .events = POLLIN };
	enum tsk_status status = TSK_OK;

	*died = end.fd < 0;
	while (!*died) {
		int64_t left = deadline - tsk_now_ms();
		if (!tsk_server_ask(call, left < ASK_MS ? left : ASK_MS, server))
			break;
		status = tsk_error(call);
		if (status == TSK_INTERRUPTED || status == TSK_INTERNAL)
			break;
		tsk_forget_error(call);
		int64_t again = tsk_now_ms() + ASK_AGAIN_MS;
		status = tsk_wait(call, &end, 1, again < deadline ? again : deadline);
		*died = status == TSK_OK;
		if (status == TSK_INTERRUPTED || tsk_now_ms() >= deadline)
			break;
		status = TSK_OK;
	}
	if (end.fd >= 0)
		close(end.fd);
	return *died ? TSK_UNAVAILABLE : status;
}

/* ---- when it ended ---- */

static bool lost_a_race(const struct address *address, int ui_port, const char *why)
{
	return strstr(why, "address already in use") &&
	       address_is_free(address->ip, address->port) &&
	       (!ui_port || address_is_free(address->ip, ui_port));
}

static void remove_record(struct tsk_call *call, const struct started_server *started)
{
	const struct tsk_record *record = tsk_record_list(call, "server", NULL);

	for (; record->kind; record++)
		if (record->process.pid == started->process.pid &&
		    record->process.start_ticks == started->process.start_ticks)
			tsk_record_remove(call, record);
}

static void tell_death(struct tsk_call *call, const struct started_server *started,
		       const struct ending *ending)
{
	const char *tail = tsk_file_tail(call, started->log, LAST_LINES, LAST_LINES_SIZE, -1);
	cJSON *result = tsk_result(call);
	int code = 0, signal = 0;

	tsk_process_ended(&started->process, &code, &signal);
	remove_record(call, started);
	tsk_set(result, "log", started->log);
	tsk_set(result, "log_tail", tail);
	tsk_verdict(call, "died", "the dev server ended while it started, with exit status %d",
		    code);
	if (ending->hint)
		tsk_hint(call, "%s", ending->hint);
	tsk_fail(call, TSK_UNAVAILABLE, "cannot start a dev server at '%s': %s",
		 tsk_setting(call, TSK_SETTING_ADDRESS),
		 signal         ? tsk_format(call, "it was ended by signal %d", signal)
		 : *ending->why ? ending->why
				: "it ended without a word");
}

/* ---- when another one was faster ---- */

/* Who asked elsewhere (another PID_DIR, by hand) for a server at the same port and a moment earlier
 * has one there: ours cannot get the port and is about to end, or has. What answers is not it. */
static bool is_another(struct tsk_call *call, const struct address *address,
		       const struct started_server *started)
{
	bool taken = false;
	const struct tsk_process_info *tree = tsk_process_tree(call, &started->process, NULL);

	if (tsk_process_listens(call, tree, address->port))
		return false;
	tsk_port_holder(call, address->port, &taken);
	return taken;
}

static enum tsk_status give_way(struct tsk_call *call, struct started_server *started)
{
	struct tsk_stopped stopped;

	started->is_another = true;
	remove_record(call, started);
	return tsk_stop_claimed(call, &started->process, NULL, GIVE_WAY_MS, &stopped);
}

/* The parts of start-dev listen at --ip, and some versions look for each other at 127.0.0.1 all the
 * same: such a server answers, and does nothing. A workflow that is not there shows it. */
static enum tsk_status check_parts(struct tsk_call *call, const struct address *address,
				   struct started_server *started)
{
	const char *nobody = "temporal-skill-looks-whether-the-server-works";
	const struct tsk_workflow *found;
	struct tsk_stopped stopped;

	if (strcmp(address->ip, "127.0.0.1") == 0)
		return TSK_OK;
	const enum tsk_status status = tsk_describe_workflow(call, nobody, NULL, &found);
	const bool broken =
		status == TSK_UNAVAILABLE && strstr(tsk_error_message(call), " 127.0.0.1:");
	if (status == TSK_INTERRUPTED)
		return status;
	tsk_forget_error(call);
	if (!broken)
		return TSK_OK;
	remove_record(call, started);
	if (tsk_stop_claimed(call, &started->process, NULL, 0, &stopped))
		return tsk_error(call);
	tsk_hint(call,
		 "use --address 127.0.0.1:%d; to be reached from elsewhere, start it by hand: %s "
		 "server start-dev --ip 0.0.0.0 --port %d",
		 address->port, tsk_setting(call, TSK_SETTING_TEMPORAL_CLI), address->port);
	return tsk_fail(call, TSK_UNAVAILABLE,
			"a dev server of this Temporal CLI does not work at '%s': its parts look "
			"for each other at 127.0.0.1, where with --ip %s they are not",
			address->text, address->ip);
}

enum tsk_status server_start(struct tsk_call *call, const struct address *address,
			     const struct server_options *options, int64_t deadline,
			     struct started_server *started)
{
	bool died = false;
	int ui_port = 0;

	if (database_is_free(call, server_database(call, options)))
		return tsk_error(call);
	for (int attempt = 1;; attempt++) {
		if (choose_ui_port(call, address, options, &ui_port))
			return tsk_error(call);
		struct tsk_strings words = server_words(call, address, options, ui_port);
		started->log = choose_log(call, address);
		if (!started->log ||
		    spawn_server(call, address, &words, &options->lifetime, started))
			return tsk_error(call);
		enum tsk_status status = server_wait_ready(call, &started->process, deadline,
							   &started->server, &died);
		if ((died || !status) && is_another(call, address, started))
			return give_way(call, started);
		if (!died)
			return status ? status : check_parts(call, address, started);
		const struct ending ending =
			why_it_ended(call, started->log, server_database(call, options));
		if (attempt < ATTEMPTS && lost_a_race(address, ui_port, ending.why))
			continue;
		tell_death(call, started, &ending);
		return tsk_error(call);
	}
}
