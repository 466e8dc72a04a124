/* Looking up what the server's words mean, and the reasons for which it ends runs itself. */
#include "server_words.h"

#include <ctype.h>
#include <string.h>

static const struct server_words *const tables[] = { &task_words, &work_words, &limit_words,
						     &event_words };

const struct server_words *server_words_table(size_t number)
{
	return number < sizeof(tables) / sizeof(*tables) ? tables[number] : NULL;
}

const struct server_word *server_word(const char *name)
{
	const struct server_words *table;

	for (size_t number = 0; name && *name && (table = server_words_table(number)); number++)
		for (size_t i = 0; i < table->count; i++)
			if (strcmp(table->rows[i].name, name) == 0)
				return &table->rows[i];
	return NULL;
}

const char *server_means(const char *name)
{
	const struct server_word *word = server_word(name);

	return word ? word->means : name;
}

/* ---- endings ---- */

#define HISTORY_ADVICE                                                                             \
	"started anew alone it ends the same way: let it continue as new in time "                 \
	"(workflow.continue_as_new() where workflow.info().is_continue_as_new_suggested()), with " \
	"its state as argument; also do less in one run"
#define SIZE_ADVICE                                                                                \
	"started anew alone it ends the same way: pass a reference to what is stored elsewhere, "  \
	"or smaller values"

/* As the server words them (FailureReason… in its common/constants); what is special stands before
 * what is general. */
static const struct server_ending endings[] = {
	{ "history count exceeds limit", "HistoryCountExceedsLimit",
	  "its history got longer than the server allows (51,200 events unless set otherwise)",
	  HISTORY_ADVICE },
	{ "history size exceeds limit", "HistorySizeExceedsLimit",
	  "its history got larger than the server allows (50 MB unless set otherwise)",
	  HISTORY_ADVICE },
	{ "mutable state size exceeds limit", "MutableStateSizeExceedsLimit",
	  "what it has pending at once is more than the server keeps of a workflow",
	  "started anew alone it ends the same way: have fewer activities, children, signals and "
	  "updates open at once, with smaller arguments" },
	{ "Transaction size exceeds limit", "TransactionSizeExceedsLimit",
	  "what one workflow task does is too large for the server's database (4 MB)",
	  "started anew alone it ends the same way: do less in one workflow task (start fewer at "
	  "once), and pass references" },
	{ "Complete result exceeds size limit", "CompleteResultExceedsLimit",
	  "its result is larger than the server allows (2 MB)", SIZE_ADVICE },
	{ "Failure exceeds size limit", "FailureExceedsLimit",
	  "the error it ended with is larger than the server allows (2 MB)",
	  "started anew alone it ends the same way: put less into the error's message and "
	  "details" },
	{ "details exceed size limit", "DetailsExceedLimit",
	  "the details that it sent are larger than the server allows (2 MB)", SIZE_ADVICE },
	{ "exceeds size limit", "PayloadExceedsLimit",
	  "a value that it sent is larger than the server allows (2 MB)", SIZE_ADVICE },
	{ "exceed size limit", "PayloadExceedsLimit",
	  "a value that it sent is larger than the server allows (2 MB)", SIZE_ADVICE },
	{ "exceeds limit", "LimitExceeded", "it went beyond a limit of the server",
	  "started anew alone it ends the same way: stay below that limit" },
};

/* "GrpcMessageTooLarge" -> "GRPC_MESSAGE_TOO_LARGE", behind the prefix of task causes. */
static const char *cause_name(struct tsk_call *call, const char *camel)
{
	static const char prefix[] = "WORKFLOW_TASK_FAILED_CAUSE_";
	char *name = tsk_alloc(call, sizeof(prefix) + 2 * strlen(camel) + 1);
	size_t at = sizeof(prefix) - 1;

	memcpy(name, prefix, sizeof(prefix));
	for (const char *from = camel; *from; from++) {
		if (isupper((unsigned char)*from) && from > camel)
			name[at++] = '_';
		name[at++] = (char)toupper((unsigned char)*from);
	}
	name[at] = '\0';
	return name;
}

const struct server_ending *server_ending(struct tsk_call *call, const char *reason)
{
	const struct server_word *word;

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (strstr(reason, endings[i].words))
			return &endings[i];
	/* A workflow task that failed for this ends the workflow as well. */
	word = server_word(cause_name(call, reason));
	if (!word || !word->advice)
		return NULL;
	struct server_ending *ending = tsk_alloc(call, sizeof(*ending));
	*ending = (struct server_ending){
		.words = word->name,
		.type = word->name,
		.means = word->means,
		.advice = tsk_format(call, "started anew alone it ends the same way: %s",
				     word->advice),
	};
	return ending;
}
