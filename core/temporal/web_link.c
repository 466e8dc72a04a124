/* The link to a workflow in the web UI. */
#include "client.h"

#include "call/call.h"

#include <temporal-skill/process.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The dev server's UI listens 1000 above its gRPC port, unless told otherwise. */
#define UI_PORT_DISTANCE 1000

/* Whether anyone listens there. On loopback that is answered at once, either way. */
static bool listens(int port)
{
	struct sockaddr_in there = { .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answered = false;

	if (descriptor < 0)
		return false;
	answered = connect(descriptor, (const struct sockaddr *)&there, sizeof(there)) == 0;
	close(descriptor);
	return answered;
}

/* The port in the command line of a server that we started; 0: it says nothing of it. */
static int recorded_port(struct tsk_call *call, const char *address)
{
	static const char option[] = "--ui-port";
	const enum tsk_status before = tsk_error(call);
	const struct tsk_record *record = tsk_record_read(call, "server", address, address);
	const char *found;

	/* A record that cannot be read is no failure of a link. */
	if (!before)
		tsk_forget_error(call);
	found = record && record->command ? strstr(record->command, option) : NULL;
	if (!found || !strchr("= ", found[sizeof(option) - 1]))
		return 0;
	return (int)strtol(found + sizeof(option), NULL, 10);
}

static const char *find_ui(struct tsk_call *call, const char *address)
{
	const char *given = tsk_setting(call, TSK_SETTING_UI_ADDRESS);
	size_t length = strlen(given);
	struct tsk_address server;
	int port;

	while (length && given[length - 1] == '/')
		length--;
	if (length)
		return tsk_copy_bytes(call, given, length);
	if (!tsk_address_stays_here(address) || !tsk_address_split(address, &server))
		return "";
	port = recorded_port(call, address);
	if (!port)
		port = server.port + UI_PORT_DISTANCE;
	if (port <= 0 || port > UINT16_MAX || !listens(port))
		return "";
	return tsk_format(call, "http://localhost:%d", port);
}

/* text as one segment of a URL's path. */
static const char *segment(struct tsk_call *call, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	char *escaped = tsk_alloc(call, 3 * strlen(text) + 1);
	char *at = escaped;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (isalnum(byte) || strchr("-._~", byte)) {
			*at++ = *text;
			continue;
		}
		*at++ = '%';
		*at++ = hex[byte >> 4];
		*at++ = hex[byte & 15];
	}
	return escaped;
}

const char *tsk_workflow_link(struct tsk_call *call, const char *workflow_id, const char *run_id)
{
	struct client *client = call->client;
	const char *ui = client ? client->ui : NULL;
	const char *namespace_ = tsk_setting(call, TSK_SETTING_NAMESPACE);

	if (!ui)
		ui = find_ui(call, tsk_setting(call, TSK_SETTING_ADDRESS));
	if (client)
		client->ui = ui;
	if (!*ui)
		return "";
	if (!run_id || !*run_id)
		return tsk_format(call, "%s/namespaces/%s/workflows/%s", ui,
				  segment(call, namespace_), segment(call, workflow_id));
	return tsk_format(call, "%s/namespaces/%s/workflows/%s/%s/history", ui,
			  segment(call, namespace_), segment(call, workflow_id),
			  segment(call, run_id));
}
