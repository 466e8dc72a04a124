/* Which parts a source plays: whether it makes a worker, starts workflows, and stays. */
#include "sources.h"

#include <regex.h>
#include <string.h>

/* Whole lines of a source, comments aside, are looked at with these. */
static const struct {
	unsigned part;
	const char *pattern, *but; /* but: what takes it back in the same line */
} signs[] = {
	{ TSK_MAKES_WORKER, "(^|[^A-Za-z0-9_])Worker\\(", "^[ \t]*class[ \t]" },
	{ TSK_STARTS_WORKFLOW, "\\.(start_workflow|execute_workflow)\\(", NULL },
	/* await worker.run(), but not what runs it beside something that ends. */
	{ TSK_STAYS, "\\.run\\(\\)", "create_task|ensure_future|start_soon|run_until_complete" },
	/* Waits for an event, a signal, a future that never comes, or for ever. */
	{ TSK_STAYS, "\\.wait\\(\\)|Future\\(\\)|signal\\.(pause|sigwait)|add_signal_handler",
	  NULL },
	{ TSK_STAYS, "run_forever\\(|serve_forever\\(|while +(True|1)[ :]|sleep_forever\\(", NULL },
	{ TSK_STAYS, "await +(asyncio\\.)?(gather|wait)\\(.*([Ww]orker|task)", NULL },
	/* A web application, or a command of one. */
	{ TSK_STAYS, "(FastAPI|Starlette|Flask|Quart|Litestar|Sanic|BlackSheep|Typer)\\(", NULL },
	{ TSK_STAYS, "uvicorn|hypercorn|granian|run_app\\(|BaseCommand|asynccontextmanager", NULL },
};

#define SIGNS (sizeof(signs) / sizeof(*signs))

/* The patterns are ours: one that does not compile is a bug, and finds nothing. */
static bool matches(const char *pattern, const char *line)
{
	regex_t compiled;

	if (!pattern || regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	const bool found = regexec(&compiled, line, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}

static unsigned part_of_line(const regex_t *patterns, const char *line)
{
	unsigned parts = 0;

	for (size_t i = 0; i < SIGNS; i++)
		if (!regexec(&patterns[i], line, 0, NULL, 0) && !matches(signs[i].but, line))
			parts |= signs[i].part;
	return parts;
}

unsigned tsk_source_parts(struct tsk_call *call, const char *text)
{
	regex_t patterns[SIGNS];
	size_t count = 0;
	unsigned parts = 0;

	/* A Worker( is of many libraries, and so is what else is looked for. */
	if (!strstr(text, "temporalio"))
		return 0;
	while (count < SIGNS &&
	       !regcomp(&patterns[count], signs[count].pattern, REG_EXTENDED | REG_NOSUB))
		count++;
	while (count == SIGNS && *text) {
		const size_t size = strcspn(text, "\n");
		const struct tsk_mark mark = tsk_mark(call);
		const char *line = tsk_copy_bytes(call, text, size);

		if (line[strspn(line, " \t")] != '#')
			parts |= part_of_line(patterns, line);
		tsk_rewind(call, mark);
		text += size + (text[size] == '\n');
	}
	while (count > 0)
		regfree(&patterns[--count]);
	return parts;
}

bool tsk_runs_to_its_end(unsigned parts)
{
	return parts == (TSK_MAKES_WORKER | TSK_STARTS_WORKFLOW);
}
