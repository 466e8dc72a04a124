/* The client of a call: finding the channel driver, opening the connection, plain HTTP for the
 * codec server. */
#include "client.h"

#include "call/call.h"
#include "call/interrupt.h"
#include "output/installation.h"
#include "settings/secrets.h"

#include <temporal-skill/process.h>

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the driver ---- */

#define DRIVER_SYMBOL "temporal_skill_channel"

/* NULL with *problem. Programs that are linked with the driver (tests) have it already. */
static const struct channel_driver *find_driver(struct tsk_call *call, const char **problem)
{
	const struct channel_driver *driver = dlsym(RTLD_DEFAULT, DRIVER_SYMBOL);
	const char *path = driver ? NULL : places_channel(call);

	if (path) {
		/* Never closed: libcurl and its 30 libraries do not survive being unloaded. */
		void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		driver = library ? dlsym(library, DRIVER_SYMBOL) : NULL;
	}
	if (driver && driver->abi == CHANNEL_DRIVER_ABI)
		return driver;
	*problem = driver ? "channel.so belongs to another version of this program"
		   : path ? tsk_copy(call, dlerror())
			  : tsk_format(call, "no channel.so near '%s'", tsk_program_path(call));
	return NULL;
}

/* ---- the connection ---- */

/* All the authorities that a system trusts are 200 kB. */
#define LARGEST_PEM ((size_t)4 << 20)

static const char *text_or_null(const struct tsk_call *call, enum tsk_setting setting)
{
	const char *value = tsk_setting(call, setting);

	return *value ? value : NULL;
}

static bool wants_tls(const struct channel_settings *settings, const char *tls)
{
	/* As the Temporal CLI has it: by itself where a key or anything about TLS is given. */
	if (*tls)
		return strcmp(tls, "true") == 0;
	return settings->api_key || settings->tls_cert || settings->tls_cert_data ||
	       settings->tls_ca || settings->tls_ca_data || settings->tls_server_name ||
	       settings->tls_skip_host_check;
}

/* A key says that TLS is meant, but a dev server speaks none, and wants no key. Where one may come
 * to run, nobody listens yet. */
static bool is_for_a_dev_server(struct tsk_call *call, const struct channel_settings *settings)
{
	struct channel_settings rest = *settings;
	struct tsk_address parts;
	bool taken = false;

	rest.api_key = NULL;
	if (!settings->api_key || *tsk_setting(call, TSK_SETTING_TLS) || wants_tls(&rest, "") ||
	    !tsk_address_stays_here(settings->address) ||
	    !tsk_address_split(settings->address, &parts))
		return false;
	if (tsk_server_here(call)->is_dev_server)
		return true;
	tsk_port_holder(call, parts.port, &taken);
	return !taken;
}

static enum tsk_status read_settings(struct tsk_call *call, struct channel_settings *settings)
{
	*settings = (struct channel_settings){
		.address = tsk_setting(call, TSK_SETTING_ADDRESS),
		.tls_cert = text_or_null(call, TSK_SETTING_TLS_CERT),
		.tls_key = text_or_null(call, TSK_SETTING_TLS_KEY),
		.tls_ca = text_or_null(call, TSK_SETTING_TLS_CA),
		.tls_server_name = text_or_null(call, TSK_SETTING_TLS_SERVER_NAME),
		.tls_skip_host_check = tsk_setting_is_true(call, TSK_SETTING_TLS_SKIP_HOST_CHECK),
		.tls_cert_data = text_or_null(call, TSK_SETTING_TLS_CERT_DATA),
		.tls_key_data = text_or_null(call, TSK_SETTING_TLS_KEY_DATA),
		.tls_ca_data = text_or_null(call, TSK_SETTING_TLS_CA_DATA),
		.metadata = text_or_null(call, TSK_SETTING_GRPC_META),
		.authority = text_or_null(call, TSK_SETTING_AUTHORITY),
		.api_key = text_or_null(call, TSK_SETTING_API_KEY),
		.namespace_ = tsk_setting(call, TSK_SETTING_NAMESPACE),
		.user_agent = tsk_format(call, "temporal-skill/%s", tsk_version()),
		.connect_timeout_ms = tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT),
	};
	if (is_for_a_dev_server(call, settings)) {
		tsk_note(call, "the API key (%s) is not sent to '%s': a dev server wants none",
			 tsk_setting_origin(call, TSK_SETTING_API_KEY), settings->address);
		settings->api_key = NULL;
	}
	settings->tls = wants_tls(settings, tsk_setting(call, TSK_SETTING_TLS));
	if (settings->api_key && !settings->tls) {
		tsk_fail(call, TSK_USAGE, "cannot send the API key to '%s' without TLS",
			 settings->address);
		tsk_hint(call, "temporal-skill show-settings");
		return TSK_USAGE;
	}
	return TSK_OK;
}

/* libcurl would wait for a FIFO, and read a device to its end. What is not there is told by it. */
static enum tsk_status check_files(struct tsk_call *call, const struct channel_settings *settings)
{
	const char *files[] = { settings->tls_cert, settings->tls_key, settings->tls_ca };

	for (size_t i = 0; settings->tls && i < sizeof(files) / sizeof(*files); i++) {
		if (!files[i] || access(files[i], F_OK))
			continue;
		if (tsk_given_file_check(call, files[i], LARGEST_PEM))
			return tsk_error(call);
	}
	return TSK_OK;
}

static const char *identity_of(struct tsk_call *call)
{
	char host[HOST_NAME_MAX + 1] = "";

	if (*tsk_setting(call, TSK_SETTING_IDENTITY))
		return tsk_setting(call, TSK_SETTING_IDENTITY);
	gethostname(host, sizeof(host) - 1);
	return tsk_format(call, "temporal-skill@%s", host);
}

static void close_client(void *what)
{
	struct client *client = what;

	client->driver->close(client->channel);
}

static struct client *open_client(struct tsk_call *call)
{
	struct channel_settings *settings = tsk_alloc(call, sizeof(*settings));
	struct client *client = tsk_alloc(call, sizeof(*client));
	const char *problem = NULL;

	if (secrets_check(call) || read_settings(call, settings) || check_files(call, settings))
		return NULL;
	if (call->settings->kept_back)
		tsk_note(call, "%s", call->settings->kept_back);
	client->driver = find_driver(call, &problem);
	if (!client->driver) {
		tsk_fail(call, TSK_UNAVAILABLE, "cannot load the gRPC channel: %s", problem);
		return NULL;
	}
	client->address = settings->address;
	client->namespace_ = settings->namespace_;
	client->tls = settings->tls;
	client->identity = identity_of(call);
	client->channel = client->driver->open(settings);
	if (!client->channel) {
		tsk_fail(call, TSK_UNAVAILABLE, "cannot open a gRPC channel to '%s'",
			 settings->address);
		return NULL;
	}
	return client;
}

struct client *client_of(struct tsk_call *call)
{
	if (call->client)
		return call->client;
	/* The first request may come inside a mark; the connection stays. */
	call_keep(call);
	call->client = open_client(call);
	call_keep_end(call);
	if (call->client)
		call_at_end(call, close_client, call->client);
	return call->client;
}

int64_t tsk_requests_sent(const struct tsk_call *call)
{
	return call->client ? call->client->sent : 0;
}

/* ---- plain HTTP ---- */

long client_post(struct tsk_call *call, const char *url, const char *const *headers,
		 const void *body, size_t size, int64_t timeout_ms, const uint8_t **answer,
		 size_t *answer_size, const char **problem)
{
	const struct channel_driver *driver = find_driver(call, problem);
	uint8_t *bytes = NULL;
	char *reason = NULL;
	long status;

	*answer = NULL;
	*answer_size = 0;
	if (!driver)
		return 0;
	status = driver->post(url, headers, body, size, timeout_ms, &bytes, answer_size, &reason);
	if (bytes)
		*answer = (const uint8_t *)tsk_copy_bytes(call, bytes, *answer_size);
	if (!status)
		*problem = tsk_copy(call, reason ? reason : "no answer");
	free(bytes);
	free(reason);
	return status;
}
