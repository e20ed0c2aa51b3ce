/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/library.h"

#include <openssl/err.h>

#include "crypto/note.h"
#include "crypto/seal.h"
#include "site.h"
#include "unit.h"

static struct buf scratch;

static enum err bad_key(void)
{
	struct private_key *key = NULL;

	return private_key_from_pem(KEY_P256, bytes_of_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), &key);
}

static enum err bad_certificate(void)
{
	struct certificate *certificate = NULL;

	return certificate_from_der(bytes_of("\x30\x03\x02\x01\x00", 5), &certificate);
}

static enum err bad_pem(void)
{
	struct certificate *certificate = NULL;

	return certificate_from_pem(bytes_of_text("nothing"), &certificate);
}

static enum err bad_signature(void)
{
	return certificate_verify(home_site()->link.signing, bytes_of_text("a"), bytes_of_text("not DER"));
}

static enum err bad_ed25519(void)
{
	uint8_t zeros[ED25519_SIGNATURE] = { 0 };

	return ed25519_verify(zeros, bytes_of_text("a"), bytes_of(zeros, sizeof(zeros)));
}

static enum err bad_issuer(void)
{
	return certificate_check(home_site()->link.signing, namesake_site()->root, CERTIFICATE_SIGNS, NULL, NOW_US);
}

static enum err bad_request(void)
{
	struct certificate *certificate = NULL;

	return certificate_issue(home_site()->root, home_site()->root_key, bytes_of_text("0"), LINK_ADDRESS, "", CERTIFICATE_SIGNS, FROM_US,
				 UNTIL_US, &certificate);
}

static enum err wrong_root_key(void)
{
	struct certificate *certificate = NULL;

	return certificate_issue(home_site()->root, namesake_site()->root_key, bytes_of_text("0"), LINK_ADDRESS, "", CERTIFICATE_SIGNS,
				 FROM_US, UNTIL_US, &certificate);
}

static enum err bad_part(void)
{
	struct certificate *signer = NULL;
	enum err err;

	buf_clear(&scratch);
	err = seal_to(bytes_of_text("unsigned"), home_site()->link.sealing, &scratch);
	if (err == ERR_OK) {
		struct buf clear;

		buf_init(&clear, 1000);
		err = open_part(buf_bytes(&scratch), home_site()->link.sealing, home_site()->link.sealing_key, &clear, &signer);
		buf_free(&clear);
	}
	return err;
}

static enum err not_ours(void)
{
	struct buf clear;
	enum err err;

	buf_init(&clear, 1000);
	err = open_sealed(buf_bytes(&scratch), home_site()->desk.sealing, home_site()->desk.sealing_key, &clear);
	buf_free(&clear);
	return err;
}

static enum err changed_tag(void)
{
	struct buf clear;
	enum err err;

	buf_init(&clear, 1000);
	scratch.data[scratch.len - 1] ^= 1;
	err = open_sealed(buf_bytes(&scratch), home_site()->link.sealing, home_site()->link.sealing_key, &clear);
	buf_free(&clear);
	return err;
}

static enum err good_signature(void)
{
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof(signature);
	enum err err = signature_sign_p256(home_site()->link.signing_key, bytes_of_text("a"), signature, &len);

	return err == ERR_OK ? certificate_verify(home_site()->link.signing, bytes_of_text("a"), bytes_of(signature, len)) : err;
}

/* In this order: later rows use what bad_part left in scratch. */
static const struct {
	const char *what;
	enum err (*call)(void);
	enum err expected;
} rows[] = {
	{ "a bad key", bad_key, ERR_FORMAT },
	{ "a bad certificate", bad_certificate, ERR_FORMAT },
	{ "a bad PEM", bad_pem, ERR_FORMAT },
	{ "a bad P-256 signature", bad_signature, ERR_AUTH },
	{ "a bad Ed25519 signature", bad_ed25519, ERR_AUTH },
	{ "another issuer", bad_issuer, ERR_AUTH },
	{ "a bad request", bad_request, ERR_FORMAT },
	{ "a root without its key", wrong_root_key, ERR_USAGE },
	{ "a bad part", bad_part, ERR_FORMAT },
	{ "a file that is not ours", not_ours, ERR_NOT_FOUND },
	{ "a changed tag", changed_tag, ERR_AUTH },
	{ "a good signature", good_signature, ERR_OK },
};

/* No call is judged by what was in the queue before, and none leaves anything there. */
static void test_queue(void)
{
	buf_init(&scratch, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_context("%s", rows[i].what);
		ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
		check_err(rows[i].call(), rows[i].expected);
		check_uint(ERR_peek_error(), 0);
	}
	buf_free(&scratch);
}

static void test_errors(void)
{
	library_begin();
	check_err(library_error(ERR_AUTH), ERR_AUTH);
	ERR_raise(ERR_LIB_CMS, ERR_R_INTERNAL_ERROR);
	check_err(library_error(ERR_FORMAT), ERR_FORMAT);
	ERR_raise(ERR_LIB_CMS, ERR_R_MALLOC_FAILURE);
	ERR_raise(ERR_LIB_CMS, ERR_R_INTERNAL_ERROR);
	check_err(library_error(ERR_FORMAT), ERR_NOMEM);
	check_uint(ERR_peek_error(), 0);
}

static void test_password(void)
{
	char password[4] = "abc";

	check_int(library_no_password(password, sizeof(password), 0, NULL), -1);
	check_text(password, "abc");
}

UNIT_SUITE("crypto/library",
	{ "the error queue is empty before and after", test_queue },
	{ "missing memory is told apart", test_errors },
	{ "there is no password", test_password });
