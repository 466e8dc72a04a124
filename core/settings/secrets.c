/* Whether the user's secrets may go where the settings lead: see secrets.h. */
#include "secrets.h"

#include "call/call.h"
#include "table.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static const enum tsk_setting server_secrets[] = {
	TSK_SETTING_API_KEY,  TSK_SETTING_TLS_KEY,       TSK_SETTING_TLS_KEY_DATA,
	TSK_SETTING_TLS_CERT, TSK_SETTING_TLS_CERT_DATA, TSK_SETTING_GRPC_META,
};
static const enum tsk_setting server_ways[] = {
	TSK_SETTING_ADDRESS,
	TSK_SETTING_AUTHORITY,
	TSK_SETTING_TLS,
	TSK_SETTING_TLS_SERVER_NAME,
	TSK_SETTING_TLS_CA,
	TSK_SETTING_TLS_CA_DATA,
	TSK_SETTING_TLS_SKIP_HOST_CHECK,
};
static const enum tsk_setting codec_secrets[] = { TSK_SETTING_CODEC_AUTH,
						  TSK_SETTING_CODEC_HEADERS };
static const enum tsk_setting codec_ways[] = { TSK_SETTING_CODEC_ENDPOINT };

/* What asks for TLS, or makes sense with TLS alone. */
static const enum tsk_setting tls_signs[] = {
	TSK_SETTING_TLS,
	TSK_SETTING_TLS_SERVER_NAME,
	TSK_SETTING_TLS_CA,
	TSK_SETTING_TLS_CA_DATA,
	TSK_SETTING_TLS_SKIP_HOST_CHECK,
	TSK_SETTING_TLS_CERT,
	TSK_SETTING_TLS_CERT_DATA,
	TSK_SETTING_TLS_KEY,
	TSK_SETTING_TLS_KEY_DATA,
	TSK_SETTING_API_KEY,
};

static bool is_set(const struct settings *settings, enum tsk_setting setting)
{
	const char *value = settings_value(settings, setting);

	return *value && strcmp(value, "false") != 0;
}

/* The first of the user's secrets; -1: none. */
static int find_secret(const struct settings *settings, const enum tsk_setting *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_set(settings, list[i]) && !settings->values[list[i]].of_project)
			return (int)list[i];
	return -1;
}

/* The first that the project has a say in; -1: none. What it sets to nothing decides as well: no
 * TLS. */
static int find_way(const struct settings *settings, const enum tsk_setting *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (settings->values[list[i]].of_project &&
		    (*settings_value(settings, list[i]) || list[i] == TSK_SETTING_TLS))
			return (int)list[i];
	return -1;
}

/* Whether anyone from the project up, or the project in vain, asks for TLS. */
static bool asks_for_tls(const struct settings *settings)
{
	for (size_t i = 0; i < COUNT(tls_signs); i++) {
		enum tsk_setting sign = tls_signs[i];
		bool secret = sign == TSK_SETTING_API_KEY || sign == TSK_SETTING_TLS_CERT ||
			      sign == TSK_SETTING_TLS_CERT_DATA || sign == TSK_SETTING_TLS_KEY ||
			      sign == TSK_SETTING_TLS_KEY_DATA;
		/* That the user has a secret does not say that this server wants it. */
		if (settings_is_ignored(settings, sign) ||
		    (is_set(settings, sign) && settings->values[sign].rank >= RANK_PROJECT_INI &&
		     (!secret || settings->values[sign].of_project)))
			return true;
	}
	return false;
}

static const char *place(struct tsk_call *call, const struct settings *settings,
			 enum tsk_setting setting)
{
	return tsk_format(call, "%s (%s)", settings_row(setting)->key,
			  settings->values[setting].origin);
}

static void keep_back(struct settings *settings, struct tsk_call *call, enum tsk_setting secret)
{
	settings->kept_back =
		settings_keep(settings, tsk_format(call, "%s is not sent to '%s' (%s)",
						   place(call, settings, secret),
						   settings_value(settings, TSK_SETTING_ADDRESS),
						   settings->values[TSK_SETTING_ADDRESS].origin));
	for (size_t i = 0; i < COUNT(tls_signs); i++) {
		struct setting_value *slot = &settings->values[tls_signs[i]];
		if (slot->of_project || !is_set(settings, tls_signs[i]))
			continue;
		slot->value = settings_row(tls_signs[i])->fallback;
		slot->origin =
			settings_keep(settings, tsk_format(call, "%s, kept back", slot->origin));
	}
}

static void refuse(struct settings *settings, struct tsk_call *call, enum tsk_setting secret,
		   enum tsk_setting way)
{
	bool to_codec = way == TSK_SETTING_CODEC_ENDPOINT;
	const char *where = settings_value(settings, to_codec ? TSK_SETTING_CODEC_ENDPOINT
							      : TSK_SETTING_ADDRESS);

	settings->refusal = settings_keep(
		settings,
		tsk_format(
			call,
			"%s is not sent to '%s': %s is the project's word, and the secret is not",
			place(call, settings, secret), where, place(call, settings, way)));
	/* Whoever gives the address gives it the secret. */
	settings->refusal_hint = "temporal-skill trust-project --with-credentials";
	if (way == TSK_SETTING_ADDRESS || to_codec)
		settings->refusal_hint = settings_keep(
			settings, tsk_format(call, "add %s %s, where the secret may go there",
					     settings_row(way)->info.flag, tsk_quote(call, where)));
}

void secrets_settle(struct settings *settings, struct tsk_call *call)
{
	const char *address = settings_value(settings, TSK_SETTING_ADDRESS);
	int secret, way;

	settings->refusal = NULL;
	if (settings->project_trust == PROJECT_HAS_THE_CREDENTIALS)
		return;
	way = find_way(settings, server_ways, COUNT(server_ways));
	/* An address of this machine, and nothing else that the project decides. */
	bool plain = way == TSK_SETTING_ADDRESS && tsk_address_is_local(address) &&
		     find_way(settings, server_ways + 1, COUNT(server_ways) - 1) < 0 &&
		     !asks_for_tls(settings);
	secret = find_secret(settings, server_secrets, COUNT(server_secrets));
	if (way >= 0 && secret >= 0 && plain && secret != TSK_SETTING_GRPC_META) {
		keep_back(settings, call, (enum tsk_setting)secret);
		secret = find_secret(settings, server_secrets, COUNT(server_secrets));
	}
	if (way >= 0 && secret >= 0) {
		refuse(settings, call, (enum tsk_setting)secret, (enum tsk_setting)way);
		return;
	}
	way = find_way(settings, codec_ways, COUNT(codec_ways));
	secret = find_secret(settings, codec_secrets, COUNT(codec_secrets));
	if (way >= 0 && secret >= 0)
		refuse(settings, call, (enum tsk_setting)secret, (enum tsk_setting)way);
}

enum tsk_status secrets_check(struct tsk_call *call)
{
	const struct settings *settings = call->settings;

	if (!settings->refusal)
		return TSK_OK;
	tsk_fail(call, TSK_DENIED, "%s", settings->refusal);
	tsk_hint(call, "%s", settings->refusal_hint);
	return TSK_DENIED;
}
