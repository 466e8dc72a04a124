/* The headers that every request of a channel carries, checked once. */
#include "channel.h"

#include "status.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What is sent must not be able to smuggle in further headers. */
static bool is_value(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	}
	return true;
}

/* A metadata key that a caller may set: those of the protocol itself are ours. */
static bool is_key(const char *text, size_t size)
{
	static const char *const ours[] = {
		"te",     "host",    "connection", "content-type",      "content-length",
		"expect", "upgrade", "user-agent", "transfer-encoding", NULL
	};

	if (!size || (size >= 5 && !strncasecmp(text, "grpc-", 5)))
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
			return false;
	}
	for (size_t i = 0; ours[i]; i++) {
		if (size == strlen(ours[i]) && !strncasecmp(text, ours[i], size))
			return false;
	}
	return true;
}

/* Takes line, which may be NULL: no memory. */
static void add_header_line(struct channel *channel, char *line)
{
	struct curl_slist *grown = line ? curl_slist_append(channel->headers, line) : NULL;

	if (grown)
		channel->headers = grown;
	else
		channel->no_memory = true;
	free(line);
}

static bool has(const struct channel *channel, const char *name)
{
	size_t size = strlen(name);

	for (const struct curl_slist *header = channel->headers; header; header = header->next) {
		if (!strncasecmp(header->data, name, size) && header->data[size] == ':')
			return true;
	}
	return false;
}

/* A header of the settings, unless the metadata have it already. */
static void add_setting(struct channel *channel, const char *what, const char *name,
			const char *before, const char *value)
{
	if (!value || !*value || has(channel, name))
		return;
	if (is_value(value, strlen(value)))
		add_header_line(channel, channel_format("%s: %s%s", name, before, value));
	else if (!channel->problem)
		channel->problem = channel_format("the %s has control characters", what);
}

/* One line of the metadata, KEY=VALUE. */
static void add_metadata(struct channel *channel, const char *line, size_t size)
{
	const char *equals = memchr(line, '=', size);
	size_t key = equals ? (size_t)(equals - line) : 0;
	const char *value = line + key + 1;
	size_t length = equals ? size - key - 1 : 0;

	if (!equals || !is_key(line, key)) {
		if (!channel->problem)
			/* What stands in a line without '=' may well be a secret. */
			channel->problem =
				equals ? channel_format("'%.*s' is no key of gRPC metadata, as in "
							"KEY=VALUE",
							(int)key, line)
				       : channel_format("gRPC metadata without '=': it has to be "
							"KEY=VALUE");
	} else if (key > 4 && !strncasecmp(line + key - 4, "-bin", 4)) {
		char *encoded = status_encode(value, length);
		add_header_line(channel,
				encoded ? channel_format("%.*s: %s", (int)key, line, encoded)
					: NULL);
		free(encoded);
	} else if (!is_value(value, length)) {
		if (!channel->problem)
			channel->problem = channel_format(
				"gRPC metadata '%.*s' has control characters", (int)key, line);
	} else if (!length) {
		/* How libcurl is told to send a header without a value. */
		add_header_line(channel, channel_format("%.*s;", (int)key, line));
	} else {
		add_header_line(channel,
				channel_format("%.*s: %.*s", (int)key, line, (int)length, value));
	}
}

void channel_set_headers(struct channel *channel)
{
	const struct channel_settings *settings = &channel->settings;
	const char *line = settings->metadata ? settings->metadata : "";

	while (*line) {
		size_t size = strcspn(line, "\n");
		if (size)
			add_metadata(channel, line, size);
		line += size + (line[size] == '\n');
	}
	add_setting(channel, "namespace", "temporal-namespace", "", settings->namespace_);
	/* Never in clear text: whoever listens would own the account. */
	if (settings->tls)
		add_setting(channel, "API key", "authorization", "Bearer ", settings->api_key);
	/* libcurl makes :authority of it. */
	add_setting(channel, "authority", "Host", "", settings->authority);
	add_setting(channel, "user agent", "User-Agent", "", settings->user_agent);
	add_header_line(channel, channel_format("content-type: application/grpc+proto"));
	add_header_line(channel, channel_format("te: trailers"));
	/* A name without a value takes back what libcurl would send by itself. */
	add_header_line(channel, channel_format("accept:"));
	add_header_line(channel, channel_format("Expect:"));
}
