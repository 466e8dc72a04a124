/* untrust-plugin: never load a project's plugin, whatever its content. */
#include <temporal-skill/result.h>
#include <temporal-skill/trust.h>

struct untrust_options {
	const char *file;
};

static const struct tsk_option options[] = {
	{ .name = "file",
	  .type = TSK_STRING,
	  .at = offsetof(struct untrust_options, file),
	  .argument = "FILE",
	  .help = "the plugin; it need not exist any more",
	  .required = true,
	  .positional = true },
	{ 0 },
};

static enum tsk_status untrust_plugin(struct tsk_call *call, const void *given)
{
	const struct untrust_options *o = given;
	const char *path = "";

	if (tsk_untrust_plugin(call, o->file, &path))
		return tsk_error(call);
	tsk_set(tsk_result(call), "path", path);
	tsk_verdict(call, "denied", "'%s' is not loaded any more, whatever its content", path);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill untrust-plugin .temporal-skill/plugins/orders.so", NULL
};

const struct tsk_command untrust_plugin_command = {
	.name = "untrust-plugin",
	.summary = "keep a project's plugin from being loaded",
	.examples = examples,
	.needs = TSK_CHANGES | TSK_ABOUT_TRUST,
	.options = options,
	.options_size = sizeof(struct untrust_options),
	.views = views,
	.run = untrust_plugin,
};
