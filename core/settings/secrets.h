/* A secret belongs to the address it came with.
 *
 * The user's secrets are what flags, environment, the user's and the system's INI file and the
 * Temporal CLI's profile say of API key, client certificate and its key, gRPC metadata, and of the
 * codec server's Authorization and headers. They are sent only where all that decides whom they
 * reach is the user's as well: for the server the address, the authority, whether there is TLS and
 * whose certificate passes; for the codec its endpoint. Among the user's own places any may
 * complete another (a key of the environment with --address), as with the Temporal CLI. A project's
 * INI file is not one of them, trusted or not, unless it was trusted with credentials
 * (trust-project
 * --with-credentials).
 *
 * Else the command is refused with TSK_DENIED, both places named. One case is none: a project that
 * names an address of this machine and nothing of TLS is the everyday dev server, and a key is only
 * ever sent over TLS. There API key and certificate are kept back (with what the user's weaker
 * places say of TLS, which is meant for another server), and the connection is plain. gRPC metadata
 * go over plain connections as well, and are refused there, too.
 *
 * A project's own secrets may go wherever the user says.
 */
#ifndef CORE_SETTINGS_SECRETS_H
#define CORE_SETTINGS_SECRETS_H

#include "values.h"

/* Looks at the loaded settings: keeps back what is not to be sent, its value then being "", and
 * sets settings->kept_back and settings->refusal. May be called again when flags have come. */
void secrets_settle(struct settings *settings, struct tsk_call *call);

/* TSK_DENIED, recorded with its hint, where settings->refusal is set. */
enum tsk_status secrets_check(struct tsk_call *call);

#endif
