/* Which projects are installed as editable in a project's virtual environment, and imported by its
 * sources. */
#include "neighbours.h"
#include "sources.h"

#include "text/path.h"

#include <temporal-skill/text.h>

#include <cjson/cJSON.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An environment has some hundred packages. */
#define PACKAGES_MOST   3000
#define CANDIDATES_MOST 32
#define NAMES_MOST      64

/* Sources whose imports are looked at. */
#define LOOKED_AT_MOST  400

struct candidate {
	const char *directory; /* without links */
	const char *named_in;
	struct tsk_lines names; /* of what can be imported from it */
	bool imported;
};

struct installed {
	struct neighbours *neighbours;
	struct candidate items[CANDIDATES_MOST];
	size_t count;
	int looked_at;
};

/* ---- what can be imported from a folder ---- */

static bool is_package(struct tsk_call *call, const char *folder, const char *name)
{
	return !access(tsk_format(call, "%s/%s/__init__.py", folder, name), F_OK);
}

/* flat: the folder has more than packages, which are told by their __init__.py there. */
static void names_in(struct tsk_call *call, const char *folder, bool flat, struct tsk_lines *names)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		const size_t length = strlen(name);
		const bool module = tsk_is_source(name) && strcmp(name, "setup.py") != 0;

		if (names->count < NAMES_MOST && module)
			tsk_lines_add(names, "%.*s", (int)(length - strlen(".py")), name);
		else if (names->count < NAMES_MOST && tsk_holds_sources(name) &&
			 (is_package(call, folder, name) ||
			  (!flat && entries[i]->d_type == DT_DIR)))
			tsk_lines_add(names, "%s", name);
		free(entries[i]);
	}
	free(entries);
}

/* What lies in an environment is a library, whoever points there. */
static bool is_library(const char *path)
{
	return strstr(path, "/site-packages") || strstr(path, "/dist-packages");
}

/* A line of a .pth file names the folder of the packages; it may be that of a project. */
static void add_candidate(struct installed *installed, const char *path, const char *named_in)
{
	struct neighbours *neighbours = installed->neighbours;
	struct tsk_call *call = neighbours->call;
	char real[PATH_MAX];

	if (installed->count == CANDIDATES_MOST || *path != '/' || !realpath(path, real) ||
	    is_library(real))
		return;
	const char *slash = strrchr(real, '/');
	const char *parent = tsk_copy_bytes(call, real, (size_t)(slash - real));
	const char *directory = !strcmp(slash, "/src") && holds_project(call, parent)
					? parent
					: tsk_copy(call, real);
	for (size_t i = 0; i < installed->count; i++)
		if (!strcmp(installed->items[i].directory, directory))
			return;
	if (path_is_within(directory, neighbours->project))
		return;
	const char *packages = tsk_format(call, "%s/src", directory);
	struct candidate *candidate = &installed->items[installed->count++];
	*candidate = (struct candidate){ .directory = directory,
					 .named_in = named_in,
					 .names = { .call = call } };
	names_in(call, packages, false, &candidate->names);
	if (!candidate->names.count)
		names_in(call, directory, true, &candidate->names);
}

/* ---- the environment ---- */

/* {"url": "file:///srv/common", "dir_info": {"editable": true}} */
static void read_direct_url(struct installed *installed, const char *file)
{
	struct neighbours *neighbours = installed->neighbours;
	const char *text = sources_read(neighbours->call, AT_FDCWD, file, DECLARED_BYTES);
	cJSON *root = text ? cJSON_Parse(text) : NULL;
	const cJSON *url = cJSON_GetObjectItemCaseSensitive(root, "url");
	const cJSON *about = cJSON_GetObjectItemCaseSensitive(root, "dir_info");
	const bool editable = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(about, "editable"));
	const char *path = cJSON_IsString(url) && about
				   ? path_of_url(neighbours->call, url->valuestring)
				   : NULL;
	char real[PATH_MAX];

	/* What is installed counts more than what is declared. */
	if (path && realpath(path, real)) {
		struct tsk_neighbour *known = neighbours_find(neighbours, real);
		if (known)
			known->editable = editable;
		else if (editable)
			add_candidate(installed, real, file);
	}
	cJSON_Delete(root);
}

static void read_path_file(struct installed *installed, const char *file)
{
	struct tsk_call *call = installed->neighbours->call;
	const char *text = sources_read(call, AT_FDCWD, file, DECLARED_BYTES);

	while (text && *text) {
		const size_t size = strcspn(text, "\r\n");

		if (*text == '/')
			add_candidate(installed, tsk_copy_bytes(call, text, size), file);
		text += size + strspn(text + size, "\r\n");
	}
}

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), tail = strlen(end);

	return length > tail && !strcmp(text + length - tail, end);
}

static void read_packages(struct installed *installed, const char *folder)
{
	struct tsk_call *call = installed->neighbours->call;
	DIR *packages = opendir(folder);
	const struct dirent *entry;

	for (int i = 0; packages && i < PACKAGES_MOST && (entry = readdir(packages)); i++) {
		const char *path = tsk_format(call, "%s/%s", folder, entry->d_name);
		if (ends_with(path, ".dist-info"))
			read_direct_url(installed, tsk_format(call, "%s/direct_url.json", path));
		else if (ends_with(path, ".pth"))
			read_path_file(installed, path);
	}
	if (packages)
		closedir(packages);
}

static bool read_environment(struct installed *installed, const char *environment)
{
	struct tsk_call *call = installed->neighbours->call;
	const char *libraries = tsk_format(call, "%s/lib", environment);
	struct dirent **entries = NULL;

	if (access(tsk_format(call, "%s/pyvenv.cfg", environment), R_OK))
		return false;
	int count = scandir(libraries, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (!strncmp(entries[i]->d_name, "python", strlen("python")))
			read_packages(installed, tsk_format(call, "%s/%s/site-packages", libraries,
							    entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return true;
}

/* The project's own, its workspace's, else the one that is active. */
static void read_environments(struct installed *installed, const char *root)
{
	static const char *const names[] = { ".venv", "venv", "env" };
	struct tsk_call *call = installed->neighbours->call;
	const char *const folders[] = { installed->neighbours->project, root };
	const char *active = getenv("VIRTUAL_ENV");

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && folders[i]; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			if (read_environment(installed,
					     tsk_format(call, "%s/%s", folders[i], names[k])))
				return;
	if (active && *active == '/')
		read_environment(installed, active);
}

/* ---- what is imported ---- */

static const char *word_after(const char *line, const char *keyword)
{
	const size_t length = strlen(keyword);

	return !strncmp(line, keyword, length) && (line[length] == ' ' || line[length] == '\t')
		       ? line + length + strspn(line + length, " \t")
		       : NULL;
}

static void take_import(struct installed *installed, const char *line)
{
	const char *name = word_after(line, "from");
	size_t size = 0;

	name = name ? name : word_after(line, "import");
	if (!name)
		return;
	while (isalnum((unsigned char)name[size]) || name[size] == '_')
		size++;
	const char *top = tsk_copy_bytes(installed->neighbours->call, name, size);
	for (size_t i = 0; i < installed->count; i++)
		if (tsk_lines_hold(&installed->items[i].names, top))
			installed->items[i].imported = true;
}

static void look_at_imports(void *what, const struct tsk_source *source)
{
	struct installed *installed = what;
	struct tsk_call *call = installed->neighbours->call;
	const struct tsk_mark mark = tsk_mark(call);

	if (source->size > SOURCE_BYTES || installed->looked_at++ >= LOOKED_AT_MOST)
		return;
	const char *text = sources_read(call, source->folder, source->name, SOURCE_BYTES);
	while (text && *text) {
		const size_t indent = strspn(text, " \t");
		take_import(installed, text + indent);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	tsk_rewind(call, mark);
}

void neighbours_installed(struct neighbours *neighbours, const char *root)
{
	struct installed *installed = tsk_alloc(neighbours->call, sizeof(*installed));
	size_t looked = 0;

	installed->neighbours = neighbours;
	read_environments(installed, root);
	if (!installed->count)
		return;
	sources_walk_one(neighbours->call, neighbours->project, look_at_imports, installed);
	/* What is imported by those that are known already, and by those that are found here. */
	do {
		for (; looked < neighbours->count; looked++)
			sources_walk_one(neighbours->call, neighbours->items[looked].directory,
					 look_at_imports, installed);
		for (size_t i = 0; i < installed->count; i++)
			if (installed->items[i].imported)
				neighbours_take(neighbours, installed->items[i].directory,
						installed->items[i].named_in, true);
	} while (looked < neighbours->count);
}
