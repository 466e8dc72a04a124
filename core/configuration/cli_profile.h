/* The Temporal CLI's own profile (temporal.toml) as the weakest source of connection settings. */
#ifndef CORE_CONFIGURATION_CLI_PROFILE_H
#define CORE_CONFIGURATION_CLI_PROFILE_H

#include "settings/values.h"

/* Asks the Temporal CLI for the profile when its configuration file is there. The file is TOML with
 * rules of its own for defaults and for what goes together; the CLI knows them, and it takes 60 ms,
 * which only users of profiles pay. */
enum tsk_status configuration_load_profile(struct settings *settings, struct tsk_call *call);

#endif
