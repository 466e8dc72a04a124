/* untrust-project: take back what trust-project said. */
#include <temporal-skill/project_trust.h>
#include <temporal-skill/result.h>

static enum tsk_status untrust_project(struct tsk_call *call, const void *given)
{
	const char *path = "";

	(void)given;
	if (tsk_untrust_project(call, &path))
		return tsk_error(call);
	tsk_set(tsk_result(call), "path", path);
	tsk_verdict(call, "denied", "'%s' is not trusted any more", path);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ 0 },
};

static const char *const examples[] = { "temporal-skill untrust-project", NULL };

const struct tsk_command untrust_project_command = {
	.name = "untrust-project",
	.summary = "let a project's temporal-skill.ini set only what is harmless again",
	.examples = examples,
	.needs = TSK_NEEDS_PROJECT | TSK_CHANGES | TSK_ABOUT_TRUST,
	.views = views,
	.run = untrust_project,
};
