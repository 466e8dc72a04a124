/* tools/call: a child for each, attended to until it ends. */
#include "mcp.h"

#include <temporal-skill/payload.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* To end by itself after SIGINT: a command may have a program of its own to stop, which it gives
 * two seconds. */
#define GRACE_MS          5000

/* The largest answer: what the server sends us at most is 128 MB, and shows in JSON of no more. */
#define LONGEST_OUTPUT    ((size_t)128 << 20)
/* Of what is said on standard error beyond this, nothing is kept: it is lines of talk. */
#define LONGEST_ERRORS    ((size_t)1 << 20)

/* When progress is told first; hosts that show it wait that long as well. */
#define FIRST_PROGRESS_MS 500

/* ---- what every child gets ---- */

static bool is_flag_given(const struct tsk_call *call, enum tsk_setting setting)
{
	return !strncmp(tsk_setting_origin(call, setting), "flag ", strlen("flag "));
}

/* An agent that names another project must not leave read-only with this one's file. */
static bool holds_everywhere(const struct tsk_call *call, enum tsk_setting setting)
{
	return is_flag_given(call, setting) ||
	       (setting == TSK_SETTING_READ_ONLY && tsk_setting_is_true(call, setting));
}

/* Their values are the server's own affair. */
static bool is_own_affair(enum tsk_setting setting)
{
	static const enum tsk_setting own[] = { TSK_SETTING_OUTPUT,  TSK_SETTING_COLOR,
						TSK_SETTING_QUIET,   TSK_SETTING_FULL,
						TSK_SETTING_VERBOSE, TSK_SETTING_COMMAND_TIMEOUT };

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (own[i] == setting)
			return true;
	return false;
}

/* A setting that may be given several times has its values on lines. */
static void add_values(struct tsk_call *call, struct tsk_lines *words, enum tsk_setting setting)
{
	const struct tsk_setting_info *info = tsk_setting_info(setting);
	const char *value = tsk_setting(call, setting);

	if (tsk_global_options()[setting].type != TSK_LIST) {
		tsk_lines_push(words, tsk_format(call, "%s=%s", info->flag, value));
		return;
	}
	while (*value) {
		int length = (int)strcspn(value, "\n");
		tsk_lines_push(words, tsk_format(call, "%s=%.*s", info->flag, length, value));
		value += length + (value[length] == '\n');
	}
}

void mcp_prepare_children(struct mcp_server *server)
{
	struct tsk_call *call = server->call;
	struct tsk_lines flags = { .call = call }, environment = { .call = call };

	/* They are no skill's scripts: what they print is called by the program's name. */
	tsk_lines_push(&environment, "TEMPORAL_SKILL_SCRIPTS");
	tsk_lines_push(&flags, "--output=json");
	for (int i = 0; i < TSK_SETTING_COUNT_; i++) {
		const struct tsk_setting_info *info = tsk_setting_info(i);
		if (!holds_everywhere(call, i) || is_own_affair(i))
			continue;
		if (!info->secret || !*info->environment) {
			add_values(call, &flags, i);
			continue;
		}
		/* Anyone may read a command line. */
		const char *name =
			tsk_copy_bytes(call, info->environment, strcspn(info->environment, " "));
		tsk_lines_push(&environment, tsk_format(call, "%s=%s", name, tsk_setting(call, i)));
	}
	server->flags = flags.items;
	server->environment = environment.items;
}

/* ---- beginning ---- */

static struct mcp_call *free_slot(struct mcp_server *server)
{
	for (size_t i = 0; i < MCP_MOST_CALLS; i++)
		if (!server->calls[i].id)
			return &server->calls[i];
	return NULL;
}

/* A file without a name that has the text, to read from its beginning; -1 with the error recorded.
 */
static int input_file(struct tsk_call *call, const char *text)
{
	int file = memfd_create("input", MFD_CLOEXEC);
	size_t size = strlen(text), done = 0;

	while (file >= 0 && done < size) {
		ssize_t wrote = write(file, text + done, size - done);
		if (wrote < 0 && errno != EINTR) {
			close(file);
			file = -1;
		}
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	if (file < 0)
		tsk_fail(call, TSK_UNAVAILABLE, "cannot keep the input: %s", strerror(errno));
	else
		lseek(file, 0, SEEK_SET);
	return file;
}

static enum tsk_status start_child(struct mcp_server *server, const struct mcp_words *words,
				   struct tsk_piped *child)
{
	const struct tsk_launch spawn = { .words = words->line.items,
					  .environment = server->environment,
					  .foreground = true };
	int input = words->input ? input_file(server->call, words->input) : -1;

	if (words->input && input < 0)
		return tsk_error(server->call);
	enum tsk_status status = tsk_launch_piped(server->call, &spawn, input, child);
	if (input >= 0)
		close(input);
	return status;
}

/* A text that outlives the message it came in. */
static char *copy_kept(struct tsk_call *call, const char *text)
{
	char *copy = strdup(text);

	/* Asking the arena for what no memory has ends the program, as wherever memory runs out. */
	if (!copy)
		tsk_alloc(call, SIZE_MAX / 2);
	return copy;
}

static void begin_call(const struct mcp_request *request, const struct tsk_command *command,
		       const struct mcp_words *words, const char *token)
{
	struct mcp_server *server = request->server;
	struct mcp_call *slot = free_slot(server);

	if (!slot) {
		mcp_refuse(request, MCP_INTERNAL_ERROR,
			   "%d calls are running, which is the most; cancel one or wait for one",
			   MCP_MOST_CALLS);
		return;
	}
	int64_t now = tsk_now_ms();
	struct mcp_call call = {
		.modern = request->modern,
		.command = command,
		.began = now,
		.kill_at = TSK_NO_DEADLINE,
		.next_progress = token ? now + FIRST_PROGRESS_MS : TSK_NO_DEADLINE,
		.total_ms = mcp_progress_total(
			server->call, command,
			cJSON_GetObjectItemCaseSensitive(request->params, "arguments")),
	};
	if (start_child(server, words, &call.child)) {
		mcp_refuse(request, MCP_INTERNAL_ERROR, "%s", tsk_error_message(server->call));
		tsk_forget_error(server->call);
		return;
	}
	call.id = copy_kept(server->call, request->id);
	call.token = token ? copy_kept(server->call, token) : NULL;
	*slot = call;
}

void mcp_call_tool(const struct mcp_request *request)
{
	struct tsk_call *call = request->server->call;
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(request->params, "name");
	const cJSON *meta = cJSON_GetObjectItemCaseSensitive(request->params, "_meta");
	const cJSON *token = cJSON_GetObjectItemCaseSensitive(meta, "progressToken");
	const struct tsk_command *command =
		cJSON_IsString(name) ? mcp_tool(request->server, name->valuestring) : NULL;
	struct mcp_words words = { .line = { .call = call } };

	if (!cJSON_IsString(name)) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "'name' must be a string");
		return;
	}
	if (!command) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "unknown tool '%s'", name->valuestring);
		return;
	}
	bool wants_progress = cJSON_IsString(token) || cJSON_IsNumber(token);
	tsk_lines_push(&words.line, tsk_program_path(call));
	tsk_lines_push(&words.line, command->name);
	for (const char **flag = request->server->flags; *flag; flag++)
		tsk_lines_push(&words.line, *flag);
	if (wants_progress)
		tsk_lines_push(&words.line, "--verbose");
	if (mcp_arguments(request, command, &words))
		begin_call(request, command, &words,
			   wants_progress ? tsk_json_pointer(call, request->text,
							     "/params/_meta/progressToken")
					  : NULL);
}

/* ---- ending ---- */

static void release(struct mcp_call *slot)
{
	close(slot->child.pidfd);
	close(slot->child.output);
	close(slot->child.errors);
	bytes_release(&slot->output);
	bytes_release(&slot->errors);
	free(slot->id);
	free(slot->token);
	*slot = (struct mcp_call){ 0 };
}

/* Politely: a command then leaves what it had begun in a known state. */
static void ask_to_end(struct mcp_call *slot, int64_t grace_ms)
{
	tsk_process_signal(&slot->child.process, SIGINT);
	slot->kill_at = tsk_now_ms() + grace_ms;
}

static void end_by_force(struct mcp_server *server, struct mcp_call *slot)
{
	struct tsk_stopped stopped;

	slot->kill_at = TSK_NO_DEADLINE;
	if (tsk_stop_claimed(server->call, &slot->child.process, NULL, 0, &stopped)) {
		tsk_note(server->call, "cannot end process %d: %s", slot->child.process.pid,
			 tsk_error_message(server->call));
		tsk_forget_error(server->call);
	}
}

/* A cancelled one has no id any more, as far as its client is concerned. */
static struct mcp_call *find_call(struct mcp_server *server, const char *id)
{
	for (size_t i = 0; i < MCP_MOST_CALLS; i++)
		if (server->calls[i].id && !server->calls[i].cancelled &&
		    !strcmp(server->calls[i].id, id))
			return &server->calls[i];
	return NULL;
}

bool mcp_is_running(struct mcp_server *server, const char *id)
{
	return find_call(server, id) != NULL;
}

bool mcp_cancel(struct mcp_server *server, const char *id)
{
	struct mcp_call *slot = find_call(server, id);

	if (!slot)
		return false;
	slot->cancelled = true;
	slot->next_progress = TSK_NO_DEADLINE;
	ask_to_end(slot, GRACE_MS);
	return true;
}

/* ---- attending ---- */

static void read_pipes(struct mcp_server *server, struct mcp_call *slot)
{
	struct tsk_call *call = server->call;

	while (!slot->too_long && bytes_read(call, &slot->output, slot->child.output) == BYTES_MORE)
		slot->too_long = slot->output.size > LONGEST_OUTPUT;
	while (bytes_read(call, &slot->errors, slot->child.errors) == BYTES_MORE)
		if (slot->errors.size > LONGEST_ERRORS) {
			slot->errors_seen = 0;
			bytes_drop(&slot->errors, slot->errors.size);
		}
	if (slot->too_long && slot->kill_at == TSK_NO_DEADLINE)
		ask_to_end(slot, 0);
}

static bool has_ended(const struct mcp_call *slot, const struct pollfd *pidfd, int *code,
		      int *signal)
{
	*code = *signal = 0;
	if (!pidfd->revents)
		return false;
	/* Where somebody else reaped it, what it said tells how it went. */
	tsk_process_ended(&slot->child.process, code, signal);
	return true;
}

void mcp_attend(struct mcp_server *server, struct mcp_call *slot, const struct pollfd *ready)
{
	int64_t now = tsk_now_ms();
	int code, signal;

	/* Asked first: what it wrote before its end is then in the pipes. */
	bool ended = has_ended(slot, &ready[0], &code, &signal);
	read_pipes(server, slot);
	if (ended) {
		if (!slot->cancelled)
			mcp_answer_call(server, slot, code, signal);
		release(slot);
		return;
	}
	if (now >= slot->kill_at)
		end_by_force(server, slot);
	if (slot->token && !slot->cancelled)
		mcp_progress(server, slot, now);
}

int64_t mcp_next_deadline(const struct mcp_call *slot)
{
	return slot->next_progress < slot->kill_at ? slot->next_progress : slot->kill_at;
}

void mcp_end_calls(struct mcp_server *server, int64_t grace_ms)
{
	for (size_t i = 0; i < MCP_MOST_CALLS; i++)
		if (server->calls[i].id)
			ask_to_end(&server->calls[i], grace_ms);
	for (size_t i = 0; i < MCP_MOST_CALLS; i++) {
		struct mcp_call *slot = &server->calls[i];
		if (!slot->id)
			continue;
		struct pollfd wait = { .fd = slot->child.pidfd, .events = POLLIN };
		int code, signal;
		/* Nobody reads their pipes any more: one that waits for that runs into the grace.
		 */
		tsk_wait(server->call, &wait, 1, slot->kill_at);
		if (!has_ended(slot, &wait, &code, &signal))
			end_by_force(server, slot);
		release(slot);
	}
}
