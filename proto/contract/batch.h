/* SPDX-License-Identifier: Apache-2.0 */
/* contract/batch.h - what a batch's signature covers: both ends compute it here and nowhere else. */
#pragma once
#include "contract/merkle.h"

struct certificate; /* crypto/certificate.h */

/* The hash of an order whose statements' tree has this root: H(0x00 || root), as a leaf of the batch's tree.  Without this step one
 * order of two statements would hash like two orders of one each, and a broker could tear a message apart under its signature. */
struct digest order_hash_of_root(const struct digest *root);

/* The same of each order of a batch, LIMIT_ORDERS at most; ret_hashes does not overlap roots. */
void order_hashes_of_roots(const struct digest *roots, size_t count, struct digest *ret_hashes);

/* The same from the statements' bytes, which are the leaves of that tree. */
struct digest order_hash(const struct bytes *statements, size_t count);

/* The message that the device signs: "tsunagi-batch-v1" || 0x00 || site || 0x00 || certificate digest || root; appended to out. */
void batch_signed_message(const char *site, const struct digest *certificate, const struct digest *root, struct buf *out);

/* ERR_AUTH unless the key of the device's certificate signed that for a batch of this root. */
enum err batch_verify(const char *site, const struct certificate *certificate, const struct digest *root, struct bytes signature);

/* The same for a directory snapshot: "tsunagi-directory-v1" || 0x00 || site || 0x00 || snapshot; the site's Ed25519 key signs its SHA-256. */
struct digest directory_signed_digest(const char *site, struct bytes snapshot);

/* The same for the records of the confidential agencies behind proxy (its id):
 * "tsunagi-confidential-v1" || 0x00 || site || 0x00 || proxy || 0x00 || records. */
struct digest confidential_signed_digest(const char *site, const char *proxy, struct bytes records);
