/* A process of ours apart from us, which looks after a program when we are gone. */
#include "apart.h"

#include "call/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* More than are kept by anyone. */
#define KEPT_MOST 8

static int by_number(const void *one, const void *other)
{
	return *(const int *)one - *(const int *)other;
}

/* Locks, pipes and streams of ours would live on with their copies. */
static void close_all_but(const int *kept, size_t count)
{
	int kept_open[KEPT_MOST + 1], next = 0;
	size_t opened = 0;

	for (size_t i = 0; i < count && opened < KEPT_MOST; i++)
		if (kept[i] >= 0)
			kept_open[opened++] = kept[i];
	if (interrupt_descriptor() >= 0)
		kept_open[opened++] = interrupt_descriptor();
	qsort(kept_open, opened, sizeof(*kept_open), by_number);
	for (size_t i = 0; i < opened; i++) {
		if (kept_open[i] > next)
			close_range((unsigned)next, (unsigned)kept_open[i] - 1, 0);
		next = kept_open[i] + 1;
	}
	close_range((unsigned)next, ~0U, 0);
	/* So that no file of ours gets their numbers. */
	for (int got = 0; got >= 0 && got < STDERR_FILENO;)
		got = open("/dev/null", O_RDWR | O_CLOEXEC);
}

/* Who looks for the program by its command line, as pgrep -f does, must not find it: our own
 * words, which name the program, are copied by fork. Where it lies /proc/self/stat tells, fields 48
 * and 49. */
static void hide_command_line(const char *name)
{
	char text[2048] = "", *at;
	unsigned long begin, end;
	FILE *stat = fopen("/proc/self/stat", "re");
	size_t size = stat ? fread(text, 1, sizeof(text) - 1, stat) : 0;

	if (stat)
		fclose(stat);
	at = size ? strrchr(text, ')') : NULL;
	for (int field = 2; at && field < 48; field++)
		at = strchr(at + 1, ' ');
	if (!at || sscanf(at, " %lu %lu", &begin, &end) != 2 || !begin || end <= begin)
		return;
	char *words = (char *)(uintptr_t)begin;
	memset(words, 0, end - begin);
	memcpy(words, name, end - begin <= strlen(name) ? end - begin - 1 : strlen(name));
}

void stand_apart(const char *name, const int *kept, size_t count)
{
	setsid();
	hide_command_line(name);
	prctl(PR_SET_NAME, name);
	/* Whoever ends us by a signal to all of us means the program as well. */
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	close_all_but(kept, count);
	interrupt_part();
}
