/* The command as the program would run it, without the program. */
#include <temporal-skill/testing.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct tsk_command {{symbol}}_report_command;

static void check(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "failed: %s\n", what);
		exit(1);
	}
}

int main(void)
{
	struct tsk_test *test = tsk_test_new();
	const char *no_words[] = { NULL };
	const char *words[] = { "--workflow-type", "Order", "--address", "127.0.0.1:1", NULL };
	const char *live[] = { "--workflow-type", "NoSuchType", NULL };

	check(tsk_test_run(test, &{{symbol}}_report_command, no_words) == TSK_USAGE,
	      "a type is required");
	check(strcmp(tsk_test_error(test), "missing flag '--workflow-type'") == 0,
	      "the error names the flag");
	check(tsk_test_run(test, &{{symbol}}_report_command, words) == TSK_UNAVAILABLE &&
		      strstr(tsk_test_error(test), "'127.0.0.1:1': connection refused"),
	      "without a server the error says so");
	/* TEMPORAL_ADDRESS=HOST:PORT make test: against a server, too. */
	if (getenv("TEMPORAL_ADDRESS"))
		check(tsk_test_run(test, &{{symbol}}_report_command, live) == TSK_OK &&
			      strstr(tsk_test_json(test), "\"total\":0"),
		      "a server is asked, and has none of that type");
	tsk_test_free(test);
	printf("%d passed, 0 failed\n", getenv("TEMPORAL_ADDRESS") ? 4 : 3);
	return 0;
}
