/* The channel driver: what carries requests to the server. It lives in a shared object of its own,
 * channel.so, because loading libcurl costs 8 ms, which commands that need no server must not pay.
 * The client loads it at the first request.
 *
 * Invariants: a driver knows HTTP/2 and gRPC framing, and nothing of Temporal. It never touches
 * struct tsk_call.
 */
#ifndef CORE_TEMPORAL_DRIVER_H
#define CORE_TEMPORAL_DRIVER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* google.rpc.Code */
enum grpc_code {
	GRPC_OK = 0,
	GRPC_CANCELLED = 1,
	GRPC_UNKNOWN = 2,
	GRPC_INVALID_ARGUMENT = 3,
	GRPC_DEADLINE_EXCEEDED = 4,
	GRPC_NOT_FOUND = 5,
	GRPC_ALREADY_EXISTS = 6,
	GRPC_PERMISSION_DENIED = 7,
	GRPC_RESOURCE_EXHAUSTED = 8,
	GRPC_FAILED_PRECONDITION = 9,
	GRPC_ABORTED = 10,
	GRPC_OUT_OF_RANGE = 11,
	GRPC_UNIMPLEMENTED = 12,
	GRPC_INTERNAL = 13,
	GRPC_UNAVAILABLE = 14,
	GRPC_DATA_LOSS = 15,
	GRPC_UNAUTHENTICATED = 16
};

/* Where and how to connect; strings are borrowed for the channel's life, NULL where unset. */
struct channel_settings {
	const char *address; /* HOST:PORT */
	bool tls;
	const char *tls_cert, *tls_key, *tls_ca, *tls_server_name;
	bool tls_skip_host_check;
	const char *tls_cert_data, *tls_key_data, *tls_ca_data; /* PEM texts, in place of files */
	const char *metadata;   /* further headers: KEY=VALUE, one a line */
	const char *authority;  /* in place of HOST:PORT as :authority */
	const char *api_key;    /* sent over TLS only */
	const char *namespace_; /* the temporal-namespace header */
	const char *user_agent;
	int64_t connect_timeout_ms;
};

/* One request and its answer. The caller fills the first part; the driver the second. */
struct channel_request {
	const char *path;    /* "/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo" */
	const uint8_t *body; /* the message, unframed; borrowed until it is done */
	size_t body_size;
	int64_t timeout_ms; /* from when it is first sent; told to the server, too */
	bool repeatable;    /* may be sent again when its answer was lost */
	/* Sent in place of body when it is repeated because its answer was lost; NULL: body. For
	 * long polls: the same question without waiting, which gets its answer however young
	 * connections must die here. */
	const uint8_t *again;
	size_t again_size;

	bool done;
	unsigned tries;  /* how often it was sent */
	int64_t took_ms; /* from when it was first sent */
	enum grpc_code code;
	char *message; /* of an error, decoded; NULL where none; freed by channel_request_release */
	uint8_t *details; /* grpc-status-details-bin, decoded; NULL where none */
	size_t details_size;
	uint8_t *answer; /* the message; NULL unless code is GRPC_OK */
	size_t answer_size;
	bool unreachable; /* the server could not be connected to at all, or what is there speaks no
			     gRPC */
	bool lost;        /* it was sent, its outcome is not known; code is GRPC_UNAVAILABLE then */
	bool perhaps;     /* one of its tries may have reached the server, and had no answer */
	bool unsendable;  /* nothing was sent, as the settings cannot be: code is
			     GRPC_INVALID_ARGUMENT */
	bool unsafe; /* nothing was sent: the server's certificate does not pass, or our own TLS
			files cannot be used (unreachable is false then) */
};

/* How a run of requests ended. */
enum channel_end {
	CHANNEL_DONE,  /* all requests are done */
	CHANNEL_READY, /* one of the descriptors got ready first; the requests left are abandoned,
			  not done */
	CHANNEL_INTERRUPTED /* likewise by the interrupt descriptor */
};

struct channel;

struct channel_driver {
	uint32_t abi;
	struct channel *(*open)(const struct channel_settings *settings);
	/* Sends all requests, 64 at a time, and waits for their answers. Requests that fail are
	 * done, too. Of the descriptors' events POLLIN, POLLOUT and POLLPRI are waited for; their
	 * revents are set. Negative ones are passed over. */
	enum channel_end (*run)(struct channel *channel, struct channel_request *const *requests,
				size_t count, int interrupt_descriptor, struct pollfd *descriptors,
				size_t descriptor_count);
	void (*close)(struct channel *channel);
	/* A plain HTTP POST, for the codec server: *answer is malloc'ed; returns the HTTP status,
	 * or 0 with *problem. */
	long (*post)(const char *url, const char *const *headers, const void *body, size_t size,
		     int64_t timeout_ms, uint8_t **answer, size_t *answer_size, char **problem);
};

#define CHANNEL_DRIVER_ABI 4u

/* Exported by channel.so. */
extern const struct channel_driver temporal_skill_channel;

void channel_request_release(struct channel_request *request);

#endif
