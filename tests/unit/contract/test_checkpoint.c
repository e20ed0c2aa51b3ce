/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/checkpoint.h"

#include <stdio.h>

#include "base/text.h"
#include "unit.h"

struct signer {
	struct private_key *key;
	uint8_t public_key[ED25519_BYTES];
};

static struct signer signer_new(void)
{
	struct signer signer;

	require_ok(private_key_new(KEY_ED25519, &signer.key));
	require_ok(ed25519_public(signer.key, signer.public_key));
	return signer;
}

static struct checkpoint sample(void)
{
	struct checkpoint checkpoint = { .size = 1234567 };

	checkpoint_origin("chiba-city", 1, checkpoint.origin);
	memset(checkpoint.root.bytes, 0x5a, DIGEST_BYTES);
	return checkpoint;
}

static void test_origin(void)
{
	char origin[CHECKPOINT_ORIGIN_MAX];
	char label[64];

	checkpoint_origin("chiba-city", 1, origin);
	check_text(origin, "chiba-city/1");
	memset(label, 'a', 63);
	label[63] = '\0';
	checkpoint_origin(label, UINT32_MAX, origin);
	check_uint(strlen(origin), 63 + 1 + 10);
}

static void test_text(void)
{
	struct signer signer = signer_new();
	struct checkpoint checkpoint = sample();
	struct bytes text;
	struct buf note;

	buf_init(&note, NOTE_MAX);
	require_ok(checkpoint_sign(&checkpoint, signer.key, &note));
	require_ok(note_text(buf_bytes(&note), &text));
	check_bytes(text, bytes_of_text("chiba-city/1\n1234567\nWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n"));
	buf_free(&note);
	private_key_free(signer.key);
}

static void test_round_trip(void)
{
	struct signer signer = signer_new();
	struct checkpoint checkpoint = sample();
	struct checkpoint back = { 0 };
	const uint64_t sizes[] = { 0, 1, 9, 10, 1234567, UINT64_MAX };
	struct buf note;

	buf_init(&note, NOTE_MAX);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		buf_clear(&note);
		checkpoint.size = sizes[i];
		unit_random_bytes(checkpoint.root.bytes, DIGEST_BYTES);
		require_ok(checkpoint_sign(&checkpoint, signer.key, &note));
		check_ok(checkpoint_open(buf_bytes(&note), "chiba-city/1", signer.public_key, &back));
		check_text(back.origin, checkpoint.origin);
		check_uint(back.size, checkpoint.size);
		check(digest_equal(&back.root, &checkpoint.root));
		check_ok(checkpoint_parse(buf_bytes(&note), &back));
		check_uint(back.size, checkpoint.size);
	}
	buf_free(&note);
	private_key_free(signer.key);
}

static void test_wrong_key_or_origin(void)
{
	struct signer signer = signer_new();
	struct signer other = signer_new();
	struct checkpoint checkpoint = sample();
	struct checkpoint back = { .size = 77 };
	struct buf note;

	buf_init(&note, NOTE_MAX);
	require_ok(checkpoint_sign(&checkpoint, signer.key, &note));
	check_err(checkpoint_open(buf_bytes(&note), "chiba-city/1", other.public_key, &back), ERR_AUTH);
	check_err(checkpoint_open(buf_bytes(&note), "chiba-city/2", signer.public_key, &back), ERR_AUTH);
	check_err(checkpoint_open(buf_bytes(&note), "chiba-pref/1", signer.public_key, &back), ERR_AUTH);
	check_uint(back.size, 77);
	buf_free(&note);
	private_key_free(other.key);
	private_key_free(signer.key);
}

/* Signed by the right key under the right name, but the text is another log's head. */
static void test_origin_in_text(void)
{
	struct signer signer = signer_new();
	struct checkpoint back;
	struct buf note;

	buf_init(&note, NOTE_MAX);
	require_ok(note_sign(bytes_of_text("chiba-pref/1\n5\nWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n"), "chiba-city/1", signer.key, &note));
	check_err(checkpoint_open(buf_bytes(&note), "chiba-city/1", signer.public_key, &back), ERR_AUTH);
	buf_free(&note);
	private_key_free(signer.key);
}

static void test_altered(void)
{
	struct signer signer = signer_new();
	struct checkpoint checkpoint = sample();
	struct checkpoint back;
	struct buf note;

	buf_init(&note, NOTE_MAX);
	require_ok(checkpoint_sign(&checkpoint, signer.key, &note));
	for (size_t i = 0; i < note.len; i++) {
		note.data[i] ^= 1;
		unit_context("byte %zu", i);
		check(checkpoint_open(buf_bytes(&note), "chiba-city/1", signer.public_key, &back) != ERR_OK);
		note.data[i] ^= 1;
	}
	for (size_t len = 0; len < note.len; len++) {
		unit_context("cut to %zu", len);
		check(checkpoint_open(bytes_of(note.data, len), "chiba-city/1", signer.public_key, &back) != ERR_OK);
	}
	check_ok(checkpoint_open(buf_bytes(&note), "chiba-city/1", signer.public_key, &back));
	buf_free(&note);
	private_key_free(signer.key);
}

#define ROOT "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n"
#define SIGNATURE "\n\xe2\x80\x94 chiba-city/1 AAAAAAAA\n"

static void test_malformed(void)
{
	static const char *const texts[] = {
		"chiba-city/1\n" SIGNATURE,
		"chiba-city/1\n5\n" SIGNATURE,
		"chiba-city/1\n\n" ROOT SIGNATURE,
		"chiba-city/1\n05\n" ROOT SIGNATURE,
		"chiba-city/1\n-5\n" ROOT SIGNATURE,
		"chiba-city/1\n+5\n" ROOT SIGNATURE,
		"chiba-city/1\n5 \n" ROOT SIGNATURE,
		"chiba-city/1\n18446744073709551616\n" ROOT SIGNATURE,
		"chiba-city/1\n99999999999999999999\n" ROOT SIGNATURE,
		"chiba-city/1\n5\nWlpaWlo=\n" SIGNATURE,
		"chiba-city/1\n5\n!lpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n" SIGNATURE,
		"\n5\n" ROOT SIGNATURE,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n5\n" ROOT SIGNATURE,
		"",
	};
	struct checkpoint back = { .size = 77 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		unit_context("%zu: %.40s", i, texts[i]);
		check_err(checkpoint_parse(bytes_of_text(texts[i]), &back), ERR_FORMAT);
	}
	check_uint(back.size, 77);
}

/* Lines behind the root are extensions that readers ignore. */
static void test_extensions(void)
{
	struct checkpoint back;

	require_ok(checkpoint_parse(bytes_of_text("chiba-city/1\n5\n" ROOT "timestamp 17\n" SIGNATURE), &back));
	check_uint(back.size, 5);
}

static void test_epoch(void)
{
	static const struct {
		const char *origin;
		uint32_t epoch;
	} rows[] = {
		{ "chiba-city/1", 1 },	       { "chiba-city/4294967295", UINT32_MAX }, { "a/b/7", 7 },
		{ "chiba-city", 0 },	       { "chiba-city/", 0 },			{ "chiba-city/0", 0 },
		{ "chiba-city/4294967296", 0 }, { "chiba-city/99999999999999999999", 0 }, { "chiba-city/-1", 0 },
		{ "chiba-city/ 1", 0 },	       { "chiba-city/1x", 0 },			{ "chiba-city/01", 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct checkpoint checkpoint = { .size = 0 };

		unit_context("%s", rows[i].origin);
		snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", rows[i].origin);
		check_uint(checkpoint_epoch(&checkpoint), rows[i].epoch);
	}
}

UNIT_SUITE("contract/checkpoint",
	{ "the epoch of its origin", test_epoch },
	{ "the origin line", test_origin },
	{ "the text that is signed", test_text },
	{ "what was signed opens", test_round_trip },
	{ "another key or origin", test_wrong_key_or_origin },
	{ "another log's head under this name", test_origin_in_text },
	{ "any byte altered, any length cut", test_altered },
	{ "malformed texts", test_malformed },
	{ "extensions are ignored", test_extensions });
