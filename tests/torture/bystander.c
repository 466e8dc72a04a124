/* A process that nobody has anything to do with: it writes down each signal that it gets.
 *
 * Started under any name (argv[0] and what follows say nothing to it). SAY: the file that it writes
 * "up" and "signal N" into. CHILD: a command line for sh that it starts and stays the parent of. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int file;

static void say(const char *text)
{
	if (write(file, text, strlen(text)) < 0)
		_exit(1);
}

static void heard(int number)
{
	char text[] = "signal 00\n";

	text[7] = (char)('0' + number / 10);
	text[8] = (char)('0' + number % 10);
	say(text);
}

int main(void)
{
	const char *path = getenv("SAY"), *child = getenv("CHILD");

	file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (file < 0)
		return 1;
	for (int number = 1; number < 32; number++)
		/* Of its own child's end it hears as any parent does. */
		if (number != SIGKILL && number != SIGSTOP && number != SIGCHLD)
			signal(number, heard);
	if (child && fork() == 0) {
		for (int number = 1; number < 32; number++)
			signal(number, SIG_DFL);
		unsetenv("CHILD"); /* or a bystander among them would start it again */
		execl("/bin/sh", "sh", "-c", child, (char *)NULL);
		_exit(127);
	}
	say("up\n");
	for (;;)
		pause();
}
