/* The inside of the channel driver: a channel, its connection to the server, and the transfers on
 * it.
 *
 * A connection has a multi handle of its own. It is opened by one request, the first;
 * the others follow on it once that was sent, and none of them may open a connection:
 * so libcurl never mixes an old connection with a new one, and each request goes out the way its
 * connection needs (see channel.c). A connection that is too old or has failed is retiring: it
 * takes no new requests, and is closed when its last one ended. The next first request makes a new
 * one.
 *
 * Invariants: a transfer is in the connection's multi handle exactly while its task is set. The
 * channel's strings are borrowed from the settings; all else here belongs to the channel.
 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include "temporal/driver.h"

#include <curl/curl.h>

/* Requests under way at once: enough to keep a server busy, and below the 100 streams that many
 * servers grant. */
#define WINDOW             64

/* The longest answer: the largest message that a Temporal server can be told to send. */
#define ANSWER_LARGEST     ((uint32_t)128 << 20)

/* How long the server's own "too late" may take to arrive after the deadline before we end the
 * request ourselves. */
#define DEADLINE_GRACE_MS  1500

/* Servers close connections after 5 minutes, give or take 10 %, and a request under way then may
 * lose its status. */
#define CONNECTION_AGE_MS  180000

/* A connection that was not read from for longer may have been dropped: servers ask for a sign of
 * life each minute. */
#define CONNECTION_IDLE_MS 30000

enum connection_state {
	CONNECTION_NONE,    /* no connection; the multi handle may be NULL */
	CONNECTION_OPENING, /* the first request is under way, not yet sent */
	CONNECTION_OPEN,
	CONNECTION_RETIRING
};

/* Sockets of one connection: an address of each family is tried, and a proxy or a second attempt
 * may add to that. */
#define SOCKETS_LARGEST 8

struct transfer;

struct channel {
	struct channel_settings settings;
	char *host;                 /* of the address, without its port */
	char *origin;               /* "http://HOST:PORT", what a request's path is appended to */
	struct curl_slist *headers; /* of every request */
	struct curl_slist *connect_to;
	char *problem;         /* why no request can be sent at all, NULL: none */
	bool no_memory;        /* was had for it; problem is then only that */
	long first_version;    /* CURL_HTTP_VERSION_... of a connection's first request */
	long follower_version; /* and of the others */
	bool curl_begun;

	CURLM *multi;
	enum connection_state connection;
	int64_t opened_ms, used_ms;
	int64_t age_limit_ms;
	size_t connection_answers; /* requests answered on this connection */
	bool spoke_http2;          /* the server has answered in HTTP/2 at least once */
	bool received;             /* something came in since the last look */

	struct transfer *transfers[WINDOW]; /* made when first needed */
	size_t active;

	int sockets[SOCKETS_LARGEST];
	size_t socket_count;
};

/* A request on its way through a run. */
struct task {
	struct channel_request *request;
	struct task *next;
	int64_t begun_ms, deadline; /* 0: not begun */
	int losses;                 /* how often its answer was lost */
	int refusals;               /* how often the server turned it down for the moment */
};

enum body_fault { BODY_SOUND, BODY_TOO_LONG, BODY_COMPRESSED, BODY_SURPLUS, BODY_NO_MEMORY };

/* One request on the wire. */
struct transfer {
	CURL *easy;
	struct channel *channel;
	struct task *task; /* NULL: idle */
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
	bool first_request;
	int64_t begun_ms;

	/* going out */
	uint8_t prefix[5];
	const uint8_t *body;
	size_t body_size;
	size_t sent;  /* of prefix and body */
	bool read;    /* libcurl took some of it: it may have reached the server */
	bool refused; /* it would have needed a connection of its own */

	/* coming in */
	long http_status; /* 0: no answer yet */
	bool http2;
	bool grpc; /* by its content type */
	bool has_code;
	enum grpc_code code;
	char *message;
	uint8_t *details;
	size_t details_size;
	uint8_t head[5];
	size_t head_size;
	uint32_t length; /* of the message, once the head is whole */
	uint8_t *answer;
	size_t answer_size, answer_room;
	enum body_fault fault;
};

/* What became of a transfer. The request's code, message and the like are set in all cases but
 * NOT_SENT. */
enum outcome {
	OUTCOME_ANSWERED,    /* the server, or something in front of it, has decided */
	OUTCOME_TURNED_DOWN, /* likewise, but it may be asked again later */
	OUTCOME_LOST,        /* sent, and no telling what came of it */
	OUTCOME_NOT_SENT,    /* nothing of it left this machine */
	OUTCOME_EXPIRED,     /* nothing was heard by the deadline */
	OUTCOME_UNREACHED    /* there is no way to the server */
};

/* What a run listens to beside its connection. */
struct listening {
	int interrupt_descriptor;
	struct pollfd *descriptors;
	size_t descriptor_count;
	struct curl_waitfd *watched; /* the same, as libcurl wants them */
	unsigned watched_count;
};

int64_t channel_now_ms(void);

/* A text made as by printf; NULL when memory ran out. */
char *channel_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Makes the channel's headers of its settings; channel->problem where they are unfit. */
void channel_set_headers(struct channel *channel);

/* What every handle of this driver gets: safe protocols, no redirects, TLS 1.2 at least. false:
 * libcurl lacks it. */
bool channel_make_safe(CURL *easy, bool loopback);

/* Makes sure of a multi handle for the connection. false: no memory. */
bool connection_prepare(struct channel *channel);
/* Drops the connection; no transfer may be on it. */
void connection_close(struct channel *channel);
/* Takes note of age and failure: closes a retiring connection when it is free. */
void connection_look(struct channel *channel);
/* Whether what is written to the connection is held back, so that it goes out in one piece. */
void connection_hold(struct channel *channel, bool hold);
/* How many more requests may be sent now. */
size_t connection_room(const struct channel *channel);

/* An idle transfer, or NULL: out of memory. */
struct transfer *transfer_idle(struct channel *channel);
/* Puts a task on the connection, as its first request when there is no connection. false: not
 * possible; the request says why. */
bool transfer_begin(struct transfer *transfer, struct task *task);
/* Takes it off the connection and forgets what has come in. */
void transfer_end(struct transfer *transfer);
void transfer_free(struct transfer *transfer);

/* What libcurl calls with what has come; what is the transfer. */
size_t answer_header(char *line, size_t item, size_t count, void *what);
size_t answer_body(char *bytes, size_t item, size_t count, void *what);
void answer_forget(struct transfer *transfer);

/* Judges a transfer that libcurl has finished and fills in its request. */
enum outcome transfer_outcome(struct transfer *transfer, CURLcode result);

/* ", through http_proxy 'HOST:PORT'" where a failure came of a proxy of the environment; NULL: it
 * did not, or no memory. The caller frees it. (proxy.c) */
char *proxy_text(const struct transfer *transfer);

/* Fills in watched; false: no memory. It is freed by the caller. */
bool listen_prepare(struct listening *listening);
/* CHANNEL_DONE: nothing is ready. */
enum channel_end listen_now(const struct listening *listening);

enum channel_end channel_run(struct channel *channel, struct channel_request *const *requests,
			     size_t count, int interrupt_descriptor, struct pollfd *descriptors,
			     size_t descriptor_count);

long channel_post(const char *url, const char *const *headers, const void *body, size_t size,
		  int64_t timeout_ms, uint8_t **answer, size_t *answer_size, char **problem);

#endif
