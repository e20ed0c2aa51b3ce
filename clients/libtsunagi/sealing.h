/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/sealing.h - from clear content to the View and the sealed parts of one recipient, and again when a key has changed. */
#pragma once
#include "contract/codec.h"
#include "crypto/seal.h"
#include "envelope.pb-c.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/order.h"
#include "libtsunagi/recipients.h"

struct clear_part {
	struct bytes content; /* a serialised Content */
	Pb__Release release;
	const Pb__DisclosureClass *classes; /* ascending */
	size_t class_count;
};

/* Seals the parts and appends the View's statement to statement, the sealed parts to the bufs of sealed (one each).
 *   head  the View without recipient, parts, sealed_to and nonce
 * ERR_TOO_LARGE: a sealed part or the statement is over its limit. */
enum err seal_view(const Pb__View *head, const struct recipient *recipient, const struct bundle *bundle, const struct clear_part *clear,
		   size_t clear_count, struct buf *statement, struct buf *sealed);

/* Opens one of our own sealed parts with whichever of our keys fits: the BoundPart's bytes appended to out.  ret_signer may be NULL.
 * ERR_NOT_FOUND: none fits; else as open_part. */
enum err open_with_own(struct bytes sealed, const struct bundle *bundle, struct buf *out, struct certificate **ret_signer);

/* The key of its content, by which anybody opens it: the caller wipes it.  Errors of open_with_own. */
enum err own_content_key(struct bytes sealed, const struct bundle *bundle, uint8_t ret_key[SEAL_KEY_BYTES]);

/* Whether every field of the binding is what the View says: a part cannot be moved into another message, or to another place in one. */
bool part_binding_fits(const Pb__PartBinding *binding, const Pb__View *view, size_t index);

/* The content of one of our own sealed parts, in the arena: what stands in the binding is made anew.  Errors of open_with_own and of decoding. */
enum err open_own_content(struct bytes sealed, const struct bundle *bundle, struct arena *arena, struct bytes *ret_content);

/* The same order sealed anew to the directory's certificates of now, under the same id.  TSG_OK or the failure's result. */
int reseal(const struct order *order, const struct bundle *bundle, const struct site_directory *directory, int64_t now_us,
	   struct order **ret_order, struct failure *failure);
