/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdio.h>

#include "unit.h"

static void test_empty(void)
{
	struct buf buf;

	buf_init(&buf, 10);
	check(buf.data == NULL);
	check_uint(buf.cap, 0);
	check_uint(buf_bytes(&buf).len, 0);
	check_text(buf_text(&buf), "");
	buf_free(&buf);
}

static void test_append(void)
{
	struct buf buf;

	buf_init(&buf, 100);
	buf_put_text(&buf, "abc");
	buf_put_byte(&buf, '-');
	buf_put(&buf, bytes_of("d\0e", 3));
	buf_put(&buf, bytes_of(NULL, 0));
	check_err(buf.err, ERR_OK);
	check_bytes(buf_bytes(&buf), bytes_of("abc-d\0e", 7));
	buf_free(&buf);
}

static void test_printf(void)
{
	struct buf buf;
	char expected[400];

	buf_init(&buf, 1000);
	buf_put_text(&buf, "leg ");
	buf_printf(&buf, "%d of %s", 3, "five");
	check_text(buf_text(&buf), "leg 3 of five");
	buf_clear(&buf);
	snprintf(expected, sizeof expected, "%0300d", 7);
	buf_printf(&buf, "%0300d", 7);
	check_uint(buf.len, 300);
	check_text(buf_text(&buf), expected);
	buf_printf(&buf, "%s", "");
	check_uint(buf.len, 300);
	buf_free(&buf);
}

/* The NUL that vsnprintf writes must neither count nor overrun, whatever the length left. */
static void test_printf_exact(void)
{
	for (size_t before = 0; before < 140; before++) {
		struct buf buf;

		unit_context("%zu before", before);
		buf_init(&buf, before + 5);
		for (size_t i = 0; i < before; i++)
			buf_put_byte(&buf, '.');
		buf_printf(&buf, "%s", "12345");
		check_err(buf.err, ERR_OK);
		check_uint(buf.len, before + 5);
		check_text(buf_text(&buf) + before, "12345");
		buf_printf(&buf, "%c", '6');
		check_err(buf.err, ERR_TOO_LARGE);
		check_uint(buf.len, before + 5);
		buf_free(&buf);
	}
}

static void test_limit(void)
{
	struct buf buf;

	buf_init(&buf, 4);
	buf_put_text(&buf, "1234");
	check_err(buf.err, ERR_OK);
	check_text(buf_text(&buf), "1234");
	buf_put_byte(&buf, '5');
	check_err(buf.err, ERR_TOO_LARGE);
	check_bytes(buf_bytes(&buf), bytes_of_text("1234"));
	check(buf_text(&buf) == NULL);
	buf_free(&buf);
}

static void test_limit_at_once(void)
{
	struct buf buf;

	buf_init(&buf, 4);
	buf_put_text(&buf, "12345");
	check_err(buf.err, ERR_TOO_LARGE);
	check_uint(buf.len, 0);
	buf_clear(&buf);
	check(buf_grow(&buf, SIZE_MAX) == NULL);
	check_err(buf.err, ERR_TOO_LARGE);
	buf_free(&buf);
}

static void test_zero_limit(void)
{
	struct buf buf;

	buf_init(&buf, 0);
	buf_put(&buf, bytes_of_text(""));
	check_err(buf.err, ERR_OK);
	check_text(buf_text(&buf), "");
	buf_put_byte(&buf, 1);
	check_err(buf.err, ERR_TOO_LARGE);
	buf_free(&buf);
}

static void test_sticky(void)
{
	struct buf buf;

	buf_init(&buf, 4);
	buf_put_text(&buf, "12");
	buf_put_text(&buf, "345");
	buf_put_text(&buf, "3"); /* would fit, but comes after a gap */
	buf_put_byte(&buf, '4');
	buf_printf(&buf, "%d", 5);
	check(buf_grow(&buf, 1) == NULL);
	check_err(buf.err, ERR_TOO_LARGE);
	check_bytes(buf_bytes(&buf), bytes_of_text("12"));
	buf_free(&buf);
}

/* With no limit of ours the system's memory is one: the failure is another, the content stays. */
static void test_nomem(void)
{
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	buf_put_text(&buf, "12");
	check(buf_grow(&buf, PTRDIFF_MAX) == NULL);
	check_err(buf.err, ERR_NOMEM);
	check_bytes(buf_bytes(&buf), bytes_of_text("12"));
	buf_clear(&buf);
	buf_put_text(&buf, "3");
	check_err(buf.err, ERR_OK);
	buf_free(&buf);
}

static void test_clear_and_free(void)
{
	struct buf buf;

	buf_init(&buf, 4);
	buf_put_text(&buf, "12345");
	buf_clear(&buf);
	check_err(buf.err, ERR_OK);
	buf_put_text(&buf, "abcd");
	check_text(buf_text(&buf), "abcd");
	buf_free(&buf);
	check(buf.data == NULL);
	check_uint(buf.limit, 4);
	buf_put_text(&buf, "efgh");
	check_text(buf_text(&buf), "efgh");
	buf_free(&buf);
	buf_free(&buf);
	buf_free(NULL);
}

static void test_grow(void)
{
	struct buf buf;
	uint8_t *room;

	buf_init(&buf, 1000);
	room = buf_grow(&buf, 3);
	require(room != NULL);
	memcpy(room, "xyz", 3);
	check_uint(buf.len, 3);
	check(buf_grow(&buf, 0) != NULL);
	check_uint(buf.len, 3);
	check_text(buf_text(&buf), "xyz");
	buf_free(&buf);
}

/* Memory follows the content: at most twice as much, and never past the limit and its NUL. */
static void test_memory(void)
{
	struct buf buf;
	size_t cap = 0;
	int grown = 0;

	buf_init(&buf, 5000);
	for (size_t i = 0; i < 5000; i++) {
		buf_put_byte(&buf, (uint8_t)i);
		grown += buf.cap != cap;
		cap = buf.cap;
		check(buf.cap <= 5001);
		check(buf.cap <= 64 || buf.cap <= 2 * buf.len);
	}
	check_err(buf.err, ERR_OK);
	check(grown < 10); /* appending stays linear */
	buf_free(&buf);
}

static void test_random(void)
{
	struct buf buf;
	uint8_t expected[4096];
	size_t len = 0;

	buf_init(&buf, sizeof expected);
	while (len < sizeof expected) {
		size_t more = (size_t)unit_random_below(sizeof expected - len > 200 ? 200 : sizeof expected - len) + 1;

		unit_random_bytes(expected + len, more);
		buf_put(&buf, bytes_of(expected + len, more));
		len += more;
		check_bytes(buf_bytes(&buf), bytes_of(expected, len));
	}
	check_err(buf.err, ERR_OK);
	buf_free(&buf);
}

UNIT_SUITE("base/buf",
	{ "an empty buffer has taken no memory", test_empty },
	{ "bytes and text are appended in order", test_append },
	{ "printf appends", test_printf },
	{ "printf fits exactly to the limit", test_printf_exact },
	{ "one byte past the limit is refused", test_limit },
	{ "too much at once is refused whole", test_limit_at_once },
	{ "a limit of zero holds nothing", test_zero_limit },
	{ "the first error stays", test_sticky },
	{ "memory that cannot be had is an error", test_nomem },
	{ "clear and free make it usable again", test_clear_and_free },
	{ "grow gives room that is counted", test_grow },
	{ "memory is bounded by the content", test_memory },
	{ "random appends", test_random });
