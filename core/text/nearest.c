/* The nearest of many names to a mistyped one. */
#include <temporal-skill/result.h>

#include <stdint.h>
#include <string.h>

/* Longer words are not names of ours. */
#define LONGEST_NAME 63

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits between two words: insert, remove, replace, or swap two neighbours. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST_NAME + 1];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > LONGEST_NAME || b_length > LONGEST_NAME)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			bool same = a[i - 1] == b[j - 1];
			row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + !same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *tsk_nearest(const char *word, const char *const *names)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX, length = strlen(word);

	for (; *names; names++) {
		size_t edits = distance(word, *names);
		/* A word that begins like the name, or the other way round, was cut short. */
		if (length >= 4 && !strncmp(word, *names, length))
			edits = least(edits, 1);
		if (edits < best) {
			best = edits;
			nearest = *names;
		}
	}
	return best <= 1 + length / 4 ? nearest : NULL;
}
