/* Whether a server could be started with the options that are given: all is refused before anything
 * is done. */
#include "dev_server.h"

#include <temporal-skill/payload.h>

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* As the CLI takes them; it would say so only when the old log is out of the way already. */
static enum tsk_status check_dynamic_config(struct tsk_call *call, const struct tsk_strings *given)
{
	for (size_t i = 0; i < given->count; i++) {
		const char *value = strchr(given->items[i], '=');
		size_t offset;

		if (!value || value == given->items[i])
			return tsk_fail(call, TSK_USAGE,
					"bad value '%s' of '--dynamic-config-value': expected "
					"KEY=VALUE",
					given->items[i]);
		if (tsk_json_check(value + 1, strlen(value + 1), &offset))
			continue;
		tsk_hint(call, "a string needs quotes of its own: --dynamic-config-value %s",
			 tsk_quote(call, tsk_format(call, "%.*s\"%s\"",
						    (int)(value + 1 - given->items[i]),
						    given->items[i], value + 1)));
		return tsk_fail(call, TSK_USAGE, "bad JSON '%s' of '--dynamic-config-value %.*s'",
				value + 1, (int)(value - given->items[i]), given->items[i]);
	}
	return TSK_OK;
}

static enum tsk_status check_search_attributes(struct tsk_call *call,
					       const struct tsk_strings *given)
{
	const char *name = "", *type = "";

	for (size_t i = 0; i < given->count; i++)
		if (tsk_search_attribute_read(call, given->items[i], &name, &type))
			return tsk_error(call);
	return TSK_OK;
}

enum tsk_status server_options_check(struct tsk_call *call, const struct server_options *given)
{
	char here[PATH_MAX];

	if (check_dynamic_config(call, &given->dynamic_config) ||
	    check_search_attributes(call, &given->search_attributes))
		return tsk_error(call);
	if (given->db_filename && *given->db_filename != '/' && !getcwd(here, sizeof(here)))
		return tsk_fail(call, TSK_USAGE,
				"cannot tell where '--db-filename %s' is: the working directory: "
				"%s",
				given->db_filename, strerror(errno));
	return TSK_OK;
}

const char *server_database(struct tsk_call *call, const struct server_options *given)
{
	char here[PATH_MAX];

	if (!given->db_filename || *given->db_filename == '/' || !getcwd(here, sizeof(here)))
		return given->db_filename;
	return tsk_format(call, "%s/%s", strcmp(here, "/") ? here : "", given->db_filename);
}
