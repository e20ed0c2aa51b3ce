/* SPDX-License-Identifier: Apache-2.0 */
#include "config/amount.h"

#include "unit.h"

static const struct {
	enum option_kind kind;
	const char *text;
	enum err err;
	uint64_t amount;
} parsed[] = {
	{ OPTION_COUNT, "0", ERR_OK, 0 },
	{ OPTION_COUNT, "4096", ERR_OK, 4096 },
	{ OPTION_COUNT, "4096 ", ERR_FORMAT, 0 },
	{ OPTION_COUNT, "-1", ERR_FORMAT, 0 },
	{ OPTION_COUNT, "+1", ERR_FORMAT, 0 },
	{ OPTION_COUNT, "", ERR_FORMAT, 0 },
	{ OPTION_COUNT, "1.5", ERR_FORMAT, 0 },
	{ OPTION_COUNT, "10 s", ERR_FORMAT, 0 },
	{ OPTION_COUNT, "9223372036854775807", ERR_OK, INT64_MAX },
	{ OPTION_COUNT, "9223372036854775808", ERR_RANGE, 0 },
	{ OPTION_COUNT, "99999999999999999999999", ERR_RANGE, 0 },
	{ OPTION_SIZE, "512", ERR_OK, 512 },
	{ OPTION_SIZE, "64GiB", ERR_OK, GIB(64) },
	{ OPTION_SIZE, "64 GiB", ERR_OK, GIB(64) },
	{ OPTION_SIZE, "64  GiB", ERR_FORMAT, 0 },
	{ OPTION_SIZE, "1 TiB", ERR_OK, GIB(1024) },
	{ OPTION_SIZE, "7 B", ERR_OK, 7 },
	{ OPTION_SIZE, "7 GB", ERR_FORMAT, 0 },
	{ OPTION_SIZE, "7 gib", ERR_FORMAT, 0 },
	{ OPTION_SIZE, "16777216 TiB", ERR_RANGE, 0 },
	{ OPTION_DURATION, "120", ERR_OK, 120000000 },
	{ OPTION_DURATION, "120 s", ERR_OK, 120000000 },
	{ OPTION_DURATION, "2 min", ERR_OK, 120000000 },
	{ OPTION_DURATION, "1h", ERR_OK, 3600000000 },
	{ OPTION_DURATION, "2 d", ERR_OK, UINT64_C(172800000000) },
	{ OPTION_DURATION, "2 MiB", ERR_FORMAT, 0 },
};

static void test_parse(void)
{
	for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++) {
		uint64_t amount = 4711;

		unit_context("\"%s\"", parsed[i].text);
		check_err(amount_parse(parsed[i].kind, parsed[i].text, &amount), parsed[i].err);
		check_uint(amount, parsed[i].err == ERR_OK ? parsed[i].amount : 4711);
	}
}

static const struct {
	enum option_kind kind;
	uint64_t amount;
	const char *text;
} formatted[] = {
	{ OPTION_COUNT, 4096, "4096" },        { OPTION_COUNT, 0, "0" },
	{ OPTION_SIZE, GIB(64), "64 GiB" },    { OPTION_SIZE, GIB(2048), "2 TiB" },
	{ OPTION_SIZE, 1025, "1025 B" },       { OPTION_SIZE, 0, "0 B" },
	{ OPTION_DURATION, 90000000, "90 s" }, { OPTION_DURATION, 7200000000, "2 h" },
};

static void test_format(void)
{
	for (size_t i = 0; i < sizeof formatted / sizeof *formatted; i++) {
		uint64_t again;
		struct buf out;

		buf_init(&out, 100);
		amount_format(formatted[i].kind, formatted[i].amount, &out);
		check_text(buf_text(&out), formatted[i].text);
		check_ok(amount_parse(formatted[i].kind, buf_text(&out), &again));
		check_uint(again, formatted[i].amount);
		buf_free(&out);
	}
}

static void test_random_round_trip(void)
{
	for (unsigned i = 0; i < 2000; i++) {
		uint64_t seconds = unit_random() >> (22 + unit_random_below(40));
		uint64_t amount = amount_of_row(OPTION_DURATION, seconds);
		uint64_t again = 0;
		struct buf out;

		buf_init(&out, 100);
		amount_format(OPTION_DURATION, amount, &out);
		check_ok(amount_parse(OPTION_DURATION, buf_text(&out), &again));
		check_uint(again, amount);
		buf_free(&out);
	}
}

UNIT_SUITE("config/amount",
	{ "amounts as people write them", test_parse },
	{ "the largest unit without a rest", test_format },
	{ "what is written is read again", test_random_round_trip });
