/* A plain HTTP POST, for the codec server. */
#include "channel.h"

#include "status.h"

#include <temporal-skill/call.h>

#include <stdlib.h>
#include <string.h>

struct page {
	uint8_t *bytes;
	size_t size, room;
	bool too_long;
};

static size_t take_page(char *bytes, size_t item, size_t count, void *what)
{
	struct page *page = what;
	size_t size = item * count, room = page->room ? page->room : 4096;

	/* Decoded payloads come from one answer of the server, so they are bounded as that is. */
	if (size > ANSWER_LARGEST - page->size) {
		page->too_long = true;
		return 0;
	}
	while (room < page->size + size)
		room *= 2;
	if (room != page->room) {
		uint8_t *grown = realloc(page->bytes, room);
		if (!grown)
			return 0;
		page->bytes = grown;
		page->room = room;
	}
	memcpy(page->bytes + page->size, bytes, size);
	page->size += size;
	return size;
}

/* Whether the URL is about this machine; *problem: it is no URL. */
static bool is_local(const char *url, char **problem)
{
	CURLU *parts = curl_url();
	char *host = NULL;
	bool local = false;

	if (!parts || curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		*problem = channel_format("'%s' is no URL", url);
	else
		local = tsk_host_is_local(host);
	curl_free(host);
	curl_url_cleanup(parts);
	return local;
}

static bool add_headers(struct curl_slist **list, const char *const *headers)
{
	for (; headers && *headers; headers++) {
		struct curl_slist *grown = NULL;
		if (!strpbrk(*headers, "\r\n"))
			grown = curl_slist_append(*list, *headers);
		if (!grown)
			return false;
		*list = grown;
	}
	struct curl_slist *grown = curl_slist_append(*list, "Expect:");
	if (grown)
		*list = grown;
	return grown != NULL;
}

static bool set_post(CURL *easy, const char *url, struct curl_slist *headers, const void *body,
		     size_t size, int64_t timeout_ms)
{
	int64_t timeout = timeout_ms < 1 ? 1 : timeout_ms > INT32_MAX ? INT32_MAX : timeout_ms;
	int failed = 0;

	failed |= curl_easy_setopt(easy, CURLOPT_URL, url) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, size ? body : "") != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout) != CURLE_OK;
	return !failed;
}

static long perform_post(CURL *easy, const char *url, struct page *page, char **problem)
{
	char error[CURL_ERROR_SIZE] = "";
	long status = 0;

	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_page);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, page);
	CURLcode result = curl_easy_perform(easy);
	if (page->too_long)
		*problem = channel_format("the answer of '%s' has more than %u bytes", url,
					  ANSWER_LARGEST);
	else if (result != CURLE_OK)
		*problem = channel_format("cannot post to '%s': %s", url,
					  error[0] ? error : curl_easy_strerror(result));
	else
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
	return status;
}

long channel_post(const char *url, const char *const *headers, const void *body, size_t size,
		  int64_t timeout_ms, uint8_t **answer, size_t *answer_size, char **problem)
{
	struct curl_slist *list = NULL;
	struct page page = { 0 };
	long status = 0;

	*answer = NULL;
	*answer_size = 0;
	*problem = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		*problem = channel_format("libcurl cannot be initialised");
		return 0;
	}
	CURL *easy = curl_easy_init();
	bool local = is_local(url, problem);
	if (*problem)
		goto out;
	if (!easy || !channel_make_safe(easy, local) || !add_headers(&list, headers) ||
	    !set_post(easy, url, list, body, size, timeout_ms)) {
		*problem = channel_format("cannot set up a request to '%s'", url);
		goto out;
	}
	status = perform_post(easy, url, &page, problem);
	if (status) {
		*answer = page.bytes;
		*answer_size = page.size;
		page.bytes = NULL;
	}
out:
	free(page.bytes);
	curl_slist_free_all(list);
	curl_easy_cleanup(easy);
	curl_global_cleanup();
	return status;
}
