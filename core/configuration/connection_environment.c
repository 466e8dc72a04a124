/* How a program of the project's learns where the server is. */
#include "call/call.h"

/* What the SDK's own configuration reads; a worker connects as we do, wherever our settings came
 * from. */
static const struct {
	enum tsk_setting setting;
	const char *variable;
} connection[] = {
	{ TSK_SETTING_ADDRESS, "TEMPORAL_ADDRESS" },
	{ TSK_SETTING_NAMESPACE, "TEMPORAL_NAMESPACE" },
	{ TSK_SETTING_API_KEY, "TEMPORAL_API_KEY" },
	{ TSK_SETTING_TLS, "TEMPORAL_TLS" },
	{ TSK_SETTING_TLS_CERT, "TEMPORAL_TLS_CLIENT_CERT_PATH" },
	{ TSK_SETTING_TLS_CERT_DATA, "TEMPORAL_TLS_CLIENT_CERT_DATA" },
	{ TSK_SETTING_TLS_KEY, "TEMPORAL_TLS_CLIENT_KEY_PATH" },
	{ TSK_SETTING_TLS_KEY_DATA, "TEMPORAL_TLS_CLIENT_KEY_DATA" },
	{ TSK_SETTING_TLS_CA, "TEMPORAL_TLS_SERVER_CA_CERT_PATH" },
	{ TSK_SETTING_TLS_CA_DATA, "TEMPORAL_TLS_SERVER_CA_CERT_DATA" },
	{ TSK_SETTING_TLS_SERVER_NAME, "TEMPORAL_TLS_SERVER_NAME" },
};

#define CONNECTION_COUNT (sizeof(connection) / sizeof(*connection))

struct tsk_strings tsk_connection_environment(struct tsk_call *call)
{
	const char **environment = tsk_alloc(call, (CONNECTION_COUNT + 1) * sizeof(*environment));

	for (size_t i = 0; i < CONNECTION_COUNT; i++)
		/* NAME alone takes away what is kept back from this server. */
		environment[i] = *tsk_setting(call, connection[i].setting)
					 ? tsk_format(call, "%s=%s", connection[i].variable,
						      tsk_setting(call, connection[i].setting))
					 : connection[i].variable;
	return (struct tsk_strings){ .items = environment, .count = CONNECTION_COUNT };
}
