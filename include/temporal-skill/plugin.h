/* What a plugin is: a shared object that exports one constant, tsk_plugin. It names its commands;
 * each command is one constant in one file, and says all that the core must know to parse, explain,
 * complete, permit and run it.
 *
 * To add a command to a plugin:
 *   1. write its file beside the others (get_workflow_result.c), ending in one `const struct
 * tsk_command`;
 *   2. add it to the list in the plugin's plugin.c;
 *   3. run `make scripts`, which writes its skills/scripts/NAME.sh.
 * `make test` walks the commands and checks help, example, script and JSON of each.
 *
 * The other public headers: call.h (one invocation: memory, errors, settings, waiting), text.h
 * (text and lists that grow), result.h (what a command says), process.h (start, find, stop),
 * client.h, payload.h and failure.h (Temporal), diagnosis.h (verdicts), sources.h (a project's
 * source files), static_check.h (what breaks a replay), timeline.h (a history as a picture),
 * trust.h, testing.h.
 *
 * Invariants. Memory: all that a tsk_ function hands out lives as long as the call it was asked
 * with; nothing is freed by the plugin. Compatibility, so that an older plugin runs in a newer
 * program: abi and size come first in struct tsk_plugin, which alone tells its size and so may grow
 * at its end. All other structs are rows of arrays, or filled in by the other side: within one
 * TSK_PLUGIN_ABI no member of them moves and none gets larger, no constant changes, no function
 * goes. What is new comes as a new function, constant or struct, or into padding where 0 means that
 * it is not used. Threads: one call, one thread.
 */
#ifndef TEMPORAL_SKILL_PLUGIN_H
#define TEMPORAL_SKILL_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a call ended; also the exit status of the program. */
enum tsk_status {
	TSK_OK = 0,          /* what was asked for holds */
	TSK_NEGATIVE = 1,    /* the command worked, the answer is no */
	TSK_USAGE = 2,       /* bad flag, value, INI line or environment value; nothing was done */
	TSK_NOT_FOUND = 3,   /* no such workflow, run, worker, command */
	TSK_UNAVAILABLE = 4, /* a needed server or program cannot be reached or started */
	TSK_TIMEOUT = 5,     /* the deadline passed; what was true by then is printed */
	TSK_STALLED = 6,     /* waiting is pointless until code, worker or queue is fixed */
	TSK_DENIED = 7,    /* credentials, permissions, an untrusted plugin, an unsafe directory */
	TSK_INTERNAL = 70, /* a bug of ours */
	TSK_INTERRUPTED = 130 /* SIGINT or SIGTERM; what was started is in a known state */
};

/* The type of an option's value, and of the member that receives it. */
enum tsk_type {
	TSK_FLAG,     /* bool: present or not */
	TSK_STRING,   /* const char * */
	TSK_INTEGER,  /* int64_t, within minimum..maximum */
	TSK_DURATION, /* int64_t, milliseconds; typed as 30, 1.5, 500ms, 10s, 2m or 1h (no unit:
			 seconds) */
	TSK_CHOICE,   /* const char *, one of choices */
	TSK_JSON,     /* const char *, a whole valid JSON text; typed as JSON, @FILE or - (standard
			 input) */
	TSK_LIST,     /* struct tsk_strings: the option may be repeated; positional: any number of
			 words, flags between them */
	TSK_REST      /* struct tsk_strings: positional only; all the words left, those after --
			 untouched */
};

struct tsk_strings {
	const char *const *items; /* ends with NULL; NULL where count is 0 */
	size_t count;
};

/* One row serves parsing, --help, completion, the man page, SKILL.md and the JSON Schema. */
struct tsk_option {
	const char *name; /* "task-queue" for --task-queue; shown as <name> where positional */
	char letter;      /* 'w' for -w, or 0 */
	enum tsk_type type;
	size_t at;            /* offsetof the member in the command's options struct */
	const char *argument; /* the word for the value in help: ID, SECONDS; NULL for flags */
	const char *help;     /* lower case, no full stop */
	const char *fallback; /* shown in help and parsed like input; NULL: absent stays zero */
	bool required;
	bool positional; /* a word without a flag; filled in table order */
	union {          /* a flag with which a command that TSK_CHANGES only looks: --dry-run */
		bool makes_dry_run;
		bool harmless; /* its name in 0.1.0 */
	};
	const char *const *choices; /* TSK_CHOICE: ends with NULL */
	int64_t minimum, maximum;   /* TSK_INTEGER and TSK_DURATION (ms); both 0: 0..INT64_MAX */
	const char *global; /* name of the global flag that the value also goes to, or NULL */
};

/* Rows for commands about one workflow: -w ID and -r RUN, the members workflow_id and run_id of the
 * options struct. */
#define TSK_WORKFLOW_ID_OPTION(options_struct, is_required, help_text)                             \
	{                                                                                          \
		.name = "workflow-id", .letter = 'w', .type = TSK_STRING,                          \
		.at = offsetof(options_struct, workflow_id), .argument = "ID", .help = help_text,  \
		.required = is_required                                                            \
	}
#define TSK_RUN_ID_OPTION(options_struct)                                                          \
	{                                                                                          \
		.name = "run-id", .letter = 'r', .type = TSK_STRING,                               \
		.at = offsetof(options_struct, run_id), .argument = "RUN",                         \
		.help = "this run of it (default: the latest)"                                     \
	}
#define TSK_WORKFLOW_OPTIONS(options_struct)                                                       \
	TSK_WORKFLOW_ID_OPTION(options_struct, true, "the workflow"),                              \
		TSK_RUN_ID_OPTION(options_struct)

/* What must hold before run() is called; the core sees to it, and never for --help. */
enum tsk_needs {
	/* speaks to the server, itself or by commands and programs that it runs: with TSK_CHANGES
	   it is refused where the server is not on this machine and that was not allowed */
	TSK_NEEDS_SERVER = 1 << 0,
	TSK_NEEDS_PROJECT = 1 << 1, /* the project directory exists */
	TSK_CHANGES = 1 << 2,       /* changes something; refused when read-only */
	TSK_DESTROYS = 1 << 3, /* what it changes cannot be had back (terminate, kill, remove) */
	/* asks the server where there is one, and does without: refused only where it would get
	   secrets that are not its (exit 7) */
	TSK_ASKS_SERVER = 1 << 4,
	/* is about trust itself: runs also where sections of the project's file belong to a plugin
	   that is not trusted yet */
	TSK_ABOUT_TRUST = 1 << 5
};

/* How text output shows one member of the result; members without a row are in JSON only. Rows are
 * shown in table order, and only where the member is there, not null and not empty. */
struct tsk_view {
	/* "status", or "root_cause.message"; "?pid": only where the headline does not say it;
	   "=report": a list of lines of the command's own making, each beginning with a word of
	   its own, which stand at the margin */
	const char *path;
	const char *label;   /* the word before the colon; NULL: the last part of path, '_' as ' ';
				"": no line for it */
	const char *columns; /* for a list of objects, a table: "project pid state task_queues" */
};

struct tsk_call; /* one invocation; see call.h */

struct tsk_command {
	const char *name;    /* as in the catalogue: get-workflow-result */
	const char *summary; /* one line, lower case, no full stop */
	const char *details; /* a short paragraph for --help, or NULL */
	const char *const
		*examples; /* command lines that can be pasted, at least one; ends with NULL */
	unsigned needs;    /* enum tsk_needs */
	const struct tsk_option *options; /* ends with { 0 }; NULL: none */
	size_t options_size;              /* sizeof the options struct; 0: none */
	const struct tsk_view *views;     /* ends with { 0 }; NULL: every member is shown */
	const char *rows; /* the list that -o jsonl prints one row a line; NULL: the object */
	enum tsk_status (*run)(struct tsk_call *call, const void *options);
};

struct tsk_plugin {
	uint32_t abi;     /* TSK_PLUGIN_ABI */
	uint32_t size;    /* sizeof(struct tsk_plugin), as compiled */
	const char *name; /* lower case, as its folder */
	const char *summary;
	const struct tsk_command *const *commands; /* ends with NULL */
	const char *const *sections; /* INI sections that are this plugin's: "run" owns [run] and
					[run X]; or NULL */
};

#define TSK_PLUGIN_ABI 1u

#define TSK_PLUGIN(...)                                                                            \
	__attribute__((visibility("default"))) extern const struct tsk_plugin tsk_plugin;          \
	const struct tsk_plugin tsk_plugin = { .abi = TSK_PLUGIN_ABI,                              \
					       .size = sizeof(struct tsk_plugin),                  \
					       __VA_ARGS__ }

#endif
