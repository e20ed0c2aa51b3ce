/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec.h"

#include "samples.h"
#include "wire.h"

static void test_round_trip(void)
{
	const Pb__Statement *back;
	struct codec_fault fault;
	struct bytes packed;
	struct arena arena;
	struct buf again = wire_buf();

	arena_init(&arena, 1 << 20);
	packed = sample_packed(&sample_statement(&arena)->base, &arena);
	require_ok(CODEC_DECODE(statement, packed, &arena, &back, &fault));
	require(back->body_case == PB__STATEMENT__BODY_VIEW);
	check_text(back->view->sender, "hikikomori@chiba-city");
	check_int(back->view->urgency, PB__URGENCY__URGENCY_SOON);
	check_int(back->view->created_at_us, 1795344612345000);
	require(back->view->n_parts == 1);
	check_uint(back->view->parts[0]->n_classes, 4);
	check_uint(back->view->n_sealed_to, 3);
	check_bytes(bytes_of_pb(back->view->nonce), bytes_of_pb(sample_bytes(&arena, 16, 5)));
	check_uint(codec_size(&back->base), packed.len);
	require_ok(codec_pack(&back->base, &again));
	check_bytes(buf_bytes(&again), packed);
	buf_free(&again);
	arena_free(&arena);
}

static void test_what_comes_out_is_a_copy(void)
{
	const Pb__View *back;
	struct arena arena;
	struct buf buf = wire_buf();

	arena_init(&arena, 1 << 20);
	wire_text(&buf, 3, "agency@site");
	wire_text(&buf, 1, "0123456789abcdef");
	require_ok(CODEC_DECODE(view, buf_bytes(&buf), &arena, &back, NULL));
	memset(buf.data, '#', buf.len);
	check_text(back->sender, "agency@site");
	check_bytes(bytes_of_pb(back->message_id), bytes_of_text("0123456789abcdef"));
	buf_free(&buf);
	arena_free(&arena);
}

static void test_empty_message(void)
{
	const Pb__View *back = NULL;
	struct arena arena;
	struct buf buf = wire_buf();

	arena_init(&arena, 1 << 20);
	require_ok(CODEC_DECODE(view, bytes_of(NULL, 0), &arena, &back, NULL));
	check_text(back->sender, "");
	check(back->basis == NULL);
	check_ok(codec_pack(&back->base, &buf));
	check_uint(buf.len, 0);
	buf_free(&buf);
	arena_free(&arena);
}

/* A newer partner's fields are passed over, at whatever depth. */
static void test_unknown_fields(void)
{
	const Pb__View *back;
	struct arena arena;
	struct buf basis = wire_buf();
	struct buf buf = wire_buf();

	arena_init(&arena, 1 << 20);
	wire_text(&basis, 77, "new");
	wire_number(&basis, 1, 1);
	wire_number(&buf, 500, 1);
	wire_bytes(&buf, 8, buf_bytes(&basis));
	wire_tag(&buf, 501, 1);
	buf_put_text(&buf, "12345678");
	wire_text(&buf, 3, "a@b");
	require_ok(CODEC_DECODE(view, buf_bytes(&buf), &arena, &back, NULL));
	check_text(back->sender, "a@b");
	check_int(back->basis->basis, PB__BASIS__BASIS_CONSENT);
	buf_free(&basis);
	buf_free(&buf);
	arena_free(&arena);
}

static void test_faults_come_back(void)
{
	const Pb__View *back = NULL;
	struct codec_fault fault;
	struct arena arena;
	struct buf buf = wire_buf();

	arena_init(&arena, 1 << 20);
	wire_number(&buf, 2, 99);
	check_err(CODEC_DECODE(view, buf_bytes(&buf), &arena, &back, &fault), ERR_FORMAT);
	check_text(fault.path, "kind");
	check_err(CODEC_DECODE(view, buf_bytes(&buf), &arena, &back, NULL), ERR_FORMAT);
	check(back == NULL);
	check(arena.used <= 2 * (sizeof(Pb__View) + 16)); /* no more than a message without fields takes, and it was read twice */
	buf_free(&buf);
	arena_free(&arena);
}

/* Whatever the arena's limit, decoding ends well or with ERR_TOO_LARGE, and within it. */
static void test_any_arena(void)
{
	struct bytes packed;
	struct arena source;
	bool fitted = false;

	arena_init(&source, 1 << 20);
	packed = sample_packed(&sample_statement(&source)->base, &source);
	for (size_t limit = 0; limit < 4096; limit += 8) {
		const Pb__Statement *back = NULL;
		struct codec_fault fault;
		struct arena arena;
		enum err err;

		arena_init(&arena, limit);
		err = CODEC_DECODE(statement, packed, &arena, &back, &fault);
		unit_context("limit %zu", limit);
		check(err == ERR_OK || err == ERR_TOO_LARGE);
		check(arena.used <= limit);
		check((err == ERR_OK) == (back != NULL));
		check(!fitted || err == ERR_OK);
		fitted = err == ERR_OK;
		arena_free(&arena);
	}
	check(fitted);
	arena_free(&source);
}

/* A megabyte of tiny fields, which costs protobuf-c fifty times as much without a cap. */
static void test_hostile_megabyte(void)
{
	const ProtobufCMessage *back = NULL;
	struct arena arena;
	struct buf batch = wire_buf();
	struct buf buf = wire_buf();

	arena_init(&arena, 4u << 20);
	for (size_t i = 0; i < 500000; i++)
		wire_bytes(&batch, 4, bytes_of(NULL, 0));
	wire_bytes(&buf, 2, buf_bytes(&batch));
	check_err(codec_decode(&pb__from_client__descriptor, buf_bytes(&buf), &arena, &back, NULL), ERR_TOO_LARGE);
	check(back == NULL);
	check(arena.held <= 5u << 20);
	buf_free(&batch);
	buf_free(&buf);
	arena_free(&arena);
}

static void test_pack_appends(void)
{
	struct arena arena;
	struct buf buf = wire_buf();
	struct bytes packed;
	const Pb__View *view;

	arena_init(&arena, 1 << 20);
	view = sample_view(&arena);
	packed = sample_packed(&view->base, &arena);
	buf_put_text(&buf, "before");
	require_ok(codec_pack(&view->base, &buf));
	check_bytes(bytes_of(buf.data, 6), bytes_of_text("before"));
	check_bytes(bytes_of(buf.data + 6, buf.len - 6), packed);
	buf_free(&buf);
	buf_init(&buf, packed.len - 1);
	check_err(codec_pack(&view->base, &buf), ERR_TOO_LARGE);
	buf_free(&buf);
	arena_free(&arena);
}

static void test_copy(void)
{
	const ProtobufCMessage *copy;
	struct arena arena;
	struct arena other;
	struct bytes packed;
	Pb__Statement *statement;

	arena_init(&arena, 1 << 20);
	arena_init(&other, 1 << 20);
	statement = sample_statement(&arena);
	packed = sample_packed(&statement->base, &other);
	require_ok(codec_copy(&statement->base, &other, &copy));
	check(copy->descriptor == statement->base.descriptor);
	arena_free(&arena);
	check_bytes(sample_packed(copy, &other), packed);
	arena_free(&other);
	arena_init(&other, 100);
	arena_init(&arena, 1 << 20);
	check_err(codec_copy(&sample_statement(&arena)->base, &other, &copy), ERR_TOO_LARGE);
	arena_free(&other);
	arena_free(&arena);
}

/* Real messages with bytes altered, cut, doubled or thrown in: never a crash, never beyond the arena, and what passes packs again. */
static void mangle(uint8_t *data, size_t *len, size_t cap)
{
	for (uint64_t times = 1 + unit_random_below(4); times > 0 && *len > 0; times--) {
		size_t at = unit_random_below(*len);

		switch (unit_random_below(4)) {
		case 0:
			data[at] = (uint8_t)unit_random();
			break;
		case 1:
			data[at] ^= (uint8_t)(1u << unit_random_below(8));
			break;
		case 2:
			*len = at;
			break;
		default:
			if (*len * 2 <= cap) {
				memcpy(data + *len, data + at, *len - at);
				*len += *len - at;
			}
		}
	}
}

static void test_mangled(void)
{
	static uint8_t data[64 * 1024];
	struct arena samples;
	struct bytes origins[3];

	arena_init(&samples, 1 << 20);
	origins[0] = sample_packed(&sample_statement(&samples)->base, &samples);
	origins[1] = sample_packed(&sample_frame(&samples, 5)->base, &samples);
	origins[2] = sample_packed(&sample_sheet(&samples)->base, &samples);
	for (unsigned round = 0; round < 30000; round++) {
		struct bytes origin = origins[round % 3];
		const ProtobufCMessage *back;
		struct arena arena;
		size_t len = origin.len;

		memcpy(data, origin.data, len);
		mangle(data, &len, sizeof(data));
		arena_init(&arena, 256 * 1024);
		for (size_t i = 0; i < sample_type_count; i++) {
			if (codec_decode(sample_types[i], bytes_of(data, len), &arena, &back, NULL) == ERR_OK)
				check_ok(codec_check(back, NULL));
			check(arena.used <= arena.limit);
		}
		arena_free(&arena);
	}
	arena_free(&samples);
}

static void test_noise(void)
{
	for (unsigned round = 0; round < 20000; round++) {
		const ProtobufCMessage *back;
		struct arena arena;
		uint8_t noise[64];
		size_t len = unit_random_below(sizeof(noise) + 1);

		unit_random_bytes(noise, len);
		arena_init(&arena, 64 * 1024);
		for (size_t i = 0; i < sample_type_count; i++)
			(void)codec_decode(sample_types[i], bytes_of(noise, len), &arena, &back, NULL);
		arena_free(&arena);
	}
}

UNIT_SUITE("contract/codec",
	{ "what was packed comes back", test_round_trip },
	{ "what comes out is a copy", test_what_comes_out_is_a_copy },
	{ "an empty message", test_empty_message },
	{ "unknown fields are passed over", test_unknown_fields },
	{ "faults come back, and cost no more than what was read", test_faults_come_back },
	{ "any arena", test_any_arena },
	{ "a hostile megabyte", test_hostile_megabyte },
	{ "packing appends", test_pack_appends },
	{ "a deep copy", test_copy },
	{ "mangled messages", test_mangled },
	{ "noise", test_noise });
