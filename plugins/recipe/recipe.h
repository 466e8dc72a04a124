/* Recipes: what people and agents do again and again, as INI files that anyone can add to.
 *
 * [recipe]          name = NAME             the file's own name without .ini
 *                   summary = TEXT          one line
 *                   details = TEXT          may be repeated: a line each
 * [parameter NAME]  summary = TEXT
 *                   default = TEXT          none: the empty text
 *                   required = true|false
 *                   type = text|words|integer|duration|json
 *                   choices = WORD WORD     it must be one of these
 * [step NAME]       command = COMMAND WORD  a command of ours with its options, or
 *                   program = WORD WORD     any program, run in the project's directory
 *                   summary = TEXT
 *                   with = WORD WORD        further words, left out where one of its values is
 *                                           empty; may be repeated
 *                   when = VALUE | VALUE is [not] VALUE
 *                   timeout = DURATION      of a program (default 60)
 *                   capture = NAME /POINTER     a value of the result, by JSON pointer
 *                   capture = NAME match REGEX  of a program's output: its group, or all of it
 *                   capture = NAME workflow     the workflow that it started
 *                   capture_optional = ...      empty where there is none
 *                   expect = /POINTER is [not] VALUE
 *                   accept = STATUS STATUS  exit statuses that are fine, too
 *                   on_failure = stop|continue|run NAME
 * [rescue NAME]     a step that only runs where an on_failure names it
 *                   then = continue|stop    once it is done; it then counts as mended
 * [cleanup NAME]    a step that runs in the end, whatever happened before
 *
 * ${name} in the words of a step stands for a parameter or a captured value; $${ is a plain ${.
 * Words are split as a shell does before values are put in, so that a value is never more than
 * (part of) one word, but for a parameter of the type words that is a word of its own. No shell
 * runs anything. A step whose value was never captured is skipped.
 *
 * Invariants: all is borrowed from the call. What is wrong with a recipe is collected in problems,
 * "FILE:LINE: ...", before the first step runs.
 */
#ifndef RECIPE_RECIPE_H
#define RECIPE_RECIPE_H

#include <temporal-skill/payload.h>
#include <temporal-skill/result.h>

/* A recipe is a page of text; whoever needs more writes a program. */
#define RECIPE_MOST_STEPS      100
#define RECIPE_MOST_PARAMETERS 50
#define RECIPE_MOST_LINES      20 /* of one key in one step */
#define RECIPE_MOST_PROBLEMS   100
#define RECIPE_MOST_VALUES     (RECIPE_MOST_PARAMETERS + RECIPE_MOST_STEPS * RECIPE_MOST_LINES)

enum recipe_type {
	RECIPE_TEXT,
	RECIPE_WORDS,
	RECIPE_INTEGER,
	RECIPE_DURATION,
	RECIPE_JSON,
};

struct recipe_parameter {
	const char *name, *summary;
	const char *fallback;
	enum recipe_type type;
	struct tsk_strings choices;
	bool required;
	int line;
	const char *given; /* by --set, or NULL */
};

/* Words as they stand in the file. */
struct recipe_line {
	const char *text;
	struct tsk_strings words;
	int line;
};

enum recipe_capture_how { CAPTURE_POINTER, CAPTURE_MATCH, CAPTURE_WORKFLOW };

struct recipe_capture {
	const char *name;
	enum recipe_capture_how how;
	const char *what; /* the pointer or the regular expression */
	bool optional;
	int line;
};

enum recipe_kind { RECIPE_STEP, RECIPE_RESCUE, RECIPE_CLEANUP };
enum recipe_on_failure { RECIPE_STOP, RECIPE_CONTINUE, RECIPE_RUN };

struct recipe_step {
	enum recipe_kind kind;
	const char *name, *summary;
	int line;
	bool is_program;
	struct recipe_line what; /* command or program; line 0: missing */
	struct recipe_line with[RECIPE_MOST_LINES];
	size_t with_count;
	struct recipe_line when; /* line 0: always */
	struct recipe_line timeout;
	struct recipe_capture captures[RECIPE_MOST_LINES];
	size_t capture_count;
	struct recipe_line expects[RECIPE_MOST_LINES];
	size_t expect_count;
	int accepted[RECIPE_MOST_LINES];
	size_t accepted_count;
	enum recipe_on_failure on_failure;
	int on_failure_line;
	const char *rescue; /* RECIPE_RUN: its name */
	bool then_stop;
};

struct recipe {
	struct tsk_call *call;
	const char *name, *path;
	const char *origin; /* "shipped", "user", "project", "file" */
	const char *given_name, *summary, *details;
	struct recipe_parameter parameters[RECIPE_MOST_PARAMETERS];
	size_t parameter_count;
	struct recipe_step *steps; /* in file order */
	size_t step_count;
	const char *problems[RECIPE_MOST_PROBLEMS];
	size_t problem_count;
	enum tsk_status unread; /* why it could not be read at all; TSK_OK: it was */
};

/* ---- folders.c: where they lie ---- */

/* Calls take for each recipe file, the nearest first: the project's, the user's, the shipped ones.
 */
typedef void recipe_taker(void *what, const char *name, const char *path, const char *origin);
enum tsk_status recipe_each(struct tsk_call *call, recipe_taker *take, void *what);

/* Reads the nearest of that name, or the file where name is a path; TSK_NOT_FOUND suggests. What is
 * wrong inside is in problems. */
enum tsk_status recipe_find(struct tsk_call *call, const char *name, struct recipe **recipe);

/* ---- file.c, step.c: reading ---- */

struct recipe *recipe_read(struct tsk_call *call, const char *name, const char *path,
			   const char *origin);
/* One KEY = VALUE of a step. */
void recipe_step_line(struct recipe *recipe, struct recipe_step *step, const char *key,
		      const char *value, int line);
/* line 0: the file as a whole. */
void recipe_problem(struct recipe *recipe, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void recipe_unknown_key(struct recipe *recipe, int line, const char *section, const char *key,
			const char *const *keys);
/* Splits a value into words; a problem where that cannot be done. */
struct recipe_line recipe_split(struct recipe *recipe, const char *value, int line);
/* The first word of at, which is moved behind it and the blanks after it. */
const char *recipe_next_word(struct tsk_call *call, const char **at);

const struct recipe_step *recipe_step_named(const struct recipe *recipe, const char *name,
					    enum recipe_kind kind);

/* Problems that show only in the whole: names that are not there, words that no command takes,
 * values of a wrong type, and where it is about to run, parameters that need a value. Fills in the
 * parameters' values. */
struct recipe_values;
void recipe_check(struct recipe *recipe, struct recipe_values *values, bool running);

/* ---- values.c ---- */

struct recipe_value {
	const char *name;
	const char *text;                  /* NULL: not captured yet */
	const struct recipe_parameter *of; /* NULL: captured */
};

struct recipe_values {
	struct tsk_call *call;
	struct recipe_value items[RECIPE_MOST_VALUES];
	size_t count;
};

struct recipe_value *recipe_value_named(struct recipe_values *values, const char *name);
void recipe_value_set(struct recipe_values *values, const char *name, const char *text);
/* The names ${...} in a text, one after the other; NULL: no more. at begins as the text. */
const char *recipe_next_name(struct tsk_call *call, const char **at);

/* A word with its values put in. */
struct recipe_word {
	const char *text;
	bool filled;   /* it holds a value */
	bool open;     /* it holds one that is not known yet: its ${name} still stands there */
	bool is_value; /* of the flag before it; set when the words are checked */
	int line;
};

struct recipe_words {
	struct recipe_word *items;
	size_t count;
	const char *unknown; /* the first name without a value, or NULL */
};

/* All words of a step: its command or program with what it is run with. */
struct recipe_words recipe_fill(struct recipe_values *values, const struct recipe_step *step);
struct recipe_word recipe_fill_word(struct recipe_values *values, const char *text, int line);
/* A line VALUE is [not] VALUE, or VALUE alone (not empty). unknown as above. */
bool recipe_holds(struct recipe_values *values, const struct recipe_line *line,
		  const char **unknown);
/* As it would be typed. */
const char *recipe_words_text(struct tsk_call *call, const struct recipe_words *words);

/* ---- step_words.c: what a command takes ---- */

/* Checks words (the first names the command) against the command's options; what is wrong goes to
 * say, once each. Values that are not known yet are not checked. */
typedef void recipe_sayer(void *what, int line, const char *text);
const struct tsk_command *recipe_check_words(struct tsk_call *call, struct recipe_words *words,
					     recipe_sayer *say, void *what);
/* The words after the command's name, once they were checked, as tsk_run_command takes them; a
 * value that begins with a dash stays one. */
const char *const *recipe_argv(struct tsk_call *call, const struct recipe_words *words);

/* ---- match.c ---- */

/* The first match of a POSIX extended expression in text: its group, or all of it; NULL: none. */
const char *recipe_match(struct tsk_call *call, const char *pattern, const char *text);
bool recipe_match_check(struct tsk_call *call, const char *pattern, const char **problem);

/* ---- step_run.c, run_recipe.c ---- */

struct recipe_run {
	struct tsk_call *call;
	struct recipe *recipe;
	struct recipe_values values;
	cJSON *rows;
	size_t done, skipped, failed;
	const char *failed_step, *failed_detail;
	enum tsk_status failed_status;
	const char *next; /* what the last step, or the one that failed, would go on with: JSON */
	bool interrupted;
};

/* What came of one step. */
struct recipe_outcome {
	bool ok, skipped;
	enum tsk_status status;
	const char *detail;
	const char *result; /* of a command: JSON text, or NULL */
	cJSON *row;
};

/* Runs it and adds its row. */
struct recipe_outcome recipe_run_step(struct recipe_run *run, const struct recipe_step *step);
const char *recipe_kind_name(enum recipe_kind kind);

#endif
