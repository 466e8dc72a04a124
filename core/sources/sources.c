/* Walking a project's Python sources, and the lines of them that somebody looks for. */
#include "sources.h"
#include "neighbours.h"

#include <temporal-skill/text.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Projects are small; what is more is a library or data. */
#define ENTRIES_MOST 5000

char *sources_read(struct tsk_call *call, int folder, const char *name, size_t limit)
{
	/* It was a regular file when it was listed, and may have become a FIFO, which would wait.
	 */
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat about;
	char *text = NULL;
	ssize_t got;

	if (file < 0)
		return NULL;
	if (fstat(file, &about) || !S_ISREG(about.st_mode)) {
		close(file);
		return NULL;
	}
	const size_t size = (uint64_t)about.st_size < limit ? (size_t)about.st_size : limit;
	text = tsk_alloc(call, size + 1);
	got = read(file, text, size);
	close(file);
	return got > 0 ? text : NULL;
}

struct walk {
	struct tsk_call *call;
	tsk_source_visit *visit;
	void *what;
	int entries;
	/* Of a neighbour: what is left out of it, as it is a project of its own or has been walked
	 * as this one. */
	bool neighbour;
	dev_t device;
	ino_t project;
};

bool tsk_holds_sources(const char *name)
{
	static const char *const names[] = { "venv",         "env",           "__pycache__",
					     "node_modules", "site-packages", "build",
					     "dist",         "tests",         "test" };

	/* Where PID_DIR lies in the project, the sources that a worker was started with. */
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return false;

	return *name != '.' && !(dot && strcmp(dot, ".sources") == 0);
}

bool tsk_is_source(const char *name)
{
	const char *dot = strrchr(name, '.');

	return *name != '.' && dot && strcmp(dot, ".py") == 0 && strcmp(name, "conftest.py") != 0 &&
	       strncmp(name, "test_", strlen("test_")) != 0;
}

static bool is_walked(const struct walk *walk, int parent, const char *name,
		      const struct stat *about)
{
	if (!tsk_holds_sources(name))
		return false;
	if (!walk->neighbour)
		return true;
	return (about->st_dev != walk->device || about->st_ino != walk->project) &&
	       faccessat(parent, tsk_format(walk->call, "%s/pyproject.toml", name), F_OK, 0) != 0;
}

static void walk_directory(struct walk *walk, int parent, const char *path, const char *prefix,
			   int depth)
{
	int descriptor = openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent **entries = NULL;
	int count = descriptor < 0 ? 0 : scandirat(descriptor, ".", &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		struct tsk_source source = { .folder = descriptor, .name = entries[i]->d_name };
		struct stat about;

		if (walk->entries++ >= ENTRIES_MOST || *source.name == '.' ||
		    fstatat(descriptor, source.name, &about, AT_SYMLINK_NOFOLLOW))
			continue;
		source.path = tsk_format(walk->call, "%s%s", prefix, source.name);
		source.changed_at =
			(int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec;
		source.size = about.st_size;
		if (S_ISREG(about.st_mode) && tsk_is_source(source.name))
			walk->visit(walk->what, &source);
		if (S_ISDIR(about.st_mode) && depth < TSK_SOURCES_DEEPEST &&
		    is_walked(walk, descriptor, source.name, &about))
			walk_directory(walk, descriptor, source.name,
				       tsk_format(walk->call, "%s/", source.path), depth + 1);
	}
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	if (descriptor >= 0)
		close(descriptor);
}

void sources_walk_one(struct tsk_call *call, const char *directory, tsk_source_visit *visit,
		      void *what)
{
	struct walk walk = { .call = call, .visit = visit, .what = what };

	walk_directory(&walk, AT_FDCWD, directory, "", 0);
}

static void walk_neighbours(struct tsk_call *call, const char *directory, bool copies,
			    tsk_source_visit *visit, void *what)
{
	struct walk walk = { .call = call, .visit = visit, .what = what, .neighbour = true };
	struct stat project;
	size_t count;
	const struct tsk_neighbour *neighbours = tsk_neighbours(call, directory, &count);

	if (stat(directory, &project))
		return;
	walk.device = project.st_dev;
	walk.project = project.st_ino;
	for (size_t i = 0; i < count; i++) {
		/* Of each as many as of a project. */
		walk.entries = 0;
		if (!neighbours[i].within && (neighbours[i].editable || copies))
			walk_directory(&walk, AT_FDCWD, neighbours[i].directory,
				       tsk_format(call, "%s/", neighbours[i].path), 0);
	}
}

static void walk_all(struct tsk_call *call, const char *directory, bool copies,
		     tsk_source_visit *visit, void *what)
{
	char *real = realpath(directory, NULL);

	sources_walk_one(call, real ? real : directory, visit, what);
	if (real)
		walk_neighbours(call, real, copies, visit, what);
	free(real);
}

void tsk_sources_walk(struct tsk_call *call, const char *directory, tsk_source_visit *visit,
		      void *what)
{
	walk_all(call, directory, false, visit, what);
}

void tsk_sources_walk_all(struct tsk_call *call, const char *directory, tsk_source_visit *visit,
			  void *what)
{
	walk_all(call, directory, true, visit, what);
}

/* ---- lines ---- */

struct looked_for {
	struct tsk_call *call;
	const char *within;
	sources_fit *fits;
	const void *what;
	size_t most;
	struct tsk_lines places;
	int files;
};

const char *sources_name_of(const char *def, size_t *size)
{
	def += strspn(def, " \t");
	if (strncmp(def, "async ", strlen("async ")) == 0)
		def += strlen("async ") + strspn(def + strlen("async "), " ");
	if (strncmp(def, "def ", strlen("def ")) != 0)
		return NULL;
	def += strlen("def ") + strspn(def + strlen("def "), " ");
	*size = strcspn(def, "(: \n");
	return def;
}

/* The functions around the lines that were passed, the outermost first. */
#define DEFS_MOST 8
struct defs {
	const char *lines[DEFS_MOST];
	size_t count;
};

static const char *def_of(struct defs *defs, const char *line)
{
	size_t indent = strspn(line, " \t"), size;

	/* Blank lines and comments end no function. */
	if (!strchr("\r\n#", line[indent]))
		while (defs->count && strspn(defs->lines[defs->count - 1], " \t") >= indent &&
		       line[indent] != ')')
			defs->count--;
	const char *around = defs->count ? defs->lines[defs->count - 1] : NULL;
	if (defs->count < DEFS_MOST && sources_name_of(line, &size))
		defs->lines[defs->count++] = line;
	return around;
}

static void find_lines(void *what, const struct tsk_source *source)
{
	struct looked_for *looked = what;
	struct tsk_mark mark = tsk_mark(looked->call);
	struct defs defs = { .count = 0 };
	const char *text = NULL, *name;
	size_t found = looked->places.count, size;
	int number = 1;

	if (source->size <= SOURCE_BYTES && looked->files++ < FILES_READ_MOST)
		text = sources_read(looked->call, source->folder, source->name, SOURCE_BYTES);
	if (text && !strstr(text, looked->within))
		text = NULL;
	for (const char *line = text; line && *line; number++) {
		const char *end = strchr(line, '\n'), *def = def_of(&defs, line);

		if (looked->places.count < looked->most &&
		    looked->fits(looked->what, text, line, def)) {
			name = def ? sources_name_of(def, &size) : NULL;
			tsk_lines_add(&looked->places, "%s:%d%s%.*s", source->path, number,
				      name ? " in " : "", name ? (int)size : 0, name ? name : "");
		}
		line = end ? end + 1 : NULL;
	}
	if (looked->places.count == found)
		tsk_rewind(looked->call, mark);
}

void sources_lines(struct tsk_call *call, const char *directory, const char *within,
		   sources_fit *fits, const void *what, size_t most, struct tsk_strings *places)
{
	struct looked_for looked = { .call = call,
				     .within = within,
				     .fits = fits,
				     .what = what,
				     .most = most,
				     .places = { .call = call } };

	tsk_sources_walk(call, directory, find_lines, &looked);
	*places = tsk_lines_take(&looked.places);
}
