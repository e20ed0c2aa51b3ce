/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec_wire.h"

#include "contract/fields.h"
#include "samples.h"
#include "wire.h"

static void test_varints(void)
{
	for (unsigned round = 0; round < 5000; round++) {
		uint64_t value = unit_random() >> unit_random_below(64);
		struct buf buf = wire_buf();
		const uint8_t *at;
		uint64_t back = 0;

		wire_varint(&buf, value);
		at = buf.data;
		check(codec_varint(&at, buf.data + buf.len, &back));
		check_uint(back, value);
		check(at == buf.data + buf.len);
		at = buf.data;
		for (size_t len = 0; len < buf.len; len++)
			check(!codec_varint(&at, buf.data + len, &back)); /* cut off */
		check(at == buf.data);
		buf_free(&buf);
	}
}

static void test_each_wire_type(void)
{
	struct buf buf = wire_buf();
	struct codec_occurrence field;
	const uint8_t *at;
	const uint8_t *end;

	wire_number(&buf, 7, 300);
	wire_text(&buf, 8, "text");
	wire_tag(&buf, 9, 1);
	buf_put_text(&buf, "12345678");
	wire_tag(&buf, CODEC_FIELD_NUMBER_MAX, 5);
	buf_put_text(&buf, "1234");
	at = buf.data;
	end = buf.data + buf.len;
	check(codec_next(&at, end, &field) == NULL);
	check(field.number == 7 && field.wire == CODEC_WIRE_VARINT && field.value == 300);
	check(codec_next(&at, end, &field) == NULL);
	check(field.number == 8 && field.wire == CODEC_WIRE_LENGTH);
	check_bytes(field.payload, bytes_of_text("text"));
	check(codec_next(&at, end, &field) == NULL);
	check_bytes(field.payload, bytes_of_text("12345678"));
	check(codec_next(&at, end, &field) == NULL);
	check_uint(field.number, CODEC_FIELD_NUMBER_MAX);
	check_bytes(field.payload, bytes_of_text("1234"));
	check(at == end);
	buf_free(&buf);
}

/* Whatever the bytes, a field ends within them. */
static void test_noise(void)
{
	for (unsigned round = 0; round < 50000; round++) {
		uint8_t noise[24];
		size_t len = 1 + unit_random_below(sizeof(noise));
		struct codec_occurrence field = { 0 };
		const uint8_t *at = noise;

		unit_random_bytes(noise, len);
		while (at < noise + len && codec_next(&at, noise + len, &field) == NULL) {
			check(at <= noise + len);
			if (field.wire != CODEC_WIRE_VARINT)
				check(field.payload.data >= noise && field.payload.data + field.payload.len <= noise + len);
		}
	}
}

static void test_fields_by_number(void)
{
	for (size_t i = 0; i < sample_type_count; i++) {
		for (uint32_t number = 0; number < 70; number++)
			check(codec_field(sample_types[i], number) == protobuf_c_message_descriptor_get_field(sample_types[i], number));
	}
}

/* Whatever a schema may use, one of ours or one to come, looks up a row of its own: on the wire, and in the struct. */
static void test_each_type(void)
{
	static const struct {
		unsigned wire;
		size_t width;
	} rows[] = {
		[PROTOBUF_C_TYPE_INT32] = { CODEC_WIRE_VARINT, sizeof(int32_t) },
		[PROTOBUF_C_TYPE_SINT32] = { CODEC_WIRE_VARINT, sizeof(int32_t) },
		[PROTOBUF_C_TYPE_SFIXED32] = { CODEC_WIRE_32, sizeof(int32_t) },
		[PROTOBUF_C_TYPE_INT64] = { CODEC_WIRE_VARINT, sizeof(int64_t) },
		[PROTOBUF_C_TYPE_SINT64] = { CODEC_WIRE_VARINT, sizeof(int64_t) },
		[PROTOBUF_C_TYPE_SFIXED64] = { CODEC_WIRE_64, sizeof(int64_t) },
		[PROTOBUF_C_TYPE_UINT32] = { CODEC_WIRE_VARINT, sizeof(uint32_t) },
		[PROTOBUF_C_TYPE_FIXED32] = { CODEC_WIRE_32, sizeof(uint32_t) },
		[PROTOBUF_C_TYPE_UINT64] = { CODEC_WIRE_VARINT, sizeof(uint64_t) },
		[PROTOBUF_C_TYPE_FIXED64] = { CODEC_WIRE_64, sizeof(uint64_t) },
		[PROTOBUF_C_TYPE_FLOAT] = { CODEC_WIRE_32, sizeof(float) },
		[PROTOBUF_C_TYPE_DOUBLE] = { CODEC_WIRE_64, sizeof(double) },
		[PROTOBUF_C_TYPE_BOOL] = { CODEC_WIRE_VARINT, sizeof(protobuf_c_boolean) },
		[PROTOBUF_C_TYPE_ENUM] = { CODEC_WIRE_VARINT, sizeof(Pb__Kind) },
		[PROTOBUF_C_TYPE_STRING] = { CODEC_WIRE_LENGTH, sizeof(char *) },
		[PROTOBUF_C_TYPE_BYTES] = { CODEC_WIRE_LENGTH, sizeof(ProtobufCBinaryData) },
		[PROTOBUF_C_TYPE_MESSAGE] = { CODEC_WIRE_LENGTH, sizeof(ProtobufCMessage *) },
	};

	for (ProtobufCType type = PROTOBUF_C_TYPE_INT32; type <= PROTOBUF_C_TYPE_MESSAGE; type++) {
		const ProtobufCFieldDescriptor field = { .type = type };

		unit_context("type %d", (int)type);
		check_uint(codec_wire_of(type), rows[type].wire);
		check_uint(field_width(&field), rows[type].width);
	}
}

UNIT_SUITE("contract/codec_wire",
	{ "varints", test_varints },
	{ "each wire type", test_each_wire_type },
	{ "each type of field", test_each_type },
	{ "noise stays within", test_noise },
	{ "fields by number", test_fields_by_number });
