/* The versions of all that took part. */
#ifndef PROJECT_VERSIONS_H
#define PROJECT_VERSIONS_H

#include <temporal-skill/result.h>

/* program, cli, server, sdk, python into object; what cannot be found out is null. */
void say_versions(struct tsk_call *call, cJSON *object, const char *server);

#endif
