/* What error, failed and none are called in other languages. An application that speaks to its
 * users in theirs puts these words where the English ones stand: before a colon, as a key, as a
 * status. Letters beyond ASCII are compared as they are: where a word begins with one, both cases
 * are listed. */
#include "key_words.h"

#include <string.h>
#include <strings.h>

static const char *const errors[] = {
	"fehler",  "fehlermeldung", /* German */
	"erreur",                   /* French */
	"errore",                   /* Italian */
	"erro",                     /* Portuguese */
	"fout",    "foutmelding",   /* Dutch */
	"błąd",                     /* Polish */
	"chyba",                    /* Czech */
	"virhe",                    /* Finnish */
	"hata",                     /* Turkish */
	"ошибка",  "Ошибка",        /* Russian */
	"помилка", "Помилка",       /* Ukrainian */
	"错误",    "錯誤",          /* Chinese */
	"エラー",                   /* Japanese */
	"오류",                     /* Korean */
	NULL,
};

static const char *const failures[] = {
	"fehlgeschlagen", "gescheitert", "échoué",  "échec",  "Échec",   "fallido",
	"fallida",        "fallito",     "fallita", "falhou", "mislukt", "selhalo",
	"niepowodzenie",  "失败",        "失敗",    "실패",   NULL,
};

static const char *const nothing[] = {
	"keine",   "keiner", "aucun",   "aucune", "ninguno", "ninguna", "nessuno",
	"nessuna", "nenhum", "nenhuma", "geen",   "brak",    "žádná",   "yok",
	"нет",     "немає",  "无",      "無",     "なし",    "없음",    NULL,
};

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(text, *words) == 0)
			return true;
	return false;
}

/* Past the colon after a head, NULL: there is none. French puts a blank, mostly one that does not
 * break, before it; Chinese and Japanese have a wide one. */
static const char *past_colon(const char *at)
{
	static const char *const blanks[] = { " ", "\u00A0", "\u202F", NULL };
	static const char *const colons[] = { ":", "\uFF1A", NULL };

	for (size_t i = 0; blanks[i]; i++)
		if (strncmp(at, blanks[i], strlen(blanks[i])) == 0) {
			at += strlen(blanks[i]);
			break;
		}
	for (size_t i = 0; colons[i]; i++)
		if (strncmp(at, colons[i], strlen(colons[i])) == 0)
			return at + strlen(colons[i]);
	return NULL;
}

/* Whether the text begins with one of the words, a colon, and what it is. */
static bool begins_with_head(const char *text, const char *const *words)
{
	for (; *words; words++) {
		const char *rest = strncasecmp(text, *words, strlen(*words)) == 0
					   ? past_colon(text + strlen(*words))
					   : NULL;

		if (!rest)
			continue;
		rest += strspn(rest, " \t\r\n");
		return strspn(rest, "0 .") != strlen(rest) && !foreign_is_nothing(rest);
	}
	return false;
}

bool foreign_says_error(const char *text)
{
	text += strspn(text, " \t\r\n");
	return begins_with_head(text, errors) || begins_with_head(text, failures);
}

bool foreign_is_error(const char *word)
{
	return is_one_of(word, errors);
}

bool foreign_is_failure(const char *word)
{
	return is_one_of(word, errors) || is_one_of(word, failures);
}

bool foreign_is_nothing(const char *text)
{
	return is_one_of(text, nothing);
}
