/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused of bytes that come in, and where it is said to stand. */
#include "contract/codec_level.h"

#include <stdlib.h>

#include "base/text.h"
#include "contract/codec_read.h"
#include "samples.h"
#include "wire.h"

#define READ(lower, buf, fault) read_only(&pb__##lower##__descriptor, buf_bytes(buf), (fault))

static enum err read_only(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct codec_fault *fault)
{
	ProtobufCMessage *message;
	struct arena arena;
	enum err err;

	arena_init(&arena, 64u << 20);
	err = codec_read(type, bytes, (struct codec_how){ 0 }, &arena, &message, fault);
	arena_free(&arena);
	return err;
}

/* Reads what was put together, expects this fault, and starts afresh. */
static void refused(const ProtobufCMessageDescriptor *type, struct buf *buf, const char *path, const char *reason)
{
	struct codec_fault fault = { .reason = "none" };

	unit_context("%s", reason);
	require_ok(buf->err);
	check_err(read_only(type, buf_bytes(buf), &fault), ERR_FORMAT);
	check_text(fault.reason, reason);
	check_text(fault.path, path);
	buf_clear(buf);
}

static void passed(const ProtobufCMessageDescriptor *type, struct buf *buf)
{
	struct codec_fault fault = { .reason = "none" };

	require_ok(buf->err);
	check_ok(read_only(type, buf_bytes(buf), &fault));
	check_text(fault.reason, "none");
	buf_clear(buf);
}

static void test_empty(void)
{
	struct codec_fault fault;

	check_ok(read_only(&pb__view__descriptor, bytes_of(NULL, 0), &fault));
	check_err(read_only(&pb__statement__descriptor, bytes_of(NULL, 0), &fault), ERR_FORMAT);
	check_text(fault.reason, "says none of what it could say");
	check_text(fault.path, "");
}

static void test_real_messages(void)
{
	struct arena arena;
	struct codec_fault fault;

	arena_init(&arena, 1 << 20);
	check_ok(read_only(&pb__statement__descriptor, sample_packed(&sample_statement(&arena)->base, &arena), &fault));
	check_ok(read_only(&pb__from_client__descriptor, sample_packed(&sample_frame(&arena, 45)->base, &arena), &fault));
	check_ok(read_only(&pb__content__descriptor, sample_packed(&sample_sheet(&arena)->base, &arena), &fault));
	arena_free(&arena);
}

static void test_tags(void)
{
	struct buf buf = wire_buf();

	wire_number(&buf, 0, 1);
	refused(&pb__view__descriptor, &buf, "", "a field number out of range");
	wire_number(&buf, (1u << 29), 1);
	refused(&pb__view__descriptor, &buf, "", "a field number out of range");
	wire_number(&buf, (1u << 29) - 1, 1);
	passed(&pb__view__descriptor, &buf);
	buf_put(&buf, bytes_of("\x88\x80\x80\x80\x80\x00", 6));
	refused(&pb__view__descriptor, &buf, "", "a field's tag is malformed");
	buf_put(&buf, bytes_of("\x90", 1));
	refused(&pb__view__descriptor, &buf, "", "a field's tag is malformed");
	for (unsigned wire = 3; wire < 8; wire++) {
		if (wire == 5)
			continue;
		wire_tag(&buf, 2, wire);
		refused(&pb__view__descriptor, &buf, "", "a group or an unknown wire type");
		wire_tag(&buf, 1000, wire);
		refused(&pb__view__descriptor, &buf, "", "a group or an unknown wire type");
	}
	buf_free(&buf);
}

static void test_varints(void)
{
	struct buf buf = wire_buf();

	wire_tag(&buf, 19, 0);
	buf_put(&buf, bytes_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10));
	passed(&pb__view__descriptor, &buf);
	wire_tag(&buf, 19, 0);
	buf_put(&buf, bytes_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10));
	refused(&pb__view__descriptor, &buf, "", "a number is malformed");
	wire_tag(&buf, 19, 0);
	buf_put(&buf, bytes_of("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11));
	refused(&pb__view__descriptor, &buf, "", "a number is malformed");
	wire_tag(&buf, 19, 0);
	refused(&pb__view__descriptor, &buf, "", "a number is malformed");
	buf_free(&buf);
}

static void test_lengths(void)
{
	struct buf buf = wire_buf();

	wire_tag(&buf, 3, 2);
	wire_varint(&buf, 5);
	buf_put_text(&buf, "abcd");
	refused(&pb__view__descriptor, &buf, "", "cut off");
	wire_tag(&buf, 3, 2);
	wire_varint(&buf, UINT64_MAX);
	buf_put_text(&buf, "abcd");
	refused(&pb__view__descriptor, &buf, "", "cut off");
	wire_tag(&buf, 1000, 2);
	wire_varint(&buf, (uint64_t)2 << 30); /* 2 GiB announced */
	refused(&pb__view__descriptor, &buf, "", "cut off");
	wire_tag(&buf, 1000, 1);
	buf_put_text(&buf, "1234567");
	refused(&pb__view__descriptor, &buf, "", "cut off");
	wire_tag(&buf, 1000, 5);
	buf_put_text(&buf, "123");
	refused(&pb__view__descriptor, &buf, "", "cut off");
	wire_tag(&buf, 1000, 5);
	buf_put_text(&buf, "1234");
	passed(&pb__view__descriptor, &buf);
	buf_free(&buf);
}

/* An inner message must not reach beyond its own end, though its parent goes on. */
static void test_inner_lengths(void)
{
	struct buf inner = wire_buf();
	struct buf buf = wire_buf();

	wire_tag(&inner, 5, 2);
	wire_varint(&inner, 3);
	buf_put_text(&inner, "ab");
	wire_bytes(&buf, 8, buf_bytes(&inner)); /* basis { reason: 3 bytes, 2 there */
	wire_text(&buf, 3, "x@y");
	refused(&pb__view__descriptor, &buf, "basis", "cut off");
	buf_free(&inner);
	buf_free(&buf);
}

static void test_wire_types(void)
{
	struct buf buf = wire_buf();

	wire_text(&buf, 2, "REQUEST"); /* an enum as text */
	refused(&pb__view__descriptor, &buf, "kind", "of another type on the wire");
	wire_number(&buf, 3, 5); /* text as a number */
	refused(&pb__view__descriptor, &buf, "sender", "of another type on the wire");
	wire_number(&buf, 8, 5); /* a message as a number */
	refused(&pb__view__descriptor, &buf, "basis", "of another type on the wire");
	wire_number(&buf, 14, 5); /* repeated messages as a number */
	refused(&pb__view__descriptor, &buf, "parts[0]", "of another type on the wire");
	wire_tag(&buf, 11, 1);
	buf_put_text(&buf, "12345678"); /* int64 as fixed64 */
	refused(&pb__view__descriptor, &buf, "created_at_us", "of another type on the wire");
	wire_number(&buf, 3, 1); /* fixed64 as a varint */
	refused(&pb__handout_entry__descriptor, &buf, "session", "of another type on the wire");
	buf_free(&buf);
}

static void test_number_widths(void)
{
	struct buf buf = wire_buf();

	wire_number(&buf, 2, UINT32_MAX);
	passed(&pb__part_ref__descriptor, &buf);
	wire_number(&buf, 2, (uint64_t)UINT32_MAX + 1);
	refused(&pb__part_ref__descriptor, &buf, "size", "wider than 32 bits");
	wire_number(&buf, 7, 1);
	passed(&pb__hello__descriptor, &buf);
	wire_number(&buf, 7, 2);
	refused(&pb__hello__descriptor, &buf, "receives", "neither true nor false");
	buf_free(&buf);
}

static void test_enums(void)
{
	struct buf buf = wire_buf();

	wire_number(&buf, 2, 5);
	passed(&pb__view__descriptor, &buf);
	wire_number(&buf, 2, 6);
	refused(&pb__view__descriptor, &buf, "kind", "a value that the list does not have");
	wire_number(&buf, 2, ((uint64_t)1 << 32) + 1); /* would be 1 if cut to 32 bits */
	refused(&pb__view__descriptor, &buf, "kind", "a value that the list does not have");
	wire_number(&buf, 2, UINT64_MAX); /* -1 */
	refused(&pb__view__descriptor, &buf, "kind", "a value that the list does not have");
	buf_free(&buf);
}

static void test_packed(void)
{
	struct buf buf = wire_buf();

	wire_bytes(&buf, 4, bytes_of("\x01\x02\x0c", 3));
	passed(&pb__part_ref__descriptor, &buf);
	wire_bytes(&buf, 4, bytes_of("\x01\x02\x0d", 3));
	refused(&pb__part_ref__descriptor, &buf, "classes[0]", "a value that the list does not have");
	wire_bytes(&buf, 4, bytes_of("\x01\x82", 2));
	refused(&pb__part_ref__descriptor, &buf, "classes[0]", "a number is malformed");
	wire_number(&buf, 4, 3); /* not packed is as good */
	wire_number(&buf, 4, 4);
	wire_bytes(&buf, 4, bytes_of("\x01", 1));
	passed(&pb__part_ref__descriptor, &buf);
	wire_bytes(&buf, 4, bytes_of(NULL, 0));
	passed(&pb__part_ref__descriptor, &buf);
	buf_free(&buf);
}

static void test_text(void)
{
	static const struct {
		const char *text;
		size_t len;
		enum text_fault fault;
	} rows[] = {
		{ "a\0b", 3, TEXT_NUL },	       { "\0", 1, TEXT_NUL },
		{ "\xff", 1, TEXT_BAD_UTF8 },	       { "\xc0\x80", 2, TEXT_BAD_UTF8 },
		{ "\xed\xa0\x80", 3, TEXT_BAD_UTF8 },  { "a\x01", 2, TEXT_CONTROL },
		{ "\xee\x80\x80", 3, TEXT_PRIVATE_USE }, { "\xef\xbf\xbe", 3, TEXT_NONCHARACTER },
	};
	struct buf buf = wire_buf();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		wire_bytes(&buf, 3, bytes_of(rows[i].text, rows[i].len));
		refused(&pb__view__descriptor, &buf, "sender", text_fault_text(rows[i].fault));
	}
	wire_text(&buf, 3, "葛󠄀城市 﨑 tab\t line\n"); /* variation selector and compatibility ideograph stay */
	passed(&pb__view__descriptor, &buf);
	buf_free(&buf);
}

static void test_given_twice(void)
{
	struct buf buf = wire_buf();

	wire_text(&buf, 3, "a@b");
	wire_text(&buf, 3, "a@b");
	refused(&pb__view__descriptor, &buf, "sender", "given twice");
	wire_bytes(&buf, 8, bytes_of(NULL, 0));
	wire_bytes(&buf, 8, bytes_of(NULL, 0));
	refused(&pb__view__descriptor, &buf, "basis", "given twice");
	wire_bytes(&buf, 16, bytes_of("x", 1));
	wire_bytes(&buf, 16, bytes_of("x", 1));
	passed(&pb__view__descriptor, &buf);
	wire_number(&buf, 1000, 5); /* unknown ones may */
	wire_number(&buf, 1000, 5);
	passed(&pb__view__descriptor, &buf);
	buf_free(&buf);
}

static void test_oneofs(void)
{
	struct buf buf = wire_buf();

	wire_number(&buf, 7, 5);
	passed(&pb__from_client__descriptor, &buf);
	wire_number(&buf, 7, 5);
	wire_number(&buf, 8, 5);
	refused(&pb__from_client__descriptor, &buf, "", "says more than one thing");
	wire_number(&buf, 7, 5);
	wire_number(&buf, 7, 5);
	refused(&pb__from_client__descriptor, &buf, "ping", "given twice");
	wire_number(&buf, 1000, 5);
	refused(&pb__from_client__descriptor, &buf, "", "says none of what it could say");
	wire_number(&buf, 1, 5); /* a plain field beside an empty oneof */
	refused(&pb__read__descriptor, &buf, "", "says none of what it could say");
	wire_number(&buf, 1, 5);
	wire_number(&buf, 6, 0); /* a zero is said all the same */
	passed(&pb__read__descriptor, &buf);
	wire_bytes(&buf, 5, bytes_of(NULL, 0)); /* FromClient.read without a question */
	refused(&pb__from_client__descriptor, &buf, "read", "says none of what it could say");
	buf_free(&buf);
}

static void test_paths(void)
{
	struct buf order = wire_buf();
	struct buf batch = wire_buf();
	struct buf buf = wire_buf();

	wire_number(&order, 1, 5);
	wire_bytes(&batch, 4, bytes_of(NULL, 0));
	wire_number(&batch, 1, 5); /* between the elements */
	wire_bytes(&batch, 4, bytes_of(NULL, 0));
	wire_bytes(&batch, 4, buf_bytes(&order));
	wire_bytes(&buf, 2, buf_bytes(&batch));
	refused(&pb__from_client__descriptor, &buf, "batch.orders[2].statements[0]", "of another type on the wire");
	buf_free(&order);
	buf_free(&batch);
	buf_free(&buf);
}

/* No schema of ours nests this deep, so the test brings its own: a message that may hold itself. */
static void test_depth(void)
{
	ProtobufCMessageDescriptor type = pb__signed_snapshot__descriptor;
	ProtobufCFieldDescriptor inner = pb__view__descriptor.fields[7];
	const ProtobufCIntRange ranges[] = { { 1, 0 }, { 0, 1 } };
	struct buf buf = wire_buf();

	inner.id = 1;
	inner.name = "inner";
	inner.descriptor = &type;
	type.n_fields = 1;
	type.fields = &inner;
	type.n_field_ranges = 1;
	type.field_ranges = ranges;
	for (unsigned depth = 0; depth <= CODEC_DEPTH + 1; depth++) {
		struct codec_fault fault;
		struct buf next = wire_buf();

		unit_context("%u deep", depth);
		check_err(read_only(&type, buf_bytes(&buf), &fault), depth <= CODEC_DEPTH ? ERR_OK : ERR_FORMAT);
		wire_bytes(&next, 1, buf_bytes(&buf));
		buf_free(&buf);
		buf = next;
	}
	for (unsigned depth = 0; depth < 16000; depth++) { /* what overflows protobuf-c's stack */
		struct buf head = wire_buf();

		wire_tag(&head, 1, 2);
		wire_varint(&head, buf.len);
		require(buf_grow(&buf, head.len) != NULL);
		memmove(buf.data + head.len, buf.data, buf.len - head.len);
		memcpy(buf.data, head.data, head.len);
		buf_free(&head);
	}
	refused(&type, &buf, "inner.inner.inner.inner.inner.inner.inner.inner.inner", "nested too deep");
	buf_free(&buf);
}

static void test_field_count(void)
{
	struct buf buf = wire_buf();
	struct codec_fault fault;
	uint8_t *room = buf_grow(&buf, 2 * (size_t)CODEC_FIELDS);

	require(room != NULL);
	for (size_t i = 0; i < CODEC_FIELDS; i++)
		memcpy(room + 2 * i, "\x50\x01", 2); /* 10: 1, of no field of PartRef */
	check_ok(READ(part_ref, &buf, &fault));
	buf_put(&buf, bytes_of("\x50\x01", 2));
	check_err(READ(part_ref, &buf, &fault), ERR_TOO_LARGE);
	check_text(fault.path, "(unknown)");
	buf_free(&buf);
}

static void test_packed_count(void)
{
	struct buf buf = wire_buf();
	struct codec_fault fault;
	uint8_t *ones = calloc(1, CODEC_FIELDS);

	require(ones != NULL);
	memset(ones, 1, CODEC_FIELDS);
	wire_bytes(&buf, 4, bytes_of(ones, CODEC_FIELDS - 1));
	check_ok(READ(part_ref, &buf, &fault));
	wire_number(&buf, 4, 1);
	check_err(READ(part_ref, &buf, &fault), ERR_TOO_LARGE);
	check_text(fault.path, "classes[1]");
	free(ones);
	buf_free(&buf);
}

static bool fits_tracking(const ProtobufCMessageDescriptor *type, unsigned depth)
{
	bool fits = type->n_fields <= CODEC_LEVEL_TRACKED && depth <= CODEC_DEPTH;

	for (unsigned i = 0; i < type->n_fields && fits; i++) {
		if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			fits = fits_tracking(type->fields[i].descriptor, depth + 1);
	}
	return fits;
}

/* What reading stands on: 64 fields at most in a message, and CODEC_DEPTH levels. */
static void test_schemas_fit(void)
{
	for (size_t i = 0; i < sample_type_count; i++) {
		unit_context("%s", sample_types[i]->short_name);
		check(fits_tracking(sample_types[i], 0));
	}
}

UNIT_SUITE("contract/codec_level",
	{ "nothing at all", test_empty },
	{ "real messages pass", test_real_messages },
	{ "tags", test_tags },
	{ "varints", test_varints },
	{ "lengths", test_lengths },
	{ "an inner length stays within", test_inner_lengths },
	{ "wire types", test_wire_types },
	{ "numbers too wide", test_number_widths },
	{ "enum values", test_enums },
	{ "packed elements", test_packed },
	{ "text", test_text },
	{ "a singular field stands once", test_given_twice },
	{ "oneofs say one thing", test_oneofs },
	{ "a fault's path", test_paths },
	{ "nesting", test_depth },
	{ "too many fields", test_field_count },
	{ "too many packed elements", test_packed_count },
	{ "the schemas fit", test_schemas_fit });
