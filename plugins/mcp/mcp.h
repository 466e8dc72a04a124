/* The server's inside: what its files share.
 *
 * One loop (serve_mcp.c) waits for standard input, standard output and the running calls. A message
 * is handled at once (message.c, then the file of its method), but for tools/call: each runs as a
 * child, this very program with -o json, so that a long call keeps nobody waiting, can be
 * cancelled, and cannot take the server with it.
 *
 * Two eras of the protocol are served side by side. Since 2026-07-28 ("modern") each request says
 * in its _meta which revision it speaks, and nothing is remembered between requests; before that
 * ("legacy") a client began with `initialize`.
 *
 * Memory: what is made while a message is handled is gone afterwards (tsk_mark, tsk_rewind); what
 * lives longer is malloc'ed by the struct that owns it.
 */
#ifndef PLUGINS_MCP_MCP_H
#define PLUGINS_MCP_MCP_H

#include "bytes.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

/* The newest revision, and the newest that begins with `initialize`. */
#define MCP_MODERN             "2026-07-28"
#define MCP_LEGACY             "2025-11-25"

/* Running at once: each is a process of some 10 MB, and tsk_wait takes 64 descriptors, three a
 * call.
 */
#define MCP_MOST_CALLS         16
/* Open subscriptions; each is an id that is remembered. */
#define MCP_MOST_SUBSCRIPTIONS 16
/* The longest message that is taken: JSON values for workflows are at most 8 MB, and may be
 * escaped. */
#define MCP_LONGEST_MESSAGE    ((size_t)32 << 20)

/* JSON-RPC 2.0, and what the protocol adds to it. */
enum mcp_error {
	MCP_PARSE_ERROR = -32700,
	MCP_INVALID_REQUEST = -32600,
	MCP_METHOD_NOT_FOUND = -32601,
	MCP_INVALID_PARAMS = -32602,
	MCP_INTERNAL_ERROR = -32603,
	MCP_UNSUPPORTED_VERSION = -32022,
	MCP_NO_RESOURCE = -32002, /* legacy; modern servers say MCP_INVALID_PARAMS */
};

/* One tools/call under way; a slot with id NULL is free. */
struct mcp_call {
	char *id;    /* the request's, as JSON text */
	char *token; /* of its progress, as JSON text, or NULL */
	bool modern;
	const struct tsk_command *command;
	struct tsk_piped child;
	struct bytes output, errors;
	size_t errors_seen; /* bytes of errors that progress was made from */
	int64_t began, total_ms;
	int64_t next_progress, last_progress; /* when; the last value sent, milliseconds */
	bool cancelled, too_long;
	int64_t kill_at; /* TSK_NO_DEADLINE until it was asked to end */
};

struct mcp_server {
	struct tsk_call *call;
	struct bytes input, output;
	size_t scanned;   /* bytes of input without the end of a line */
	size_t written;   /* bytes of output that are out */
	bool skipping;    /* the rest of a line that was too long */
	bool initialized; /* by a legacy client */
	bool gone;        /* nobody reads what we write */
	struct mcp_call calls[MCP_MOST_CALLS];
	char *subscriptions[MCP_MOST_SUBSCRIPTIONS]; /* ids as JSON text */
	const char *const *tools; /* names of commands and plugins, or NULL: the usual ones */
	/* What every child gets: flags and environment made of our own flags. */
	const char **flags;
	const char **environment;
};

/* A request, for as long as it is handled. */
struct mcp_request {
	struct mcp_server *server;
	const char *text;    /* the whole message */
	const cJSON *params; /* an object, or NULL */
	const char *id;      /* as JSON text; NULL: a notification */
	const char *method;
	bool modern;
};

/* ---- message.c ---- */

/* Handles one line, which is ended by a NUL. */
void mcp_message(struct mcp_server *server, const char *line, size_t size);
/* Says that a line was longer than is taken. */
void mcp_message_too_long(struct mcp_server *server);

/* ---- answer.c: all that is written; objects are taken ---- */

void mcp_answer(const struct mcp_request *request, cJSON *result);
/* The same for results that a modern client may keep for a while. */
void mcp_answer_cacheable(const struct mcp_request *request, cJSON *result, int64_t keep_ms);
void mcp_refuse(const struct mcp_request *request, enum mcp_error code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void mcp_refuse_with(const struct mcp_request *request, enum mcp_error code, cJSON *data,
		     const char *message);
void mcp_notify(struct mcp_server *server, const char *method, cJSON *params);
/* {"name", "version"} of this program. */
cJSON *mcp_identity(void);

/* ---- lifecycle.c ---- */

void mcp_initialize(const struct mcp_request *request);
void mcp_discover(const struct mcp_request *request);
void mcp_ping(const struct mcp_request *request);
/* Whether the request is one of its era; refuses it otherwise. Sets modern. */
bool mcp_check_era(struct mcp_request *request);
void mcp_listen(const struct mcp_request *request);
/* false: no subscription has that id. */
bool mcp_stop_listening(struct mcp_server *server, const char *id);
void mcp_end_subscriptions(struct mcp_server *server);

/* ---- instructions.c ---- */

/* What a host tells its agent about the tools as a whole. */
const char *mcp_instructions(struct tsk_call *call);
/* Whether the option is described there, once for all tools that have it. */
bool mcp_is_common(const struct tsk_option *option);

/* ---- tools.c, schema.c, arguments.c ---- */

/* Names of commands and plugins with commas between, or NULL; TSK_USAGE where one is none. */
enum tsk_status mcp_choose_tools(struct mcp_server *server, const char *list);
void mcp_list_tools(const struct mcp_request *request);
/* The command that serves as the tool; NULL: none of that name. */
const struct tsk_command *mcp_tool(const struct mcp_server *server, const char *name);
/* Whether a call may have it, and whether agents are told of it. */
bool mcp_option_is_taken(const struct tsk_option *option);
bool mcp_option_is_listed(const struct tsk_command *command, const struct tsk_option *option);
/* The global flags that all tools take, unlisted; ends with { 0 }. */
const struct tsk_option *mcp_shared_options(struct tsk_call *call);
/* "workflow-id" -> "workflow_id" */
const char *mcp_property(struct tsk_call *call, const struct tsk_option *option);
cJSON *mcp_schema(struct tsk_call *call, const struct tsk_command *command);

/* A command line, and what it is to read. */
struct mcp_words {
	struct tsk_lines line;
	const char *input; /* what the child reads from its standard input, or NULL */
};

/* The arguments of a tools/call as words of a command line; false: it is answered already. */
bool mcp_arguments(const struct mcp_request *request, const struct tsk_command *command,
		   struct mcp_words *words);

/* ---- call_tool.c, outcome.c ---- */

void mcp_call_tool(const struct mcp_request *request);
/* Makes flags and environment of the server. */
void mcp_prepare_children(struct mcp_server *server);
/* The call of that request is to end, unanswered; false: there is none. */
bool mcp_cancel(struct mcp_server *server, const char *id);
bool mcp_is_running(struct mcp_server *server, const char *id);
/* What the pipes have, and the end where it came; progress where it is due. */
void mcp_attend(struct mcp_server *server, struct mcp_call *call, const struct pollfd *ready);
/* When a call wants to be attended to next without anything being ready. */
int64_t mcp_next_deadline(const struct mcp_call *call);
/* Asks every call to end within the grace, waits for that, and ends the others. */
void mcp_end_calls(struct mcp_server *server, int64_t grace_ms);
/* Answers a call that did not begin, because of its arguments: as an error of the tool, which hosts
 * show to the agent, so that it can mend them. */
void mcp_answer_usage(const struct mcp_request *request, const struct tsk_command *command,
		      const char *message);
/* Answers a call that has ended. */
void mcp_answer_call(struct mcp_server *server, struct mcp_call *call, int code, int signal);

/* ---- progress.c ---- */

void mcp_progress(struct mcp_server *server, struct mcp_call *call, int64_t now);
/* The timeout of a call, where the command has one, as the end that progress goes towards. */
int64_t mcp_progress_total(struct tsk_call *call, const struct tsk_command *command,
			   const cJSON *arguments);

/* ---- resources.c, prompts.c ---- */

void mcp_list_resources(const struct mcp_request *request);
void mcp_list_resource_templates(const struct mcp_request *request);
void mcp_read_resource(const struct mcp_request *request);
void mcp_list_prompts(const struct mcp_request *request);
void mcp_get_prompt(const struct mcp_request *request);

#endif
