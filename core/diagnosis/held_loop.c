/* Whether an async activity holds its worker's event loop, so that no heartbeat of it gets out: it
 * calls what blocks, itself or in a function of the project, or never awaits anything. */
#include "held_loop.h"

#include "source_match.h"

#include <string.h>

#define PLACES_MOST 3

/* Functions that it calls, and those that these call; a longer name is none that is looked for. */
#define CALLED_MOST 32
#define NAME_MOST   64
#define DEEPEST     3

static const char of_activities[] = "activity.defn";

bool calls_what_blocks(const char *line)
{
	static const char *const calls[] = { "time.sleep(",
					     "requests.get(",
					     "requests.post(",
					     "requests.put(",
					     "requests.patch(",
					     "requests.head(",
					     "requests.request(",
					     "requests.delete(",
					     "httpx.get(",
					     "httpx.post(",
					     "urllib.request.urlopen(",
					     "urllib.request.urlretrieve(",
					     "urlopen(",
					     "os.system(",
					     "subprocess.run(",
					     "subprocess.call(",
					     "subprocess.check_output(",
					     "os.waitpid(",
					     "subprocess.check_call(",
					     "input(" };

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		const char *at = find_in_line(line, calls[i]);

		if (at && (at == line || !is_name_char(at[-1])) &&
		    !memchr(line, '#', (size_t)(at - line)))
			return true;
	}
	return false;
}

/* ---- functions ---- */

static bool is_async(const char *def)
{
	return strncmp(def + strspn(def, " \t"), "async ", strlen("async ")) == 0;
}

static bool is_named(const char *def, const char *name)
{
	size_t size;
	const char *its = def ? sources_name_of(def, &size) : NULL;

	return its && size == strlen(name) && strncmp(its, name, size) == 0;
}

/* By its name, or the one that its decorator, in one of the lines before it, gives. */
static bool is_activity(const char *text, const char *def, const char *type)
{
	const char *before = def;
	const size_t size = strlen(type);

	if (!def)
		return false;
	for (int lines = 0; lines < 4 && before > text; lines++)
		for (before--; before > text && before[-1] != '\n';)
			before--;
	const char *defn =
		memmem(before, (size_t)(def - before), "activity.defn", strlen("activity.defn"));
	for (const char *more = defn; more;) {
		defn = more++;
		more = memmem(more, (size_t)(def - more), "activity.defn", strlen("activity.defn"));
	}
	const char *given = defn ? memmem(defn, (size_t)(def - defn), type, size) : NULL;
	if (given && strchr("\"'", given[-1]) && given[size] == given[-1])
		return true;
	return is_named(def, type);
}

/* ---- what is called ---- */

struct called {
	char names[CALLED_MOST][NAME_MOST];
	int depth[CALLED_MOST]; /* 1: by the activity itself */
	size_t by[CALLED_MOST]; /* who calls it, where depth is more */
	size_t count;
};

struct look {
	const char *type; /* of the activity */
	struct called called;
	bool found, async, awaits;
	int depth;     /* of the functions that are looked at */
	size_t within; /* the one that blocks, or CALLED_MOST */
};

static struct look *look_of(const void *what)
{
	return (struct look *)(uintptr_t)what;
}

static size_t called_at(const struct called *called, const char *def)
{
	for (size_t i = 0; i < called->count; i++)
		if (is_named(def, called->names[i]))
			return i;
	return CALLED_MOST;
}

static void take_name(struct called *called, const char *name, size_t size, size_t by)
{
	if (!size || size >= NAME_MOST || called->count == CALLED_MOST)
		return;
	for (size_t i = 0; i < called->count; i++)
		if (strlen(called->names[i]) == size && !memcmp(called->names[i], name, size))
			return;
	memcpy(called->names[called->count], name, size);
	called->by[called->count] = by;
	called->depth[called->count] = by == CALLED_MOST ? 1 : called->depth[by] + 1;
	called->names[called->count++][size] = '\0';
}

/* Whether the call of that name, which may be one of an object's, has await before it. */
static bool is_awaited(const char *line, const char *name)
{
	static const char await[] = "await ";
	const size_t size = strlen(await);
	size_t at = (size_t)(name - line);

	while (at && (is_name_char(line[at - 1]) || line[at - 1] == '.'))
		at--;
	return at >= size && strncmp(line + at - size, await, size) == 0;
}

/* Names before a bracket, of what is called here and now: what is handed to a thread or awaited is
 * not. */
static void take_calls(struct called *called, const char *line, size_t by)
{
	const char *end = end_of(line);
	const char *remark = memchr(line, '#', (size_t)(end - line));

	if (find_in_line(line, "to_thread(") || find_in_line(line, "run_in_executor("))
		return;
	end = remark ? remark : end;
	for (const char *at = line; (at = memchr(at, '(', (size_t)(end - at))); at++) {
		const char *name = at;
		while (name > line && is_name_char(name[-1]))
			name--;
		if (!is_awaited(line, name))
			take_name(called, name, (size_t)(at - name), by);
	}
}

static bool calls_heartbeat(const char *line)
{
	const char *at = find_in_line(line, "heartbeat(");

	return at && (at == line || !is_name_char(at[-1])) &&
	       !memchr(line, '#', (size_t)(at - line));
}

/* ---- each fits a line ---- */

/* A heartbeat of the activity; takes down what else is in its lines. */
static bool beats(const void *what, const char *text, const char *line, const char *def)
{
	struct look *look = look_of(what);

	if (!is_activity(text, def, look->type))
		return false;
	look->found = true;
	look->async |= is_async(def);
	look->awaits |= find_word(line, "await") || find_in_line(line, "async for") ||
			find_in_line(line, "async with");
	take_calls(&look->called, line, CALLED_MOST);
	return calls_heartbeat(line);
}

/* A heartbeat in a function that it calls. */
static bool beats_below(const void *what, const char *text, const char *line, const char *def)
{
	(void)text;
	return def && called_at(&look_of(what)->called, def) < CALLED_MOST && calls_heartbeat(line);
}

static bool blocks_itself(const void *what, const char *text, const char *line, const char *def)
{
	return def && calls_what_blocks(line) && is_activity(text, def, look_of(what)->type);
}

/* In a function of the depth that is looked at; takes down what is called there. */
static bool blocks_below(const void *what, const char *text, const char *line, const char *def)
{
	struct look *look = look_of(what);
	const size_t at = def && !is_async(def) ? called_at(&look->called, def) : CALLED_MOST;

	(void)text;
	if (at == CALLED_MOST || look->called.depth[at] != look->depth)
		return false;
	if (!calls_what_blocks(line)) {
		take_calls(&look->called, line, at);
		return false;
	}
	look->within = at;
	return true;
}

/* The line of the activity that calls the function at look->within. */
static bool calls_it(const void *what, const char *text, const char *line, const char *def)
{
	const struct look *look = look_of(what);
	const char *at = find_word(line, look->called.names[look->within]);

	return at && at[strlen(look->called.names[look->within])] == '(' &&
	       is_activity(text, def, look->type);
}

static bool is_its_def(const void *what, const char *text, const char *line, const char *def)
{
	size_t size;

	(void)def;
	return sources_name_of(line, &size) && is_activity(text, line, look_of(what)->type);
}

/* ---- the whole ---- */

/* Where a function that it calls blocks: "activities.py:8 in scrape (legacy.py:4 in download)". */
static bool note_below(struct tsk_call *call, const char *directory, struct look *look,
		       struct tsk_symptoms_more *more)
{
	struct tsk_strings below = { .count = 0 }, place = { .count = 0 };

	look->within = CALLED_MOST;
	for (look->depth = 1; look->depth <= DEEPEST && !below.count; look->depth++)
		sources_lines(call, directory, "def ", blocks_below, look, 1, &below);
	if (!below.count)
		return false;
	while (look->called.depth[look->within] > 1)
		look->within = look->called.by[look->within];
	sources_lines(call, directory, of_activities, calls_it, look, 1, &place);
	struct tsk_lines both = { .call = call };
	if (place.count)
		tsk_lines_add(&both, "%s (%s)", place.items[0], below.items[0]);
	more->holds_loop_at = tsk_lines_take(&both);
	return place.count > 0;
}

void note_held_loop(struct tsk_call *call, const char *directory, const char *type,
		    struct tsk_symptoms_more *more)
{
	struct look *look = tsk_alloc(call, sizeof(*look));

	look->type = type;
	sources_lines(call, directory, of_activities, beats, look, PLACES_MOST,
		      &more->heartbeats_at);
	more->activity_source_known = look->found;
	if (!look->found)
		return;
	if (!more->heartbeats_at.count)
		sources_lines(call, directory, "heartbeat(", beats_below, look, PLACES_MOST,
			      &more->heartbeats_at);
	if (!look->async || !more->heartbeats_at.count)
		return;
	sources_lines(call, directory, of_activities, blocks_itself, look, PLACES_MOST,
		      &more->holds_loop_at);
	if (more->holds_loop_at.count || note_below(call, directory, look, more) || look->awaits)
		return;
	sources_lines(call, directory, of_activities, is_its_def, look, 1, &more->never_awaits_at);
}
