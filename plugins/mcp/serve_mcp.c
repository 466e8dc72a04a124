/* serve-mcp: the commands as tools of the Model Context Protocol, over standard input and output.
 *
 * The loop. Standard output carries the protocol and nothing else; talk goes to standard error. */
#include "mcp.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* When the client has gone: clients end a server that stays longer than two seconds. */
#define LAST_GRACE_MS 1500

/* A pipe that poll calls writable takes this much without blocking (PIPE_BUF on Linux). */
#define WRITE_AT_ONCE ((size_t)4096)

/* While more than this waits to be read, nothing more is asked for. */
#define MOST_UNREAD   ((size_t)16 << 20)

/* Written bytes are given back from this much on: moving the rest costs. */
#define GIVE_BACK     ((size_t)1 << 20)

/* ---- output ---- */

static size_t unwritten(const struct mcp_server *server)
{
	return server->output.size - server->written;
}

static void write_some(struct mcp_server *server)
{
	size_t size = unwritten(server) < WRITE_AT_ONCE ? unwritten(server) : WRITE_AT_ONCE;
	ssize_t wrote = write(STDOUT_FILENO, server->output.data + server->written, size);

	if (wrote < 0 && errno != EAGAIN && errno != EINTR)
		server->gone = true;
	server->written += wrote > 0 ? (size_t)wrote : 0;
	if (!unwritten(server) || server->written > GIVE_BACK) {
		bytes_drop(&server->output, server->written);
		server->written = 0;
	}
}

/* What is left to say, as long as somebody listens. */
static void write_rest(struct mcp_server *server)
{
	struct pollfd wait = { .fd = STDOUT_FILENO, .events = POLLOUT };
	int64_t until = tsk_now_ms() + LAST_GRACE_MS;

	while (unwritten(server) && !server->gone && !tsk_wait(server->call, &wait, 1, until))
		write_some(server);
}

/* ---- input ---- */

static void take_line(struct mcp_server *server, char *line, size_t size)
{
	struct tsk_mark mark = tsk_mark(server->call);

	line[size] = '\0';
	if (!server->skipping)
		mcp_message(server, line, size);
	server->skipping = false;
	tsk_rewind(server->call, mark);
}

/* All whole lines that are there. */
static void take_lines(struct mcp_server *server)
{
	struct bytes *input = &server->input;
	size_t begin = 0;
	char *end;

	while ((end = input->size > server->scanned ? memchr(input->data + server->scanned, '\n',
							     input->size - server->scanned)
						    : NULL)) {
		take_line(server, input->data + begin, (size_t)(end - (input->data + begin)));
		begin = (size_t)(end - input->data) + 1;
		server->scanned = begin;
	}
	if (input->size - begin > MCP_LONGEST_MESSAGE) {
		if (!server->skipping)
			mcp_message_too_long(server);
		server->skipping = true;
		begin = input->size;
	}
	bytes_drop(input, begin);
	server->scanned = input->size;
}

/* ---- the loop ---- */

/* Standard input and output, then three for each call. */
enum { INPUT, OUTPUT, FIRST_CALL };
#define MOST_WAITS (FIRST_CALL + 3 * MCP_MOST_CALLS)

struct waits {
	struct pollfd items[MOST_WAITS];
	size_t count;
	struct mcp_call *calls[MCP_MOST_CALLS]; /* whose descriptors they are */
	size_t call_count;
	int64_t deadline;
};

static void add_wait(struct waits *waits, int descriptor, short events)
{
	waits->items[waits->count++] = (struct pollfd){ .fd = descriptor, .events = events };
}

static void prepare_waits(struct mcp_server *server, struct waits *waits)
{
	*waits = (struct waits){ .deadline = TSK_NO_DEADLINE };
	add_wait(waits, unwritten(server) > MOST_UNREAD ? -1 : STDIN_FILENO, POLLIN);
	add_wait(waits, unwritten(server) ? STDOUT_FILENO : -1, POLLOUT);
	for (size_t i = 0; i < MCP_MOST_CALLS; i++) {
		struct mcp_call *slot = &server->calls[i];
		if (!slot->id)
			continue;
		waits->calls[waits->call_count++] = slot;
		add_wait(waits, slot->child.pidfd, POLLIN);
		add_wait(waits, slot->too_long ? -1 : slot->child.output, POLLIN);
		add_wait(waits, slot->child.errors, POLLIN);
		if (mcp_next_deadline(slot) < waits->deadline)
			waits->deadline = mcp_next_deadline(slot);
	}
}

static bool attend_calls(struct mcp_server *server, const struct waits *waits)
{
	for (size_t i = 0; i < waits->call_count; i++) {
		struct tsk_mark mark = tsk_mark(server->call);
		mcp_attend(server, waits->calls[i], &waits->items[FIRST_CALL + 3 * i]);
		tsk_rewind(server->call, mark);
	}
	return tsk_error(server->call) == TSK_OK;
}

/* One round; false: it is over. */
static bool serve_once(struct mcp_server *server, struct waits *waits)
{
	prepare_waits(server, waits);
	enum tsk_status status =
		tsk_wait(server->call, waits->items, waits->count, waits->deadline);
	if (status != TSK_OK && status != TSK_TIMEOUT)
		return false;
	if (waits->items[OUTPUT].revents)
		write_some(server);
	if (!attend_calls(server, waits))
		return false;
	if (waits->items[INPUT].revents) {
		bool more = bytes_read(server->call, &server->input, STDIN_FILENO) != BYTES_END;
		take_lines(server);
		if (!more)
			return false;
	}
	return !server->gone && tsk_error(server->call) == TSK_OK;
}

struct serve_options {
	const char *tools;
};

static const struct tsk_option options[] = {
	{ .name = "tools",
	  .type = TSK_STRING,
	  .at = offsetof(struct serve_options, tools),
	  .argument = "NAMES",
	  .help = "serve these commands and plugins only, by comma; all: also the upkeep" },
	{ 0 },
};

static enum tsk_status serve_mcp(struct tsk_call *call, const void *given)
{
	struct mcp_server *server = tsk_alloc(call, sizeof(*server));
	struct waits *waits = tsk_alloc(call, sizeof(*waits));
	const struct serve_options *o = given;

	server->call = call;
	if (mcp_choose_tools(server, o->tools))
		return tsk_error(call);
	mcp_prepare_children(server);
	if (isatty(STDIN_FILENO))
		tsk_note(call, "this speaks JSON-RPC on standard input and output; it is for the "
			       "configuration of an agent's host");
	while (serve_once(server, waits))
		;
	enum tsk_status status = tsk_error(call);
	tsk_begin_cleanup(call);
	mcp_end_calls(server, LAST_GRACE_MS);
	mcp_end_subscriptions(server);
	write_rest(server);
	bytes_release(&server->input);
	bytes_release(&server->output);
	return status;
}

static const char *const examples[] = {
	"temporal-skill serve-mcp",
	"temporal-skill serve-mcp --read-only --project-dir ~/app",
	"temporal-skill serve-mcp --tools workflow,debug,ensure-worker,kill-worker",
	NULL,
};

const struct tsk_command serve_mcp_command = {
	.name = "serve-mcp",
	.summary = "serve the commands as tools of the Model Context Protocol, until input ends",
	.details = "Speaks JSON-RPC on standard input and output, revisions " MCP_MODERN
		   ", " MCP_LEGACY " and 2025-06-18.\nTools: the commands but those for this "
		   "program's own upkeep. Resources: SKILL.md, logs, receipts.\nPrompts: the "
		   "recipes. Flags given here hold for all calls; with --read-only only what "
		   "changes\nnothing is served.",
	.examples = examples,
	.options = options,
	.options_size = sizeof(struct serve_options),
	.run = serve_mcp,
};
