/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include "base/clock.h"
#include "unit.h"

/* The example of RFC 9562, appendix A.6. */
#define EXAMPLE_MS UINT64_C(0x017F22E279B0)
static const uint8_t example_random[10] = { 0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f };
static const char example_text[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

static struct id random_id(void)
{
	uint8_t random[10];

	unit_random_bytes(random, sizeof random);
	return id_make(unit_random() >> 16, random);
}

static void test_example(void)
{
	struct id id = id_make(EXAMPLE_MS, example_random);
	char text[ID_TEXT];

	id_format(&id, text);
	check_text(text, example_text);
	check_uint(id_time_ms(&id), EXAMPLE_MS);
	check(id_is_v7(&id));
}

static void test_version(void)
{
	uint8_t ones[10];
	struct id id;

	memset(ones, 0xff, sizeof ones);
	id = id_make(UINT64_MAX, ones);
	check(id_is_v7(&id));
	check_uint(id_time_ms(&id), (UINT64_C(1) << 48) - 1);
	id.bytes[6] = 0x4f;
	check(!id_is_v7(&id));
	id.bytes[6] = 0x7f;
	id.bytes[8] = 0x3f;
	check(!id_is_v7(&id));
	id.bytes[8] = 0xc0;
	check(!id_is_v7(&id));
}

static void test_new(void)
{
	uint64_t before = (uint64_t)clock_wall_us() / 1000;
	struct id first, second;

	require_ok(id_new(&first));
	require_ok(id_new(&second));
	check(id_is_v7(&first));
	check(id_time_ms(&first) >= before);
	check(id_time_ms(&second) <= (uint64_t)clock_wall_us() / 1000);
	check(memcmp(first.bytes, second.bytes, ID_BYTES) != 0);
	check(id_tail(&first) != id_tail(&second)); /* one in 2^45 runs could fail */
}

static void test_order(void)
{
	for (int i = 0; i < 500; i++) {
		struct id a = random_id();
		struct id b = random_id();

		if (id_time_ms(&a) == id_time_ms(&b))
			continue;
		check((memcmp(a.bytes, b.bytes, ID_BYTES) < 0) == (id_time_ms(&a) < id_time_ms(&b)));
	}
}

static void test_from_bytes(void)
{
	struct id id = { { 9 } };
	uint8_t bytes[17] = { 1, 2, 3 };

	check_err(id_from_bytes(bytes_of(bytes, 15), &id), ERR_FORMAT);
	check_err(id_from_bytes(bytes_of(bytes, 17), &id), ERR_FORMAT);
	check_err(id_from_bytes(bytes_of(NULL, 0), &id), ERR_FORMAT);
	check_uint(id.bytes[0], 9);
	check_ok(id_from_bytes(bytes_of(bytes, 16), &id));
	check_bytes(bytes_of(id.bytes, 16), bytes_of(bytes, 16));
}

static void test_parse(void)
{
	struct id id, upper;

	check_ok(id_parse(example_text, &id));
	check_ok(id_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &upper));
	check_bytes(bytes_of(id.bytes, 16), bytes_of(upper.bytes, 16));
	check_uint(id_time_ms(&id), EXAMPLE_MS);
}

static void test_parse_refuses(void)
{
	static const char *const rows[] = {
		"", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
		"{17f22e2-79b0-7cc3-98c4-dc0c0c07398}", "017f22e2-79b0-7cc3-98c4-dc0c0c07398 ", " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
		"017f22e2 79b0 7cc3 98c4 dc0c0c07398f", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c0739-f",
		"+17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "0x7f22e2-79b0-7cc3-98c4-dc0c0c07398f",
	};
	struct id id = { { 9 } };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_context("%s", rows[i]);
		check_err(id_parse(rows[i], &id), ERR_FORMAT);
		check_uint(id.bytes[0], 9);
	}
}

static void test_text_round_trip(void)
{
	for (int i = 0; i < 500; i++) {
		struct id id, back;
		char text[ID_TEXT];

		unit_random_bytes(id.bytes, ID_BYTES); /* of any version: old ids are shown too */
		id_format(&id, text);
		check_uint(strlen(text), 36);
		check_ok(id_parse(text, &back));
		check_bytes(bytes_of(back.bytes, 16), bytes_of(id.bytes, 16));
	}
}

static void test_tail(void)
{
	struct id id = { { 0 } };

	memset(id.bytes, 0xff, ID_BYTES);
	check_uint(id_tail(&id), (UINT64_C(1) << 45) - 1);
	memset(id.bytes + 10, 0, 6);
	check_uint(id_tail(&id), 0);
	id.bytes[10] = 0x10;
	check_uint(id_tail(&id), UINT64_C(1) << 44);
	id.bytes[10] = 0x20;
	check_uint(id_tail(&id), 0);
}

/* Codes stand in letters and on paper: their form must not change from release to release. */
static void test_code_fixed(void)
{
	static const struct {
		uint64_t tail;
		const char *code;
	} rows[] = {
		{ 0, "00000-00000" },
		{ 1, "00000-00012" },
		{ (UINT64_C(1) << 45) - 1, "ZZZZZ-ZZZZX" },
		{ UINT64_C(0x0c0c07398f), "01G60-EECFW" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct id id = { { 0 } };
		char code[ID_CODE_TEXT];

		be64_put(id.bytes + 8, rows[i].tail);
		id_code(&id, code);
		check_text(code, rows[i].code);
	}
}

static void test_code_round_trip(void)
{
	for (int i = 0; i < 1000; i++) {
		struct id id = random_id();
		char code[ID_CODE_TEXT];
		uint64_t tail = 0;

		id_code(&id, code);
		unit_context("%s", code);
		check_uint(strlen(code), 11);
		check(code[5] == '-');
		check(id_code_parse(code, &tail));
		check_uint(tail, id_tail(&id));
	}
}

static void test_code_spoken(void)
{
	static const char *const same[] = {
		"01G60-EECFW", "01g60eecfw", "oIg6O-EECFW", "OlG6o EECFW", "0-1-G-6-0-E-E-C-F-W", " 01G60-EECFW ", "OLG60-eecfw", "0iG60-EECFW",
	};
	uint64_t tail;

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		unit_context("%s", same[i]);
		tail = 0;
		check(id_code_parse(same[i], &tail));
		check_uint(tail, UINT64_C(0x0c0c07398f));
	}
	check(id_code_parse("00000-00012", &tail));
	check(id_code_parse("OOOOO-OOOI2", &tail));
	check(id_code_parse("ooooo-oool2", &tail));
	check_uint(tail, 1);
}

static void test_code_refuses(void)
{
	static const char *const rows[] = {
		"", "-", "01G60-EECF", "01G60-EECFW0", "01G60-EECFU", "01G60_EECFW", "01G60-EECFX", "01G60-EECF\xe3\x81\x82",
		"01G60\tEECFW", "00000-0000-", "00000-00000-00000",
	};
	uint64_t tail = 77;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_context("%s", rows[i]);
		check(!id_code_parse(rows[i], &tail));
		check_uint(tail, 77);
	}
}

/* Every place but the hyphen's. */
static const int places[] = { 0, 1, 2, 3, 4, 6, 7, 8, 9, 10 };
#define PLACES 10

static void test_code_one_wrong(void)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	for (int round = 0; round < 20; round++) {
		struct id id = random_id();
		char code[ID_CODE_TEXT];
		uint64_t tail;

		id_code(&id, code);
		for (int i = 0; i < PLACES; i++) {
			char right = code[places[i]];

			for (const char *wrong = alphabet; *wrong != '\0'; wrong++) {
				code[places[i]] = *wrong;
				unit_context("%s", code);
				check(id_code_parse(code, &tail) == (*wrong == right));
			}
			code[places[i]] = right;
		}
	}
}

static void test_code_two_swapped(void)
{
	for (int round = 0; round < 200; round++) {
		struct id id = random_id();
		char code[ID_CODE_TEXT];
		uint64_t tail;

		id_code(&id, code);
		for (int i = 0; i < PLACES; i++) {
			for (int k = i + 1; k < PLACES; k++) {
				char swapped[ID_CODE_TEXT];

				memcpy(swapped, code, sizeof swapped);
				swapped[places[i]] = code[places[k]];
				swapped[places[k]] = code[places[i]];
				unit_context("%s for %s", swapped, code);
				check(id_code_parse(swapped, &tail) == (code[places[i]] == code[places[k]]));
			}
		}
	}
}

static struct id id_ahead(int64_t ms)
{
	static const uint8_t most[10] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	return id_make((uint64_t)(clock_wall_us() / 1000 + ms), most);
}

/* Faster than the clock counts, and still in order. */
static void test_new_after(void)
{
	struct id last = { { 0 } }, next;

	for (unsigned i = 0; i < 1000; i++) {
		require_ok(id_new_after(&last, &next));
		require(memcmp(last.bytes, next.bytes, ID_BYTES) < 0);
		require(id_is_v7(&next));
		last = next;
	}
	check(id_time_ms(&last) < (uint64_t)clock_wall_us() / 1000 + 2000);
}

static void test_new_after_a_step_of_the_clock(void)
{
	struct id last = id_ahead(ID_DRIFT_MS / 2), next;

	require_ok(id_new_after(&last, &next)); /* set back half a minute */
	check(memcmp(last.bytes, next.bytes, ID_BYTES) < 0);
	check_uint(id_time_ms(&next), id_time_ms(&last) + 1);
	last = id_ahead(ID_DRIFT_MS + 10000);
	require_ok(id_new_after(&last, &next)); /* set back further: ids of tomorrow would be refused */
	check(memcmp(last.bytes, next.bytes, ID_BYTES) > 0);
	check(id_time_ms(&next) <= (uint64_t)clock_wall_us() / 1000);
	last = id_ahead(-86400000);
	require_ok(id_new_after(&last, &next));
	check(id_time_ms(&next) > id_time_ms(&last) + 86000000);
}

UNIT_SUITE("base/id",
	{ "the example of RFC 9562", test_example },
	{ "version and variant", test_version },
	{ "new ids carry the time and differ", test_new },
	{ "new ids keep their order", test_new_after },
	{ "order and a step of the clock", test_new_after_a_step_of_the_clock },
	{ "ids sort by time", test_order },
	{ "exactly 16 bytes are an id", test_from_bytes },
	{ "parse takes either case", test_parse },
	{ "parse refuses every other form", test_parse_refuses },
	{ "what is formatted is parsed", test_text_round_trip },
	{ "the tail is the last 45 bits", test_tail },
	{ "codes that must never change", test_code_fixed },
	{ "a code gives its tail back", test_code_round_trip },
	{ "a code as people say and write it", test_code_spoken },
	{ "what is no code is refused", test_code_refuses },
	{ "any one wrong character is caught", test_code_one_wrong },
	{ "any two swapped characters are caught", test_code_two_swapped });
