/* doctor: what lies and runs on this machine: directories, records, workers and servers that were
 * left behind, plugins that could not be loaded. */
#include "doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- directories ---- */

/* One that is not there yet is made at the first need, which is not now. */
static const char *first_parent(struct tsk_call *call, const char *path)
{
	char *parent = tsk_copy(call, path);
	char *slash;

	while (access(parent, F_OK) && (slash = strrchr(parent, '/')) && slash != parent)
		*slash = '\0';
	return access(parent, F_OK) ? "/" : parent;
}

static void check_directory(struct doctor *doctor, const char *name, enum tsk_setting setting)
{
	struct tsk_call *call = doctor->call;
	const char *path = tsk_setting(call, setting);
	const char *variable = setting == TSK_SETTING_LOG_DIR ? "CLAUDE_TEMPORAL_LOG_DIR"
							      : "CLAUDE_TEMPORAL_PID_DIR";
	const char *other =
		tsk_format(call, "export %s=\"$HOME/.local/state/temporal-skill\"", variable);
	struct stat status;

	if (lstat(path, &status)) {
		const char *parent = first_parent(call, path);
		bool ok = errno == ENOENT && !access(parent, W_OK | X_OK);
		doctor_add(doctor, name, ok, true, path,
			   ok ? "not there yet: it is made when it is needed"
			      : tsk_format(call, "it cannot be made in '%s'", parent),
			   other);
		return;
	}
	bool ours = S_ISDIR(status.st_mode) && status.st_uid == geteuid();
	if (tsk_private_directory(call, path)) {
		const char *why = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
		doctor_add(doctor, name, false, true, path, why,
			   ours ? tsk_format(call, "chmod 700 %s", tsk_quote(call, path)) : other);
	} else if (access(path, W_OK | X_OK)) {
		doctor_add(doctor, name, false, true, path,
			   tsk_format(call, "we cannot write to it: %s", strerror(errno)), other);
	} else {
		doctor_add(doctor, name, true, true, path, "private and writable", NULL);
	}
}

/* ---- records and servers ---- */

/* The port of a dev server's command line; NULL: it is none. */
static const char *dev_server_port(const struct tsk_process_info *process)
{
	const char *const *words = process->words.items;
	const char *port = "7233";
	bool is_one = false;

	for (size_t i = 0; words && words[i]; i++) {
		const char *next = words[i + 1];
		is_one |= !strcmp(words[i], "start-dev");
		if (next && (!strcmp(words[i], "--port") || !strcmp(words[i], "-p")))
			port = next;
		else if (!strncmp(words[i], "--port=", strlen("--port=")))
			port = words[i] + strlen("--port=");
	}
	return is_one ? port : NULL;
}

/* Dev servers that others started, at other ports: they are named, and left alone. */
static const char *foreign_servers(struct tsk_call *call)
{
	const struct tsk_process_info *process = tsk_process_list(call, NULL);
	struct tsk_lines text = { .call = call, .limit = 3 };
	struct tsk_address server = { .port = 0 };
	int64_t port;

	tsk_address_split(tsk_setting(call, TSK_SETTING_ADDRESS), &server);
	for (; process && process->id.pid; process++) {
		const char *its = dev_server_port(process);
		if (its && (!tsk_parse_integer(its, &port) || port != server.port))
			tsk_lines_push(&text,
				       tsk_format(call, "pid %d on port %s", process->id.pid, its));
	}
	const size_t count = text.count + text.left_out;
	return count ? tsk_format(call, "; not ours: %zu dev server%s (%s)", count,
				  count == 1 ? "" : "s", tsk_lines_text(&text, ", "))
		     : "";
}

static void check_records(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	static const char *const kinds[] = { "worker", "server" };
	struct tsk_text stale = { .call = call }, remove = { .call = call },
			left = { .call = call }, elsewhere = { .call = call };
	const char *address = NULL;
	size_t count = 0, servers = 0, others = 0;

	tsk_text_add(&remove, "rm");
	for (size_t i = 0; i < 2; i++) {
		const struct tsk_record *record = tsk_record_list(call, kinds[i], NULL);
		for (; !tsk_error(call) && record->kind; record++) {
			bool server = i == 1;
			enum tsk_whereabouts where = tsk_record_whereabouts(call, record);
			if (where == TSK_ELSEWHERE) {
				tsk_text_join(&elsewhere, ", ", "%s '%s' (%s)", kinds[i],
					      record->name, tsk_record_place(call, record));
				others++;
			} else if (where == TSK_ENDED) {
				tsk_text_join(&stale, ", ", "%s '%s' (pid %d)", kinds[i],
					      record->name, record->process.pid);
				tsk_text_format(&remove, " %s", tsk_quote(call, record->path));
				count++;
			} else if (server &&
				   !tsk_address_same(record->address,
						     tsk_setting(call, TSK_SETTING_ADDRESS))) {
				address = record->address;
				tsk_text_join(&left, ", ", "%s (pid %d)", address,
					      record->process.pid);
				servers++;
			}
		}
	}
	if (tsk_error(call)) {
		doctor_skip(doctor, "records", tsk_copy(call, tsk_error_message(call)));
		tsk_forget_error(call);
		return;
	}
	doctor_add(
		doctor, "records", !count, false, tsk_format(call, "%zu stale", count),
		tsk_format(call, "%s%s%s",
			   count    ? tsk_format(call, "their processes have ended: %s",
						 tsk_text_value(&stale))
			   : others ? "none is of a process that has ended"
				    : "each is of a process that runs",
			   others ? "; started elsewhere, where alone it shows whether they run: "
				  : "",
			   tsk_text_value(&elsewhere)),
		tsk_text_value(&remove));
	doctor_add(doctor, "servers", !servers, false, tsk_format(call, "%zu elsewhere", servers),
		   servers ? tsk_format(call, "started by us for another address: %s",
					tsk_text_value(&left))
			   : tsk_format(call, "none that we started is left at another address%s",
					foreign_servers(call)),
		   address ? tsk_format(call, "temporal-skill stop-server --address %s",
					tsk_quote(call, address))
			   : NULL);
}

/* ---- programs that a killed call left ---- */

static void check_orphans(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const struct tsk_process_info *at = tsk_process_list(call, NULL);
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct tsk_text text = { .call = call };
	bool all_here = true;
	size_t count = 0;

	for (; at && at->id.pid; at++) {
		const struct tsk_origin *origin = tsk_process_origin(call, at->id.pid);
		if (!origin || !origin->is_root || origin->attended ||
		    strcmp(origin->pid_directory, tsk_setting(call, TSK_SETTING_PID_DIR)) != 0 ||
		    (strcmp(origin->kind, "starter") != 0 && strcmp(origin->kind, "check") != 0 &&
		     strcmp(origin->kind, "recipe") != 0))
			continue;
		all_here &= !strcmp(origin->scope, project);
		tsk_text_join(&text, ", ", "%s of '%s' (pid %d)", origin->kind, origin->scope,
			      at->id.pid);
		count++;
	}
	doctor_add(doctor, "programs", !count, false, tsk_format(call, "%zu left", count),
		   count ? tsk_format(call, "their calls were killed: %s", tsk_text_value(&text))
			 : "no starter, check or recipe runs without its call",
		   all_here ? "temporal-skill kill-worker" : "temporal-skill kill-all-workers");
}

/* ---- workers ---- */

struct leftovers {
	struct tsk_call *call;
	size_t running, here, bad;
	struct tsk_text text;
	const char *fix;
};

static void note(struct leftovers *left, const char *fix, const char *text)
{
	tsk_text_join(&left->text, "; ", "%s", text);
	left->bad++;
	if (!left->fix)
		left->fix = fix;
}

static const char *text_of(const cJSON *row, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(row, key);

	return cJSON_IsString(member) ? member->valuestring : "";
}

static void look_at_worker(struct leftovers *left, const cJSON *row)
{
	struct tsk_call *call = left->call;
	const cJSON *pid = cJSON_GetObjectItemCaseSensitive(row, "pid");
	const cJSON *stale = cJSON_GetObjectItemCaseSensitive(row, "stale_files");
	const char *directory = text_of(row, "project_dir"), *project = text_of(row, "project");
	const char *who = tsk_format(call, "pid %d of '%s'", pid ? pid->valueint : 0, project);
	bool here = !strcmp(directory, tsk_setting(call, TSK_SETTING_PROJECT_DIR));
	bool tracked = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "tracked"));

	if (!strcmp(text_of(row, "state"), "dead"))
		return;
	if (!strcmp(text_of(row, "state"), "elsewhere")) {
		if (here)
			note(left, NULL,
			     tsk_format(call,
					"one of '%s' was started as %s: it is to be stopped "
					"there",
					project, text_of(row, "elsewhere")));
		return;
	}
	if (!strcmp(text_of(row, "found_by"), "alike"))
		return;
	left->running++;
	left->here += here;
	if (!strcmp(text_of(row, "state"), "stopped"))
		note(left, "temporal-skill ensure-worker", tsk_format(call, "%s is stopped", who));
	else if (*directory && access(directory, F_OK))
		note(left,
		     tsk_format(call, "temporal-skill kill-all-workers --project %s",
				tsk_quote(call, project)),
		     tsk_format(call, "%s has lost its directory", who));
	else if (here && stale && stale->child)
		note(left, "temporal-skill ensure-worker",
		     tsk_format(call, "%s runs old code: %s changed", who,
				cJSON_IsString(stale->child) ? stale->child->valuestring : "?"));
	else if (here && *text_of(row, "supervisor"))
		note(left, tsk_copy(call, text_of(row, "stop_there")),
		     tsk_format(call, "%s is started anew by %s whenever it is stopped", who,
				text_of(row, "supervisor")));
	else if (here && !tracked)
		note(left, "temporal-skill ensure-worker",
		     tsk_format(call, "%s was not started by ensure-worker", who));
	else if (!here && !tracked)
		note(left, tsk_format(call, "kill %d", pid ? pid->valueint : 0),
		     tsk_format(call, "%s polls this project's queue, too", who));
}

static void check_workers(struct doctor *doctor)
{
	static const char *const no_words[] = { NULL };
	struct tsk_call *call = doctor->call;
	struct leftovers left = { .call = call, .text = { .call = call } };
	const char *error;
	cJSON *answer;

	if (tsk_ask_command(call, "list-workers", no_words, &answer, &error) || !answer) {
		doctor_skip(doctor, "workers", error ? error : "they cannot be listed");
		return;
	}
	const cJSON *workers = cJSON_GetObjectItemCaseSensitive(answer, "workers");
	for (const cJSON *row = workers ? workers->child : NULL; row; row = row->next)
		look_at_worker(&left, row);
	const cJSON *others = cJSON_GetObjectItemCaseSensitive(answer, "other_pollers");
	for (const cJSON *row = others ? others->child : NULL; row; row = row->next)
		note(&left, NULL,
		     tsk_format(call, "%s (%s) polls '%s', too, and takes its tasks",
				text_of(row, "identity"), text_of(row, "where"),
				text_of(row, "task_queue")));
	if (left.here > 1)
		note(&left, "temporal-skill ensure-worker",
		     tsk_format(call, "%zu workers of this project", left.here));
	doctor_add(doctor, "workers", !left.bad, false,
		   tsk_format(call, "%zu running", left.running),
		   left.bad ? tsk_text_value(&left.text) : "none left over", left.fix);
}

/* ---- plugins ---- */

static void check_plugins(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const struct tsk_plugin_info *plugin = tsk_plugins(call);
	const char *fix = NULL;
	struct tsk_text problems = { .call = call };
	size_t loaded = 0, skipped = 0;

	for (; plugin->path; plugin++) {
		loaded += !plugin->problem;
		if (!plugin->problem)
			continue;
		/* A project's plugin waits to be trusted; any other one is broken. */
		if (!fix)
			fix = tsk_format(call, "%s %s",
					 strcmp(plugin->origin, "project") != 0
						 ? "rm"
						 : "temporal-skill trust-plugin",
					 tsk_quote(call, plugin->path));
		tsk_text_join(&problems, "; ", "%s: %s", plugin->path, plugin->problem);
		skipped++;
	}
	doctor_add(doctor, "plugins", !skipped, false, tsk_format(call, "%zu loaded", loaded),
		   skipped ? tsk_text_value(&problems) : "none was skipped", fix);
}

void doctor_machine(struct doctor *doctor)
{
	check_directory(doctor, "log-directory", TSK_SETTING_LOG_DIR);
	check_directory(doctor, "pid-directory", TSK_SETTING_PID_DIR);
	check_records(doctor);
	check_workers(doctor);
	check_orphans(doctor);
	check_plugins(doctor);
}
