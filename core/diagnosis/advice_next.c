/* The commands that `next` names for more than one verdict: ours, and those of the Temporal CLI. */
#include "advice.h"

#include <string.h>

const char *diagnose_command(const struct reading *reading, const char *workflow_id)
{
	return tsk_format(reading->call, "temporal-skill diagnose %s%s",
			  *workflow_id == '-' ? "--workflow-id=" : "-w ",
			  tsk_quote(reading->call, workflow_id));
}

void suggest_wait(const struct reading *reading)
{
	/* One that was asked to cancel ends so, where its code does not hold that off. */
	bool cancelled = reading->workflow->cancel_requested || cancel_request(reading);

	suggest_line(reading, "temporal-skill wait-for-workflow-status %s --status %s",
		     reading->telling->which, cancelled ? "CANCELED,COMPLETED" : "COMPLETED");
}

void suggest_start(const struct reading *reading)
{
	/* Many are started by a service, a schedule or another workflow: no command of ours is. */
	if (tsk_command_is_known(reading->call, TSK_SETTING_STARTER_CMD))
		suggest_line(reading, "temporal-skill run-starter");
}

void suggest_restart(const struct reading *reading)
{
	suggest_line(reading, "temporal-skill ensure-worker");
	suggest_start(reading);
}

/* A setting that the Temporal CLI knows as well: its default, or its own variable. */
static bool cli_knows(const struct reading *reading, enum tsk_setting setting, const char *origin)
{
	return !tsk_setting_is_given(reading->call, setting) ||
	       strcmp(tsk_setting_origin(reading->call, setting), origin) == 0;
}

const char *cli_call(const struct reading *reading, const char *words)
{
	struct tsk_call *call = reading->call;
	const char *address = "", *named = "";

	if (!cli_knows(reading, TSK_SETTING_ADDRESS, "environment TEMPORAL_ADDRESS"))
		address = tsk_format(call, " --address %s",
				     tsk_quote(call, tsk_setting(call, TSK_SETTING_ADDRESS)));
	if (!cli_knows(reading, TSK_SETTING_NAMESPACE, "environment TEMPORAL_NAMESPACE"))
		named = tsk_format(call, " --namespace %s",
				   tsk_quote(call, tsk_setting(call, TSK_SETTING_NAMESPACE)));
	return tsk_format(call, "%s %s%s%s",
			  tsk_quote(call, tsk_setting(call, TSK_SETTING_TEMPORAL_CLI)), words,
			  address, named);
}

const char *cli_command(const struct reading *reading, const char *words)
{
	return tsk_format(reading->call, "%s --workflow-id %s", cli_call(reading, words),
			  tsk_quote(reading->call, reading->id));
}

const char *nexus_endpoint_command(const struct reading *reading, const char *endpoint)
{
	return tsk_format(reading->call, "%s --name %s",
			  cli_call(reading, "operator nexus endpoint get"),
			  tsk_quote(reading->call, or_empty(endpoint)));
}
