/* The worker plugin: the processes that run workflow and activity code. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command ensure_worker_command;
extern const struct tsk_command kill_all_workers_command;
extern const struct tsk_command kill_worker_command;
extern const struct tsk_command list_workers_command;
extern const struct tsk_command monitor_worker_health_command;
extern const struct tsk_command show_worker_log_command;

static const struct tsk_command *const commands[] = {
	&ensure_worker_command,
	&kill_all_workers_command,
	&kill_worker_command,
	&list_workers_command,
	&monitor_worker_health_command,
	&show_worker_log_command,
	NULL,
};

static const char *const sections[] = { "worker", NULL };

TSK_PLUGIN(.name = "worker", .summary = "start, watch and stop workers", .commands = commands,
	   .sections = sections);
