/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/note.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "unit.h"

/* The example in the documentation of Go's golang.org/x/mod/sumdb/note, where the format comes from. */
#define KNOWN_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define KNOWN_TEXT                                                      \
	"If you think cryptography is the answer to your problem,\n" \
	"then you don't know what your problem is.\n"
#define KNOWN_LINE "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

#define NAME "chiba-city/1"
#define TEXT "chiba-city/1\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static void test_known(void)
{
	uint8_t public_key[ED25519_BYTES];
	char name[50];
	struct bytes text = { 0 };
	struct buf formatted;

	require_ok(note_key_parse(KNOWN_KEY, name, sizeof(name), public_key));
	check_text(name, "PeterNeumann");
	check_uint(note_key_id(name, public_key), 0xc74f20a3);
	check_ok(note_open(bytes_of_text(KNOWN_TEXT "\n" KNOWN_LINE), name, public_key, &text));
	check_bytes(text, bytes_of_text(KNOWN_TEXT));
	buf_init(&formatted, 200);
	check_ok(note_key_format(name, public_key, &formatted));
	check_bytes(buf_bytes(&formatted), bytes_of_text(KNOWN_KEY));
	buf_free(&formatted);
}

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

static struct buf sign(const struct signer *signer, const char *text)
{
	struct buf note;

	buf_init(&note, NOTE_MAX);
	require_ok(note_sign(bytes_of_text(text), NAME, signer->key, &note));
	return note;
}

static void test_sign(void)
{
	struct signer signer = signer_new();
	struct buf note = sign(&signer, TEXT);
	struct bytes text = { 0 };

	check_ok(note_open(buf_bytes(&note), NAME, signer.public_key, &text));
	check_bytes(text, bytes_of_text(TEXT));
	check(text.data == note.data);
	text = (struct bytes){ 0 };
	check_ok(note_text(buf_bytes(&note), &text));
	check_bytes(text, bytes_of_text(TEXT));
	/* The form: text, empty line, em dash, space, name, space, 4 + 64 bytes in base64. */
	check_uint(note.len, strlen(TEXT) + 1 + 4 + strlen(NAME) + 1 + 92 + 1);
	check_bytes(bytes_of(note.data + strlen(TEXT), 18), bytes_of_text("\n\xe2\x80\x94 " NAME " "));
	private_key_free(signer.key);
	buf_free(&note);
}

static void test_wrong_key(void)
{
	struct signer signer = signer_new();
	struct signer other = signer_new();
	struct buf note = sign(&signer, TEXT);
	struct bytes text = { 0 };

	check_err(note_open(buf_bytes(&note), NAME, other.public_key, &text), ERR_AUTH);
	check_err(note_open(buf_bytes(&note), "chiba-city/2", signer.public_key, &text), ERR_AUTH);
	check_err(note_open(buf_bytes(&note), "chiba-city", signer.public_key, &text), ERR_AUTH);
	check_err(note_open(buf_bytes(&note), "", signer.public_key, &text), ERR_AUTH);
	check(text.data == NULL);
	private_key_free(signer.key);
	private_key_free(other.key);
	buf_free(&note);
}

/* No byte of a note with one signature may change, go or be added. */
static void test_changed(void)
{
	struct signer signer = signer_new();
	struct buf note = sign(&signer, TEXT);
	struct bytes text = { 0 };

	for (size_t i = 0; i < note.len * 8; i++) {
		enum err err;

		unit_context("bit %zu of byte %zu", i % 8, i / 8);
		note.data[i / 8] ^= (uint8_t)(1u << i % 8);
		err = note_open(buf_bytes(&note), NAME, signer.public_key, &text);
		check(err == ERR_AUTH || err == ERR_FORMAT);
		note.data[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t len = 0; len < note.len; len++)
		check_err(note_open(bytes_of(note.data, len), NAME, signer.public_key, &text), ERR_FORMAT);
	buf_put_byte(&note, '\n');
	check_err(note_open(buf_bytes(&note), NAME, signer.public_key, &text), ERR_FORMAT);
	check(text.data == NULL);
	private_key_free(signer.key);
	buf_free(&note);
}

/* Witnesses add lines: those unknown are passed over, in any place and of any length, but all must be signature lines. */
static void test_cosigned(void)
{
	static const struct {
		const char *before, *after;
		enum err expected;
	} rows[] = {
		{ "", "— witness.example/a AAAAAGNvc2lnbmF0dXJlIG9mIGFub3RoZXIgYWxnb3JpdGht\n", ERR_OK },
		{ "— witness.example/a AAAAAGNvc2lnbmF0dXJlIG9mIGFub3RoZXIgYWxnb3JpdGht\n", "", ERR_OK },
		{ "— " NAME " AAAAAGNvc2lnbmF0dXJlIG9mIGFub3RoZXIgYWxnb3JpdGht\n", "", ERR_OK }, /* its name, another key */
		{ KNOWN_LINE, KNOWN_LINE, ERR_OK },
		{ "", "not a signature\n", ERR_FORMAT },
		{ "", "— witness\n", ERR_FORMAT },
		{ "", "— witness AAAAAA\n", ERR_FORMAT },     /* no padding */
		{ "", "— witness AAAAAA==\n", ERR_FORMAT },   /* a key id alone */
		{ "", "— witness AAAA AAAA\n", ERR_FORMAT },
		{ "", "— wit+ness AAAAAGNvc2ln\n", ERR_FORMAT },
		{ "", "—  AAAAAGNvc2ln\n", ERR_FORMAT },
		{ "", "- witness AAAAAGNvc2ln\n", ERR_FORMAT },
		{ "\n", "", ERR_FORMAT },
		{ "", "\n", ERR_FORMAT },
		{ "", "— witness AAAAAGNvc2ln", ERR_FORMAT },
	};
	struct signer signer = signer_new();
	struct buf note = sign(&signer, TEXT);
	size_t line = strlen(TEXT) + 1;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes text = { 0 };
		struct buf more;

		unit_context("row %zu", i);
		buf_init(&more, NOTE_MAX);
		buf_put(&more, bytes_of(note.data, line));
		buf_put_text(&more, rows[i].before);
		buf_put(&more, bytes_of(note.data + line, note.len - line));
		buf_put_text(&more, rows[i].after);
		check_err(note_open(buf_bytes(&more), NAME, signer.public_key, &text), rows[i].expected);
		check_err(note_text(buf_bytes(&more), &text), rows[i].expected);
		buf_free(&more);
	}
	private_key_free(signer.key);
	buf_free(&note);
}

/* A line that claims our key and does not verify spoils the note, whatever else is on it. */
static void test_bad_beside_good(void)
{
	struct signer signer = signer_new();
	struct buf note = sign(&signer, TEXT);
	struct buf other = sign(&signer, "chiba-city/1\n43\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
	size_t line = strlen(TEXT) + 1;
	struct bytes text = { 0 };

	buf_put(&note, bytes_of(other.data + line, other.len - line));
	check_err(note_open(buf_bytes(&note), NAME, signer.public_key, &text), ERR_AUTH);
	check(text.data == NULL);
	private_key_free(signer.key);
	buf_free(&note);
	buf_free(&other);
}

static void test_texts(void)
{
	static const char *const refused[] = { "", "\n", "no newline", "two\n\nparagraphs\n", "end\n\n", "\nbegin\n", "tab\there\n",
					       "return\r\n", "\x01\n", "\xff\n", "private \xee\x80\x80\n" };
	struct signer signer = signer_new();
	struct private_key *p256 = NULL;
	struct buf note;

	buf_init(&note, NOTE_MAX);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		unit_context("text %zu", i);
		check_err(note_sign(bytes_of_text(refused[i]), NAME, signer.key, &note), ERR_FORMAT);
	}
	check_err(note_sign(bytes_of("a\0\n", 3), NAME, signer.key, &note), ERR_FORMAT);
	require_ok(private_key_new(KEY_P256, &p256));
	check_err(note_sign(bytes_of_text(TEXT), NAME, p256, &note), ERR_USAGE);
	check_uint(note.len, 0);
	check_ok(note_sign(bytes_of_text("千葉市\n二行目\n"), NAME, signer.key, &note));
	note.limit = note.len + 1;
	check_err(note_sign(bytes_of_text(TEXT), NAME, signer.key, &note), ERR_TOO_LARGE);
	private_key_free(p256);
	private_key_free(signer.key);
	buf_free(&note);
}

static void test_names(void)
{
	static const char *const refused[] = { "", "two words", "plus+sign", "line\nend", "tab\t", "no-break\xc2\xa0space", "wide　space",
					       "thin\xe2\x80\x89space", "\xff" };
	static const char *const good[] = { "a", "chiba-city/1", "example.com/log", "千葉市", "—" };
	struct signer signer = signer_new();
	struct buf out;

	buf_init(&out, NOTE_MAX);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		unit_context("name %zu", i);
		check_err(note_sign(bytes_of_text(TEXT), refused[i], signer.key, &out), ERR_FORMAT);
		check_err(note_key_format(refused[i], signer.public_key, &out), ERR_FORMAT);
	}
	check_uint(out.len, 0);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint8_t public_key[ED25519_BYTES];
		struct bytes text = { 0 };
		char name[50];

		buf_clear(&out);
		check_ok(note_sign(bytes_of_text(TEXT), good[i], signer.key, &out));
		check_ok(note_open(buf_bytes(&out), good[i], signer.public_key, &text));
		buf_clear(&out);
		check_ok(note_key_format(good[i], signer.public_key, &out));
		check_ok(note_key_parse(buf_text(&out), name, sizeof(name), public_key));
		check_text(name, good[i]);
		check_bytes(bytes_of(public_key, ED25519_BYTES), bytes_of(signer.public_key, ED25519_BYTES));
	}
	private_key_free(signer.key);
	buf_free(&out);
}

static void test_keys_refused(void)
{
	static const char *const refused[] = {
		"", "+", "++", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  /* another id */
		"PeterNeumanN+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  /* another name */
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",  /* another key */
		"PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  /* another algorithm */
		"PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3 +ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAAA",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	};
	uint8_t public_key[ED25519_BYTES] = { 0 };
	char name[50];

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		unit_context("%s", refused[i]);
		check_err(note_key_parse(refused[i], name, sizeof(name), public_key), ERR_FORMAT);
	}
	unit_context("room");
	check_err(note_key_parse(KNOWN_KEY, name, strlen("PeterNeumann"), public_key), ERR_TOO_LARGE);
	check(public_key[0] == 0 && public_key[31] == 0);
	check_ok(note_key_parse(KNOWN_KEY, name, strlen("PeterNeumann") + 1, public_key));
}

static void test_too_large(void)
{
	struct signer signer = signer_new();
	struct buf text, note;
	struct bytes opened = { 0 };

	buf_init(&text, NOTE_MAX);
	buf_init(&note, 2 * NOTE_MAX);
	while (text.len < NOTE_MAX - 2)
		buf_put_text(&text, "a\n");
	require_ok(note_sign(buf_bytes(&text), NAME, signer.key, &note));
	check_err(note_open(buf_bytes(&note), NAME, signer.public_key, &opened), ERR_FORMAT);
	check_err(note_text(buf_bytes(&note), &opened), ERR_FORMAT);
	private_key_free(signer.key);
	buf_free(&text);
	buf_free(&note);
}

/* Pieces of notes in any order, from memory that ends where they end. */
static void test_noise(void)
{
	static const char *const pieces[] = { "\n", "\n\n", "\xe2\x80\x94 ", NAME, " ", "AAAAAGNvc2ln", "=", "\xe2", "text", "\0" };
	uint8_t public_key[ED25519_BYTES] = { 9 };

	for (int i = 0; i < 20000; i++) {
		struct bytes text = { 0 };
		struct buf note;
		uint8_t *exact;

		buf_init(&note, NOTE_MAX);
		for (uint64_t count = unit_random_below(12); count > 0; count--)
			buf_put_text(&note, pieces[unit_random_below(sizeof(pieces) / sizeof(pieces[0]))]);
		exact = malloc(note.len + 1);
		require(exact != NULL);
		memcpy(exact + 1, note.len > 0 ? note.data : (const uint8_t *)"", note.len);
		check(note_open(bytes_of(exact + 1, note.len), NAME, public_key, &text) != ERR_OK);
		(void)!note_text(bytes_of(exact + 1, note.len), &text);
		free(exact);
		buf_free(&note);
	}
}

UNIT_SUITE("crypto/note",
	{ "the format's own example", test_known },
	{ "signed and opened", test_sign },
	{ "by another key or name", test_wrong_key },
	{ "a changed note does not open", test_changed },
	{ "other signatures are passed over", test_cosigned },
	{ "a bad signature beside a good one", test_bad_beside_good },
	{ "texts that cannot be signed", test_texts },
	{ "names", test_names },
	{ "keys that are refused", test_keys_refused },
	{ "too large", test_too_large },
	{ "noise", test_noise });
