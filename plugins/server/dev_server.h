/* What the commands of this plugin share: where the server is, which process it is, and whether it
 * is ours.
 *
 * Invariants. A server is ours when a record in PID_DIR names a process that still runs, or its
 * environment has the mark of a start with this PID_DIR, on the same machine address and port,
 * however the address was spelled then. All that is returned is
 * borrowed from the call.
 */
#ifndef PLUGINS_SERVER_DEV_SERVER_H
#define PLUGINS_SERVER_DEV_SERVER_H

#include <temporal-skill/client.h>
#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

/* ---- server_address.c ---- */

struct address {
	const char *text; /* as the settings spell it */
	int port;
	const char *ip; /* what a server for it binds to: "127.0.0.1", also for 0.0.0.0; NULL: not
			   this machine */
};

/* Takes HOST:PORT apart; TSK_USAGE where it is not that. */
enum tsk_status address_read(struct tsk_call *call, const char *text, struct address *address);

/* Whether a server could listen there now. */
bool address_is_free(const char *ip, int port);

/* A port above the others that is free now on that address; 0: none to be had. */
int address_free_port(const char *ip);

/* ---- dev_server.c ---- */

/* The lock that whoever starts or stops the server at that address holds. */
const char *server_lock_name(struct tsk_call *call, const struct address *address);

/* What a server that we start is marked with, and its record is of: one word for one port, however
 * its address is spelled. */
const char *server_scope(struct tsk_call *call, const struct address *address);

/* The record of our server at that address, running or not; NULL: none (or the error is set). Of
 * one that runs without a record, as its mark shows, what the record would say (path NULL). */
const struct tsk_record *server_record(struct tsk_call *call, const struct address *address);

/* The record of one that was started at that address in another PID namespace or on another host
 * that shares PID_DIR; NULL: none. */
const struct tsk_record *server_elsewhere(struct tsk_call *call, const struct address *address);

/* The process that listens there: ours where the record's runs, else whoever holds the port on this
 * machine; NULL: none that can be seen. */
const struct tsk_process_info *server_process(struct tsk_call *call, const struct address *address,
					      const struct tsk_record *ours);

/* "'nginx' (pid 17)"; NULL: a process that cannot be seen. */
const char *process_text(struct tsk_call *call, const struct tsk_process_info *process);

/* Whether its command line is that of a dev server. */
bool is_dev_server(const struct tsk_process_info *process);

/* The port that the command line of a dev server names. */
int server_port(const struct tsk_process_info *process);

/* Where its web UI is; NULL: it has none, or it is not known. */
const char *server_ui(struct tsk_call *call, const struct address *address,
		      const struct tsk_process_info *process);

/* ---- server_namespaces.c ---- */

bool namespace_is_among(const struct tsk_strings *names, const char *name);

/* Registers one that the server does not have, and waits until it can be worked in; that somebody
 * else was faster is fine. */
enum tsk_status namespace_add(struct tsk_call *call, const char *name, int64_t deadline);

/* Registers those that the server does not have. */
enum tsk_status namespaces_add(struct tsk_call *call, const struct tsk_strings *wanted,
			       int64_t deadline);

/* Names the namespaces that the server has, where the one asked for is missing: TSK_NOT_FOUND. */
enum tsk_status fail_missing_namespace(struct tsk_call *call);

/* ---- server_options.c ---- */

struct server_options {
	const char *db_filename;
	int64_t ui_port; /* 0: not given */
	bool headless;
	int64_t timeout;
	struct tsk_strings dynamic_config, search_attributes;
	struct tsk_strings namespaces; /* beside the one that is worked in */
	const char *log_level;
	struct tsk_lifetime lifetime;
};

/* TSK_USAGE where one of them is no good. */
enum tsk_status server_options_check(struct tsk_call *call, const struct server_options *given);

/* The absolute path of the file to keep workflows in; NULL: none is given. */
const char *server_database(struct tsk_call *call, const struct server_options *given);

/* ---- why_it_ended.c ---- */

struct ending {
	const char *why;  /* "" where nothing was said */
	const char *hint; /* a command or what to do; NULL: none */
};
/* log: what the server wrote; database: as server_database. */
struct ending why_it_ended(struct tsk_call *call, const char *log, const char *database);

/* TSK_UNAVAILABLE: another dev server works with that file (NULL: none is given). Both would start,
 * and each take the other's work away. */
enum tsk_status database_is_free(struct tsk_call *call, const char *database);

/* ---- start_server.c ---- */

struct started_server {
	struct tsk_process process;
	bool is_another; /* that of somebody else was faster; ours has ended */
	const char *log;
	struct tsk_server server;
};

/* Starts a dev server at that address, records it and waits until the namespace answers. To be
 * called with the lock held. */
enum tsk_status server_start(struct tsk_call *call, const struct address *address,
			     const struct server_options *options, int64_t deadline,
			     struct started_server *started);

/* Waits until the namespace answers, or the process ends; *died tells the latter. */
enum tsk_status server_wait_ready(struct tsk_call *call, const struct tsk_process *process,
				  int64_t deadline, struct tsk_server *server, bool *died);

/* ---- say_ensured.c: what ensure-server says, began being when it was called ---- */

/* Has what the options ask for of a server that runs already. */
enum tsk_status say_running(struct tsk_call *call, const struct address *address,
			    const struct tsk_server *server, const struct server_options *given,
			    int64_t began);
enum tsk_status say_started(struct tsk_call *call, const struct address *address,
			    const struct started_server *started,
			    const struct server_options *given, int64_t began);
/* log: NULL or "" where it is not known. */
enum tsk_status fail_not_ready(struct tsk_call *call, const struct address *address,
			       const struct tsk_process *process, const char *log, int64_t timeout);
/* With the error recorded that says so. */
enum tsk_status say_suspended(struct tsk_call *call, const struct address *address,
			      const struct tsk_server_here *here);

#endif
