/* Namespaces of a server that runs: those that ensure-server is asked to have, and which one is
 * missing. */
#include "dev_server.h"

#include <string.h>

/* A list of namespaces in a message stays readable up to this many. */
#define NAMED_MOST 10

bool namespace_is_among(const struct tsk_strings *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

enum tsk_status namespace_add(struct tsk_call *call, const char *name, int64_t deadline)
{
	if (tsk_namespace_register(call, name)) {
		/* Two at once: the other has registered it. */
		if (tsk_error(call) != TSK_NEGATIVE)
			return tsk_error(call);
		tsk_forget_error(call);
	}
	if (tsk_namespace_await(call, name, deadline))
		return tsk_error(call);
	tsk_note(call, "registered the namespace '%s', which this server did not have", name);
	return TSK_OK;
}

enum tsk_status namespaces_add(struct tsk_call *call, const struct tsk_strings *wanted,
			       int64_t deadline)
{
	struct tsk_strings there;

	if (!wanted->count)
		return TSK_OK;
	if (tsk_namespaces(call, &there))
		return tsk_error(call);
	for (size_t i = 0; i < wanted->count; i++)
		if (!namespace_is_among(&there, wanted->items[i]) &&
		    namespace_add(call, wanted->items[i], deadline))
			return tsk_error(call);
	return TSK_OK;
}

enum tsk_status fail_missing_namespace(struct tsk_call *call)
{
	const char *wanted = tsk_setting(call, TSK_SETTING_NAMESPACE);
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	struct tsk_strings names;
	struct tsk_lines list = { .call = call, .limit = NAMED_MOST };

	tsk_forget_error(call);
	if (tsk_namespaces(call, &names))
		names.count = 0;
	tsk_forget_error(call);
	for (size_t i = 0; i < names.count; i++)
		if (strcmp(names.items[i], "temporal-system") != 0)
			tsk_lines_push(&list, tsk_format(call, "'%s'", names.items[i]));
	tsk_hint(call, "temporal operator namespace create --address %s --namespace %s",
		 tsk_quote(call, address), tsk_quote(call, wanted));
	return tsk_fail(call, TSK_NOT_FOUND, "no namespace '%s' on the server at '%s'%s%s", wanted,
			address, list.count ? "; it has " : "", tsk_lines_text(&list, ", "));
}
