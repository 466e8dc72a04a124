/* doctor: the server, its namespace, its clock. */
#include "doctor.h"

#include <temporal-skill/diagnosis.h>

#include <stdlib.h>
#include <string.h>

/* Clocks further apart than this make times hard to read side by side. */
#define CLOCK_NS 5000000000

static const char *namespaces_text(struct tsk_call *call)
{
	struct tsk_strings names = { .count = 0 };
	struct tsk_text text = { .call = call };

	if (tsk_namespaces(call, &names))
		names.count = 0;
	tsk_forget_error(call);
	for (size_t i = 0; i < names.count && i < 10; i++)
		if (strcmp(names.items[i], "temporal-system") != 0)
			tsk_text_join(&text, ", ", "'%s'", names.items[i]);
	return text.size ? tsk_text_value(&text) : "none that it tells";
}

/* The server that ensure-server starts gets the namespace that it is asked for. */
static const char *namespace_fix(struct tsk_call *call)
{
	return tsk_format(call, "temporal operator namespace create --address %s --namespace %s",
			  tsk_quote(call, tsk_setting(call, TSK_SETTING_ADDRESS)),
			  tsk_quote(call, tsk_setting(call, TSK_SETTING_NAMESPACE)));
}

static const char *silence_text(struct doctor *doctor, const struct tsk_server_here *here)
{
	struct tsk_call *call = doctor->call;
	const char *why = tsk_copy(call, tsk_error_message(call));
	struct tsk_address server;
	bool taken = false;

	/* The error says it already. */
	if (here->trouble)
		return why;
	if (!doctor->local || !tsk_address_split(tsk_setting(call, TSK_SETTING_ADDRESS), &server))
		return why;
	const struct tsk_process_info *holder = tsk_port_holder(call, server.port, &taken);
	const char *end = taken ? NULL : tsk_server_end(call);
	if (!taken)
		return end ? tsk_format(call, "%s; %s", why, end) : why;
	return holder ? tsk_format(call, "%s; the port is held by '%s' (pid %d)", why, holder->name,
				   holder->id.pid)
		      : tsk_format(call, "%s; the port is held by another user's process", why);
}

/* It answers what it reads, and fails where it would write. */
static void check_database(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const struct tsk_server_here *here = tsk_server_here(call);
	const struct tsk_process_info *other;

	if (!here->database)
		return;
	other = tsk_file_holder(call, here->database, here->process->id.pid);
	if (here->database_lost)
		doctor_add(doctor, "database", false, true, here->database,
			   tsk_format(call, "the server's process %s", here->trouble),
			   here->remedy ? here->remedy : "temporal-skill show-server");
	else if (other)
		doctor_add(doctor, "database", false, false, here->database,
			   tsk_format(call,
				      "'%s' (pid %d) has it open as well: two servers on one "
				      "file take each other's work away, and another program may "
				      "lock it",
				      other->name, other->id.pid),
			   "temporal-skill show-server");
	else
		doctor_add(doctor, "database", true, false, here->database,
			   "the server's, and of no other process", NULL);
}

/* The server does not tell its time; what it dates must not lie in our future. */
static void check_clock(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const struct tsk_workflow *workflows = NULL;
	size_t count = 0;

	if (doctor->local) {
		doctor_add(doctor, "clock", true, false, NULL, "the server has this machine's",
			   NULL);
		return;
	}
	if (!doctor->server_answers || tsk_list_workflows(call, "", 1, &workflows, &count, NULL) ||
	    !count) {
		tsk_forget_error(call);
		doctor_skip(doctor, "clock", "the server tells its time only by its workflows");
		return;
	}
	int64_t ahead = workflows->started_at - tsk_wall_ns();
	if (ahead > CLOCK_NS)
		doctor_add(doctor, "clock", false, false, NULL,
			   tsk_format(call, "the server's is at least %s ahead of ours",
				      tsk_duration_text(call, ahead / 1000000)),
			   "timedatectl set-ntp true");
	else
		doctor_add(doctor, "clock", true, false, NULL,
			   "no workflow lies in our future; more the server does not tell", NULL);
}

void doctor_server(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const char *name = tsk_setting(call, TSK_SETTING_NAMESPACE);
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	struct tsk_server server = { .version = "" };
	enum tsk_status status =
		tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server);

	doctor->server_answers = status == TSK_OK || status == TSK_NOT_FOUND;
	if (status == TSK_INTERRUPTED)
		return;
	if (!doctor->server_answers) {
		const struct tsk_server_here *here = tsk_server_here(call);
		const char *why = silence_text(doctor, here);
		tsk_forget_error(call);
		doctor_add(doctor, "server", false, true, address, why,
			   here->remedy    ? here->remedy
			   : doctor->local ? "temporal-skill ensure-server"
					   : "temporal-skill show-settings");
		doctor_skip(doctor, "namespace", "no server to ask");
	} else {
		tsk_forget_error(call);
		doctor_add(doctor, "server", true, true, *server.version ? server.version : NULL,
			   address, NULL);
		const char *untold = tsk_unanswered_reason(call, "DescribeNamespace", NULL);

		if (untold)
			doctor_skip(doctor, "namespace",
				    tsk_format(call, "whether '%s' is there could not be read (%s)",
					       name, untold));
		else
			doctor_add(doctor, "namespace", status == TSK_OK, true, name,
				   status == TSK_OK ? "it is there"
						    : tsk_format(call, "the server has %s",
								 namespaces_text(call)),
				   namespace_fix(call));
	}
	if (doctor->server_answers)
		check_database(doctor);
	check_clock(doctor);
}
