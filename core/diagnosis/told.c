/* What was told, in its parts: a diagnosis has its lines only, since its layout is fixed. */
#include "advice.h"
#include "call/call.h"

#include <stdarg.h>
#include <string.h>

/* A diagnosis names its entry by number. Headline and recovery show that it is the same still. */
struct told_entry {
	struct tsk_told parts;
	const char *headline;
	const char *const *recovery;
};

struct told {
	struct told_entry *entries;
	size_t count, room;
};

/* ---- advice ---- */

static const char *advice_line(struct tsk_call *call, const struct tsk_advice *advice,
			       const char *command)
{
	return tsk_format(call, "%s%s%s%s%s%s", advice->of_child ? "child: " : "", advice->text,
			  *advice->about ? ": " : "", advice->about, *command ? ": " : "", command);
}

const char *tsk_advice_text(struct tsk_call *call, const struct tsk_advice *advice)
{
	return advice_line(call, advice,
			   *advice->command ? tsk_command_as_typed(call, advice->command) : "");
}

/* Repeats are dropped. */
static void advise_once(const struct reading *reading, struct tsk_advice advice)
{
	struct telling *telling = reading->telling;
	const char *line = advice_line(reading->call, &advice, advice.command);

	if (tsk_lines_hold(&telling->recovery, line))
		return;
	tsk_lines_push(&telling->recovery, line);
	telling->advice = tsk_grow(reading->call, telling->advice, telling->advice_count,
				   &telling->advice_room, sizeof(*telling->advice));
	telling->advice[telling->advice_count++] = advice;
}

void advise_line(const struct reading *reading, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *text = tsk_vformat(reading->call, format, arguments);
	va_end(arguments);
	advise_once(reading, (struct tsk_advice){ .text = text, .about = "", .command = "" });
}

void advise_command(const struct reading *reading, const char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *text = tsk_vformat(reading->call, format, arguments);
	va_end(arguments);
	advise_once(reading, (struct tsk_advice){ .text = text, .about = "", .command = command });
}

void advise_on_cause(const struct reading *reading, const char *text)
{
	const char *about =
		tsk_format(reading->call, "%s%s", cause_line(reading), place_text(reading));

	advise_once(reading, (struct tsk_advice){ .text = text, .about = about, .command = "" });
}

void advise_as_child(const struct reading *reading)
{
	const struct tsk_told *told = tsk_diagnosis_told(reading->call, reading->symptoms->child);

	for (size_t i = 0; i < told->advice_count; i++) {
		struct tsk_advice advice = told->advice[i];

		advice.of_child = true;
		advise_once(reading, advice);
	}
}

/* ---- the parts of a diagnosis ---- */

void told_keep(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	struct tsk_diagnosis *diagnosis = reading->diagnosis;
	const struct telling *telling = reading->telling;

	if (!call->told)
		call->told = tsk_alloc(call, sizeof(*call->told));
	call->told->entries = tsk_grow(call, call->told->entries, call->told->count,
				       &call->told->room, sizeof(*call->told->entries));
	call->told->entries[call->told->count++] = (struct told_entry){
		.parts = { telling->headline, telling->advice, telling->advice_count },
		.headline = diagnosis->headline,
		.recovery = diagnosis->recovery.items,
	};
	diagnosis->told = (unsigned)call->told->count;
}

const struct tsk_told *tsk_diagnosis_told(struct tsk_call *call,
					  const struct tsk_diagnosis *diagnosis)
{
	const struct told *told = call->told;
	struct tsk_told *parts;
	struct tsk_advice *advice;

	if (told && diagnosis->told && diagnosis->told <= told->count) {
		const struct told_entry *entry = &told->entries[diagnosis->told - 1];

		if (entry->headline == diagnosis->headline &&
		    entry->recovery == diagnosis->recovery.items)
			return &entry->parts;
	}
	parts = tsk_alloc(call, sizeof(*parts));
	advice = tsk_alloc(call, (diagnosis->recovery.count + 1) * sizeof(*advice));
	for (size_t i = 0; i < diagnosis->recovery.count; i++)
		advice[i] = (struct tsk_advice){ diagnosis->recovery.items[i], "", "", false };
	*parts = (struct tsk_told){ NULL, advice, diagnosis->recovery.count };
	return parts;
}
