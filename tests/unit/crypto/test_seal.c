/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal.h"

#include <stdlib.h>

#include "crypto/library.h"
#include "outer.h"
#include "site.h"
#include "unit.h"

#define ROOM (1u << 20)

static struct buf seal(struct bytes content, const struct certificate *const *recipients, size_t count)
{
	const struct device *link = &home_site()->link;
	struct buf sealed;

	buf_init(&sealed, ROOM);
	require_ok(seal_part(content, link->signing, link->signing_key, recipients, count, &sealed));
	return sealed;
}

static struct buf seal_for_desk(struct bytes content)
{
	const struct certificate *recipient = home_site()->desk.sealing;

	return seal(content, &recipient, 1);
}

static enum err open_at_desk(struct bytes sealed, struct buf *out, struct certificate **ret_signer)
{
	return open_part(sealed, home_site()->desk.sealing, home_site()->desk.sealing_key, out, ret_signer);
}

static void check_opens(struct bytes sealed, const struct device *device, struct bytes content)
{
	struct certificate *signer = NULL;
	struct buf clear;

	buf_init(&clear, ROOM);
	if (check_ok(open_part(sealed, device->sealing, device->sealing_key, &clear, &signer))) {
		check_bytes(buf_bytes(&clear), content);
		check_bytes(certificate_der(signer), certificate_der(home_site()->link.signing));
		check_ok(certificate_check(signer, home_site()->root, CERTIFICATE_SIGNS, LINK_ADDRESS, NOW_US));
	}
	certificate_free(signer);
	buf_free(&clear);
}

static void test_sizes(void)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 1000, 4096, 96 * 1024, 300000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *content = malloc(sizes[i] + 1);
		struct buf sealed;

		unit_context("%zu bytes", sizes[i]);
		require(content != NULL);
		unit_random_bytes(content, sizes[i]);
		sealed = seal_for_desk(bytes_of(content, sizes[i]));
		check_opens(buf_bytes(&sealed), &home_site()->desk, bytes_of(content, sizes[i]));
		check(sizes[i] < 16 || !memmem(sealed.data, sealed.len, content, 16));
		free(content);
		buf_free(&sealed);
	}
}

/* Line ends, NULs and what looks like mail pass as they are. */
static void test_bytes_as_they_are(void)
{
	static const char content[] = "Content-Type: text/plain\n\nline\r\nline\n\0\0\xff\xfe end\n";
	struct bytes bytes = bytes_of(content, sizeof(content));
	struct buf sealed = seal_for_desk(bytes);

	check_opens(buf_bytes(&sealed), &home_site()->desk, bytes);
	buf_free(&sealed);
}

static void test_several_recipients(void)
{
	const struct site *site = home_site();
	const struct certificate *recipients[SEAL_RECIPIENTS_MAX];
	struct bytes content = bytes_of_text("to both agencies' devices");
	struct buf sealed;

	for (size_t i = 0; i < SEAL_RECIPIENTS_MAX; i++)
		recipients[i] = i % 2 == 0 ? site->link.sealing : site->desk.sealing;
	sealed = seal(content, recipients, 2);
	check_opens(buf_bytes(&sealed), &site->link, content);
	check_opens(buf_bytes(&sealed), &site->desk, content);
	buf_free(&sealed);
	sealed = seal(content, recipients, SEAL_RECIPIENTS_MAX);
	check_opens(buf_bytes(&sealed), &site->desk, content);
	buf_free(&sealed);
}

static void test_never_twice_the_same(void)
{
	struct buf first = seal_for_desk(bytes_of_text("a"));
	struct buf second = seal_for_desk(bytes_of_text("a"));

	check(!bytes_equal(buf_bytes(&first), buf_bytes(&second)));
	buf_free(&first);
	buf_free(&second);
}

static void test_not_for_us(void)
{
	const struct site *site = home_site();
	struct buf sealed = seal_for_desk(bytes_of_text("for the desk"));
	struct certificate *signer = NULL;
	struct buf clear;

	buf_init(&clear, ROOM);
	check_err(open_part(buf_bytes(&sealed), site->link.sealing, site->link.sealing_key, &clear, &signer), ERR_NOT_FOUND);
	/* Same names, another root. */
	check_err(open_part(buf_bytes(&sealed), namesake_site()->desk.sealing, namesake_site()->desk.sealing_key, &clear, &signer), ERR_NOT_FOUND);
	/* Its certificate with a key that is not its own. */
	check_err(open_part(buf_bytes(&sealed), site->desk.sealing, site->link.sealing_key, &clear, &signer), ERR_AUTH);
	check_uint(clear.len, 0);
	check(signer == NULL);
	buf_free(&clear);
	buf_free(&sealed);
}

static void test_recipients_refused(void)
{
	const struct device *link = &home_site()->link;
	const struct certificate *recipients[SEAL_RECIPIENTS_MAX + 1];
	struct buf sealed;

	for (size_t i = 0; i <= SEAL_RECIPIENTS_MAX; i++)
		recipients[i] = link->sealing;
	buf_init(&sealed, ROOM);
	check_err(seal_part(bytes_of_text("a"), link->signing, link->signing_key, recipients, 0, &sealed), ERR_USAGE);
	check_err(seal_part(bytes_of_text("a"), link->signing, link->signing_key, recipients, SEAL_RECIPIENTS_MAX + 1, &sealed), ERR_USAGE);
	recipients[1] = link->signing;
	check_err(seal_part(bytes_of_text("a"), link->signing, link->signing_key, recipients, 2, &sealed), ERR_USAGE);
	recipients[0] = home_site()->root;
	check_err(seal_part(bytes_of_text("a"), link->signing, link->signing_key, recipients, 1, &sealed), ERR_USAGE);
	buf_free(&sealed);
}

/* Signing in another's name does not even begin. */
static void test_signer_is_a_pair(void)
{
	const struct site *site = home_site();
	const struct certificate *recipient = site->desk.sealing;
	struct buf sealed;

	buf_init(&sealed, ROOM);
	check_err(seal_part(bytes_of_text("a"), site->link.signing, site->desk.signing_key, &recipient, 1, &sealed), ERR_CRYPTO);
	buf_free(&sealed);
}

static void test_no_room(void)
{
	uint8_t content[5000] = { 0 };
	struct buf sealed = seal_for_desk(bytes_of(content, sizeof(content)));
	const struct certificate *recipient = home_site()->desk.sealing;
	struct certificate *signer = NULL;
	struct buf small;

	buf_init(&small, sizeof(content) - 1);
	check_err(seal_part(bytes_of(content, sizeof(content)), home_site()->link.signing, home_site()->link.signing_key, &recipient, 1, &small),
		  ERR_TOO_LARGE);
	buf_clear(&small);
	check_err(open_at_desk(buf_bytes(&sealed), &small, &signer), ERR_TOO_LARGE);
	check_uint(small.len, 0);
	check(signer == NULL);
	buf_free(&small);

	/* What is already there counts, and stays. */
	buf_init(&small, sizeof(content) + 3);
	buf_put_text(&small, "1234");
	check_err(open_at_desk(buf_bytes(&sealed), &small, &signer), ERR_TOO_LARGE);
	buf_free(&small);
	buf_init(&small, sizeof(content) + 4);
	buf_put_text(&small, "1234");
	check_ok(open_at_desk(buf_bytes(&sealed), &small, &signer));
	check_uint(small.len, sizeof(content) + 4);
	check_bytes(bytes_of(small.data, 4), bytes_of_text("1234"));
	certificate_free(signer);
	buf_free(&small);
	buf_free(&sealed);
}

/* More than the library can count is refused before a byte of it is read. */
static void test_beyond_counting(void)
{
	const struct device *link = &home_site()->link;
	const struct certificate *recipient = link->sealing;
	struct bytes endless = bytes_of("", (size_t)INT32_MAX);
	struct buf out;

	buf_init(&out, ROOM);
	check_err(seal_to(endless, recipient, &out), ERR_TOO_LARGE);
	check_err(seal_part(endless, link->signing, link->signing_key, &recipient, 1, &out), ERR_TOO_LARGE);
	check_uint(out.len, 0);
	buf_free(&out);
}

/* Far over the limit is refused by its length alone, without a key that fits. */
static void test_refused_before_decrypting(void)
{
	static uint8_t content[100000];
	struct buf sealed = seal_for_desk(bytes_of(content, sizeof(content)));
	struct certificate *signer = NULL;
	struct buf small;

	buf_init(&small, 1000);
	check_err(open_part(buf_bytes(&sealed), home_site()->link.sealing, home_site()->link.sealing_key, &small, &signer), ERR_TOO_LARGE);
	buf_free(&small);
	buf_free(&sealed);
}

/* Opens a part that is not what it was: whatever comes out must not be other content. */
static bool opens_changed(struct bytes sealed, struct bytes content)
{
	struct certificate *signer = NULL;
	struct buf clear;
	enum err err;

	buf_init(&clear, ROOM);
	err = open_at_desk(sealed, &clear, &signer);
	if (err == ERR_OK) {
		check_bytes(buf_bytes(&clear), content);
		check_bytes(certificate_der(signer), certificate_der(home_site()->link.signing));
	} else {
		check(err == ERR_AUTH || err == ERR_FORMAT || err == ERR_NOT_FOUND);
		check(clear.len == 0 && signer == NULL);
	}
	certificate_free(signer);
	buf_free(&clear);
	return err == ERR_OK;
}

static void test_changed(void)
{
	struct bytes content = bytes_of_text("住まいを失うおそれのある世帯についてのつなぎシート");
	struct buf sealed = seal_for_desk(content);
	unsigned opened = 0;

	for (size_t i = 0; i < sealed.len; i++) {
		uint8_t bit = (uint8_t)(1u << unit_random_below(8));

		unit_context("byte %zu ^ %02x", i, bit);
		sealed.data[i] ^= bit;
		opened += opens_changed(buf_bytes(&sealed), content);
		sealed.data[i] ^= bit;
	}
	/* The type of a string in the recipient's name does not matter, nor does the case of its letters: little else. */
	check(opened < 24);
	check(opens_changed(buf_bytes(&sealed), content));
	buf_free(&sealed);
}

static void test_cut(void)
{
	struct bytes content = bytes_of_text("cut");
	struct buf sealed = seal_for_desk(content);
	struct buf clear;
	struct certificate *signer = NULL;

	buf_init(&clear, ROOM);
	for (size_t len = 0; len < sealed.len; len++)
		check_err(open_at_desk(bytes_of(sealed.data, len), &clear, &signer), ERR_FORMAT);
	buf_put_byte(&sealed, 0x00);
	check_err(open_at_desk(buf_bytes(&sealed), &clear, &signer), ERR_FORMAT);
	check(clear.len == 0 && signer == NULL);
	buf_free(&clear);
	buf_free(&sealed);
}

static void test_tag_cut_short(void)
{
	struct bytes content = bytes_of_text("a content of some length, so that its lengths take two octets each");
	struct buf sealed = seal_for_desk(content);
	struct certificate *signer = NULL;
	struct buf cut, clear;

	buf_init(&cut, ROOM);
	buf_init(&clear, ROOM);
	outer_cut_tag(buf_bytes(&sealed), 4, &cut);
	check_err(open_at_desk(buf_bytes(&cut), &clear, &signer), ERR_FORMAT);
	buf_free(&clear);
	buf_free(&cut);
	buf_free(&sealed);
}

/* Encrypted for us, but nobody signed it. */
static void test_unsigned(void)
{
	struct certificate *signer = NULL;
	struct buf sealed, clear;

	buf_init(&sealed, ROOM);
	buf_init(&clear, ROOM);
	require_ok(seal_to(bytes_of_text("believe me"), home_site()->desk.sealing, &sealed));
	check_err(open_at_desk(buf_bytes(&sealed), &clear, &signer), ERR_FORMAT);
	check(clear.len == 0 && signer == NULL);
	buf_free(&sealed);
	buf_free(&clear);
}

static void test_file(void)
{
	static const size_t sizes[] = { 0, 1, 5000, 1000000 };
	const struct site *site = home_site();

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *content = malloc(sizes[i] + 1);
		struct buf sealed, clear;

		unit_context("%zu bytes", sizes[i]);
		require(content != NULL);
		unit_random_bytes(content, sizes[i]);
		buf_init(&sealed, sizes[i] + 4096);
		buf_init(&clear, sizes[i]);
		require_ok(seal_to(bytes_of(content, sizes[i]), site->link.sealing, &sealed));
		check_ok(open_sealed(buf_bytes(&sealed), site->link.sealing, site->link.sealing_key, &clear));
		check_bytes(buf_bytes(&clear), bytes_of(content, sizes[i]));
		buf_clear(&clear);
		check_err(open_sealed(buf_bytes(&sealed), site->desk.sealing, site->desk.sealing_key, &clear), ERR_NOT_FOUND);
		sealed.data[sealed.len - 1 - unit_random_below(16)] ^= 1; /* the tag */
		check_err(open_sealed(buf_bytes(&sealed), site->link.sealing, site->link.sealing_key, &clear), ERR_AUTH);
		check_uint(clear.len, 0);
		free(content);
		buf_free(&sealed);
		buf_free(&clear);
	}
}

static void test_file_no_room(void)
{
	const struct device *link = &home_site()->link;
	struct buf sealed, clear;

	buf_init(&sealed, ROOM);
	buf_init(&clear, 9);
	require_ok(seal_to(bytes_of_text("ten bytes."), link->sealing, &sealed));
	check_err(open_sealed(buf_bytes(&sealed), link->sealing, link->sealing_key, &clear), ERR_TOO_LARGE);
	check_uint(clear.len, 0);
	buf_free(&clear);
	buf_init(&clear, 10);
	check_ok(open_sealed(buf_bytes(&sealed), link->sealing, link->sealing_key, &clear));
	buf_free(&clear);
	buf_free(&sealed);
}

static void test_noise(void)
{
	struct certificate *signer = NULL;
	uint8_t noise[2000];
	struct buf clear;

	buf_init(&clear, ROOM);
	for (int i = 0; i < 2000; i++) {
		size_t len = (size_t)unit_random_below(sizeof(noise));

		unit_random_bytes(noise, len);
		check_err(open_at_desk(bytes_of(noise, len), &clear, &signer), ERR_FORMAT);
	}
	buf_free(&clear);
}

UNIT_SUITE("crypto/seal",
	{ "parts of any size", test_sizes },
	{ "bytes pass as they are", test_bytes_as_they_are },
	{ "several recipients", test_several_recipients },
	{ "never twice the same", test_never_twice_the_same },
	{ "not for us", test_not_for_us },
	{ "recipients that cannot be", test_recipients_refused },
	{ "a signer is a pair", test_signer_is_a_pair },
	{ "no room", test_no_room },
	{ "too large to count", test_beyond_counting },
	{ "too large is refused before decrypting", test_refused_before_decrypting },
	{ "a changed part shows nothing else", test_changed },
	{ "a part that was cut, or has something behind it", test_cut },
	{ "a tag that was cut short", test_tag_cut_short },
	{ "what nobody signed", test_unsigned },
	{ "whole files", test_file },
	{ "a file without room", test_file_no_room },
	{ "noise is refused", test_noise });
