/* What a checkout declares and what its sources say: the strings of its pyproject.toml, names,
 * URLs, parts that a source plays. */
#include "fuzz.h"

#include "sources/neighbours.h"

static void take(void *what, const struct toml_string *string)
{
	struct tsk_call *call = what;
	const char *name = package_name(call, string->value);
	const char *path = path_of_url(call, string->value);

	require(string->section && string->key && !strchr(string->value, '\n'));
	require(strlen(name) <= strlen(string->value) && name[0] != '-');
	require(!path || strlen(path) <= strlen(string->value));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	struct fuzz_input input = { .at = bytes, .left = size };
	const char *text = fuzz_text(call, &input);

	toml_strings(call, text, take, call);
	require(tsk_source_parts(call, text) <=
		(TSK_MAKES_WORKER | TSK_STARTS_WORKFLOW | TSK_STAYS));
	fuzz_end(&world);
	return 0;
}
