/* SIGINT and SIGTERM as a descriptor that gets readable. */
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int event = -1;
static volatile sig_atomic_t came;

static void on_signal(int signal)
{
	const uint64_t one = 1;
	int saved = errno;

	came = signal;
	if (write(event, &one, sizeof(one)) < 0) {
		/* The counter is full: it is readable already. */
	}
	errno = saved;
}

void interrupt_listen(void)
{
	/* No SA_RESTART: a blocking call that nobody foresaw ends, too. */
	struct sigaction action = { .sa_handler = on_signal };

	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* A file that gets larger than the limit (ulimit -f) is told as a failed write. */
	signal(SIGXFSZ, SIG_IGN);
}

int interrupt_descriptor(void)
{
	return event;
}

int interrupt_signal(void)
{
	return came;
}

void interrupt_simulate(int signal)
{
	on_signal(signal);
}

void interrupt_part(void)
{
	const int own = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	/* In the same place, as nobody else may get its number. */
	if (own >= 0 && event >= 0)
		dup3(own, event, O_CLOEXEC);
	if (own >= 0)
		close(own);
	came = 0;
}

void interrupt_forget(void)
{
	uint64_t count;

	came = 0;
	if (event >= 0 && read(event, &count, sizeof(count)) < 0) {
		/* Nothing had come. */
	}
}
