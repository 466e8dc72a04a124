/* Parts of a JSON text as they stand in it: cJSON's numbers are doubles, and a request's id and the
 * values that go to a workflow must keep every digit. */
#ifndef PLUGINS_MCP_RAW_H
#define PLUGINS_MCP_RAW_H

#include <temporal-skill/call.h>

/* The text of the member that path (ends with NULL) leads to, from the arena; NULL: there is none.
 * json is valid (tsk_json_check). Of members with equal names the first counts, as in cJSON. */
const char *raw_member(struct tsk_call *call, const char *json, const char *const *path);

/* Whether a name or a string in it has a NUL character, at which a C string would end and thereby
 * name something else. but: leads to a member of which only the names of its own members are looked
 * at; NULL: none. */
bool raw_has_nul(const char *json, const char *const *but);

#endif
