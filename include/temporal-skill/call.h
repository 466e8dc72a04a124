/* One invocation of a command: its memory, its error, its settings, its clock and its ears.
 *
 * Invariants: whatever a function here or in the other headers returns is borrowed from the call
 * and lives until the call ends; nothing is freed. Memory never runs short visibly: the program
 * ends instead. The first error wins.
 */
#ifndef TEMPORAL_SKILL_CALL_H
#define TEMPORAL_SKILL_CALL_H

#include <temporal-skill/plugin.h>

#include <poll.h>
#include <stdarg.h>

#pragma GCC visibility push(default)

/* ---- memory ---- */

/* size zeroed bytes, aligned for any type. */
void *tsk_alloc(struct tsk_call *call, size_t size);

/* A copy of text; NULL for NULL. */
char *tsk_copy(struct tsk_call *call, const char *text);

/* A copy of the first size bytes of text, with a terminating NUL. */
char *tsk_copy_bytes(struct tsk_call *call, const void *bytes, size_t size);

/* A string made as by printf. */
char *tsk_format(struct tsk_call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *tsk_vformat(struct tsk_call *call, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* word as it must be typed in a POSIX shell: bare where that is safe, else in quotes, or as
 * "$(printf 'a\nb')" where it has characters that are not printed as they are. */
const char *tsk_quote(struct tsk_call *call, const char *word);
/* A command line that is to be typed so, each word quoted. */
const char *tsk_quote_words(struct tsk_call *call, const struct tsk_strings *words);

/* For loops that go on for long: what is allocated after tsk_mark is gone after tsk_rewind to that
 * mark. The result, the error and the settings are not touched. */
struct tsk_mark {
	void *block;
	size_t used;
};
struct tsk_mark tsk_mark(struct tsk_call *call);
void tsk_rewind(struct tsk_call *call, struct tsk_mark mark);

/* ---- errors ---- */

/* Records why the call cannot go on and returns status, so that `return tsk_fail(...)` reads well.
 * Wording: lower case, no full stop, what failed first, the subject in single quotes: "cannot open
 * 'x': No such file". A later error does not replace an earlier one. Control characters in the text
 * are made visible when it is printed. */
enum tsk_status tsk_fail(struct tsk_call *call, enum tsk_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The command that would mend the recorded error. One that begins with "temporal-skill " is printed
 * as this program must be called here, with the connection flags of this call. Ignored when there
 * is a hint already. */
void tsk_hint(struct tsk_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The recorded error: its status (TSK_OK: none), its message and its hint (NULL: none). */
enum tsk_status tsk_error(const struct tsk_call *call);
const char *tsk_error_message(const struct tsk_call *call);
const char *tsk_error_hint(const struct tsk_call *call);

/* The word for a status, as JSON errors have it: "not_found". */
const char *tsk_status_name(enum tsk_status status);

/* Forgets the recorded error and its hint, for a caller that has another way to go. */
void tsk_forget_error(struct tsk_call *call);

/* ---- settings ---- */

/* Every setting; rows in core/settings/table.c say names, environment, INI keys, defaults and
 * meaning. */
enum tsk_setting {
	TSK_SETTING_ADDRESS, /* HOST:PORT of the server's gRPC frontend */
	TSK_SETTING_NAMESPACE,
	TSK_SETTING_API_KEY,  /* secret; only ever sent over TLS */
	TSK_SETTING_TLS,      /* "true", "false" or "" (decide by the others) */
	TSK_SETTING_TLS_CERT, /* paths of PEM files, "" where unset */
	TSK_SETTING_TLS_KEY,
	TSK_SETTING_TLS_CA,
	TSK_SETTING_TLS_SERVER_NAME,
	TSK_SETTING_TLS_SKIP_HOST_CHECK, /* "true" or "false" */
	TSK_SETTING_TLS_CERT_DATA,       /* the PEM texts themselves, "" where unset */
	TSK_SETTING_TLS_KEY_DATA,        /* secret */
	TSK_SETTING_TLS_CA_DATA,
	TSK_SETTING_GRPC_META,       /* further headers of every request: KEY=VALUE, lines */
	TSK_SETTING_AUTHORITY,       /* the :authority of requests, "" where unset */
	TSK_SETTING_IDENTITY,        /* who we are to the server; "": temporal-skill@HOST */
	TSK_SETTING_CODEC_ENDPOINT,  /* URL of a codec server, or "" */
	TSK_SETTING_CODEC_AUTH,      /* secret: its Authorization header, or "" */
	TSK_SETTING_CODEC_HEADERS,   /* further headers of its requests: KEY=VALUE, lines */
	TSK_SETTING_PROFILE,         /* of the Temporal CLI's temporal.toml */
	TSK_SETTING_CONFIG_FILE,     /* that file, "" for the CLI's own place */
	TSK_SETTING_UI_ADDRESS,      /* URL of the web UI, "" where unknown */
	TSK_SETTING_CONNECT_TIMEOUT, /* seconds to reach the server */
	TSK_SETTING_COMMAND_TIMEOUT, /* seconds for the whole command; "0": no limit but the
					command's own */
	TSK_SETTING_TEMPORAL_CLI,    /* the Temporal CLI: a name on PATH or a path */
	TSK_SETTING_PROJECT_DIR,     /* absolute path */
	TSK_SETTING_PROJECT_NAME, /* names log and PID files; default the base name of the directory
				   */
	TSK_SETTING_WORKER_CMD,   /* words as a shell splits them; no shell runs them */
	TSK_SETTING_STARTER_CMD,
	TSK_SETTING_TASK_QUEUE, /* of the project's workers, or "" (found out) */
	TSK_SETTING_LOG_DIR,
	TSK_SETTING_PID_DIR,
	TSK_SETTING_PLUGIN_PATH,          /* further folders with plugins, ':' between them */
	TSK_SETTING_READ_ONLY,            /* "true": commands that change something are refused */
	TSK_SETTING_ALLOW_REMOTE_CHANGES, /* "true": changes are allowed on addresses that are not
					     loopback */
	TSK_SETTING_OUTPUT,               /* text, json or jsonl */
	TSK_SETTING_COLOR,                /* auto, always or never */
	TSK_SETTING_QUIET,                /* "true" or "false" */
	TSK_SETTING_VERBOSE,
	TSK_SETTING_FULL,     /* "true": text output is not shortened */
	TSK_SETTING_TRACE,    /* what is traced, and into which file: "rpc,process:FILE" */
	TSK_SETTING_PASSPORT, /* "true": workers are started so that they describe themselves */
	TSK_SETTING_REHEARSE, /* warn, refuse or off: before a worker with changed sources starts */
	TSK_SETTING_COUNT_
};

/* The value of a setting: never NULL, valid for its type (checked before the command runs). */
const char *tsk_setting(const struct tsk_call *call, enum tsk_setting setting);
bool tsk_setting_is_true(const struct tsk_call *call, enum tsk_setting setting);
int64_t tsk_setting_ms(const struct tsk_call *call, enum tsk_setting setting);

/* Where the value came from: "default", "flag --address", "environment TEMPORAL_ADDRESS",
 * "FILE:LINE". */
const char *tsk_setting_origin(const struct tsk_call *call, enum tsk_setting setting);

/* Whether it was chosen by anyone, i.e. is not the default. */
bool tsk_setting_is_given(const struct tsk_call *call, enum tsk_setting setting);
/* Of a command: whether there is one, chosen or found in the project; else its default is only what
 * projects usually have. */
bool tsk_command_is_known(const struct tsk_call *call, enum tsk_setting setting);

/* Name, meaning and secrecy of a setting, for those who list them. NULL past the last one. */
struct tsk_setting_info {
	const char *name;    /* "address" */
	const char *section; /* INI section */
	const char *
		environment; /* variables that set it, first wins, blank-separated; "" where none */
	const char *flag;    /* "--address", or "" */
	const char *help;
	bool secret; /* never print the value */
	bool pairs;  /* lines of KEY=VALUE; of a secret one the keys may be printed */
};
const struct tsk_setting_info *tsk_setting_info(enum tsk_setting setting);

/* Who may set a setting. */
enum tsk_set_by {
	TSK_SET_BY_FLAG = 1 << 0,
	TSK_SET_BY_ENVIRONMENT = 1 << 1,
	TSK_SET_BY_PROJECT = 1 << 2, /* the project's INI file, trusted or not */
	/* the same, within bounds: an address of this machine, a folder in the project, what is
	   stricter */
	TSK_SET_BY_PROJECT_IN_BOUNDS = 1 << 3,
	TSK_SET_BY_TRUSTED_PROJECT = 1 << 4, /* once it is trusted (trust-project) */
	TSK_SET_BY_USER = 1 << 5,            /* the user's INI file */
	TSK_SET_BY_SYSTEM = 1 << 6,
	TSK_SET_BY_PROFILE = 1 << 7 /* of the Temporal CLI */
};
unsigned tsk_setting_set_by(enum tsk_setting setting);

/* The lines of the project's INI file that do not count: it is not trusted, or nobody's to say. */
struct tsk_ignored_setting {
	enum tsk_setting setting;
	const char *value;
	const char *origin; /* "FILE:LINE" */
	bool until_trusted; /* trust-project makes it count */
};
const struct tsk_ignored_setting *tsk_ignored_settings(const struct tsk_call *call, size_t *count);

/* The lines of the project's INI file in sections that the calling plugin owns
 * (tsk_plugin.sections), in file order. count receives how many. NULL where there are none. */
struct tsk_ini_entry {
	const char *section, *key, *value; /* section with its name: "run hello" */
	const char *file;
	int line;
};
const struct tsk_ini_entry *tsk_ini_entries(struct tsk_call *call, const char *section,
					    size_t *count);

/* The text of the nearest file of that name: in the project's directory or one of the three above
 * it, *path being where. NULL: there is none. */
const char *tsk_project_file(struct tsk_call *call, const char *name, const char **path);

/* Whether `uv run NAME` finds an entry point of the project: its pyproject.toml names it, and has
 * what uv builds the project with. */
bool tsk_entry_point(struct tsk_call *call, const char *name);

/* One of the workers of a project. */
struct tsk_project_worker {
	/* of its section [worker NAME]; "default": the one of worker_cmd beside such sections; "":
	   the only one, of a project without them */
	const char *name;
	const char *command;    /* as one line, split into words by tsk_split_words */
	const char *task_queue; /* that it polls; "": found out */
	const char *origin;     /* "FILE:LINE" of its command, or where the setting came from */
	bool in_section;        /* it is of a section, and not of worker_cmd */
};

/* The workers of the call's project, one at least, in the order of its INI file; the one of
 * worker_cmd comes last, unless that is "none" beside sections. *workers is borrowed from the call.
 * TSK_USAGE, "FILE:LINE: …", on a section that is not right. */
enum tsk_status tsk_project_workers(struct tsk_call *call,
				    const struct tsk_project_worker **workers, size_t *count);

/* What tells a program of the project's, by the SDKs' own variables, the connection of this call's
 * settings: entries as of tsk_launch's environment. */
struct tsk_strings tsk_connection_environment(struct tsk_call *call);

/* The task queues that the Python sources below a directory name in plain text. */
void tsk_source_queues(struct tsk_call *call, const char *directory, struct tsk_strings *queues);

/* Splits a command line into words as a POSIX shell does (quotes, backslashes), without expanding
 * anything. *words ends with NULL. TSK_USAGE on an unclosed quote or no word at all; what names the
 * text in the message. */
enum tsk_status tsk_split_words(struct tsk_call *call, const char *what, const char *text,
				struct tsk_strings *words);

/* A duration as options, settings and files take it. false: it is none, or longer than a century.
 */
#define TSK_DURATION_FORMS "seconds, or 500ms, 10s, 2m, 1h30m, 1d"
bool tsk_parse_duration(const char *text, int64_t *milliseconds);

/* A whole decimal number. false: it is none, or does not fit. */
bool tsk_parse_integer(const char *text, int64_t *number);

/* yes, true, on, 1; no, false, off, 0; in any case of letters. false: it is none of them. */
bool tsk_parse_flag(const char *text, bool *flag);

/* HOST:PORT taken apart. false: it is not that. */
struct tsk_address {
	const char *host; /* in the text, without the brackets of an IPv6 address */
	size_t size;      /* of the host, in bytes */
	int port;
};
bool tsk_address_split(const char *text, struct tsk_address *address);

/* Whether a connection to HOST:PORT, or to a host alone, stays on this machine: localhost and names
 * below it, a loopback address, 0.0.0.0 and :: (which a client reaches by loopback), an address of
 * an own interface. Other names are not looked up: what they mean is said by others. */
bool tsk_address_is_local(const char *address);
bool tsk_host_is_local(const char *host);
/* Whether HOST:PORT is a port of this machine: likewise, or its own host name. */
bool tsk_address_is_here(const char *address);
/* Whether a connection to HOST:PORT stays on this machine: as tsk_address_is_local, or its own host
 * name where that leads to its own addresses and to no other. */
bool tsk_address_stays_here(const char *address);
/* Whether two addresses mean the same port of the same machine, whatever this one is called. */
bool tsk_address_same(const char *one, const char *other);

/* ---- talk (stderr; never the answer) ---- */

/* A line that the reader should see: something was skipped, assumed or ignored. Not with --quiet.
 */
void tsk_note(struct tsk_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same where keeping quiet about it would help whoever put it there, as of a checkout that sets
 * quiet: with --quiet as well. */
void tsk_warn(struct tsk_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What is being done right now; shown with --verbose. */
void tsk_progress(struct tsk_call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- time and waiting ---- */

/* Monotonic milliseconds; deadlines are given on this clock. */
int64_t tsk_now_ms(void);

/* Wall clock, Unix nanoseconds. */
int64_t tsk_wall_ns(void);

#define TSK_NO_DEADLINE INT64_MAX

/* The earlier of now + timeout_ms and the end set by --command-timeout. */
int64_t tsk_deadline(const struct tsk_call *call, int64_t timeout_ms);

/* From here on no request of this call is waited for past that deadline, nor past an earlier one.
 */
void tsk_limit(struct tsk_call *call, int64_t deadline);

/* Waits until one of the descriptors is ready (revents set), the deadline passes or the program is
 * interrupted. Returns TSK_OK, TSK_TIMEOUT (no error recorded: the caller knows what it means) or
 * TSK_INTERRUPTED (recorded). */
enum tsk_status tsk_wait(struct tsk_call *call, struct pollfd *descriptors, size_t count,
			 int64_t deadline);

/* Whether SIGINT or SIGTERM has come; TSK_INTERRUPTED is then recorded as the error. For long
 * computations. */
bool tsk_interrupted(struct tsk_call *call);

/* Takes note of an interruption that came, so that cleaning up can wait for what it ends; a further
 * one counts again. */
void tsk_begin_cleanup(struct tsk_call *call);

/* ---- who we are ---- */

/* The version of the program, "1.2.3". */
const char *tsk_version(void);

/* The folder that holds skills/: scripts, references, recipes, templates; found beside the program.
 * NULL, with the error recorded (TSK_UNAVAILABLE), where the installation lacks it. */
const char *tsk_skills_dir(struct tsk_call *call);

/* The program's own absolute path. */
const char *tsk_program_path(struct tsk_call *call);

/* The program as it was called, or "temporal-skill" where that is enough: for commands to be
 * pasted. */
const char *tsk_program_spelling(struct tsk_call *call);

/* ---- commands and plugins, for those that describe or call them ---- */

/* The next command after previous in name order; NULL: the first, resp. no more. */
const struct tsk_command *tsk_next_command(struct tsk_call *call,
					   const struct tsk_command *previous);
const struct tsk_command *tsk_find_command(struct tsk_call *call, const char *name);

/* The options that every command takes, by enum tsk_setting ("" as name where a setting has no
 * flag); ends with { 0 }. */
const struct tsk_option *tsk_global_options(void);

/* A plugin file that was looked at; rows end with path NULL. */
struct tsk_plugin_info {
	const char *path;
	const char *name; /* NULL where it could not be loaded */
	const char *summary;
	const char *origin;  /* "built-in", "user", "project", "setting" */
	const char *problem; /* why it was skipped, or NULL */
	size_t commands;
};
const struct tsk_plugin_info *tsk_plugins(struct tsk_call *call);
const char *tsk_command_plugin(struct tsk_call *call, const struct tsk_command *command);

/* One word of a command line, and how it is taken. */
enum tsk_word_as {
	TSK_WORD_UNKNOWN,
	TSK_WORD_FLAG,    /* names an option, or several letters do */
	TSK_WORD_VALUE,   /* of the flag before it */
	TSK_WORD_ARGUMENT /* stands by itself, "--" included */
};
struct tsk_word {
	const char *text;
	bool filled; /* what it says was put in: a value where one is wanted, and never a flag */
	bool open;   /* part of it is not known yet: no value of it is looked at */
	/* Set by tsk_check_words: */
	enum tsk_word_as as;
	const struct tsk_option *option; /* that it names or is a value of; NULL: none or global */
	const char *problem;             /* what is wrong with it, or NULL */
};

/* How the words after a command's name are taken by it, and what is wrong with them, by the rules
 * they would be run by. Nothing is read: neither a file named by @FILE nor standard input. Returns
 * what is missing in the whole. */
struct tsk_strings tsk_check_words(struct tsk_call *call, const struct tsk_command *command,
				   struct tsk_word *words, size_t count);

/* As tsk_ask_command (result.h), with *result as JSON text. */
enum tsk_status tsk_run_command(struct tsk_call *call, const char *name, const char *const *words,
				const char **result, const char **error);

#pragma GCC visibility pop

#endif
