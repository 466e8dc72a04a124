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

/* Where its web UI is; NULL: it has none, or it is not known. */
const char *server_ui(struct tsk_call *call, const struct address *address,
		      const struct tsk_process_info *process);

/* Names the namespaces that the server has, where the one asked for is missing: TSK_NOT_FOUND. */
enum tsk_status fail_missing_namespace(struct tsk_call *call);

/* ---- start_server.c ---- */

struct server_options {
	const char *db_filename;
	int64_t ui_port; /* 0: not given */
	bool headless;
	int64_t timeout;
	struct tsk_strings dynamic_config, search_attributes;
	const char *log_level;
	struct tsk_lifetime lifetime;
};

/* TSK_USAGE where one of them is no good. (server_options.c) */
enum tsk_status server_options_check(struct tsk_call *call, const struct server_options *given);

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

#endif
