/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal.h"

#include <stdlib.h>

#include "outer.h"
#include "unit.h"

#define ROOM (1u << 20)

static const uint8_t key[SEAL_KEY_BYTES] = "0123456789abcdef0123456789abcde";

static void test_sizes(void)
{
	static const size_t sizes[] = { 0, 1, 100, 65536, 255 * 1024 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *content = malloc(sizes[i] + 1);
		struct buf sealed, clear;

		unit_context("%zu bytes", sizes[i]);
		require(content != NULL);
		unit_random_bytes(content, sizes[i]);
		buf_init(&sealed, sizes[i] + 1024); /* 255 KiB clear stay within 256 KiB sealed */
		buf_init(&clear, sizes[i]);
		require_ok(seal_segment(key, 3, 7, bytes_of(content, sizes[i]), &sealed));
		check_ok(open_segment(key, 3, 7, buf_bytes(&sealed), &clear));
		check_bytes(buf_bytes(&clear), bytes_of(content, sizes[i]));
		free(content);
		buf_free(&sealed);
		buf_free(&clear);
	}
}

/* A segment opens in its own place only: none can be swapped, repeated or left off at the end. */
static void test_place(void)
{
	static const uint32_t numbers[] = { 0, 1, 2, 255, 256, UINT32_MAX };
	struct buf sealed, clear;

	buf_init(&sealed, ROOM);
	buf_init(&clear, ROOM);
	for (size_t i = 0; i < 6; i++) {
		buf_clear(&sealed);
		require_ok(seal_segment(key, numbers[i], UINT32_MAX, bytes_of_text("segment"), &sealed));
		for (size_t j = 0; j < 6; j++) {
			buf_clear(&clear);
			check_err(open_segment(key, numbers[j], UINT32_MAX, buf_bytes(&sealed), &clear), i == j ? ERR_OK : ERR_AUTH);
		}
		buf_clear(&clear);
		check_err(open_segment(key, numbers[i], UINT32_MAX - 1, buf_bytes(&sealed), &clear), ERR_AUTH);
		check_uint(clear.len, 0);
	}
	buf_free(&sealed);
	buf_free(&clear);
}

static void test_key(void)
{
	uint8_t other[SEAL_KEY_BYTES];
	struct buf sealed, clear;

	buf_init(&sealed, ROOM);
	buf_init(&clear, ROOM);
	require_ok(seal_segment(key, 0, 1, bytes_of_text("segment"), &sealed));
	for (size_t i = 0; i < SEAL_KEY_BYTES; i++) {
		memcpy(other, key, sizeof(key));
		other[i] ^= 0x80;
		check_err(open_segment(other, 0, 1, buf_bytes(&sealed), &clear), ERR_AUTH);
	}
	check_uint(clear.len, 0);
	buf_free(&sealed);
	buf_free(&clear);
}

/* Every byte of it counts. */
static void test_changed(void)
{
	struct buf sealed, clear;

	buf_init(&sealed, ROOM);
	buf_init(&clear, ROOM);
	require_ok(seal_segment(key, 1, 2, bytes_of_text("a segment of an attachment"), &sealed));
	for (size_t i = 0; i < sealed.len; i++) {
		uint8_t kept = sealed.data[i];
		enum err err;

		unit_context("byte %zu", i);
		sealed.data[i] ^= (uint8_t)(1u << unit_random_below(8));
		err = open_segment(key, 1, 2, buf_bytes(&sealed), &clear);
		check(err == ERR_AUTH || err == ERR_FORMAT);
		sealed.data[i] = kept;
		check_err(open_segment(key, 1, 2, bytes_of(sealed.data, i), &clear), ERR_FORMAT);
	}
	check_uint(clear.len, 0);
	check_ok(open_segment(key, 1, 2, buf_bytes(&sealed), &clear));
	buf_put_byte(&sealed, 0);
	check_err(open_segment(key, 1, 2, buf_bytes(&sealed), &clear), ERR_FORMAT);
	buf_free(&sealed);
	buf_free(&clear);
}

static void test_no_room(void)
{
	struct buf sealed, clear;

	buf_init(&sealed, 100);
	check_err(seal_segment(key, 0, 1, bytes_of_text("ten bytes."), &sealed), ERR_TOO_LARGE);
	buf_free(&sealed);
	buf_init(&sealed, ROOM);
	require_ok(seal_segment(key, 0, 1, bytes_of_text("ten bytes."), &sealed));
	buf_init(&clear, 9);
	check_err(open_segment(key, 0, 1, buf_bytes(&sealed), &clear), ERR_TOO_LARGE);
	check_uint(clear.len, 0);
	buf_free(&clear);
	buf_init(&clear, SIZE_MAX);
	check_ok(open_segment(key, 0, 1, buf_bytes(&sealed), &clear));
	buf_free(&clear);
	buf_free(&sealed);
}

/* Made with the right key by somebody who leaves the place out. */
static void test_without_place(void)
{
	static const uint8_t zeros[SEAL_KEY_BYTES];
	struct buf sealed, clear;

	buf_init(&sealed, ROOM);
	buf_init(&clear, ROOM);
	outer_write(&(struct outer_way){ .under_key = true }, bytes_of_text("short"), &sealed);
	check_err(open_segment(zeros, 0, 1, buf_bytes(&sealed), &clear), ERR_AUTH);
	buf_clear(&sealed);
	outer_write(&(struct outer_way){ .cipher = EVP_aes_128_gcm(), .under_key = true }, bytes_of_text("other cipher"), &sealed);
	check_err(open_segment(zeros, 0, 1, buf_bytes(&sealed), &clear), ERR_FORMAT);
	check_uint(clear.len, 0);
	buf_free(&sealed);
	buf_free(&clear);
}

UNIT_SUITE("crypto/segment",
	{ "segments of any size", test_sizes },
	{ "in its own place only", test_place },
	{ "with its own key only", test_key },
	{ "a changed segment shows nothing", test_changed },
	{ "no room", test_no_room },
	{ "one made otherwise", test_without_place });
