/* Commands that plainly start no Python program of this machine. */
#include "rehearsal.h"

#include <string.h>

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(name, *names) != 0)
		names++;
	return *names != NULL;
}

const char *why_not_python(struct tsk_call *call, const struct program *program)
{
	static const char *const languages[] = { "bun",  "bundle",  "cargo",   "deno", "dotnet",
						 "go",   "gradle",  "gradlew", "java", "mvn",
						 "node", "npm",     "npx",     "php",  "pnpm",
						 "ruby", "ts-node", "tsx",     "yarn", NULL };
	/* What they start is none of our processes. */
	static const char *const places[] = { "docker",  "docker-compose", "kubectl",
					      "nerdctl", "podman",         "podman-compose",
					      "ssh",     "systemctl",      "systemd-run",
					      NULL };
	const char *const *word = program->words.items;

	while (*word && (strchr(*word, '=') || !strcmp(*word, "env") || !strcmp(*word, "exec")))
		word++;
	if (!*word)
		return NULL;
	const char *slash = strrchr(*word, '/'), *name = slash ? slash + 1 : *word;
	if (is_one_of(name, languages))
		return tsk_format(call, "'%s' runs programs in another language", name);
	return is_one_of(name, places)
		       ? tsk_format(call, "what '%s' starts runs elsewhere, and would poll", name)
		       : NULL;
}
