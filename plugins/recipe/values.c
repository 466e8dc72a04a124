/* Values: what ${name} stands for, and words with their values put in. */
#include "recipe.h"

#include <string.h>

struct recipe_value *recipe_value_named(struct recipe_values *values, const char *name)
{
	for (size_t i = 0; i < values->count; i++)
		if (!strcmp(values->items[i].name, name))
			return &values->items[i];
	return NULL;
}

void recipe_value_set(struct recipe_values *values, const char *name, const char *text)
{
	struct recipe_value *value = recipe_value_named(values, name);

	if (!value && values->count < RECIPE_MOST_VALUES) {
		value = &values->items[values->count++];
		*value = (struct recipe_value){ .name = name };
	}
	if (value)
		value->text = text;
}

/* The next ${...} in text, or NULL; $${ is none. length: up to and with the brace. */
static const char *next_place(const char *text, size_t *length)
{
	const char *at = text;

	while ((at = strstr(at, "${"))) {
		const char *end = strchr(at, '}');
		if (at > text && at[-1] == '$') {
			at += 2;
			continue;
		}
		if (!end)
			return NULL;
		*length = (size_t)(end - at) + 1;
		return at;
	}
	return NULL;
}

const char *recipe_next_name(struct tsk_call *call, const char **at)
{
	size_t length = 0;
	const char *place = next_place(*at, &length);

	if (!place)
		return NULL;
	*at = place + length;
	return tsk_copy_bytes(call, place + 2, length - 3);
}

/* $${ becomes ${ in what stands between the values. */
static void add_unescaped(struct tsk_text *filled, const char *text, size_t length)
{
	const char *end = text + length, *at;

	while ((at = memmem(text, (size_t)(end - text), "$${", 3))) {
		tsk_text_add_bytes(filled, text, (size_t)(at - text));
		tsk_text_add(filled, "${");
		text = at + 3;
	}
	tsk_text_add_bytes(filled, text, (size_t)(end - text));
}

struct recipe_word recipe_fill_word(struct recipe_values *values, const char *text, int line)
{
	struct tsk_call *call = values->call;
	struct recipe_word word = { .line = line };
	struct tsk_text filled = { .call = call };
	size_t length = 0;
	const char *place;

	while ((place = next_place(text, &length))) {
		const char *name = tsk_copy_bytes(call, place + 2, length - 3);
		const struct recipe_value *value = recipe_value_named(values, name);
		bool known = value && value->text;
		add_unescaped(&filled, text, (size_t)(place - text));
		tsk_text_add(&filled, known ? value->text : tsk_copy_bytes(call, place, length));
		word.filled = true;
		word.open |= !known;
		text = place + length;
	}
	add_unescaped(&filled, text, strlen(text));
	word.text = tsk_text_value(&filled);
	return word;
}

/* ---- all words of a step ---- */

/* More words than any step has: those of a file's longest line. */
#define MOST_WORDS 4096

static void note_unknown(struct recipe_values *values, struct recipe_words *words, const char *text)
{
	const char *name;

	while (!words->unknown && (name = recipe_next_name(values->call, &text))) {
		const struct recipe_value *value = recipe_value_named(values, name);
		if (!value || !value->text)
			words->unknown = name;
	}
}

static void add_recipe_word(struct recipe_words *words, struct recipe_word word)
{
	if (words->count < MOST_WORDS)
		words->items[words->count++] = word;
}

/* A parameter of the type words, alone in its place: its words. */
static bool add_words(struct recipe_values *values, struct recipe_words *words, const char *text,
		      int line)
{
	size_t length = 0;
	struct tsk_strings split = { .count = 0 };

	if (next_place(text, &length) != text || text[length])
		return false;
	const struct recipe_value *value =
		recipe_value_named(values, tsk_copy_bytes(values->call, text + 2, length - 3));
	if (!value || !value->text || !value->of || value->of->type != RECIPE_WORDS)
		return false;
	if (value->text[strspn(value->text, " \t")] &&
	    tsk_split_words(values->call, value->name, value->text, &split))
		tsk_forget_error(values->call); /* said when the parameter was checked */
	for (size_t i = 0; i < split.count; i++)
		add_recipe_word(words, (struct recipe_word){ .text = split.items[i],
							     .filled = true,
							     .line = line });
	return true;
}

static void add_line(struct recipe_values *values, struct recipe_words *words,
		     const struct recipe_line *line, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		note_unknown(values, words, line->words.items[i]);
		if (!add_words(values, words, line->words.items[i], line->line))
			add_recipe_word(words,
					recipe_fill_word(values, line->words.items[i], line->line));
	}
}

/* A further word is left out where one of its values is known to be empty. */
static bool is_wanted(struct recipe_values *values, const struct recipe_line *with)
{
	for (size_t i = 0; i < with->words.count; i++) {
		const char *at = with->words.items[i], *name;
		while ((name = recipe_next_name(values->call, &at))) {
			const struct recipe_value *value = recipe_value_named(values, name);
			if (value && value->text && !*value->text)
				return false;
		}
	}
	return true;
}

struct recipe_words recipe_fill(struct recipe_values *values, const struct recipe_step *step)
{
	const struct recipe_line *what = &step->what;
	struct recipe_words words = {
		.items = tsk_alloc(values->call, MOST_WORDS * sizeof(*words.items)),
	};
	/* Flags stand before the -- that a command's own words may have; a program's order is its
	 * own. */
	size_t before = step->is_program || !what->words.count ? what->words.count : 1;

	add_line(values, &words, what, 0, before);
	for (size_t i = 0; i < step->with_count; i++)
		if (is_wanted(values, &step->with[i]))
			add_line(values, &words, &step->with[i], 0, step->with[i].words.count);
	add_line(values, &words, what, before, what->words.count);
	return words;
}

bool recipe_holds(struct recipe_values *values, const struct recipe_line *line,
		  const char **unknown)
{
	const struct tsk_strings *words = &line->words;
	struct recipe_words seen = { .unknown = NULL };

	for (size_t i = 0; i < words->count; i++)
		note_unknown(values, &seen, words->items[i]);
	*unknown = seen.unknown;
	if (!words->count || seen.unknown)
		return !seen.unknown;
	const char *left = recipe_fill_word(values, words->items[0], line->line).text;
	if (words->count == 1)
		return *left;
	const char *right =
		recipe_fill_word(values, words->items[words->count - 1], line->line).text;
	return (strcmp(left, right) == 0) == (words->count == 3);
}

const char *recipe_words_text(struct tsk_call *call, const struct recipe_words *words)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < words->count; i++)
		tsk_text_join(&text, " ", "%s",
			      words->items[i].open ? words->items[i].text
						   : tsk_quote(call, words->items[i].text));
	return tsk_text_value(&text);
}
