/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/der.h"

#include <stdlib.h>

#include "unit.h"

#define BYTES(...) bytes_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void test_take(void)
{
	struct bytes left = BYTES(0x04, 0x02, 0xaa, 0xbb, 0x05, 0x00);
	const uint8_t *start = left.data;
	struct bytes content = { 0 };

	check(der_take(&left, DER_OCTET_STRING, &content));
	check(content.data == start + 2 && content.len == 2);
	check(der_take(&left, DER_NULL, &content));
	check_uint(content.len, 0);
	check_uint(left.len, 0);
	check(!der_take(&left, DER_NULL, &content));
}

/* Another tag takes nothing. */
static void test_tag(void)
{
	struct bytes left = BYTES(0x04, 0x01, 0xaa);
	struct bytes before = left;
	struct bytes content = { 0 };

	check(!der_take(&left, DER_INTEGER, &content));
	check(left.data == before.data && left.len == before.len);
	check(content.data == NULL);
}

static void check_length(struct bytes head, size_t len, bool expected)
{
	uint8_t *element = calloc(1, head.len + len); /* exact, so that a sanitizer sees one byte too many */
	struct bytes left = bytes_of(element, head.len + len);
	struct bytes content = { 0 };

	require(element != NULL);
	memcpy(element, head.data, head.len);
	unit_context("%zu octets of head, %zu of content", head.len, len);
	check_int(der_take(&left, DER_OCTET_STRING, &content), expected);
	check_uint(content.len, expected ? len : 0);
	check_uint(left.len, expected ? 0 : head.len + len);
	free(element);
}

static void test_lengths(void)
{
	check_length(BYTES(0x04, 0x00), 0, true);
	check_length(BYTES(0x04, 0x7f), 127, true);
	check_length(BYTES(0x04, 0x81, 0x80), 128, true);
	check_length(BYTES(0x04, 0x81, 0xff), 255, true);
	check_length(BYTES(0x04, 0x82, 0x01, 0x00), 256, true);
	check_length(BYTES(0x04, 0x82, 0xff, 0xff), 65535, true);
	check_length(BYTES(0x04, 0x83, 0x01, 0x00, 0x00), 65536, true);
	check_length(BYTES(0x04, 0x84, 0x01, 0x00, 0x00, 0x00), 1u << 24, true);
}

static void test_lengths_refused(void)
{
	check_length(BYTES(0x04), 0, false);
	check_length(BYTES(0x04, 0x01), 0, false);                               /* one missing */
	check_length(BYTES(0x04, 0x7f), 126, false);
	check_length(BYTES(0x04, 0x80), 0, false);                               /* indefinite */
	check_length(BYTES(0x04, 0x80), 2, false);
	check_length(BYTES(0x04, 0x81, 0x7f), 127, false);                       /* not minimal */
	check_length(BYTES(0x04, 0x82, 0x00, 0x80), 128, false);
	check_length(BYTES(0x04, 0x83, 0x00, 0x01, 0x00), 256, false);
	check_length(BYTES(0x04, 0x82, 0x01), 0, false);                         /* cut in the length */
	check_length(BYTES(0x04, 0x84, 0xff, 0xff, 0xff, 0xff), 10, false);      /* more than there is */
	check_length(BYTES(0x04, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00), 5, false); /* five octets */
	check_length(BYTES(0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 5, false);
	check_length(BYTES(0x04, 0xff), 200, false);
}

static void test_exactly(void)
{
	struct bytes left = BYTES(0x06, 0x02, 0x2a, 0x03, 0x02, 0x01, 0x07, 0x02, 0x01, 0x80);

	check(!der_take_exactly(&left, DER_OBJECT, BYTES(0x2a, 0x04)));
	check(!der_take_exactly(&left, DER_OBJECT, BYTES(0x2a)));
	check(!der_take_exactly(&left, DER_OCTET_STRING, BYTES(0x2a, 0x03)));
	check_uint(left.len, 10);
	check(der_take_exactly(&left, DER_OBJECT, BYTES(0x2a, 0x03)));
	check(!der_take_small(&left, 6));
	check(der_take_small(&left, 7));
	check_uint(left.len, 3);
}

/* Noise: whatever it takes lies within what there was. */
static void test_noise(void)
{
	uint8_t noise[40];

	for (int i = 0; i < 20000; i++) {
		size_t len = (size_t)unit_random_below(sizeof(noise) + 1);
		struct bytes left = bytes_of(noise, len);
		struct bytes content = { 0 };

		unit_random_bytes(noise, len);
		if (len > 1 && i % 2 == 0)
			noise[1] = (uint8_t)(0x80 | unit_random_below(6));
		if (len == 0 || !der_take(&left, noise[0], &content))
			continue;
		check(content.data >= noise + 2 && content.data + content.len <= noise + len);
		check(left.data == content.data + content.len && left.data + left.len == noise + len);
	}
}

UNIT_SUITE("crypto/der",
	{ "element by element", test_take },
	{ "another tag takes nothing", test_tag },
	{ "lengths", test_lengths },
	{ "lengths that DER has not", test_lengths_refused },
	{ "exactly this", test_exactly },
	{ "noise stays within its bounds", test_noise });
