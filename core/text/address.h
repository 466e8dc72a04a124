/* Addresses of servers: HOST:PORT. */
#ifndef CORE_TEXT_ADDRESS_H
#define CORE_TEXT_ADDRESS_H

#include <temporal-skill/call.h>

/* Whether *value is an address; "host" alone gets the default port. origin: where it came from, for
 * the error message. TSK_USAGE, recorded, where it is none. */
enum tsk_status address_check(struct tsk_call *call, const char **value, const char *origin);

/* Whether a connection to HOST:PORT stays on this machine: a loopback address or its name, 0.0.0.0
 * and :: (which a client reaches by loopback), an address of an own interface. Other names are not
 * looked up: what they mean is said by others. */
bool address_is_loopback(const char *address);

#endif
