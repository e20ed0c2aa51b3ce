/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_told.c - what an entry put into mailboxes beside the Views of a message: is each what its kind must be. */
#include "contract/codec.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "contract/told_list.h"
#include "ledger/verify_walk.h"

/* NULL, or what is wrong with it. */
static const char *fault_of(const Pb__Told *told, uint64_t own_item)
{
	bool notice = told->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	struct digest hash = merkle_leaf(bytes_of_pb(told->notice));

	if (told->what == PB__ITEM_WHAT__ITEM_WHAT_MESSAGE)
		return "is said to be a message";
	if (told->hash.len != DIGEST_BYTES)
		return "has no hash to be acknowledged by";
	if (notice && told->about != 0)
		return "is a notice, and about an item";
	if (!notice && (told->about == 0 || told->about >= own_item))
		return "is about no item before it";
	if (notice && !bytes_equal(bytes_of_pb(told->hash), digest_bytes(&hash)))
		return "is a notice whose hash is not that of its bytes";
	if (told->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? told->notice.len != 0 : told->notice.len == 0)
		return "has a notice where there is none, or none where there is one";
	return NULL;
}

void verify_told(struct verify *verify, uint64_t seq, const Pb__EntryBody *body)
{
	struct told_list told = told_list_of(body);

	if (told.count > 0 && told.views + told.count > LIMIT_RECIPIENTS)
		verify_found(verify, "entry", seq, 0, "it puts %zu items into mailboxes, of at most %u", told.views + told.count, LIMIT_RECIPIENTS);
	for (size_t i = 0; i < told.count; i++) {
		const char *fault = fault_of(told.rows[i], seq * LIMIT_RECIPIENTS + told.views + i);

		if (fault != NULL)
			verify_found(verify, "entry", seq, 0, "item %zu of those that it tells %s", i, fault);
	}
}
