/* SPDX-License-Identifier: Apache-2.0 */
/* The library's memory, watched from below: its allocations fail one after another, and what it frees holds no content. */
#include <malloc.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "crypto/note.h"
#include "crypto/seal.h"
#include "site.h"
#include "unit.h"

static _Thread_local long until_failure = -1; /* allocations that still succeed; negative: all */
static _Thread_local bool failed;
static _Thread_local bool leaks; /* a call in which OpenSSL 3.0 itself forgets to free what it had when memory ran out */

/* OpenSSL 3.0's X9.63 derivation writes to its new context before it looks whether there is one: spared, since nothing of ours
 * could keep that from crashing. */
static bool is_spared(const char *file)
{
	const char *name = file ? strrchr(file, '/') : NULL;

	return name && strcmp(name, "/sskdf.c") == 0;
}

static bool fails_now(const char *file)
{
	if (until_failure < 0 || is_spared(file))
		return false;
	if (until_failure-- > 0)
		return false;
	failed = true;
	return true;
}

/* There under LeakSanitizer only. */
void __lsan_ignore_object(void *object) __attribute__((weak));

static void *count_malloc(size_t size, const char *file, int line)
{
	void *made = fails_now(file) ? NULL : malloc(size);

	(void)line;
	if (made && until_failure >= 0 && leaks && __lsan_ignore_object)
		__lsan_ignore_object(made);
	return made;
}

static void *count_realloc(void *old, size_t size, const char *file, int line)
{
	(void)line;
	return fails_now(file) ? NULL : realloc(old, size);
}

static struct bytes secret; /* looked for in what is freed, while its length is not 0 */
static unsigned found;

static void count_free(void *old, const char *file, int line)
{
	(void)file;
	(void)line;
	if (old && secret.len > 0 && memmem(old, malloc_usable_size(old), secret.data, secret.len))
		found++;
	free(old);
}

/* Before the library's first allocation, or it refuses. */
__attribute__((constructor)) static void count_allocations(void)
{
	if (CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free) != 1)
		abort();
}

static struct buf sealed_part, sealed_segment, key_pem, request, note;
static const uint8_t segment_key[SEAL_KEY_BYTES] = { 1, 2, 3 };
static struct private_key *note_key;
static uint8_t note_public[ED25519_BYTES];

/* The calls under test: each frees what it made and gives the call's own result. */
static enum err call_seal_part(void)
{
	const struct device *link = &home_site()->link;
	const struct certificate *recipient = home_site()->desk.sealing;

	buf_clear(&sealed_part);
	return seal_part(bytes_of_text("content"), link->signing, link->signing_key, &recipient, 1, &sealed_part);
}

static enum err call_open_part(void)
{
	const struct device *desk = &home_site()->desk;
	struct certificate *signer = NULL;
	struct buf clear;
	enum err err;

	buf_init(&clear, 1000);
	err = open_part(buf_bytes(&sealed_part), desk->sealing, desk->sealing_key, &clear, &signer);
	check((signer != NULL) == (err == ERR_OK));
	check_bytes(buf_bytes(&clear), err == ERR_OK ? bytes_of_text("content") : bytes_of(NULL, 0));
	certificate_free(signer);
	buf_free(&clear);
	return err;
}

static enum err call_seal_segment(void)
{
	buf_clear(&sealed_segment);
	return seal_segment(segment_key, 1, 2, bytes_of_text("content"), &sealed_segment);
}

static enum err call_open_segment(void)
{
	struct buf clear;
	enum err err;

	buf_init(&clear, 1000);
	err = open_segment(segment_key, 1, 2, buf_bytes(&sealed_segment), &clear);
	check_bytes(buf_bytes(&clear), err == ERR_OK ? bytes_of_text("content") : bytes_of(NULL, 0));
	buf_free(&clear);
	return err;
}

static enum err call_certificate(void)
{
	struct certificate *certificate = NULL;
	enum err err = certificate_from_der(certificate_der(home_site()->link.signing), &certificate);

	check((certificate != NULL) == (err == ERR_OK));
	certificate_free(certificate);
	return err;
}

static enum err call_check(void)
{
	return certificate_check(home_site()->link.signing, home_site()->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US);
}

static enum err call_request(void)
{
	buf_clear(&request);
	return certificate_request(home_site()->link.signing_key, LINK_ADDRESS, DEVICE_NAME, &request);
}

static enum err call_issue(void)
{
	struct certificate *certificate = NULL;
	enum err err = certificate_issue(home_site()->root, home_site()->root_key, buf_bytes(&request), LINK_ADDRESS, DEVICE_NAME,
					 CERTIFICATE_SIGNS, FROM_US, UNTIL_US, &certificate);

	check((certificate != NULL) == (err == ERR_OK));
	certificate_free(certificate);
	return err;
}

static enum err call_root(void)
{
	struct certificate *certificate = NULL;
	enum err err = certificate_root_new("site", home_site()->root_key, FROM_US, UNTIL_US, &certificate);

	certificate_free(certificate);
	return err;
}

static enum err call_sign_and_verify(void)
{
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof(signature);
	enum err err = signature_sign_p256(home_site()->link.signing_key, bytes_of_text("a"), signature, &len);

	if (err == ERR_OK)
		err = certificate_verify(home_site()->link.signing, bytes_of_text("a"), bytes_of(signature, len));
	return err;
}

static enum err call_note_sign(void)
{
	buf_clear(&note);
	return note_sign(bytes_of_text("text\n"), "name", note_key, &note);
}

static enum err call_note_open(void)
{
	struct bytes text = { 0 };

	return note_open(buf_bytes(&note), "name", note_public, &text);
}

static enum err call_key_new(void)
{
	struct private_key *key = NULL;
	enum err err = private_key_new(KEY_P256, &key);

	check((key != NULL) == (err == ERR_OK));
	private_key_free(key);
	return err;
}

static enum err call_key_to_pem(void)
{
	buf_clear(&key_pem);
	return private_key_to_pem(home_site()->link.signing_key, &key_pem);
}

static enum err call_key_from_pem(void)
{
	struct private_key *key = NULL;
	enum err err = private_key_from_pem(KEY_P256, buf_bytes(&key_pem), &key);

	check((key != NULL) == (err == ERR_OK));
	private_key_free(key);
	return err;
}

static enum err call_curve(void)
{
	uint8_t public_key[CURVE_BYTES], secret_key[CURVE_BYTES];
	enum err err = curve_key_new(public_key, secret_key);

	return err == ERR_OK ? curve_key_public(secret_key, public_key) : err;
}

/* In this order: later ones use what earlier ones made. */
static const struct {
	const char *name;
	enum err (*call)(void);
	bool leaks;
} calls[] = {
	{ "seal_part", call_seal_part, true }, /* the key wrap's parameters, 37 bytes */
	{ "open_part", call_open_part },
	{ "seal_segment", call_seal_segment },
	{ "open_segment", call_open_segment },
	{ "certificate_from_der", call_certificate },
	{ "certificate_check", call_check },
	{ "certificate_request", call_request },
	{ "certificate_issue", call_issue },
	{ "certificate_root_new", call_root },
	{ "sign and verify", call_sign_and_verify },
	{ "note_sign", call_note_sign },
	{ "note_open", call_note_open },
	{ "private_key_new", call_key_new },
	{ "private_key_to_pem", call_key_to_pem },
	{ "private_key_from_pem", call_key_from_pem },
	{ "curve keys", call_curve },
};

/* True while there was still an allocation to fail. */
static bool fail_at(size_t which, long allocation)
{
	enum err err;
	bool reached;

	unit_context("%s, allocation %ld", calls[which].name, allocation);
	failed = false;
	leaks = calls[which].leaks;
	until_failure = allocation;
	err = calls[which].call();
	until_failure = -1;
	reached = failed;
	/* What it does without on its way, and how it names the failure, differs: decoding a key, it forgets why it could not. */
	if (!reached)
		check_ok(err);
	return reached;
}

/* Each of the first, then some of the thousands that decoding a certificate takes. */
static long step(long allocation)
{
	return allocation < 200 ? 0 : (long)unit_random_below(24);
}

static void test_allocations(void)
{
	buf_init(&sealed_part, 8192);
	buf_init(&sealed_segment, 8192);
	buf_init(&key_pem, 8192);
	buf_init(&request, 8192);
	buf_init(&note, 8192);
	require_ok(private_key_new(KEY_ED25519, &note_key));
	require_ok(ed25519_public(note_key, note_public));
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		require_ok(calls[i].call()); /* first without faults, so that what the library sets up once is there */
		for (long allocation = 0; fail_at(i, allocation); allocation += 1 + step(allocation))
			;
		check_ok(calls[i].call());
	}
	private_key_free(note_key);
	buf_free(&sealed_part);
	buf_free(&sealed_segment);
	buf_free(&key_pem);
	buf_free(&request);
	buf_free(&note);
}

/* Seals and opens content of this length; gives how often a piece of it was in memory that was freed. */
static unsigned secrets_left(size_t len)
{
	static uint8_t content[100000];
	uint8_t piece[16]; /* drawn anew: what another call or test left in the heap is not this one's */
	const struct site *site = home_site();
	const struct certificate *recipient = site->desk.sealing;
	struct certificate *signer = NULL;
	struct buf sealed, clear;

	buf_init(&sealed, 1u << 20);
	buf_init(&clear, 1u << 20);
	/* The test's own copy never moves and is wiped at the end: what it left in the heap would be found again in the library's blocks. */
	require(buf_grow(&clear, 2 * len + 65536) != NULL);
	buf_clear(&clear);
	unit_random_bytes(piece, sizeof piece);
	for (size_t i = 0; i < len; i++)
		content[i] = piece[i % 16];
	found = 0;
	secret = bytes_of(piece, sizeof piece);
	require_ok(seal_part(bytes_of(content, len), site->link.signing, site->link.signing_key, &recipient, 1, &sealed));
	check_uint(found, 0);
	require_ok(open_part(buf_bytes(&sealed), site->desk.sealing, site->desk.sealing_key, &clear, &signer));
	check_uint(found, 0);
	buf_clear(&sealed);
	buf_clear(&clear);
	require_ok(seal_segment(segment_key, 0, 1, bytes_of(content, len), &sealed));
	require_ok(open_segment(segment_key, 0, 1, buf_bytes(&sealed), &clear));
	sealed.data[sealed.len - 1] ^= 1;
	check_err(open_segment(segment_key, 0, 1, buf_bytes(&sealed), &clear), ERR_AUTH);
	secret.len = 0;
	check_bytes(bytes_of(clear.data, clear.len), bytes_of(content, len));
	certificate_free(signer);
	secret_wipe(clear.data, clear.cap);
	buf_free(&sealed);
	buf_free(&clear);
	return found;
}

static void test_content_is_wiped(void)
{
	check_uint(secrets_left(64), 0);
	check_uint(secrets_left(1000), 0);
	check_uint(secrets_left(100000), 0);
}

/* The watch itself: what is not wiped is seen. */
static void test_watch(void)
{
	char *copy = OPENSSL_strdup("0123456789abcdef");

	found = 0;
	secret = bytes_of("0123456789abcdef", 16);
	OPENSSL_free(copy);
	secret.len = 0;
	check_uint(found, 1);
}

UNIT_SUITE("crypto and memory",
	{ "allocations fail", test_allocations },
	{ "the watch sees what is not wiped", test_watch },
	{ "content is wiped", test_content_is_wiped });
