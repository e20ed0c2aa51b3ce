/* SPDX-License-Identifier: Apache-2.0 */
/* contract/batch.c - see batch.h for the contract. */
#include "contract/batch.h"

#include "contract/limits.h"
#include "crypto/certificate.h"

#define SIGNED_MESSAGE_BYTES 1024 /* context, site, two digests */

static const char batch_context[] = "tsunagi-batch-v1";
static const char directory_context[] = "tsunagi-directory-v1";
static const char confidential_context[] = "tsunagi-confidential-v1";

struct digest order_hash_of_root(const struct digest *root)
{
	return merkle_leaf(digest_bytes(root));
}

void order_hashes_of_roots(const struct digest *roots, size_t count, struct digest *ret_hashes)
{
	struct bytes runs[LIMIT_ORDERS];

	for (size_t i = 0; i < count; i++)
		runs[i] = digest_bytes(&roots[i]);
	merkle_leaves(runs, count, ret_hashes);
}

struct digest order_hash(const struct bytes *statements, size_t count)
{
	struct merkle_frontier frontier;
	struct digest root;

	frontier.held = 0;
	frontier.size = 0;
	for (size_t i = 0; i < count; i++) {
		struct digest leaf = merkle_leaf(statements[i]);

		merkle_frontier_add(&frontier, &leaf);
	}
	root = merkle_frontier_root(&frontier);
	return order_hash_of_root(&root);
}

/* A context and a site with the 0x00 that ends each. */
static struct bytes with_end(const char *text)
{
	return bytes_of(text, strlen(text) + 1);
}

void batch_signed_message(const char *site, const struct digest *certificate, const struct digest *root, struct buf *out)
{
	buf_put(out, with_end(batch_context));
	buf_put(out, with_end(site));
	buf_put(out, digest_bytes(certificate));
	buf_put(out, digest_bytes(root));
}

enum err batch_verify(const char *site, const struct certificate *certificate, const struct digest *root, struct bytes signature)
{
	struct buf message;
	enum err err;

	buf_init(&message, SIGNED_MESSAGE_BYTES);
	batch_signed_message(site, certificate_digest(certificate), root, &message);
	err = message.err != ERR_OK ? message.err : certificate_verify(certificate, buf_bytes(&message), signature);
	buf_free(&message);
	return err;
}

struct digest directory_signed_digest(const char *site, struct bytes snapshot)
{
	const struct bytes parts[] = { with_end(directory_context), with_end(site), snapshot };
	struct digest digest;

	digest_of_parts(parts, 3, &digest);
	return digest;
}

struct digest confidential_signed_digest(const char *site, const char *proxy, struct bytes records)
{
	const struct bytes parts[] = { with_end(confidential_context), with_end(site), with_end(proxy), records };
	struct digest digest;

	digest_of_parts(parts, 4, &digest);
	return digest;
}
