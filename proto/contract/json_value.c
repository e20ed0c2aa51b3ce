/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_value.c - see json_value.h for the contract. */
#include "contract/json_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "contract/fields.h"
#include "contract/json_field.h"
#include "contract/limits.h"
#include "contract/wareki.h"

/* What one value is read with. */
struct reading {
	struct json_reader *reader;
	const struct codec_step *step;
	const ProtobufCFieldDescriptor *field;
	const json_t *json;
	void *place;
};

static void wrong(const struct reading *reading, const char *reason, const char *reason_ja)
{
	json_tell(reading->reader, reading->step, reading->json, reason, reason_ja);
}

static struct bytes text_of(const struct reading *reading)
{
	return bytes_of(json_string_value(reading->json), json_string_length(reading->json));
}

/* True for a text; tells otherwise. */
static bool is_text(const struct reading *reading)
{
	if (json_is_string(reading->json))
		return true;
	wrong(reading, "must be text, in quotation marks", "引用符で囲んだ文字列にしてください");
	return false;
}

static void put_pointer(const struct reading *reading, const void *pointer)
{
	if (pointer == NULL)
		reading->reader->full = true;
	else
		memcpy(reading->place, &pointer, sizeof(pointer));
}

static const char *text_fault_ja(enum text_fault fault)
{
	switch (fault) {
	case TEXT_PRIVATE_USE:
		return "外字(私用領域の文字)は他の機関では読めません。別の字かひらがなにしてください";
	case TEXT_NUL:
	case TEXT_CONTROL:
		return "制御文字が含まれています。取り除いてください";
	default:
		return "文字として扱えない符号が含まれています";
	}
}

static void read_text(const struct reading *reading)
{
	struct bytes text;
	enum text_fault fault;

	if (!is_text(reading))
		return;
	text = text_of(reading);
	fault = text_check(text, NULL);
	if (fault != TEXT_OK)
		wrong(reading, text_fault_text(fault), text_fault_ja(fault));
	else if (text.len > LIMIT_LONG_TEXT)
		wrong(reading, "longer than 32 KiB: put it into an attachment", "32 KiBを超えています。添付にしてください");
	else
		put_pointer(reading, arena_text(reading->reader->arena, text));
}

static void read_date(const struct reading *reading)
{
	char date[WAREKI_DATE];
	enum err err;

	if (!is_text(reading))
		return;
	if (json_string_length(reading->json) == 0)
		return; /* left empty on the sheet */
	err = wareki_parse(text_of(reading), date);
	if (err == ERR_RANGE)
		wrong(reading, "there is no such day", "その日付は存在しません");
	else if (err != ERR_OK)
		wrong(reading, "not a date: write 1970-03-01 or 昭和45年3月1日", "日付として読めません(例:1970-03-01、昭和45年3月1日)");
	else
		put_pointer(reading, arena_text(reading->reader->arena, bytes_of_text(date)));
}

static void read_time(const struct reading *reading)
{
	int64_t us;

	if (!is_text(reading))
		return;
	if (clock_parse(json_string_value(reading->json), &us) != ERR_OK)
		wrong(reading, "not a time: write 2026-11-22T19:50:00+09:00", "日時として読めません(例:2026-11-22T19:50:00+09:00)");
	else
		memcpy(reading->place, &us, sizeof(us));
}

static void put_bytes(const struct reading *reading, const void *data, size_t len)
{
	ProtobufCBinaryData value = { len, (uint8_t *)(uintptr_t)data };

	if (data == NULL)
		reading->reader->full = true;
	else
		memcpy(reading->place, &value, sizeof(value));
}

static void read_id(const struct reading *reading)
{
	struct id id;

	if (!is_text(reading))
		return;
	if (id_parse(json_string_value(reading->json), &id) != ERR_OK)
		wrong(reading, "not an id: 8-4-4-4-12 hexadecimal digits", "番号(UUID)の形ではありません");
	else
		put_bytes(reading, arena_copy(reading->reader->arena, bytes_of(id.bytes, ID_BYTES)), ID_BYTES);
}

static void read_bytes(const struct reading *reading)
{
	struct bytes text;
	uint8_t *room;
	size_t cap;
	size_t len;

	if (!is_text(reading))
		return;
	text = text_of(reading);
	cap = text.len / 4 * 3;
	room = arena_alloc(reading->reader->arena, cap);
	if (room == NULL)
		reading->reader->full = true;
	else if (text_unbase64(text, room, cap, &len) != ERR_OK)
		wrong(reading, "not base64", "base64として読めません");
	else
		put_bytes(reading, room, len);
}

/* "not one of A, B, C", cut where it gets long; the word for "nothing said" is not offered. */
static void tell_words(const struct reading *reading, const ProtobufCEnumDescriptor *type)
{
	char words[160] = "";
	char reason[200];
	char reason_ja[200];
	size_t len = 0;

	for (unsigned i = 0; i < type->n_values; i++) {
		if (type->values[i].value == 0)
			continue;
		if (len > 0)
			len += codec_text_cut(", ", words + len, sizeof(words) - len);
		len += codec_text_cut(json_word(type, type->values[i].value), words + len, sizeof(words) - len);
	}
	snprintf(reason, sizeof(reason), "not one of %s", words);
	snprintf(reason_ja, sizeof(reason_ja), "次のどれかにしてください:%s", words);
	wrong(reading, reason, reason_ja);
}

static void read_word(const struct reading *reading)
{
	const ProtobufCEnumDescriptor *type = reading->field->descriptor;
	int value;

	if (!json_is_string(reading->json) || !json_word_value(type, json_string_value(reading->json), &value) || value == 0)
		tell_words(reading, type);
	else
		memcpy(reading->place, &value, sizeof(value));
}

static void read_truth(const struct reading *reading)
{
	protobuf_c_boolean value = json_is_true(reading->json);

	if (!json_is_boolean(reading->json))
		wrong(reading, "must be true or false", "true か false にしてください");
	else
		memcpy(reading->place, &value, sizeof(value));
}

static void read_signed(const struct reading *reading)
{
	int64_t value = json_integer_value(reading->json);
	int32_t narrow = (int32_t)value;

	if (!json_is_integer(reading->json))
		wrong(reading, "must be a whole number", "整数にしてください");
	else if (field_width(reading->field) == 8)
		memcpy(reading->place, &value, sizeof(value));
	else if (narrow != value)
		wrong(reading, "must be from -2147483648 to 2147483647", "-2147483648から2147483647までにしてください");
	else
		memcpy(reading->place, &narrow, sizeof(narrow));
}

/* Decimal digits and nothing else. */
static bool parse_decimal(const char *text, uint64_t *ret_value)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*ret_value = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static void read_unsigned(const struct reading *reading)
{
	bool wide = field_width(reading->field) == 8;
	uint64_t value = (uint64_t)json_integer_value(reading->json);
	uint32_t narrow;

	if (wide && json_is_string(reading->json) && parse_decimal(json_string_value(reading->json), &value)) {
		memcpy(reading->place, &value, sizeof(value));
		return;
	}
	narrow = (uint32_t)value;
	if (!json_is_integer(reading->json) || json_integer_value(reading->json) < 0)
		wrong(reading, "must be a whole number, 0 or more", "0以上の整数にしてください");
	else if (wide)
		memcpy(reading->place, &value, sizeof(value));
	else if (narrow != value)
		wrong(reading, "must be 4294967295 at most", "4294967295以下にしてください");
	else
		memcpy(reading->place, &narrow, sizeof(narrow));
}

static void read_real(const struct reading *reading)
{
	double value = json_number_value(reading->json);
	float narrow = (float)value;

	if (!json_is_number(reading->json))
		wrong(reading, "must be a number", "数にしてください");
	else if (field_width(reading->field) == 8)
		memcpy(reading->place, &value, sizeof(value));
	else
		memcpy(reading->place, &narrow, sizeof(narrow));
}

void json_read_value(struct json_reader *reader, const struct codec_step *step, const ProtobufCFieldDescriptor *field,
		     const json_t *json, void *place)
{
	static void (*const readers[])(const struct reading *) = {
		[JSON_FORM_TEXT] = read_text,
		[JSON_FORM_DATE] = read_date,
		[JSON_FORM_TIME] = read_time,
		[JSON_FORM_ID] = read_id,
		[JSON_FORM_BYTES] = read_bytes,
		[JSON_FORM_WORD] = read_word,
		[JSON_FORM_TRUTH] = read_truth,
		[JSON_FORM_SIGNED] = read_signed,
		[JSON_FORM_UNSIGNED] = read_unsigned,
		[JSON_FORM_REAL] = read_real,
	};
	const struct reading reading = { reader, step, field, json, place };

	readers[json_form_of(field)](&reading);
}
