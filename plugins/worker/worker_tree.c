/* The processes of one worker: which of them works, and which PID is shown. */
#include "worker.h"

#include <string.h>

bool worker_is_python(const struct tsk_process_info *process)
{
	const char *slash = process->program ? strrchr(process->program, '/') : NULL;

	return slash && strncmp(slash + 1, "python", 6) == 0;
}

/* uv leads and python works, and a reloader that is Python as well leads another one: the one that
 * works is connected to the server. Where none is yet, the first python; where there is no python,
 * whoever is not a launcher. */
const struct tsk_process_info *worker_main(struct tsk_call *call, const struct worker *worker)
{
	for (size_t i = 0; i < worker->count && worker->count > 1; i++) {
		const struct tsk_process_info one[2] = { worker->tree[i] };
		if (tsk_process_connected(call, one, tsk_setting(call, TSK_SETTING_ADDRESS)))
			return &worker->tree[i];
	}
	for (size_t i = 0; i < worker->count; i++)
		if (worker_is_python(&worker->tree[i]))
			return &worker->tree[i];
	for (size_t i = 0; i < worker->count; i++)
		if (!is_launcher(&worker->tree[i]))
			return &worker->tree[i];
	return worker->count ? &worker->tree[0] : NULL;
}

int worker_pid(const struct worker *worker)
{
	return worker->count ? worker->tree[0].id.pid : worker->id.pid;
}

const struct tsk_process_info *tree_find(const struct worker *worker, int pid)
{
	for (size_t i = 0; i < worker->count; i++)
		if (worker->tree[i].id.pid == pid)
			return &worker->tree[i];
	return NULL;
}
