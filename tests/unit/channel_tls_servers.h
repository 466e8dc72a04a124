/* A server of each kind that a channel may meet: with TLS or without, of another protocol, silent.
 */
#ifndef TEST_CHANNEL_TLS_SERVERS_H
#define TEST_CHANNEL_TLS_SERVERS_H

#include "channel_servers.h"

#include "temporal/channel/channel.h"

/* Certificates are made for the run: a server's for the name faults.test, a client's, each its own
 * authority. */
static char folder[] = "/tmp/channel-test-XXXXXX";
static char server_cert[64], server_key[64], client_cert[64], client_key[64];

static struct server plain, tls, mutual, no_alpn, http1, mute;

static inline struct channel_settings settings_for(const struct server *server)
{
	return (struct channel_settings){ .address = server->address,
					  .namespace_ = "default",
					  .user_agent = "channel-test/1",
					  .connect_timeout_ms = 20000 };
}

static inline struct channel_settings tls_settings(const struct server *server)
{
	struct channel_settings settings = settings_for(server);

	settings.tls = true;
	settings.tls_ca = server_cert;
	settings.tls_server_name = "faults.test";
	return settings;
}

/* Asks /fault/headers, whose answer are the request's headers. */
static inline struct channel_request ask_headers(const struct channel_settings *settings)
{
	struct channel *channel = temporal_skill_channel.open(settings);
	struct channel_request request = { .path = "/fault/headers",
					   .timeout_ms = 30000,
					   .repeatable = true };

	assert_non_null(channel);
	assert_int_equal(run_one(channel, &request), CHANNEL_DONE);
	temporal_skill_channel.close(channel);
	return request;
}

static inline bool has_header(const struct channel_request *request, const char *line)
{
	assert_ok(request);
	return memmem(request->answer, request->answer_size, line, strlen(line)) != NULL;
}

static inline void assert_message(struct channel_request *request, enum grpc_code code,
				  bool unreachable, const char *part)
{
	assert_true(request->done);
	assert_non_null(request->message);
	if (!strstr(request->message, part))
		fail_msg("'%s' is not in '%s'", part, request->message);
	assert_int_equal(request->code, code);
	assert_int_equal(request->unreachable, unreachable);
	channel_request_release(request);
}

/* ---- the servers ---- */

static inline void make_certificate(const char *name, const char *certificate, const char *key)
{
	char subject[64], alternative[64];

	snprintf(subject, sizeof(subject), "/CN=%s", name);
	snprintf(alternative, sizeof(alternative), "subjectAltName=DNS:%s", name);
	const char *const words[] = { "openssl",
				      "req",
				      "-x509",
				      "-newkey",
				      "ec",
				      "-pkeyopt",
				      "ec_paramgen_curve:prime256v1",
				      "-nodes",
				      "-days",
				      "2",
				      "-subj",
				      subject,
				      "-addext",
				      alternative,
				      "-keyout",
				      key,
				      "-out",
				      certificate,
				      NULL };
	assert_int_equal(run_program(words), 0);
}

static inline int start_tls_servers(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(server_cert, sizeof(server_cert), "%s/server.pem", folder);
	snprintf(server_key, sizeof(server_key), "%s/server.key", folder);
	snprintf(client_cert, sizeof(client_cert), "%s/client.pem", folder);
	snprintf(client_key, sizeof(client_key), "%s/client.key", folder);
	make_certificate("faults.test", server_cert, server_key);
	make_certificate("client.test", client_cert, client_key);

	const char *const with_tls[] = { "--certificate", server_cert, "--key", server_key, NULL };
	const char *const with_both[] = { "--certificate", server_cert, "--key", server_key,
					  "--client-ca",   client_cert, NULL };
	const char *const with_http1[] = { "--certificate", server_cert, "--key",
					   server_key,      "--alpn",    "http/1.1",
					   "--mode",        "http1",     NULL };
	start_fault_server(&plain, NULL);
	start_fault_server(&tls, with_tls);
	start_fault_server(&mutual, with_both);
	start_fault_server(&no_alpn, with_http1);
	start_fault_server(&http1, (const char *[]){ "--mode", "http1", NULL });
	start_fault_server(&mute, (const char *[]){ "--mode", "mute", NULL });
	return 0;
}

static inline int stop_tls_servers(void **state)
{
	(void)state;
	stop_server(&plain);
	stop_server(&tls);
	stop_server(&mutual);
	stop_server(&no_alpn);
	stop_server(&http1);
	stop_server(&mute);
	unlink(server_cert);
	unlink(server_key);
	unlink(client_cert);
	unlink(client_key);
	rmdir(folder);
	return 0;
}

#endif
