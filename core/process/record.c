/* Records of what we started: small JSON files in PID_DIR, one for each process. */
#include "internal.h"

#include "talk/trace.h"

#include <temporal-skill/passport.h>

#include <cjson/cJSON.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING           RECORD_ENDING

/* A record has a few hundred bytes; a command line may add much to that. */
#define RECORD_SIZE_MOST ((size_t)256 << 10)

/* More than anyone's machine runs; the rest of a flooded directory is left alone. */
#define RECORDS_MOST     ((size_t)4096)

/* pid_namespace 0: the usual file. */
static const char *record_path(struct tsk_call *call, const char *kind, const char *name,
			       const char *scope, uint64_t pid_namespace)
{
	const char *safe = name_plain(call, name);
	uint64_t hash = name_hash(scope, NAME_HASH_START);
	const char *mine = pid_namespace ? tsk_format(call, "-ns%" PRIu64, pid_namespace) : "";

	/* Names that only differ in what was replaced must not meet, either. */
	if (strcmp(safe, name) != 0)
		hash = name_hash(name, hash);
	return tsk_format(call, "%s/%s-%s-%016" PRIx64 "%s" ENDING,
			  tsk_setting(call, TSK_SETTING_PID_DIR), name_plain(call, kind), safe,
			  hash, mine);
}

static const char *host_name(struct tsk_call *call)
{
	char name[HOST_NAME_MAX + 1] = "";

	gethostname(name, sizeof(name) - 1);
	return tsk_copy(call, name);
}

/* ---- writing ---- */

static bool add_text(cJSON *object, const char *key, const char *text)
{
	return cJSON_AddStringToObject(object, key, text ? text : "") != NULL;
}

/* 64-bit numbers are kept as strings: cJSON's are doubles. */
static char *print_record(struct tsk_call *call, const struct tsk_record *record)
{
	cJSON *object = cJSON_CreateObject();
	char *text = NULL;

	if (object && add_text(object, "kind", record->kind) &&
	    add_text(object, "name", record->name) && add_text(object, "scope", record->scope) &&
	    cJSON_AddNumberToObject(object, "pid", record->process.pid) &&
	    add_text(object, "start_ticks",
		     tsk_format(call, "%" PRIu64, record->process.start_ticks)) &&
	    add_text(object, "host", host_name(call)) &&
	    add_text(object, "boot_id", record->process.boot_id) &&
	    add_text(object, "pid_namespace",
		     tsk_format(call, "%" PRIu32, record->process.pid_namespace)) &&
	    add_text(object, "command", record->command) && add_text(object, "log", record->log) &&
	    add_text(object, "address", record->address) &&
	    add_text(object, "namespace", record->namespace_) &&
	    add_text(object, "task_queues", record->task_queues) &&
	    add_text(object, "started_at", tsk_format(call, "%" PRId64, record->started_at)))
		text = cJSON_Print(object);
	cJSON_Delete(object);
	char *kept = tsk_copy(call, text);
	cJSON_free(text);
	return kept;
}

static const struct tsk_record *load_record(struct tsk_call *call, const char *path);

/* The usual file, unless it tells of a process elsewhere, of which we cannot know whether it
 * ended. */
const char *record_own_path(struct tsk_call *call, const struct tsk_record *record)
{
	const char *usual = record_path(call, record->kind, record->name, record->scope, 0);
	const struct tsk_record *there = load_record(call, usual);

	tsk_forget_error(call);
	if (there && tsk_record_whereabouts(call, there) == TSK_ELSEWHERE)
		return record_path(call, record->kind, record->name, record->scope,
				   system_pid_namespace());
	return usual;
}

enum tsk_status tsk_record_write(struct tsk_call *call, const struct tsk_record *record)
{
	const char *text = print_record(call, record);

	if (!text)
		return tsk_fail(call, TSK_INTERNAL, "cannot print the record of '%s'",
				record->name);
	text = tsk_format(call, "%s\n", text);
	if (strlen(text) > RECORD_SIZE_MOST)
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot record '%s': its command line is too long", record->name);
	if (tsk_private_directory(call, tsk_setting(call, TSK_SETTING_PID_DIR)))
		return tsk_error(call);
	return file_replace(call, record_own_path(call, record), text, strlen(text), 0600);
}

/* ---- reading ---- */

static const char *get_text(struct tsk_call *call, const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return tsk_copy(call, text ? text : "");
}

/* Digits and nothing else. */
static bool get_number(const cJSON *object, const char *key, uint64_t *number)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
	char *end;

	if (!text || !*text || strspn(text, "0123456789") != strlen(text))
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && !*end;
}

static bool get_process(struct tsk_call *call, const cJSON *object, struct tsk_process *process)
{
	const cJSON *pid = cJSON_GetObjectItemCaseSensitive(object, "pid");
	const char *boot_id = get_text(call, object, "boot_id");

	if (!cJSON_IsNumber(pid) || pid->valuedouble < 1 || pid->valuedouble > INT_MAX ||
	    pid->valuedouble != pid->valueint || !*boot_id ||
	    strlen(boot_id) >= sizeof(process->boot_id) ||
	    !get_number(object, "start_ticks", &process->start_ticks))
		return false;
	/* Records of 0.1.0 lack it. The kernel numbers namespaces with 32 bits. */
	uint64_t its = 0;
	if (get_number(object, "pid_namespace", &its))
		process->pid_namespace = (uint32_t)its;
	process->pid = pid->valueint;
	memcpy(process->boot_id, boot_id, strlen(boot_id) + 1);
	return true;
}

/* The struct cannot grow: the host stands behind the NUL of the path. */
static const char *path_and_host(struct tsk_call *call, const char *path, const char *host)
{
	size_t size = strlen(path) + 1;
	char *both = tsk_alloc(call, size + strlen(host) + 1);

	memcpy(both, path, size);
	memcpy(both + size, host, strlen(host));
	return both;
}

const char *tsk_record_host(const struct tsk_record *record)
{
	return record->path ? record->path + strlen(record->path) + 1 : "";
}

/* NULL: damaged. */
static struct tsk_record *parse_record(struct tsk_call *call, const char *path, const char *text,
				       size_t size)
{
	cJSON *object = cJSON_ParseWithLengthOpts(text, size + 1, NULL, true);
	struct tsk_record *record = tsk_alloc(call, sizeof(*record));
	uint64_t started_at = 0;

	bool whole = object && strlen(text) == size &&
		     get_process(call, object, &record->process) &&
		     get_number(object, "started_at", &started_at) && started_at <= INT64_MAX;
	record->kind = get_text(call, object, "kind");
	record->name = get_text(call, object, "name");
	record->scope = get_text(call, object, "scope");
	record->command = get_text(call, object, "command");
	record->log = get_text(call, object, "log");
	record->address = get_text(call, object, "address");
	record->namespace_ = get_text(call, object, "namespace");
	record->task_queues = get_text(call, object, "task_queues");
	record->path = path_and_host(call, path, get_text(call, object, "host"));
	record->started_at = (int64_t)started_at;
	cJSON_Delete(object);
	return whole && *record->kind && *record->name && *record->scope ? record : NULL;
}

static void set_aside(struct tsk_call *call, const char *path)
{
	const char *aside = tsk_format(call, "%s.bad", path);

	if (rename(path, aside) == 0)
		tsk_note(call, "the record '%s' is damaged: it is now '%s'", path, aside);
	else
		tsk_note(call, "the record '%s' is damaged, and cannot be set aside: %s", path,
			 strerror(errno));
}

/* NULL: none there, damaged (set aside), or the error is set. */
static const struct tsk_record *load_record(struct tsk_call *call, const char *path)
{
	struct stat about;
	size_t size = 0;

	if (lstat(path, &about)) {
		if (errno != ENOENT)
			tsk_fail(call, file_status(errno), "cannot look at '%s': %s", path,
				 strerror(errno));
		return NULL;
	}
	const char *text = "";
	if (S_ISREG(about.st_mode) && (size_t)about.st_size <= RECORD_SIZE_MOST)
		text = tsk_file_read(call, path, RECORD_SIZE_MOST, &size);
	/* Its process has ended meanwhile, and whoever looks after that has cleared it away. */
	if (!text && tsk_error(call) == TSK_NOT_FOUND)
		tsk_forget_error(call);
	if (!text)
		return NULL;
	const struct tsk_record *record = parse_record(call, path, text, size);
	if (!record)
		set_aside(call, path);
	return record;
}

/* A file that somebody copied or renamed is of another process than its name says. */
static const struct tsk_record *load_own(struct tsk_call *call, const char *path, const char *kind,
					 const char *name, const char *scope)
{
	const struct tsk_record *record = load_record(call, path);

	if (!record || strcmp(record->kind, kind) != 0 || strcmp(record->name, name) != 0 ||
	    strcmp(record->scope, scope) != 0)
		return NULL;
	trace_line(call, TRACE_PROCESS, "record '%s': %d %s", path, record->process.pid,
		   tsk_process_runs(&record->process) ? "runs" : "has ended");
	return record;
}

const struct tsk_record *tsk_record_read(struct tsk_call *call, const char *kind, const char *name,
					 const char *scope)
{
	bool there;

	if (directory_check(call, tsk_setting(call, TSK_SETTING_PID_DIR), false, &there) || !there)
		return NULL;
	const struct tsk_record *usual =
		load_own(call, record_path(call, kind, name, scope, 0), kind, name, scope);
	if (tsk_error(call) || (usual && tsk_record_whereabouts(call, usual) != TSK_ELSEWHERE))
		return usual;
	const struct tsk_record *ours =
		load_own(call, record_path(call, kind, name, scope, system_pid_namespace()), kind,
			 name, scope);
	return ours ? ours : usual;
}

static bool is_record_name(const char *name, const char *kind)
{
	size_t length = strlen(name), prefix = strlen(kind), ending = strlen(ENDING);

	return length > prefix + 1 + ending && strncmp(name, kind, prefix) == 0 &&
	       name[prefix] == '-' && strcmp(name + length - ending, ENDING) == 0;
}

static int compare_paths(const void *one, const void *other)
{
	return strcmp(((const struct tsk_record *)one)->path,
		      ((const struct tsk_record *)other)->path);
}

const struct tsk_record *tsk_record_list(struct tsk_call *call, const char *kind, size_t *count)
{
	const char *directory = tsk_setting(call, TSK_SETTING_PID_DIR);
	struct tsk_record *list = NULL;
	size_t found = 0, room = 0;
	struct dirent *entry;
	bool there = false;

	if (directory_check(call, directory, false, &there))
		there = false;
	DIR *records = there ? opendir(directory) : NULL;
	while (records && found < RECORDS_MOST && (entry = readdir(records))) {
		if (!is_record_name(entry->d_name, kind))
			continue;
		const struct tsk_record *record =
			load_record(call, tsk_format(call, "%s/%s", directory, entry->d_name));
		if (!record || strcmp(record->kind, kind) != 0)
			continue;
		list = tsk_grow(call, list, found, &room, sizeof(*list));
		list[found++] = *record;
	}
	if (records)
		closedir(records);
	if (found)
		qsort(list, found, sizeof(*list), compare_paths);
	if (count)
		*count = found;
	return list ? list : tsk_alloc(call, sizeof(*list));
}

enum tsk_status tsk_record_remove(struct tsk_call *call, const struct tsk_record *record)
{
	const struct tsk_record *now =
		record->path
			? load_own(call, record->path, record->kind, record->name, record->scope)
			: tsk_record_read(call, record->kind, record->name, record->scope);

	/* Somebody may have started anew meanwhile: that record is not the one to remove. */
	if (!now || !same_process(&now->process, &record->process))
		return tsk_error(call);
	if (unlink(now->path) && errno != ENOENT)
		return tsk_fail(call, file_status(errno), "cannot remove '%s': %s", now->path,
				strerror(errno));
	tsk_passport_drop(call, now);
	return TSK_OK;
}

/* ---- where it is ---- */

enum tsk_whereabouts tsk_record_whereabouts(struct tsk_call *call, const struct tsk_record *record)
{
	const struct tsk_process *process = &record->process;

	if (tsk_process_is_here(process))
		return tsk_process_runs(process) ? TSK_RUNS : TSK_ENDED;
	if (strcmp(process->boot_id, system_boot_id()) != 0) {
		/* This host was started anew since; another one may run on. */
		bool is_our_host = !*tsk_record_host(record) ||
				   strcmp(tsk_record_host(record), host_name(call)) == 0;
		return is_our_host ? TSK_ENDED : TSK_ELSEWHERE;
	}
	/* A namespace ends with all that is in it. */
	return system_namespace_lives(process->pid_namespace) == 0 ? TSK_ENDED : TSK_ELSEWHERE;
}

const char *tsk_record_place(struct tsk_call *call, const struct tsk_record *record)
{
	const struct tsk_process *process = &record->process;

	if (tsk_process_is_here(process))
		return tsk_format(call, "pid %d", process->pid);
	const char *host = tsk_record_host(record);

	if (*host && strcmp(host, host_name(call)) != 0)
		return tsk_format(call, "pid %d on '%s'", process->pid, host);
	return tsk_format(call, "pid %d in another PID namespace of this host", process->pid);
}
