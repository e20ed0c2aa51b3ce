/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec_read.h"

#include <stdlib.h>

#include "contract/fields.h"
#include "samples.h"
#include "wire.h"

static enum err read_as(struct codec_how how, const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena, ProtobufCMessage **ret)
{
	struct codec_fault fault;

	return codec_read(type, bytes, how, arena, ret, &fault);
}

static enum err read(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena, ProtobufCMessage **ret)
{
	return read_as((struct codec_how){ 0 }, type, bytes, arena, ret);
}

static void *yardstick_alloc(void *context, size_t size)
{
	return arena_alloc(context, size);
}

static void yardstick_free(void *context, void *room)
{
	(void)context;
	(void)room;
}

/* protobuf-c keeps what it does not know; the code under test does not. */
static void forget_unknown(ProtobufCMessage *message)
{
	message->n_unknown_fields = 0;
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];

		for (size_t k = 0; field->type == PROTOBUF_C_TYPE_MESSAGE && k < field_count(message, field); k++)
			forget_unknown((ProtobufCMessage *)(uintptr_t)field_pointer(field_value(message, field, k)));
	}
}

/* protobuf-c's own unpacking is the yardstick: both must give the same message. */
static void check_same(const ProtobufCMessageDescriptor *type, struct bytes bytes)
{
	ProtobufCMessage *expected;
	ProtobufCMessage *message;
	struct arena arena;
	ProtobufCAllocator allocator = { yardstick_alloc, yardstick_free, &arena };

	arena_init(&arena, 16u << 20);
	expected = protobuf_c_message_unpack(type, &allocator, bytes.len, bytes.data);
	require(expected != NULL);
	forget_unknown(expected);
	require_ok(read(type, bytes, &arena, &message));
	check_bytes(sample_packed(message, &arena), sample_packed(expected, &arena));
	arena_free(&arena);
}

static void test_samples(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_same(&pb__statement__descriptor, sample_packed(&sample_statement(&arena)->base, &arena));
	check_same(&pb__from_client__descriptor, sample_packed(&sample_frame(&arena, 45)->base, &arena));
	check_same(&pb__content__descriptor, sample_packed(&sample_sheet(&arena)->base, &arena));
	check_same(&pb__view__descriptor, bytes_of(NULL, 0));
	arena_free(&arena);
}

/* Bytes fields lie where they stand in what was unpacked; all else is as ever, and takes less of the arena. */
static void test_within(void)
{
	const Pb__Statement *statement;
	struct arena samples, arena;
	ProtobufCMessage *message;
	struct bytes packed;
	size_t copied;

	arena_init(&samples, 1 << 20);
	arena_init(&arena, 1 << 20);
	packed = sample_packed(&sample_statement(&samples)->base, &samples);
	require_ok(read(&pb__statement__descriptor, packed, &arena, &message));
	copied = arena.used;
	arena_reset(&arena);
	require_ok(read_as((struct codec_how){ .within = true }, &pb__statement__descriptor, packed, &arena, &message));
	check(arena.used < copied);
	statement = (const Pb__Statement *)message;
	require(statement->body_case == PB__STATEMENT__BODY_VIEW && statement->view->n_parts > 0);
	check(statement->view->message_id.data > packed.data && statement->view->message_id.data < packed.data + packed.len);
	check(statement->view->parts[0]->sha256.data > packed.data && statement->view->parts[0]->sha256.data < packed.data + packed.len);
	check((const uint8_t *)statement->view->sender < packed.data || (const uint8_t *)statement->view->sender >= packed.data + packed.len);
	check_bytes(sample_packed(message, &samples), packed);
	arena_free(&arena);
	arena_free(&samples);
}

static void test_every_number_type(void)
{
	struct buf buf = wire_buf();
	struct buf packed = wire_buf();
	const Pb__Refusal *refusal;
	const Pb__TimerEntry *timer;
	const Pb__HandoutEntry *entry;
	const Pb__Status *status;
	ProtobufCMessage *message;
	struct arena arena;
	double rate = 1234.5;

	arena_init(&arena, 1 << 20);
	wire_number(&buf, 3, (uint64_t)-5);
	wire_number(&buf, 5, UINT32_MAX);
	require_ok(read(&pb__refusal__descriptor, buf_bytes(&buf), &arena, &message));
	refusal = (const Pb__Refusal *)message;
	check_int(refusal->value, -5);
	check_uint(refusal->retry_after_ms, UINT32_MAX);
	buf_clear(&buf);
	wire_varint(&packed, (uint64_t)INT64_MIN);
	wire_varint(&packed, 7);
	wire_number(&buf, 3, 1);
	wire_bytes(&buf, 3, buf_bytes(&packed));
	wire_number(&buf, 1, 1); /* between the elements */
	wire_number(&buf, 3, 2);
	require_ok(read(&pb__timer_entry__descriptor, buf_bytes(&buf), &arena, &message));
	timer = (const Pb__TimerEntry *)message;
	require(timer->n_due_at_us == 4);
	check_int(timer->due_at_us[0], 1);
	check_int(timer->due_at_us[1], INT64_MIN);
	check_int(timer->due_at_us[2], 7);
	check_int(timer->due_at_us[3], 2);
	check_int(timer->kind, PB__TIMER_KIND__TIMER_KIND_EXPIRES);
	buf_clear(&buf);
	wire_tag(&buf, 3, 1);
	buf_put(&buf, bytes_of("\x08\x07\x06\x05\x04\x03\x02\x81", 8));
	require_ok(read(&pb__handout_entry__descriptor, buf_bytes(&buf), &arena, &message));
	entry = (const Pb__HandoutEntry *)message;
	check_uint(entry->session, 0x8102030405060708);
	buf_clear(&buf);
	wire_tag(&buf, 7, 1);
	buf_put(&buf, bytes_of(&rate, 8)); /* on a little-endian host, as these are */
	wire_number(&buf, 20, 1);
	require_ok(read(&pb__status__descriptor, buf_bytes(&buf), &arena, &message));
	status = (const Pb__Status *)message;
	check(status->entries_per_second > 1234.4 && status->entries_per_second < 1234.6);
	check_int(status->accepting, 1);
	buf_free(&packed);
	buf_free(&buf);
	arena_free(&arena);
}

static void test_members(void)
{
	struct buf buf = wire_buf();
	const Pb__Read *told;
	ProtobufCMessage *message;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	wire_number(&buf, 6, 0);
	require_ok(read(&pb__read__descriptor, buf_bytes(&buf), &arena, &message));
	told = (const Pb__Read *)message;
	check_int(told->what_case, PB__READ__WHAT_INBOX_AFTER);
	check_uint(told->inbox_after, 0);
	buf_clear(&buf);
	wire_text(&buf, 9, "0123456789abcdef");
	require_ok(read(&pb__read__descriptor, buf_bytes(&buf), &arena, &message));
	told = (const Pb__Read *)message;
	check_int(told->what_case, PB__READ__WHAT_TRACE_MESSAGE_ID);
	check_bytes(bytes_of_pb(told->trace_message_id), bytes_of_text("0123456789abcdef"));
	buf_free(&buf);
	arena_free(&arena);
}

/* Any bytes end in an error or a message, within their bounds and the arena's: also those that are taken for our own. */
static void test_noise(void)
{
	struct arena samples;
	struct bytes origin;

	arena_init(&samples, 1 << 20);
	origin = sample_packed(&sample_statement(&samples)->base, &samples);
	for (unsigned round = 0; round < 30000; round++) {
		size_t len = 1 + unit_random_below(origin.len);
		uint8_t *exact = malloc(len); /* a sanitizer sees one byte too far */
		ProtobufCMessage *message;
		struct arena arena;

		require(exact != NULL);
		memcpy(exact, origin.data, len);
		for (uint64_t times = unit_random_below(4); times > 0; times--)
			exact[unit_random_below(len)] = (uint8_t)unit_random();
		arena_init(&arena, 64 * 1024);
		for (size_t i = 0; i < sample_type_count; i++)
			(void)read_as((struct codec_how){ .within = round % 3 == 0, .ours = round % 2 == 0 }, sample_types[i],
				      bytes_of(exact, len), &arena, &message);
		check(arena.used <= arena.limit);
		arena_free(&arena);
		free(exact);
	}
	arena_free(&samples);
}

/* What is built here may be half built when it is copied. */
static void test_ours(void)
{
	struct codec_how ours = { .ours = true };
	struct buf buf = wire_buf();
	ProtobufCMessage *message;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_err(read(&pb__statement__descriptor, bytes_of(NULL, 0), &arena, &message), ERR_FORMAT);
	require_ok(read_as(ours, &pb__statement__descriptor, bytes_of(NULL, 0), &arena, &message));
	check_int(((const Pb__Statement *)message)->body_case, PB__STATEMENT__BODY__NOT_SET);
	wire_number(&buf, 2, 77); /* no kind */
	wire_text(&buf, 3, "a\x01");
	check_err(read(&pb__view__descriptor, buf_bytes(&buf), &arena, &message), ERR_FORMAT);
	require_ok(read_as(ours, &pb__view__descriptor, buf_bytes(&buf), &arena, &message));
	check_int(((const Pb__View *)message)->kind, 77);
	check_text(((const Pb__View *)message)->sender, "a\x01");
	buf_free(&buf);
	arena_free(&arena);
}

/* Wherever the arena ends, that is what is said. */
static void test_memory_ends(void)
{
	struct arena samples, arena;
	ProtobufCMessage *message;
	struct bytes packed;
	size_t needed;

	arena_init(&samples, 1 << 20);
	arena_init(&arena, 1 << 20);
	packed = sample_packed(&sample_statement(&samples)->base, &samples);
	require_ok(read(&pb__statement__descriptor, packed, &arena, &message));
	needed = arena.used;
	for (size_t room = 0; room < needed; room += 16) {
		struct codec_fault fault;

		arena_free(&arena);
		arena_init(&arena, room);
		check_err(codec_read(&pb__statement__descriptor, packed, (struct codec_how){ 0 }, &arena, &message, &fault), ERR_TOO_LARGE);
		check_text(fault.reason, "takes more memory than one message may");
		check_text(fault.path, "");
	}
	arena_free(&arena);
	arena_free(&samples);
}

/* What is not refused, protobuf-c takes as well, and as the same. */
static void test_mangled_against_yardstick(void)
{
	struct arena samples;
	struct bytes origins[2];
	unsigned passed = 0;

	arena_init(&samples, 1 << 20);
	origins[0] = sample_packed(&sample_statement(&samples)->base, &samples);
	origins[1] = sample_packed(&sample_sheet(&samples)->base, &samples);
	for (unsigned round = 0; round < 30000; round++) {
		const ProtobufCMessageDescriptor *type = round % 2 == 0 ? &pb__statement__descriptor : &pb__content__descriptor;
		struct bytes origin = origins[round % 2];
		ProtobufCMessage *message;
		struct arena arena;
		uint8_t data[2048];
		enum err err;

		require(origin.len <= sizeof(data));
		memcpy(data, origin.data, origin.len);
		data[unit_random_below(origin.len)] = (uint8_t)unit_random();
		arena_init(&arena, 1 << 20);
		err = read(type, bytes_of(data, origin.len), &arena, &message);
		arena_free(&arena);
		if (err != ERR_OK)
			continue;
		check_same(type, bytes_of(data, origin.len));
		passed++;
	}
	check(passed > 1000);
	arena_free(&samples);
}

UNIT_SUITE("contract/codec_read",
	{ "as protobuf-c does", test_samples },
	{ "bytes fields where they stand", test_within },
	{ "every type of number", test_every_number_type },
	{ "members of a oneof", test_members },
	{ "noise", test_noise },
	{ "a message of our own, whatever it says", test_ours },
	{ "memory that ends anywhere", test_memory_ends },
	{ "mangled ones, as protobuf-c does", test_mangled_against_yardstick });
