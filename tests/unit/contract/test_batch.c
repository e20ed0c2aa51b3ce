/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/batch.h"

#include "base/text.h"
#include "crypto/certificate.h"
#include "unit.h"

static void test_order_hash(void)
{
	const struct bytes statements[] = { bytes_of("one", 3), bytes_of("two", 3), bytes_of("three", 5), bytes_of(NULL, 0) };
	struct digest leaves[4];

	for (size_t count = 0; count <= 4; count++) {
		struct digest hash = order_hash(statements, count);
		struct digest expected;

		for (size_t i = 0; i < count; i++)
			leaves[i] = merkle_leaf(statements[i]);
		expected = merkle_root(leaves, count);
		expected = merkle_leaf(digest_bytes(&expected));
		unit_context("%zu statements", count);
		check(digest_equal(&hash, &expected));
	}
}

static void test_hashes_of_many_orders(void)
{
	struct digest roots[20], hashes[20];

	unit_random_bytes(roots[0].bytes, sizeof roots);
	for (size_t count = 0; count <= 20; count++) {
		order_hashes_of_roots(roots, count, hashes);
		for (size_t i = 0; i < count; i++) {
			struct digest alone = order_hash_of_root(&roots[i]);

			unit_context("order %zu of %zu", i, count);
			check(digest_equal(&hashes[i], &alone));
		}
	}
}

/* The batch's root tells where one order ends and the next begins. */
static void test_orders_cannot_be_torn_apart(void)
{
	const struct bytes statements[] = { bytes_of("one", 3), bytes_of("two", 3) };
	struct digest together = order_hash(statements, 2);
	struct digest apart[] = { order_hash(&statements[0], 1), order_hash(&statements[1], 1) };
	struct digest root_together = merkle_root(&together, 1);
	struct digest root_apart = merkle_root(apart, 2);

	check(!digest_equal(&root_together, &root_apart));
}

static void test_signed_message(void)
{
	struct digest certificate, root;
	struct buf message;
	char expected[2 * 100 + 1];

	memset(&certificate, 0xc1, sizeof(certificate));
	memset(&root, 0xd2, sizeof(root));
	buf_init(&message, 1000);
	buf_put_byte(&message, '!'); /* appended, not written over */
	batch_signed_message("chiba-city", &certificate, &root, &message);
	check_ok(message.err);
	check_uint(message.len, 1 + 17 + 11 + 32 + 32);
	check_bytes(bytes_of(message.data, 29), bytes_of("!tsunagi-batch-v1\0chiba-city", 29));
	text_hex(bytes_of(message.data + 29, 64), expected);
	for (size_t i = 0; i < 64; i++)
		check(memcmp(expected + 2 * i, i < 32 ? "c1" : "d2", 2) == 0);
	buf_free(&message);
}

/* No site and certificate can be told apart from another pair's by moving bytes between them. */
static void test_sites_differ(void)
{
	struct digest zero = { 0 };
	struct buf a, b;

	buf_init(&a, 1000);
	buf_init(&b, 1000);
	batch_signed_message("chiba", &zero, &zero, &a);
	batch_signed_message("chiba-city", &zero, &zero, &b);
	check(!bytes_equal(buf_bytes(&a), buf_bytes(&b)));
	buf_free(&a);
	buf_free(&b);
}

static struct certificate *certificate_for(const struct private_key *key)
{
	struct certificate *certificate = NULL;

	require_ok(certificate_root_new("chiba-city", key, INT64_C(1700000000000000), INT64_C(1800000000000000), &certificate));
	return certificate;
}

static void test_verify(void)
{
	struct private_key *key = NULL;
	struct certificate *certificate, *renewed;
	struct digest root = digest_of(bytes_of_text("root")), other = digest_of(bytes_of_text("other"));
	uint8_t signature[SIGNATURE_P256_MAX];
	char long_site[2000];
	size_t len = sizeof signature;
	struct buf message;

	require_ok(private_key_new(KEY_P256, &key));
	certificate = certificate_for(key);
	renewed = certificate_for(key);
	buf_init(&message, 1000);
	batch_signed_message("chiba-city", certificate_digest(certificate), &root, &message);
	require_ok(signature_sign_p256(key, buf_bytes(&message), signature, &len));
	check_ok(batch_verify("chiba-city", certificate, &root, bytes_of(signature, len)));
	check_err(batch_verify("chiba-pref", certificate, &root, bytes_of(signature, len)), ERR_AUTH);
	check_err(batch_verify("chiba-city", certificate, &other, bytes_of(signature, len)), ERR_AUTH);
	check_err(batch_verify("chiba-city", renewed, &root, bytes_of(signature, len)), ERR_AUTH); /* of the same key */
	check_err(batch_verify("chiba-city", certificate, &root, bytes_of(signature, len - 1)), ERR_AUTH);
	check_err(batch_verify("chiba-city", certificate, &root, bytes_of(NULL, 0)), ERR_AUTH);
	memset(long_site, 's', sizeof long_site - 1);
	long_site[sizeof long_site - 1] = '\0';
	check_err(batch_verify(long_site, certificate, &root, bytes_of(signature, len)), ERR_TOO_LARGE);
	buf_free(&message);
	certificate_free(renewed);
	certificate_free(certificate);
	private_key_free(key);
}

static void test_directory_digest(void)
{
	struct digest digest = directory_signed_digest("chiba-city", bytes_of("snapshot", 8));
	struct digest expected = digest_of(bytes_of("tsunagi-directory-v1\0chiba-city\0snapshot", 40));
	struct digest other = directory_signed_digest("chiba-pref", bytes_of("snapshot", 8));

	check(digest_equal(&digest, &expected));
	check(!digest_equal(&digest, &other));
}

/* Bound to the site and to the one agency that it is for; never to be taken for a directory. */
static void test_confidential_digest(void)
{
	struct digest digest = confidential_signed_digest("chiba-city", "link", bytes_of("records", 7));
	struct digest expected = digest_of(bytes_of("tsunagi-confidential-v1\0chiba-city\0link\0records", 47));
	struct digest other = confidential_signed_digest("chiba-city", "desk", bytes_of("records", 7));
	struct digest directory = directory_signed_digest("chiba-city", bytes_of("link\0records", 12));

	check(digest_equal(&digest, &expected));
	check(!digest_equal(&digest, &other));
	check(!digest_equal(&digest, &directory));
}

UNIT_SUITE("contract/batch",
	{ "an order is a leaf over a tree of its statements", test_order_hash },
	{ "hashes of many orders", test_hashes_of_many_orders },
	{ "one order of two statements is not two orders of one", test_orders_cannot_be_torn_apart },
	{ "the message that a batch signs", test_signed_message },
	{ "a signature holds for its batch alone", test_verify },
	{ "sites sign different messages", test_sites_differ },
	{ "what a directory's signature covers", test_directory_digest },
	{ "what the signature of a proxy's records covers", test_confidential_digest });
