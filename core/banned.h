/* Functions that no file of core/ and plugins/ may call: the Makefile includes this before all
 * else, and a use of one does not compile. Those that write without knowing how much room there is,
 * those that run a shell, those that wait for time to pass, and those that turn text into a number
 * without saying whether it was one.
 *
 * In their place: tsk_format, tsk_text, snprintf and memcpy; tsk_launch; tsk_wait; strtol,
 * tsk_parse_integer.
 */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

/* First the headers that declare them: a poisoned name must not come up any more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison system popen execlp execvp
#pragma GCC poison sleep usleep nanosleep
#pragma GCC poison atoi atol atoll
#pragma GCC poison tmpnam tempnam mktemp

#endif
