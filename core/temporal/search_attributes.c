/* Search attributes of a namespace: their types, and adding some. */
#include "client.h"

#include <string.h>
#include <strings.h>

/* As the Temporal CLI writes them, by the number that the API has for each. */
static const char *const types[] = {
	[PB__INDEXED_VALUE_TYPE__INDEXED_VALUE_TYPE_TEXT] = "Text",
	[PB__INDEXED_VALUE_TYPE__INDEXED_VALUE_TYPE_KEYWORD] = "Keyword",
	[PB__INDEXED_VALUE_TYPE__INDEXED_VALUE_TYPE_INT] = "Int",
	[PB__INDEXED_VALUE_TYPE__INDEXED_VALUE_TYPE_DOUBLE] = "Double",
	[PB__INDEXED_VALUE_TYPE__INDEXED_VALUE_TYPE_BOOL] = "Bool",
	[PB__INDEXED_VALUE_TYPE__INDEXED_VALUE_TYPE_DATETIME] = "Datetime",
	[PB__INDEXED_VALUE_TYPE__INDEXED_VALUE_TYPE_KEYWORD_LIST] = "KeywordList",
};
#define TYPES (sizeof(types) / sizeof(*types))

/* 0: there is none of that name. */
static size_t type_of(const char *name)
{
	for (size_t i = 1; i < TYPES; i++)
		if (strcasecmp(types[i], name) == 0)
			return i;
	return 0;
}

enum tsk_status tsk_search_attribute_read(struct tsk_call *call, const char *text,
					  const char **name, const char **type)
{
	const char *equals = strchr(text, '=');
	size_t number = equals ? type_of(equals + 1) : 0;

	if (!equals || equals == text || !number)
		return tsk_fail(call, TSK_USAGE,
				"bad search attribute '%s': expected NAME=TYPE, TYPE being Text, "
				"Keyword, Int, Double, Bool, Datetime or KeywordList",
				text);
	*name = tsk_copy_bytes(call, text, (size_t)(equals - text));
	*type = types[number];
	return TSK_OK;
}

/* What the namespace has by now; NULL: the error is set. */
static const Pb__ListSearchAttributesResponse *ask_attributes(struct tsk_call *call)
{
	Pb__ListSearchAttributesRequest request = PB__LIST_SEARCH_ATTRIBUTES_REQUEST__INIT;
	struct exchange exchange = {
		.method = "ListSearchAttributes",
		.message = &request.base,
		.answers = &pb__list_search_attributes_response__descriptor,
		.of_operator = true,
	};

	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	return exchange_one(call, &exchange) ? NULL : exchange.answer;
}

static enum tsk_status add_one(struct tsk_call *call, const char *name, size_t type)
{
	Pb__AddSearchAttributesRequest request = PB__ADD_SEARCH_ATTRIBUTES_REQUEST__INIT;
	Pb__AddSearchAttributesRequest__SearchAttributesEntry entry =
		PB__ADD_SEARCH_ATTRIBUTES_REQUEST__SEARCH_ATTRIBUTES_ENTRY__INIT;
	Pb__AddSearchAttributesRequest__SearchAttributesEntry *entries[] = { &entry };
	struct exchange exchange = { .method = "AddSearchAttributes",
				     .message = &request.base,
				     .of_operator = true,
				     .changes = true,
				     .about = name };

	entry.key = wire_text(name);
	entry.value = (Pb__IndexedValueType)type;
	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.n_search_attributes = 1;
	request.search_attributes = entries;
	if (exchange_all(call, &exchange, 1))
		return tsk_error(call);
	/* Somebody else was faster. */
	return exchange.code == GRPC_ALREADY_EXISTS ? TSK_OK : exchange_fail(call, &exchange);
}

static enum tsk_status ensure_one(struct tsk_call *call, const char *text,
				  const Pb__ListSearchAttributesResponse *there)
{
	const char *name = "", *type = "";

	if (tsk_search_attribute_read(call, text, &name, &type))
		return tsk_error(call);
	for (size_t i = 0; i < there->n_custom_attributes; i++) {
		const size_t its = (size_t)there->custom_attributes[i]->value;

		if (strcmp(there->custom_attributes[i]->key, name) != 0)
			continue;
		if (its == type_of(type))
			return TSK_OK;
		tsk_hint(call, "temporal operator search-attribute remove --name %s",
			 tsk_quote(call, name));
		return tsk_fail(call, TSK_NEGATIVE,
				"search attribute '%s' is there already, as %s and not as %s", name,
				its < TYPES && types[its] ? types[its] : "another type", type);
	}
	return add_one(call, name, type_of(type));
}

enum tsk_status tsk_search_attributes_add(struct tsk_call *call,
					  const struct tsk_strings *attributes)
{
	const Pb__ListSearchAttributesResponse *there;

	if (!attributes->count)
		return TSK_OK;
	there = ask_attributes(call);
	if (!there)
		return tsk_error(call);
	/* One by one: of several the server refuses all where it refuses one. */
	for (size_t i = 0; i < attributes->count; i++)
		if (ensure_one(call, attributes->items[i], there))
			return tsk_error(call);
	return TSK_OK;
}
