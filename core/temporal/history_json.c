/* A history in the JSON of the SDKs: the wire's bytes walked through by the table of all there is.
 */
#include "history_schema.h"
#include "json_values.h"

#include <temporal-skill/client.h>

#include <stdlib.h>
#include <string.h>

/* The SDKs read messages up to a depth of 100. */
#define DEPTH_MOST 200

struct walker {
	struct tsk_call *call;
	struct tsk_text text;
	struct tsk_history_json *json;
	const char *problem; /* why nothing comes of it; NULL: none so far */
	unsigned depth;
};

/* Where on the wire a field of a message is: from its first to its last occurrence others may lie
 * between. */
struct slot {
	const uint8_t *begin, *end;
	size_t count;
};

static void put_message(struct walker *walker, const struct schema_message *type,
			const uint8_t *bytes, size_t size);

static void give_up(struct walker *walker, const char *problem)
{
	if (!walker->problem)
		walker->problem = problem;
}

/* ---- fields ---- */

static const struct schema_field *field_of(const struct schema_message *type, uint32_t number)
{
	size_t low = 0, high = type->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (type->fields[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < type->count && type->fields[low].number == number ? &type->fields[low] : NULL;
}

static enum wire_kind wire_kind_of(const struct schema_field *field)
{
	switch (field->kind) {
	case DOUBLE: return WIRE_FIXED64;
	case FLOAT: return WIRE_FIXED32;
	case STRING:
	case BYTES:
	case MESSAGE:
	case TIMESTAMP:
	case DURATION: return WIRE_BYTES;
	default: return WIRE_VARINT;
	}
}

static bool is_packed(const struct schema_field *field, enum wire_kind kind)
{
	return field->flags & REPEATED && kind == WIRE_BYTES && wire_kind_of(field) != WIRE_BYTES;
}

static void count_unknown(struct walker *walker, const struct schema_message *type, uint32_t number)
{
	if (!walker->json->unknown_fields++)
		walker->json->unknown_field =
			tsk_format(walker->call, "field %u of %s", (unsigned)number, type->name);
}

/* Of a oneof the last one on the wire counts. */
static void clear_others(const struct schema_message *type, const struct schema_field *field,
			 struct slot *slots)
{
	for (size_t i = 0; i < type->count; i++)
		if (type->fields[i].one_of == field->one_of && &type->fields[i] != field)
			slots[i].count = 0;
}

static bool find_slots(struct walker *walker, const struct schema_message *type,
		       const uint8_t *bytes, size_t size, struct slot *slots)
{
	struct wire_reader reader = { bytes, bytes + size };
	struct wire_field found;

	memset(slots, 0, type->count * sizeof(*slots));
	while (reader.at < reader.end) {
		const uint8_t *begin = reader.at;

		if (!wire_next(&reader, &found)) {
			give_up(walker, "its bytes are damaged");
			return false;
		}
		const struct schema_field *field = field_of(type, found.number);
		if (!field ||
		    (found.kind != wire_kind_of(field) && !is_packed(field, found.kind))) {
			count_unknown(walker, type, found.number);
			continue;
		}
		struct slot *slot = &slots[field - type->fields];
		if (!slot->count++)
			slot->begin = begin;
		slot->end = reader.at;
		if (field->one_of)
			clear_others(type, field, slots);
	}
	return true;
}

/* The next occurrence within a slot; false: that were all. */
static bool next_of(struct wire_reader *reader, const struct schema_field *field,
		    struct wire_field *found)
{
	while (reader->at < reader->end && wire_next(reader, found))
		if (found->number == field->number &&
		    (found->kind == wire_kind_of(field) || is_packed(field, found->kind)))
			return true;
	return false;
}

/* A message that is told in parts is one, by the rules of protobuf: its parts one behind another.
 * Of other values the last one counts. */
static struct wire_field whole_of(struct walker *walker, const struct schema_field *field,
				  const struct slot *slot)
{
	struct wire_reader reader = { slot->begin, slot->end };
	struct wire_field found = { .number = 0 }, whole = { .kind = WIRE_BYTES };

	if (wire_kind_of(field) != WIRE_BYTES || slot->count == 1 || field->kind == STRING ||
	    field->kind == BYTES) {
		while (next_of(&reader, field, &found)) {
		}
		return found;
	}
	uint8_t *bytes = tsk_alloc(walker->call, (size_t)(slot->end - slot->begin));
	whole.bytes = bytes;
	while (next_of(&reader, field, &found)) {
		if (found.size)
			memcpy(bytes + whole.size, found.bytes, found.size);
		whole.size += found.size;
	}
	return whole;
}

/* ---- values ---- */

static void put_enum(struct walker *walker, const struct schema_field *field, int32_t number)
{
	const struct schema_enum *type = &history_enums[field->of];

	for (size_t i = 0; i < type->count; i++) {
		if (type->values[i].number != number)
			continue;
		tsk_text_format(&walker->text, "\"%s\"", type->values[i].name);
		return;
	}
	tsk_text_format(&walker->text, "%d", number);
}

static void put_moment(struct walker *walker, const struct schema_field *field,
		       const struct wire_field *value)
{
	struct json_moment moment;

	if (!json_read_moment(value->bytes, value->size, &moment)) {
		give_up(walker, "its bytes are damaged");
		return;
	}
	if (moment.unknown && !walker->json->unknown_fields)
		walker->json->unknown_field =
			tsk_format(walker->call, "a field of %s", field->name);
	walker->json->unknown_fields += moment.unknown;
	if (!(field->kind == TIMESTAMP ? json_put_timestamp(&walker->text, &moment)
				       : json_put_duration(&walker->text, &moment)))
		give_up(walker,
			tsk_format(walker->call, "its '%s' is no time that JSON has", field->name));
}

static void put_value(struct walker *walker, const struct schema_field *field,
		      const struct wire_field *value)
{
	struct tsk_text *text = &walker->text;

	switch (field->kind) {
	case DOUBLE: json_put_double(text, value->value); break;
	case FLOAT: json_put_float(text, (uint32_t)value->value); break;
	case INT32: tsk_text_format(text, "%d", (int32_t)(uint32_t)value->value); break;
	case INT64: tsk_text_format(text, "\"%lld\"", (long long)value->value); break;
	case UINT32: tsk_text_format(text, "%u", (uint32_t)value->value); break;
	case UINT64: tsk_text_format(text, "\"%llu\"", (unsigned long long)value->value); break;
	case BOOL: tsk_text_add(text, value->value ? "true" : "false"); break;
	case ENUM: put_enum(walker, field, (int32_t)(uint32_t)value->value); break;
	case STRING:
		if (!json_put_text(text, value->bytes, value->size))
			walker->json->replaced_texts++;
		break;
	case BYTES: json_put_base64(text, value->bytes, value->size); break;
	case MESSAGE:
		put_message(walker, &history_messages[field->of], value->bytes, value->size);
		break;
	default: put_moment(walker, field, value);
	}
}

/* Whether JSON leaves it out. */
static bool is_default(const struct schema_field *field, const struct wire_field *value)
{
	switch (field->kind) {
	case MESSAGE:
	case TIMESTAMP:
	case DURATION: return false;
	case STRING:
	case BYTES: return !(field->flags & TOLD) && !value->size;
	case INT32:
	case UINT32:
	case ENUM: return !(field->flags & TOLD) && !(uint32_t)value->value;
	default: return !(field->flags & TOLD) && !value->value;
	}
}

/* ---- repeated fields ---- */

static void put_packed(struct walker *walker, const struct schema_field *field,
		       const struct wire_field *found, bool *first)
{
	struct wire_reader reader = { found->bytes, found->bytes + found->size };
	struct wire_field value = { .kind = wire_kind_of(field) };

	while (reader.at < reader.end) {
		bool fine = value.kind == WIRE_VARINT
				    ? wire_varint(&reader, &value.value)
				    : wire_fixed(&reader, value.kind == WIRE_FIXED32 ? 4 : 8,
						 &value.value);
		if (!fine) {
			give_up(walker, "its bytes are damaged");
			return;
		}
		if (!*first)
			tsk_text_add(&walker->text, ",");
		*first = false;
		put_value(walker, field, &value);
	}
}

static void put_list(struct walker *walker, const struct schema_field *field,
		     const struct slot *slot)
{
	struct wire_reader reader = { slot->begin, slot->end };
	struct wire_field found;
	/* One event a line: so a change of a history shows in what compares lines. */
	const bool lines = walker->depth == 1;
	bool first = true;

	tsk_text_add(&walker->text, "[");
	while (!walker->problem && next_of(&reader, field, &found)) {
		if (is_packed(field, found.kind)) {
			put_packed(walker, field, &found, &first);
			continue;
		}
		tsk_text_add(&walker->text, first ? lines ? "\n" : "" : lines ? ",\n" : ",");
		first = false;
		put_value(walker, field, &found);
	}
	tsk_text_add(&walker->text, lines ? "\n]" : "]");
}

/* ---- maps ---- */

struct entry {
	struct wire_field key, value;
	size_t place;
};

static int compare_keys(const struct entry *a, const struct entry *b)
{
	const size_t size = a->key.size < b->key.size ? a->key.size : b->key.size;
	const int order = size ? memcmp(a->key.bytes, b->key.bytes, size) : 0;

	return order ? order : (a->key.size > b->key.size) - (a->key.size < b->key.size);
}

static int compare_entries(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;
	const int order = compare_keys(a, b);

	return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* A map is a list of entries, of which the last one with a key counts. */
static size_t read_entries(struct walker *walker, const struct schema_field *field,
			   const struct slot *slot, struct entry *entries)
{
	const struct schema_message *type = &history_messages[field->of];
	struct wire_reader reader = { slot->begin, slot->end };
	struct wire_field found;
	struct slot slots[2];
	size_t count = 0;

	while (next_of(&reader, field, &found)) {
		if (!find_slots(walker, type, found.bytes, found.size, slots))
			return 0;
		entries[count] = (struct entry){ .place = count };
		if (slots[0].count)
			entries[count].key = whole_of(walker, &type->fields[0], &slots[0]);
		if (slots[1].count)
			entries[count].value = whole_of(walker, &type->fields[1], &slots[1]);
		count++;
	}
	return count;
}

static void put_map(struct walker *walker, const struct schema_field *field,
		    const struct slot *slot)
{
	const struct schema_message *type = &history_messages[field->of];
	struct entry *entries = tsk_alloc(walker->call, slot->count * sizeof(*entries));
	const size_t count = read_entries(walker, field, slot, entries);
	bool first = true;

	qsort(entries, count, sizeof(*entries), compare_entries);
	tsk_text_add(&walker->text, "{");
	for (size_t i = 0; i < count && !walker->problem; i++) {
		if (i + 1 < count && !compare_keys(&entries[i], &entries[i + 1]))
			continue;
		if (!first)
			tsk_text_add(&walker->text, ",");
		first = false;
		put_value(walker, &type->fields[0], &entries[i].key);
		tsk_text_add(&walker->text, ":");
		put_value(walker, &type->fields[1], &entries[i].value);
	}
	tsk_text_add(&walker->text, "}");
}

/* ---- messages ---- */

static void put_field(struct walker *walker, const struct schema_field *field,
		      const struct slot *slot, bool *first)
{
	const bool many = field->flags & (REPEATED | MAP);
	struct wire_field value = { .number = 0 };

	if (!many) {
		value = whole_of(walker, field, slot);
		if (is_default(field, &value))
			return;
	}
	tsk_text_format(&walker->text, "%s\"%s\":", *first ? "" : ",", field->name);
	*first = false;
	if (field->flags & MAP)
		put_map(walker, field, slot);
	else if (many)
		put_list(walker, field, slot);
	else
		put_value(walker, field, &value);
}

static void put_message(struct walker *walker, const struct schema_message *type,
			const uint8_t *bytes, size_t size)
{
	struct slot slots[SCHEMA_FIELDS_MOST];
	bool first = true;

	if (walker->depth == DEPTH_MOST) {
		give_up(walker, "its messages nest too deeply");
		return;
	}
	if (!find_slots(walker, type, bytes, size, slots))
		return;
	walker->depth++;
	tsk_text_add(&walker->text, "{");
	for (size_t i = 0; i < type->count && !walker->problem; i++)
		if (slots[i].count)
			put_field(walker, &type->fields[i], &slots[i], &first);
	tsk_text_add(&walker->text, "}");
	walker->depth--;
}

/* ---- the whole ---- */

/* GetWorkflowExecutionHistoryResponse.history, of one page or of several one behind another. */
static const struct schema_field history_field = { "history", 1, MESSAGE, 0, 0, 0 };

static bool find_history(struct walker *walker, const uint8_t *bytes, size_t size,
			 struct wire_field *history)
{
	struct slot slot = { .begin = bytes, .end = bytes + size };
	struct wire_reader reader = { bytes, bytes + size };
	struct wire_field found;

	while (reader.at < reader.end) {
		if (!wire_next(&reader, &found))
			return false;
		slot.count += found.number == history_field.number && found.kind == WIRE_BYTES;
	}
	if (slot.count)
		*history = whole_of(walker, &history_field, &slot);
	return true;
}

enum tsk_status tsk_history_json(struct tsk_call *call, const unsigned char *bytes, size_t size,
				 struct tsk_history_json *json)
{
	struct walker walker = { .call = call, .text = { .call = call }, .json = json };
	struct wire_field history = { .size = 0 };

	*json = (struct tsk_history_json){ .text = "" };
	if (!find_history(&walker, bytes, size, &history))
		give_up(&walker, "its bytes are damaged");
	else if (!history.size)
		tsk_text_add(&walker.text, "{\"events\":[]}");
	else
		put_message(&walker, &history_messages[0], history.bytes, history.size);
	tsk_text_add(&walker.text, "\n");
	json->problem = walker.problem;
	if (walker.problem)
		return TSK_UNAVAILABLE;
	if (tsk_text_is_cut(&walker.text)) {
		json->problem =
			tsk_format(call, "it has more than %zu MB of JSON", TSK_TEXT_LIMIT >> 20);
		return TSK_NEGATIVE;
	}
	json->text = tsk_text_value(&walker.text);
	json->size = walker.text.size;
	return TSK_OK;
}
