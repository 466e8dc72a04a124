/* The mcp plugin: this program's commands for agents that speak the Model Context Protocol. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command serve_mcp_command;

static const struct tsk_command *const commands[] = {
	&serve_mcp_command,
	NULL,
};

TSK_PLUGIN(.name = "mcp", .summary = "serve the commands as tools of the Model Context Protocol",
	   .commands = commands);
