/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_fault.h - the bounds of decoding, and how a fault is told; part of codec.h. */
#pragma once

#define CODEC_DEPTH 8                /* messages within messages */
#define CODEC_FIELDS (1024u * 1024u) /* field occurrences and packed elements in one message, nested ones included: a full directory's */

/* What is wrong, for a person: a path such as "batch.orders[3].statements" and a constant reason. */
struct codec_fault {
	char path[120];
	const char *reason;
};
