/* Pages: one self-contained HTML file each, in which text of others is text.
 *
 * A content security policy stands behind the escaping: nothing is loaded, and no script runs but
 * the one whose hash it names. */
#include "timeline.h"

#include "text/json_write.h"

#include <sha2.h>
#include <string.h>

/* ---- text of others ---- */

/* Markup characters as entities; everything else as it is. */
static void add_escaped(struct tsk_text *page, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "&<>\"'");
		if (length)
			tsk_text_format(page, "%.*s", (int)length, text);
		switch (text[length]) {
		case '&': tsk_text_add(page, "&amp;"); break;
		case '<': tsk_text_add(page, "&lt;"); break;
		case '>': tsk_text_add(page, "&gt;"); break;
		case '"': tsk_text_add(page, "&quot;"); break;
		case '\'': tsk_text_add(page, "&#39;"); break;
		default: return;
		}
		text += length + 1;
	}
}

void tsk_html_text(struct tsk_text *page, const char *text)
{
	add_escaped(page, tsk_visible(page->call, text));
}

void tsk_html_link(struct tsk_text *page, const char *url, const char *text)
{
	bool safe = !strncmp(url, "http://", strlen("http://")) ||
		    !strncmp(url, "https://", strlen("https://"));

	if (safe) {
		tsk_text_add(page, "<a rel=\"noreferrer noopener\" href=\"");
		tsk_html_text(page, url);
		tsk_text_add(page, "\">");
	}
	tsk_html_text(page, text);
	if (safe)
		tsk_text_add(page, "</a>");
}

void tsk_html_block(struct tsk_text *page, const char *text)
{
	/* A pre drops a newline that it begins with. */
	tsk_text_add(page, "<pre tabindex=\"0\">\n");
	tsk_html_text(page, text);
	tsk_text_add(page, "</pre>\n");
}

void tsk_html_status(struct tsk_text *page, const char *status)
{
	static const struct {
		const char *status, *class;
	} classes[] = {
		{ "COMPLETED", "good" }, { "RUNNING", "open" },         { "FAILED", "bad" },
		{ "TIMED_OUT", "bad" },  { "TERMINATED", "bad" },       { "CANCELED", "off" },
		{ "PAUSED", "off" },     { "CONTINUED_AS_NEW", "off" },
	};
	const char *class = "off";

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (!strcmp(classes[i].status, status))
			class = classes[i].class;
	tsk_text_format(page, "<span class=\"badge %s\">", class);
	tsk_html_text(page, status);
	tsk_text_add(page, "</span>");
}

/* ---- the page ---- */

static const char *script_hash(struct tsk_call *call)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)page_script, strlen(page_script));
	SHA256Final(digest, &context);
	return base64_encode(call, digest, sizeof(digest));
}

/* Fills of bars that are drawn as paths: what went wrong is told by more than its colour. */
static const char patterns[] =
	"<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n"
	"<pattern id=\"fill-failed\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
	"<path class=\"ground\" d=\"M0 0h6v6h-6z\"/><path d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\"/>"
	"</pattern>\n"
	"<pattern id=\"fill-timedout\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
	"<path class=\"ground\" d=\"M0 0h5v5h-5z\"/><path d=\"M1.5 0v5\"/></pattern>\n"
	"<pattern id=\"fill-canceled\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">"
	"<path class=\"ground\" d=\"M0 0h4v4h-4z\"/><path d=\"M0 2h4\"/></pattern>\n"
	"</defs></svg>\n";

void tsk_html_begin(struct tsk_text *page, const char *title)
{
	tsk_text_add(page,
		     "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
		     "form-action 'none'; script-src 'sha256-");
	tsk_text_add(page, script_hash(page->call));
	tsk_text_add(page,
		     "'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<meta name=\"referrer\" content=\"no-referrer\">\n"
		     "<link rel=\"icon\" href=\"data:,\">\n<title>");
	tsk_html_text(page, title);
	tsk_text_add(page, "</title>\n<style>\n");
	tsk_text_add(page, page_style);
	tsk_text_add(page, "</style>\n</head>\n<body>\n");
	tsk_text_add(page, patterns);
	tsk_text_add(page, "<main>\n");
}

void tsk_html_end(struct tsk_text *page)
{
	tsk_text_format(page, "<footer>made by temporal-skill %s</footer>\n</main>\n<script>",
			tsk_version());
	tsk_text_add(page, page_script);
	tsk_text_add(page, "</script>\n</body>\n</html>\n");
}
