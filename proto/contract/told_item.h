/* SPDX-License-Identifier: Apache-2.0 */
/* contract/told_item.h - what a stored entry put into a mailbox itself, read in place, as submission.h reads a View.
 *
 * All that is returned is borrowed from the bytes given. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"

/* The SiteNotice of an entry's item: of a NOTICE or a SEAL_TASK; empty otherwise.
 *
 *   body   a serialised EntryBody of any kind that tells something
 *   place  of the item in its entry, the Views counted first
 *
 * ERR_FORMAT unless such an item stands there. */
enum err told_item_notice(struct bytes body, size_t place, struct bytes *ret_notice);
