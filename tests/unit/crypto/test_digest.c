/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include <stdlib.h>

#include "base/text.h"
#include "unit.h"

static void check_digest(struct digest digest, const char *hex)
{
	char actual[2 * DIGEST_BYTES + 1];

	text_hex(digest_bytes(&digest), actual);
	check_text(actual, hex);
}

/* FIPS 180-4's examples, as NIST publishes them. */
static void test_known(void)
{
	check_digest(digest_of(bytes_of(NULL, 0)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check_digest(digest_of(bytes_of_text("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check_digest(digest_of(bytes_of_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
		     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void test_million(void)
{
	struct digest_stream *stream = NULL;
	uint8_t run[1000];

	memset(run, 'a', sizeof(run));
	require_ok(digest_stream_new(&stream));
	for (int i = 0; i < 1000; i++)
		digest_stream_add(stream, bytes_of(run, sizeof(run)));
	check_digest(digest_stream_end(stream), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	digest_stream_free(stream);
}

/* However a run is cut, empty pieces among them, its digest is the same. */
static void test_parts(void)
{
	uint8_t data[300];
	struct bytes parts[5];
	struct digest whole, joined;

	for (int round = 0; round < 200; round++) {
		size_t len = (size_t)unit_random_below(sizeof(data) + 1);
		size_t at = 0;

		unit_random_bytes(data, len);
		for (size_t i = 0; i < 5; i++) {
			size_t part = i == 4 ? len - at : (size_t)unit_random_below(len - at + 1);

			parts[i] = part > 0 ? bytes_of(data + at, part) : bytes_of(NULL, 0);
			at += part;
		}
		whole = digest_of(bytes_of(data, len));
		digest_of_parts(parts, 5, &joined);
		check(digest_equal(&whole, &joined));
	}
}

static void test_stream_starts_afresh(void)
{
	struct digest_stream *stream = NULL;
	struct digest first, second, empty;

	require_ok(digest_stream_new(&stream));
	digest_stream_add(stream, bytes_of_text("ab"));
	digest_stream_add(stream, bytes_of(NULL, 0));
	digest_stream_add(stream, bytes_of_text("c"));
	first = digest_stream_end(stream);
	empty = digest_stream_end(stream);
	digest_stream_add(stream, bytes_of_text("abc"));
	second = digest_stream_end(stream);
	check(digest_equal(&first, &second));
	check(!digest_equal(&first, &empty));
	check_digest(empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	digest_stream_free(stream);
	digest_stream_free(NULL);
}

static void test_equal(void)
{
	struct digest a = digest_of(bytes_of_text("a"));

	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		struct digest b = a;

		check(digest_equal(&a, &b));
		b.bytes[i] ^= 1;
		check(!digest_equal(&a, &b));
	}
}

/* Not a test of quality: that every byte is written, and never the same twice. */
static void test_random(void)
{
	uint8_t first[64] = { 0 };
	uint8_t second[64] = { 0 };
	uint8_t ever[64] = { 0 };

	random_bytes(first, 0);
	check(first[0] == 0);
	random_bytes(first, sizeof(first));
	random_bytes(second, sizeof(second));
	check(memcmp(first, second, sizeof(first)) != 0);
	for (int round = 0; round < 16; round++) {
		random_bytes(second, sizeof(second));
		for (size_t i = 0; i < sizeof(ever); i++)
			ever[i] |= second[i];
	}
	for (size_t i = 0; i < sizeof(ever); i++)
		check(ever[i] != 0);
}

static void test_wipe(void)
{
	uint8_t secret[9] = "12345678";

	secret_wipe(secret, 4);
	check_bytes(bytes_of(secret, 8), bytes_of("\0\0\0\0005678", 8));
	secret_wipe(NULL, 0);
}

UNIT_SUITE("crypto/digest",
	{ "the standard's examples", test_known },
	{ "a million letters, piece by piece", test_million },
	{ "cutting changes nothing", test_parts },
	{ "a stream starts afresh", test_stream_starts_afresh },
	{ "equal means every byte", test_equal },
	{ "random bytes fill what was asked", test_random },
	{ "wiping wipes what it was told", test_wipe });
