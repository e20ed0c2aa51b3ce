/* SPDX-License-Identifier: Apache-2.0 */
/* broker/same_act.h - whether two Views say the same act. */
#pragma once
#include "contract/codec.h"
#include "contract/limits.h"

/* Acts are few and small: as they would be packed.  NULL: there is none. */
static inline bool same_act(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
	struct buf one, other;
	bool same;

	if (a == NULL || b == NULL)
		return a == b;
	buf_init(&one, LIMIT_STATEMENT_BYTES);
	buf_init(&other, LIMIT_STATEMENT_BYTES);
	same = codec_pack(a, &one) == ERR_OK && codec_pack(b, &other) == ERR_OK && bytes_equal(buf_bytes(&one), buf_bytes(&other));
	buf_free(&one);
	buf_free(&other);
	return same;
}
