/* SPDX-License-Identifier: Apache-2.0 */
/* A part by the key of its content: what that key opens, and all that it does not. */
#include "crypto/library.h"
#include "crypto/seal.h"
#include "outer.h"
#include "site.h"
#include "unit.h"

#define ROOM (1u << 20)

static struct buf seal(struct bytes content)
{
	const struct device *link = &home_site()->link;
	const struct certificate *recipients[] = { home_site()->desk.sealing, link->sealing };
	struct buf sealed;

	buf_init(&sealed, ROOM);
	require_ok(seal_part(content, link->signing, link->signing_key, recipients, 2, &sealed));
	return sealed;
}

static void key_of(const struct buf *sealed, const struct device *device, uint8_t key[SEAL_KEY_BYTES])
{
	require_ok(part_content_key(buf_bytes(sealed), device->sealing, device->sealing_key, key));
}

static void check_refused(struct bytes sealed, const uint8_t key[SEAL_KEY_BYTES], enum err expected)
{
	struct certificate *signer = NULL;
	struct buf clear;

	buf_init(&clear, ROOM);
	check_err(open_part_by_key(sealed, key, &clear, &signer), expected);
	check_uint(clear.len, 0);
	check(signer == NULL);
	buf_free(&clear);
}

static void check_opens(struct bytes content)
{
	struct buf sealed = seal(content);
	uint8_t at_desk[SEAL_KEY_BYTES], at_link[SEAL_KEY_BYTES];
	struct certificate *signer = NULL;
	struct buf clear;

	key_of(&sealed, &home_site()->desk, at_desk);
	key_of(&sealed, &home_site()->link, at_link);
	check_bytes(bytes_of(at_desk, SEAL_KEY_BYTES), bytes_of(at_link, SEAL_KEY_BYTES)); /* whoever shows it shows the same */
	buf_init(&clear, ROOM);
	if (check_ok(open_part_by_key(buf_bytes(&sealed), at_desk, &clear, &signer))) {
		check_bytes(buf_bytes(&clear), content);
		check_bytes(certificate_der(signer), certificate_der(home_site()->link.signing));
	}
	certificate_free(signer);
	buf_free(&clear);
	buf_free(&sealed);
}

static void test_opens(void)
{
	static uint8_t long_content[70000];

	unit_random_bytes(long_content, sizeof(long_content));
	check_opens(bytes_of(NULL, 0));
	check_opens(bytes_of_text("見本"));
	check_opens(bytes_of(long_content, sizeof(long_content)));
}

static void test_that_part_alone(void)
{
	struct buf first = seal(bytes_of_text("one")), second = seal(bytes_of_text("one"));
	uint8_t key[SEAL_KEY_BYTES];

	key_of(&first, &home_site()->desk, key);
	check_refused(buf_bytes(&second), key, ERR_AUTH);
	for (size_t i = 0; i < sizeof(key) * 8; i++) {
		key[i / 8] ^= (uint8_t)(1u << i % 8);
		check_refused(buf_bytes(&first), key, ERR_AUTH);
		key[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	buf_free(&first);
	buf_free(&second);
}

static void test_changed(void)
{
	struct buf sealed = seal(bytes_of_text("as it was sealed"));
	uint8_t key[SEAL_KEY_BYTES];
	struct bytes shorter = bytes_of(sealed.data, sealed.len - 1);

	key_of(&sealed, &home_site()->desk, key);
	sealed.data[sealed.len - 1] ^= 1; /* in the tag */
	check_refused(buf_bytes(&sealed), key, ERR_AUTH);
	sealed.data[sealed.len - 1] ^= 1;
	sealed.data[sealed.len - 40] ^= 1; /* in what is encrypted */
	check_refused(buf_bytes(&sealed), key, ERR_AUTH);
	check_refused(shorter, key, ERR_FORMAT);
	check_refused(bytes_of(NULL, 0), key, ERR_FORMAT);
	buf_free(&sealed);
}

/* What holds no signature is no part, though the key opens it. */
static void test_unsigned(void)
{
	static const uint8_t content[] = "nobody's word";
	struct buf sealed;
	uint8_t key[SEAL_KEY_BYTES];

	buf_init(&sealed, ROOM);
	outer_write(&(struct outer_way){ 0 }, bytes_of(content, sizeof(content)), &sealed);
	key_of(&sealed, &home_site()->link, key);
	check_refused(buf_bytes(&sealed), key, ERR_FORMAT);
	buf_free(&sealed);
}

static void test_no_key(void)
{
	const struct site *site = home_site();
	struct buf sealed = seal(bytes_of_text("for desk and link"));
	uint8_t key[SEAL_KEY_BYTES];

	check_err(part_content_key(buf_bytes(&sealed), namesake_site()->desk.sealing, namesake_site()->desk.sealing_key, key), ERR_NOT_FOUND);
	check_err(part_content_key(buf_bytes(&sealed), site->desk.sealing, site->link.sealing_key, key), ERR_AUTH);
	check_err(part_content_key(bytes_of(sealed.data, 100), site->desk.sealing, site->desk.sealing_key, key), ERR_FORMAT);
	buf_free(&sealed);
}

static void test_room(void)
{
	struct buf sealed = seal(bytes_of_text("twenty bytes, or more"));
	struct certificate *signer = NULL;
	uint8_t key[SEAL_KEY_BYTES];
	struct buf clear;

	key_of(&sealed, &home_site()->desk, key);
	buf_init(&clear, 4);
	check_err(open_part_by_key(buf_bytes(&sealed), key, &clear, &signer), ERR_TOO_LARGE);
	check(signer == NULL);
	buf_free(&clear);
	buf_free(&sealed);
}

UNIT_SUITE("crypto/content_key",
	{ "it opens its part", test_opens },
	{ "and no other", test_that_part_alone },
	{ "changed parts", test_changed },
	{ "what nobody signed", test_unsigned },
	{ "keys of others", test_no_key },
	{ "no room", test_room });
