/* Where in user code a failure was raised. The tracebacks are those that the Python SDK 1.35
 * recorded on Python 3.11, with the folders renamed and the SDK's frames before the user's cut to
 * one. */
#include "failure_support.h"

#define SDK                                                                                        \
	"  File \"/srv/shop/.venv/lib/python3.11/site-packages/temporalio/worker/_activity.py\", " \
	"line 921, in execute_activity\n"                                                          \
	"    return await input.fn(*input.args)\n"                                                 \
	"           ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n\n"
#define STDLIB                                                                                     \
	"  File \"/usr/lib/python3.11/json/__init__.py\", line 346, in loads\n"                    \
	"    return _default_decoder.decode(s)\n"                                                  \
	"           ^^^^^^^^^^^^^^^^^^^^^^^^^^\n\n"
#define USER(path, line, function)                                                                 \
	"  File \"" path "\", line " line ", in " function "\n    helpers.charge(50)\n\n"

static void test_locations(void **state)
{
	static const struct {
		const char *trace, *location;
	} rows[] = {
		{ "", "" },
		{ SDK, "" },
		{ SDK STDLIB, "" },
		{ SDK USER("/srv/shop/activities.py", "17", "charge"),
		  "activities.py:17 in charge" },
		{ SDK USER("/srv/shop/shop/activities.py", "31", "stdlib")
			  USER("/srv/shop/shop/helpers.py", "5", "parse") STDLIB,
		  "shop/helpers.py:5 in parse" },
		{ SDK USER("/app/activities.py", "17", "charge"), "activities.py:17 in charge" },
		{ SDK USER("activities.py", "17", "charge"), "activities.py:17 in charge" },
		{ SDK USER("C:\\\\shop\\\\activities.py", "17", "charge"),
		  "activities.py:17 in charge" },
		{ SDK USER("/srv/shop/a.py", "58",
			   "evaluated") "  File \"<string>\", line 3, in <module>\n\n"
					"  File \"<string>\", line 2, in f\n",
		  "a.py:58 in evaluated" },
		{ SDK USER("/srv/shop/a.py", "63", "comprehension")
			  USER("/srv/shop/a.py", "63", "<lambda>"),
		  "a.py:63 in <lambda>" },
		{ USER("/srv/shop/a.py", "3",
		       "<module>") "  File \"<frozen importlib._bootstrap>\", line 1176, in "
				   "_find_and_load\n",
		  "a.py:3" },
		/* Repeated frames are counted; the line is no frame. */
		{ USER("/srv/shop/a.py", "17",
		       "dig") "  [Previous line repeated 17 more times]\n\n" USER("/srv/shop/a.py",
										  "16", "dig"),
		  "a.py:16 in dig" },
		/* Of a deadlock the SDK writes the innermost frame first. */
		{ STDLIB USER("/srv/shop/a.py", "33", "start_activity")
			  SDK USER("/srv/shop/a.py", "60", "run") SDK
		  "  File \"/usr/lib/python3.11/threading.py\", line 995, in "
		  "_bootstrap\n    self._bootstrap_inner()\n\n",
		  "a.py:33 in start_activity" },
		/* Other people's libraries. */
		{ USER("/srv/shop/a.py", "4", "f")
			  USER("/usr/lib/python3/dist-packages/yaml/x.py", "9", "load"),
		  "a.py:4 in f" },
		{ USER("/srv/shop/a.py", "4", "f")
			  USER("/usr/lib64/python3.12/asyncio/tasks.py", "9", "wait"),
		  "a.py:4 in f" },
		{ USER("/srv/shop/a.py", "4", "f")
			  USER("/home/x/.local/lib/python3.13t/asyncio/a.py", "9", "w"),
		  "a.py:4 in f" },
		{ USER("/srv/shop/a.py", "4", "f")
			  USER("/src/sdk-python/temporalio/worker/_a.py", "9", "w"),
		  "a.py:4 in f" },
		/* The user's own, though the names look like a library's. */
		{ USER("/home/x/temporalio/a.py", "4", "f"), "a.py:4 in f" },
		{ USER("/home/x/lib/python/a.py", "4", "f"), "a.py:4 in f" },
		{ USER("/home/x/lib/python3-shop/a.py", "4", "f"), "a.py:4 in f" },
		/* Chains in one text: the last traceback, or one before that names user code. */
		{ "Traceback (most recent call last):\n" USER(
			  "/srv/shop/a.py", "1",
			  "first") "ValueError: x\n\nThe above exception was the direct cause of "
				   "the following exception:\n\n"
				   "Traceback (most recent call last):\n" USER(
					   "/srv/shop/b.py", "2", "second") "RuntimeError: y\n",
		  "b.py:2 in second" },
		{ "Traceback (most recent call last):\n" USER(
			  "/srv/shop/a.py", "1",
			  "first") "ValueError: x\n\nDuring handling of the above exception, "
				   "another exception occurred:\n\n"
				   "Traceback (most recent call last):\n" STDLIB
				   "RuntimeError: y\n",
		  "a.py:1 in first" },
		/* An exception group. */
		{ "  + Exception Group Traceback (most recent call last):\n"
		  "  |   File \"/srv/shop/a.py\", line 51, in group\n"
		  "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n"
		  "  +-+---------------- 1 ----------------\n"
		  "    | Traceback (most recent call last):\n"
		  "    |   File \"/srv/shop/a.py\", line 50, in one\n"
		  "    | KeyError: 'sku'\n",
		  "a.py:50 in one" },
		/* Odd paths and odd texts. */
		{ USER("/srv/sh op/\xC3\xBC \" , line 3.py", "4", "f"),
		  "\xC3\xBC \" , line 3.py:4 in f" },
		{ "  File \"/srv/shop/a.py\", line 4\n    x = (\n", "a.py:4" },
		{ "  File \"/srv/shop/a.py\", line 4, in f\r\n", "a.py:4 in f" },
		{ "  File \"\", line 4, in f\n", "" },
		{ "  File \"/srv/shop/a.py\", line , in f\n", "" },
		{ "  File \"/srv/shop/a.py", "" },
		{ "  File \"", "" },
		{ "    raise X('File \"b.py\", line 1, in g')\n", "" },
		{ "goroutine 1 [running]:\nmain.main()\n\t/srv/shop/main.go:3\n", "" },
	};
	struct tsk_call *call = call_of(state);
	size_t wrong = 0;

	choose(state, TSK_SETTING_PROJECT_DIR, "/srv/shop");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct tsk_failure failure = { .kind = TSK_FAILURE_APPLICATION,
						     .type = "ValueError",
						     .stack_trace = rows[i].trace };
		const char *location = tsk_failure_location(call, &failure);

		if (strcmp(location, rows[i].location) != 0) {
			print_error("row %zu: '%s', not '%s'\n", i, location, rows[i].location);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void test_location_in_project(void **state)
{
	struct tsk_call *call = call_of(state);
	struct tsk_failure failure = { .type = "",
				       .stack_trace =
					       USER("/opt/lib/python3.11/shop/a.py", "4", "f") };

	assert_string_equal(tsk_failure_location(call, &failure), "");
	/* A project may lie where libraries do; its virtual environment is none of it. */
	choose(state, TSK_SETTING_PROJECT_DIR, "/opt/lib/python3.11/shop/");
	assert_string_equal(tsk_failure_location(call, &failure), "a.py:4 in f");
	choose(state, TSK_SETTING_PROJECT_DIR, "/opt/lib/python3.11/sho");
	assert_string_equal(tsk_failure_location(call, &failure), "");
	assert_string_equal(tsk_failure_location(call, NULL), "");
}

static void test_location_of_causes(void **state)
{
	struct tsk_call *call = call_of(state);
	static const char remote[] =
		"\n\"\"\"\nTraceback (most recent call last):\n"
		"  File \"/usr/lib/python3.11/concurrent/futures/process.py\", line 261, in "
		"_process_worker\n"
		"    r = call_item.fn(*call_item.args, **call_item.kwargs)\n"
		"  File \"/srv/shop/helpers.py\", line 10, in charge_card\n"
		"    raise ValueError(f\"card declined for {amount}\")\n"
		"ValueError: card declined for 50\n\"\"\"";

	/* Raised and caught within a library: where that library was called. */
	Pb__Failure *inner = make_application(call, "ParseError", "bad", NULL);
	Pb__Failure *outer = make_application(call, "ParseError", "bad", inner);
	inner->stack_trace = tsk_copy(call, STDLIB);
	outer->stack_trace = tsk_copy(call, SDK USER("/srv/shop/a.py", "35", "library") STDLIB);
	const struct tsk_failure *root = tsk_failure_root(take(call, outer));
	assert_null(root->cause);
	assert_string_equal(tsk_failure_location(call, root), "a.py:35 in library");

	/* Not beyond the activity that failed. */
	outer = make_application(call, "OrderError", "order failed", make_activity(call, inner));
	outer->stack_trace = tsk_copy(call, USER("/srv/shop/workflow.py", "33", "run"));
	root = tsk_failure_root(take(call, outer));
	assert_string_equal(tsk_failure_location(call, root), "");

	/* In another process of a pool. */
	outer = make_application(call, "ValueError", "card declined",
				 make_application(call, "_RemoteTraceback", remote, NULL));
	outer->stack_trace = tsk_copy(call, SDK);
	root = tsk_failure_root(take(call, outer));
	assert_string_equal(tsk_failure_type(root), "ValueError");
	assert_string_equal(tsk_failure_location(call, root), "helpers.py:10 in charge_card");

	/* The same, with the user's own code waiting for the pool. */
	outer->stack_trace =
		tsk_copy(call, SDK USER("/srv/shop/activities.py", "21", "charge_all"));
	root = tsk_failure_root(take(call, outer));
	assert_string_equal(tsk_failure_location(call, root), "helpers.py:10 in charge_card");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_locations),
		UNIT_TEST(test_location_in_project),
		UNIT_TEST(test_location_of_causes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
