/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec_pack.h"

#include <stdlib.h>

#include "contract/fields.h"
#include "samples.h"

#define ROOM_MAX (1u << 20)

/* ---- messages with anything in them ---- */

static uint64_t random_number(const ProtobufCFieldDescriptor *field)
{
	static const uint64_t edges[] = { 0, 1, 127, 128, 16383, 16384, INT32_MAX, (uint64_t)INT32_MIN, UINT32_MAX, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX };
	uint64_t value = unit_random_below(2) == 0 ? edges[unit_random_below(sizeof edges / sizeof edges[0])] : unit_random();

	switch (field->type) {
	case PROTOBUF_C_TYPE_BOOL:
		return value & 1;
	case PROTOBUF_C_TYPE_DOUBLE: /* no -0.0: protobuf-c leaves it out, which would change it */
		return value & INT64_MAX;
	case PROTOBUF_C_TYPE_FLOAT:
		return value & INT32_MAX;
	default:
		return value;
	}
}

static void fill_value(struct arena *arena, const ProtobufCFieldDescriptor *field, void *place, unsigned depth);

static ProtobufCMessage *random_message(struct arena *arena, const ProtobufCMessageDescriptor *type, unsigned depth)
{
	ProtobufCMessage *message = arena_calloc(arena, 1, type->sizeof_message);

	require(message != NULL);
	type->message_init(message);
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		size_t count = unit_random_below(depth > 3 ? 1 : 4);

		if (field_is_repeated(field)) {
			uint8_t *elements = arena_calloc(arena, count + 1, field_width(field));

			require(elements != NULL);
			for (size_t k = 0; k < count; k++)
				fill_value(arena, field, elements + k * field_width(field), depth);
			memcpy(field_place(message, field), &elements, sizeof(elements));
			*field_elements(message, field) = count;
		} else if (!field_is_member(field) && count > 1) {
			fill_value(arena, field, field_place(message, field), depth);
		} else if (field_is_member(field) && *field_chosen(message, field) == 0 && count > 1) {
			*field_chosen(message, field) = field->id;
			fill_value(arena, field, field_place(message, field), depth);
		}
	}
	return message;
}

static void fill_value(struct arena *arena, const ProtobufCFieldDescriptor *field, void *place, unsigned depth)
{
	ProtobufCBinaryData data = { unit_random_below(300), NULL };
	ProtobufCMessage *message;
	uint64_t number;
	char *text;

	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		message = random_message(arena, field->descriptor, depth + 1);
		memcpy(place, &message, sizeof(message));
		return;
	case PROTOBUF_C_TYPE_STRING:
		text = arena_calloc(arena, 1, data.len + 1);
		require(text != NULL);
		memset(text, 'x', data.len);
		memcpy(place, &text, sizeof(text));
		return;
	case PROTOBUF_C_TYPE_BYTES:
		data.data = arena_calloc(arena, 1, data.len + 1);
		require(data.data != NULL);
		memcpy(place, &data, sizeof(data));
		return;
	default:
		number = random_number(field);
		memcpy(place, &number, field_width(field));
	}
}

/* ---- against the reference ---- */

static void check_same(const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *expected = malloc(size + 1);
	uint8_t *room = malloc(size + 64);

	require(expected != NULL && room != NULL);
	protobuf_c_message_pack(message, expected);
	check_uint(codec_pack_back(message, NULL, 0), size);
	check_uint(codec_pack_back(message, room, size), size);
	check_bytes(bytes_of(room, size), bytes_of(expected, size));
	memset(room, 0xee, size + 64);
	check_uint(codec_pack_back(message, room + 7, size + 20), size); /* against the end */
	check_bytes(bytes_of(room + 27, size), bytes_of(expected, size));
	for (size_t i = 0; i < 27; i++)
		check_uint(room[i], 0xee);
	check_uint(room[size + 27], 0xee);
	free(expected);
	free(room);
}

static void test_samples(void)
{
	struct arena arena;

	arena_init(&arena, 1u << 22);
	check_same(&sample_view(&arena)->base);
	check_same(&sample_statement(&arena)->base);
	check_same(&sample_frame(&arena, 20)->base);
	check_same(&sample_sheet(&arena)->base);
	arena_free(&arena);
}

static void test_every_type(void)
{
	for (size_t i = 0; i < sample_type_count; i++)
		for (int round = 0; round < 30; round++) {
			struct arena arena;

			arena_init(&arena, 1u << 26);
			check_same(random_message(&arena, sample_types[i], 0));
			arena_free(&arena);
		}
}

/* With less room than it takes it writes nothing outside of it, and still tells the size. */
static void test_too_little_room(void)
{
	uint8_t room[ROOM_MAX / 1024];
	struct arena arena;
	const ProtobufCMessage *message;
	size_t size;

	arena_init(&arena, 1u << 22);
	message = &sample_view(&arena)->base;
	size = protobuf_c_message_get_packed_size(message);
	require(size + 2 < sizeof room);
	for (size_t len = 0; len < size; len++) {
		memset(room, 0xee, sizeof room);
		check_uint(codec_pack_back(message, room + 1, len), size);
		check_uint(room[0], 0xee);
		check_uint(room[len + 1], 0xee);
	}
	arena_free(&arena);
}

/* What was chosen, but given nothing, is left out as protobuf-c leaves it out. */
static void test_hollow_member(void)
{
	Pb__Statement statement = PB__STATEMENT__INIT;

	statement.body_case = PB__STATEMENT__BODY_VIEW;
	check_same(&statement.base);
}

/* One without fields has no array of them to walk back through: a sanitizer complains of a step before it. */
static void test_without_fields(void)
{
	static const Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;

	check_same(&nothing.base);
	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = (Pb__AdminNothing *)(uintptr_t)&nothing;
	check_same(&request.base);
}

static void test_into_a_buffer(void)
{
	struct arena arena;
	const ProtobufCMessage *message;
	struct buf buf, small;
	size_t size;

	arena_init(&arena, 1u << 22);
	message = &sample_sheet(&arena)->base;
	size = codec_size(message);
	buf_init(&buf, ROOM_MAX);
	buf_init(&small, size + size - 1);
	for (int i = 0; i < 3; i++) { /* into nothing, into what must grow, into what has room */
		buf_put_text(&buf, "before");
		require_ok(codec_pack(message, &buf));
		check_uint(buf.len, (size_t)(i + 1) * (size + 6));
	}
	check_bytes(bytes_of(buf.data + 6, size), bytes_of(buf.data + 2 * (size + 6) + 6, size));
	check_bytes(bytes_of(buf.data + size + 6, 6), bytes_of_text("before"));
	require_ok(codec_pack(message, &small));
	check_err(codec_pack(message, &small), ERR_TOO_LARGE);
	buf_free(&buf);
	buf_free(&small);
	arena_free(&arena);
}

UNIT_SUITE("contract/codec_pack",
	{ "samples are packed as the reference packs them", test_samples },
	{ "so is anything, of every type", test_every_type },
	{ "too little room is told and kept to", test_too_little_room },
	{ "a member without content is left out", test_hollow_member },
	{ "a type without fields", test_without_fields },
	{ "a buffer grows as it must and keeps its limit", test_into_a_buffer });
