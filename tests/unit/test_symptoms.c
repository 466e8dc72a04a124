/* What real servers said of the scenarios, once more through the classifier:
 * tests/symptoms/NAME.json.
 *
 * A file has the symptoms, as --save-symptoms wrote them; what the scenario expects; and what is
 * told of them. SYMPTOMS_ACCEPT=1 writes what is told now into the files: git diff then shows what
 * a change of the classifier or of its words comes to. `make symptoms` records all anew. */
#include "core_support.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

#include <glob.h>
#include <stdio.h>
#include <unistd.h>

#define FILES      "tests/symptoms/*.json"
#define FILE_BYTES ((size_t)16 << 20)

struct replay {
	struct tsk_call *call;
	const char *path;
	cJSON *file;
	const char *answer_text; /* the whole answer */
	struct tsk_lines wrong;
};

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const cJSON *object, const char *key)
{
	const cJSON *item = member(object, key);

	return cJSON_IsString(item) ? item->valuestring : "";
}

/* In place of this host's name, which is nobody's business. */
static char *without_host(struct tsk_call *call, const char *text)
{
	struct tsk_text kept = { .call = call };
	char host[256] = "@";

	gethostname(host + 1, sizeof(host) - 2);
	for (const char *at; (at = strstr(text, host)); text = at + strlen(host)) {
		tsk_text_add_bytes(&kept, text, (size_t)(at - text));
		tsk_text_add(&kept, "@this-host");
	}
	tsk_text_add(&kept, text);
	return tsk_copy(call, tsk_text_value(&kept));
}

/* The answer of analyze-workflow-error, without what stands in the symptoms already. */
static cJSON *told(struct replay *replay, const struct tsk_known *known)
{
	static const char *const kept[] = { "headline",   "verdict", "stalled",  "recovering",
					    "attempts",   "status",  "evidence", "recovery",
					    "root_cause", "next",    NULL };
	struct tsk_diagnosis diagnosis;
	cJSON *all = tsk_result(replay->call), *answer = tsk_parse(replay->call, "{}");

	tsk_known_classify(replay->call, known, &diagnosis);
	tsk_diagnosis_say(replay->call, tsk_known_workflow(known), &diagnosis);
	tsk_set(all, "headline", diagnosis.headline);
	tsk_set(all, "verdict", tsk_verdict_name(diagnosis.verdict));
	cJSON *next = tsk_set_list(all, "next");
	for (size_t i = 0; i < diagnosis.next.count; i++)
		tsk_append(next, diagnosis.next.items[i]);
	char *text = cJSON_PrintUnformatted(all);
	replay->answer_text = tsk_copy(replay->call, text);
	free(text);
	cJSON_DeleteItemFromObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(all, "root_cause"),
						"stack_trace");
	for (size_t i = 0; kept[i]; i++)
		cJSON_AddItemToObject(answer, kept[i], cJSON_Duplicate(member(all, kept[i]), true));
	text = cJSON_PrintUnformatted(answer);
	answer = tsk_parse(replay->call, without_host(replay->call, text));
	free(text);
	return answer;
}

/* "workflow.py:run" of "workflow.py:23 in run" */
static bool is_at(const char *location, const char *expected)
{
	size_t file = strcspn(expected, ":") + 1;
	const char *in = strstr(location, " in ");

	return strncmp(location, expected, file) == 0 && in &&
	       strcmp(in + strlen(" in "), expected + file) == 0;
}

static void require_expected(struct replay *replay, const cJSON *answer)
{
	const cJSON *expected = member(replay->file, "expected"),
		    *cause = member(answer, "root_cause");
	const char *type = text_of(expected, "root_cause_type");
	const char *message = text_of(expected, "root_cause_message");
	const char *got = text_of(cause, "message");
	const char *words[] = { "status", "verdict" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(text_of(expected, words[i]), text_of(answer, words[i])) != 0)
			tsk_lines_add(&replay->wrong, "%s: expected '%s', got '%s'", words[i],
				      text_of(expected, words[i]), text_of(answer, words[i]));
	if (cJSON_IsTrue(member(expected, "recovering")) !=
	    cJSON_IsTrue(member(answer, "recovering")))
		tsk_lines_add(&replay->wrong, "recovering is wrong");
	if (cJSON_IsString(member(expected, "root_cause_type")) &&
	    strcmp(type, text_of(cause, "type")) != 0)
		tsk_lines_add(&replay->wrong, "root cause's type: expected '%s', got '%s'", type,
			      text_of(cause, "type"));
	if (cJSON_IsTrue(member(expected, "exact")) ? strcmp(message, got) != 0
						    : !strstr(got, message))
		tsk_lines_add(&replay->wrong, "root cause's message: expected '%s', got '%s'",
			      message, got);
	if (cJSON_IsString(member(expected, "location")) &&
	    !is_at(text_of(cause, "location"), text_of(expected, "location")))
		tsk_lines_add(&replay->wrong, "location: expected %s, got '%s'",
			      text_of(expected, "location"), text_of(cause, "location"));
	const cJSON *words_said = member(expected, "mentions");
	for (const cJSON *word = words_said ? words_said->child : NULL; word; word = word->next)
		if (!strstr(replay->answer_text, word->valuestring))
			tsk_lines_add(&replay->wrong, "does not mention '%s'", word->valuestring);
}

static void require_told(struct replay *replay, const cJSON *answer)
{
	const cJSON *before = member(replay->file, "told");

	for (const cJSON *item = answer->child; item; item = item->next) {
		const cJSON *its = member(before, item->string);

		if (cJSON_Compare(its, item, true))
			continue;
		char *was = its ? cJSON_PrintUnformatted(its) : NULL;
		char *is = cJSON_PrintUnformatted(item);
		tsk_lines_add(&replay->wrong, "%s: was %s\n    now %s", item->string,
			      was ? was : "not there", is);
		free(was);
		free(is);
	}
}

static void accept(struct replay *replay, const cJSON *answer)
{
	cJSON_DeleteItemFromObjectCaseSensitive(replay->file, "told");
	cJSON_AddItemToObject(replay->file, "told", cJSON_Duplicate(answer, true));
	char *text = cJSON_Print(replay->file);
	const char *whole = tsk_format(replay->call, "%s\n", text);

	assert_int_equal(tsk_file_write(replay->call, replay->path, whole, strlen(whole)), TSK_OK);
	free(text);
}

static bool replay_file(const char *path)
{
	struct core_world *world;
	struct replay replay = { .path = path };
	const struct tsk_known *known;
	bool right;

	core_setup((void **)&world);
	core_with_starter(world);
	replay.call = replay.wrong.call = &world->call;
	replay.file = tsk_parse(replay.call, tsk_file_read(replay.call, path, FILE_BYTES, NULL));
	assert_int_equal(tsk_known_load(replay.call, path, &known), TSK_OK);
	const cJSON *answer = told(&replay, known);
	require_expected(&replay, answer);
	if (getenv("SYMPTOMS_ACCEPT"))
		accept(&replay, answer);
	else
		require_told(&replay, answer);
	right = !replay.wrong.count;
	if (!right)
		print_message("%s:\n  %s\n", path, tsk_lines_text(&replay.wrong, "\n  "));
	core_teardown((void **)&world);
	return right;
}

static void scenarios_are_diagnosed_as_expected(void **state)
{
	glob_t files;
	size_t wrong = 0;

	(void)state;
	assert_int_equal(glob(FILES, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		wrong += !replay_file(files.gl_pathv[i]);
	print_message("%zu recorded scenarios\n", files.gl_pathc);
	globfree(&files);
	assert_int_equal(wrong, 0);
}

static void file_that_holds_no_symptoms_is_refused(void **state)
{
	struct core_world *world = *state;
	const struct tsk_known *known;
	static const char *const texts[] = { "", "[]", "{\"symptoms\":{}}", "{\"symptoms\":7}" };
	char path[] = "/tmp/test-symptoms-XXXXXX";
	int file = mkstemp(path);

	assert_true(file >= 0);
	close(file);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_int_equal(tsk_file_write(&world->call, path, texts[i], strlen(texts[i])),
				 TSK_OK);
		assert_int_equal(tsk_known_load(&world->call, path, &known), TSK_USAGE);
		assert_non_null(strstr(tsk_error_message(&world->call), "holds no symptoms"));
		tsk_forget_error(&world->call);
	}
	unlink(path);
	assert_int_equal(tsk_known_load(&world->call, path, &known), TSK_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(scenarios_are_diagnosed_as_expected),
		core_test(file_that_holds_no_symptoms_is_refused),
	};

	/* What was told was recorded so; elsewhere other characters than ASCII are escaped. */
	setenv("LC_ALL", "C.UTF-8", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
