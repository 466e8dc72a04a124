/* Resources: the skill's texts, the logs, and the project's receipts.
 *
 * Only what the list names can be read: an address is compared with the list's and never made into
 * a path. Symbolic links are not followed, so that nothing leads elsewhere. */
#include "mcp.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEME       "temporal-skill:///"

/* More files of a kind than anyone looks through. */
#define MOST_FILES   200

/* Of a log, the end is what matters; this is more than hosts show at once. */
#define LOG_SIZE     ((size_t)100 << 10)
#define LOG_LINES    2000

/* A page of documentation or a receipt, several times over. */
#define LARGEST_TEXT ((size_t)4 << 20)

struct resource {
	const char *uri, *name, *path, *mime, *about;
	bool is_log;
	struct stat file;
};

struct walk {
	struct tsk_call *call;
	/* false: enough. */
	bool (*take)(struct walk *walk, const struct resource *resource);
	const char *wanted;
	struct resource found;
	cJSON *list;
};

/* ---- addresses and kinds ---- */

static const char *encoded(struct tsk_call *call, const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	char *text = tsk_alloc(call, 3 * strlen(name) + 1), *to = text;

	for (; *name; name++) {
		unsigned char byte = (unsigned char)*name;
		if (strchr(plain, byte)) {
			*to++ = *name;
			continue;
		}
		*to++ = '%';
		*to++ = digits[byte >> 4];
		*to++ = digits[byte & 15];
	}
	return text;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

static const char *mime_of(const char *name)
{
	return ends_with(name, ".md")     ? "text/markdown"
	       : ends_with(name, ".json") ? "application/json"
	       : ends_with(name, ".html") ? "text/html"
					  : "text/plain";
}

/* ---- walking ---- */

static bool visit(struct walk *walk, const char *shelf, const char *folder, const char *name,
		  const char *about)
{
	struct tsk_call *call = walk->call;
	struct resource resource = {
		.uri = tsk_format(call, SCHEME "%s/%s", shelf, encoded(call, name)),
		.name = name,
		.path = tsk_format(call, "%s/%s", folder, name),
		.mime = mime_of(name),
		.about = about,
		.is_log = !strcmp(shelf, "logs"),
	};

	if (lstat(resource.path, &resource.file) || !S_ISREG(resource.file.st_mode))
		return true;
	return walk->take(walk, &resource);
}

static bool is_log_name(const char *name)
{
	return ends_with(name, ".log") || ends_with(name, ".log.1");
}

static bool is_text_name(const char *name)
{
	return ends_with(name, ".md");
}

static bool is_receipt_name(const char *name)
{
	return ends_with(name, ".json") || ends_with(name, ".md") || ends_with(name, ".html");
}

static bool visit_folder(struct walk *walk, const char *shelf, const char *folder,
			 bool (*fits)(const char *name), const char *about)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort), visited = 0;
	bool go_on = true;

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		if (go_on && name[0] != '.' && fits(name) && visited++ < MOST_FILES)
			go_on = visit(walk, shelf, folder, tsk_copy(walk->call, name), about);
		free(entries[i]);
	}
	free(entries);
	return go_on;
}

/* In a source tree it lies one above the skill's other files. */
static const char *folder_of_skill_text(struct tsk_call *call, const char *skills)
{
	return access(tsk_format(call, "%s/SKILL.md", skills), R_OK)
		       ? tsk_format(call, "%s/..", skills)
		       : skills;
}

/* Logs that others may have put there are not shown; nor is the folder made. */
static bool visit_logs(struct walk *walk)
{
	struct tsk_call *call = walk->call;
	const char *folder = tsk_setting(call, TSK_SETTING_LOG_DIR);

	if (access(folder, F_OK))
		return true;
	if (tsk_private_directory(call, folder)) {
		tsk_forget_error(call);
		return true;
	}
	return visit_folder(walk, "logs", folder, is_log_name,
			    "log of a worker, a starter or the dev server: its end");
}

static void walk_all(struct walk *walk)
{
	struct tsk_call *call = walk->call;
	const char *skills = tsk_skills_dir(call);
	const char *receipts = tsk_format(call, "%s/.temporal-skill/receipts",
					  tsk_setting(call, TSK_SETTING_PROJECT_DIR));

	if (!skills)
		tsk_forget_error(call);
	else if (!visit(walk, "skill", folder_of_skill_text(call, skills), "SKILL.md",
			"how to run, check and repair Temporal applications") ||
		 !visit_folder(walk, "skill/references", tsk_format(call, "%s/references", skills),
			       is_text_name, "a chapter of the skill"))
		return;
	if (visit_logs(walk))
		visit_folder(walk, "receipts", receipts, is_receipt_name,
			     "what a verification of this project saw");
}

/* ---- resources/list ---- */

static bool list_one(struct walk *walk, const struct resource *resource)
{
	int64_t changed = (int64_t)resource->file.st_mtim.tv_sec * 1000000000 +
			  resource->file.st_mtim.tv_nsec;
	cJSON *row = tsk_append_object(walk->list);

	tsk_set(row, "uri", resource->uri);
	tsk_set(row, "name", resource->name);
	tsk_set(row, "description", resource->about);
	tsk_set(row, "mimeType", resource->mime);
	tsk_set_number(row, "size", resource->file.st_size);
	tsk_set_time(tsk_set_object(row, "annotations"), "lastModified", changed);
	return true;
}

void mcp_list_resources(const struct mcp_request *request)
{
	struct walk walk = { .call = request->server->call, .take = list_one };
	cJSON *result = cJSON_CreateObject();

	walk.list = tsk_set_list(result, "resources");
	walk_all(&walk);
	mcp_answer_cacheable(request, result, 0);
}

void mcp_list_resource_templates(const struct mcp_request *request)
{
	cJSON *result = cJSON_CreateObject();

	tsk_set_list(result, "resourceTemplates");
	mcp_answer_cacheable(request, result, 0);
}

/* ---- resources/read ---- */

static bool find_one(struct walk *walk, const struct resource *resource)
{
	if (strcmp(resource->uri, walk->wanted) != 0)
		return true;
	walk->found = *resource;
	return false;
}

/* Logs have colours, and whatever else a program wrote: shown, not obeyed. */
static const char *without_controls(struct tsk_call *call, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	char *shown = tsk_alloc(call, 4 * strlen(text) + 1), *to = shown;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if ((byte >= 0x20 && byte != 0x7f) || byte == '\n' || byte == '\t') {
			*to++ = *text;
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		*to++ = digits[byte >> 4];
		*to++ = digits[byte & 15];
	}
	return shown;
}

void mcp_read_resource(const struct mcp_request *request)
{
	struct tsk_call *call = request->server->call;
	const cJSON *uri = cJSON_GetObjectItemCaseSensitive(request->params, "uri");
	struct walk walk = { .call = call, .take = find_one };

	if (!cJSON_IsString(uri)) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "'uri' must be a string");
		return;
	}
	walk.wanted = uri->valuestring;
	walk_all(&walk);
	if (!walk.found.path) {
		mcp_refuse(request, request->modern ? MCP_INVALID_PARAMS : MCP_NO_RESOURCE,
			   "no resource '%s'", uri->valuestring);
		return;
	}
	const char *text = walk.found.is_log
				   ? tsk_file_tail(call, walk.found.path, LOG_LINES, LOG_SIZE, 0)
				   : tsk_file_read(call, walk.found.path, LARGEST_TEXT, NULL);
	if (!text) {
		mcp_refuse(request, MCP_INTERNAL_ERROR, "cannot read '%s'", uri->valuestring);
		tsk_forget_error(call);
		return;
	}
	cJSON *result = cJSON_CreateObject();
	cJSON *row = tsk_append_object(tsk_set_list(result, "contents"));
	tsk_set(row, "uri", walk.found.uri);
	tsk_set(row, "mimeType", walk.found.mime);
	tsk_set(row, "text", without_controls(call, text));
	mcp_answer_cacheable(request, result, 0);
}
