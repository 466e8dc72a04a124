/* Addresses of servers. */
#ifndef CORE_TEMPORAL_ADDRESS_H
#define CORE_TEMPORAL_ADDRESS_H

#include <stdbool.h>

/* Whether HOST:PORT names this machine. (web_link.c) */
bool address_is_loopback(const char *address);

#endif
