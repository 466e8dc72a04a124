/* Why a dev server ended while it started: what its log says, and for troubles with its database
 * file the cause in plain words and what helps. */
#include "dev_server.h"

#include <temporal-skill/diagnosis.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the database file ---- */

struct trouble {
	struct tsk_call *call;
	const char *file, *folder; /* absolute */
	struct stat about;         /* of the file; zero: it cannot be looked at */
	struct ending *ending;
};

static void tell(struct trouble *trouble, const char *cause, const char *hint)
{
	trouble->ending->why = cause;
	trouble->ending->hint = hint;
}

static const char *quoted(const struct trouble *trouble, const char *path)
{
	return tsk_quote(trouble->call, path);
}

static const char *put_away(const struct trouble *trouble)
{
	return tsk_format(trouble->call, "mv %s %s", quoted(trouble, trouble->file),
			  quoted(trouble, tsk_format(trouble->call, "%s.bad", trouble->file)));
}

/* It may be anything, and named by mistake: it stays where it is. */
static void no_database(struct trouble *trouble)
{
	tell(trouble,
	     tsk_format(trouble->call,
			"the file '%s' is no SQLite database, or its beginning was overwritten",
			trouble->file),
	     "name another --db-filename; one that is not there yet is made");
}

static void damaged(struct trouble *trouble)
{
	tell(trouble,
	     tsk_format(trouble->call, "the database file '%s' is damaged (cut off, say)",
			trouble->file),
	     put_away(trouble));
}

static void locked(struct trouble *trouble)
{
	const struct tsk_process_info *holder = tsk_file_holder(trouble->call, trouble->file, 0);

	tell(trouble,
	     tsk_format(trouble->call, "the database file '%s' is locked by %s", trouble->file,
			holder ? process_text(trouble->call, holder)
			       : "another process, which this user cannot see"),
	     "end that process, or name another --db-filename");
}

static void full(struct trouble *trouble)
{
	tell(trouble,
	     tsk_format(trouble->call, "the disk of the database file '%s' is full", trouble->file),
	     tsk_format(trouble->call,
			"make room on it (df -h %s); a file that was new before this is "
			"unfinished, and to "
			"be removed",
			quoted(trouble, trouble->folder)));
}

static void not_writable(struct trouble *trouble)
{
	const bool file = access(trouble->file, W_OK) == 0;

	tell(trouble,
	     file ? tsk_format(trouble->call,
			       "the folder of the database file '%s' is not writable, and SQLite "
			       "keeps its journal there",
			       trouble->file)
		  : tsk_format(trouble->call, "the database file '%s' is not writable",
			       trouble->file),
	     tsk_format(trouble->call, "ls -ld %s %s", quoted(trouble, trouble->folder),
			quoted(trouble, trouble->file)));
}

static void not_opened(struct trouble *trouble)
{
	struct tsk_call *call = trouble->call;
	const char *look = tsk_format(call, "ls -ld %s %s", quoted(trouble, trouble->folder),
				      quoted(trouble, trouble->file));

	if (S_ISDIR(trouble->about.st_mode))
		tell(trouble,
		     tsk_format(call, "the database file '%s' is a directory", trouble->file),
		     tsk_format(
			     call, "name a file in it: --db-filename %s",
			     quoted(trouble, tsk_format(call, "%s/temporal.db", trouble->file))));
	else if (access(trouble->file, R_OK | W_OK) && errno != ENOENT)
		tell(trouble,
		     tsk_format(call, "the database file '%s' cannot be opened: %s", trouble->file,
				strerror(errno)),
		     look);
	else if (access(trouble->folder, W_OK | X_OK))
		tell(trouble,
		     tsk_format(call, "the database file '%s' cannot be made: its folder: %s",
				trouble->file, strerror(errno)),
		     look);
}

/* start-dev makes the tables where it makes the file, and never later. */
static void other_tables(struct trouble *trouble)
{
	struct tsk_call *call = trouble->call;

	if (S_ISREG(trouble->about.st_mode) && !trouble->about.st_size)
		tell(trouble,
		     tsk_format(call,
				"the database file '%s' is empty: start-dev makes its tables only "
				"where there is no file yet",
				trouble->file),
		     tsk_format(call, "rm %s", quoted(trouble, trouble->file)));
	else
		tell(trouble,
		     tsk_format(call,
				"the database file '%s' has not the tables that this version of "
				"the Temporal CLI works with (%s): another version made it, or it "
				"was never finished",
				trouble->file, trouble->ending->why),
		     put_away(trouble));
}

static void no_folder(struct trouble *trouble)
{
	tell(trouble,
	     tsk_format(trouble->call, "no folder '%s' for the database file", trouble->folder),
	     tsk_format(trouble->call, "mkdir -p %s", quoted(trouble, trouble->folder)));
}

/* By SQLite's own words, which the CLI hands on; the number is its result code. */
static const struct {
	const char *words;
	void (*explain)(struct trouble *trouble);
} database_rows[] = {
	{ "file is not a database", no_database },
	{ "disk image is malformed", damaged },
	{ "database is locked", locked },
	{ "database or disk is full", full },
	{ "attempt to write a readonly database", not_writable },
	{ "unable to open database file", not_opened },
	{ "no such table: ", other_tables },
	{ "no such column: ", other_tables },
	{ " has no column named ", other_tables },
	{ "failed checking dir for database file", no_folder },
};

static void explain_database(struct tsk_call *call, const char *file, struct ending *ending)
{
	const char *slash = strrchr(file, '/');
	struct trouble trouble = {
		.call = call,
		.file = file,
		.folder = slash > file ? tsk_copy_bytes(call, file, (size_t)(slash - file)) : "/",
		.ending = ending
	};

	if (stat(file, &trouble.about))
		trouble.about = (struct stat){ 0 };
	for (size_t i = 0; i < sizeof(database_rows) / sizeof(*database_rows); i++)
		if (strstr(ending->why, database_rows[i].words)) {
			database_rows[i].explain(&trouble);
			return;
		}
}

struct ending why_it_ended(struct tsk_call *call, const char *log, const char *database)
{
	struct ending ending = { .why = tsk_server_last_word(call, log) };

	if (database)
		explain_database(call, database, &ending);
	return ending;
}

/* ---- before it starts ---- */

enum tsk_status database_is_free(struct tsk_call *call, const char *database)
{
	const struct tsk_process_info *holder =
		database ? tsk_file_holder(call, database, 0) : NULL;

	/* Somebody who looks at it with another program may do so. */
	if (!holder || !is_dev_server(holder))
		return TSK_OK;
	tsk_hint(call, "use that server, stop it, or name another --db-filename");
	return tsk_fail(call, TSK_UNAVAILABLE,
			"the database file '%s' is in use by the dev server at port %d (pid %d), "
			"and two on one file take each other's work away",
			database, server_port(holder), holder->id.pid);
}
