/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/der.h - for this room only: walking through DER (X.690) step by step, nothing copied or allocated.
 *
 * Lengths are definite, minimal and of at most four octets, tags of one octet: whatever else BER allows is refused. */
#pragma once
#include "base/bytes.h"

/* Tags as DER writes them. */
#define DER_INTEGER 0x02
#define DER_BIT_STRING 0x03
#define DER_OCTET_STRING 0x04
#define DER_NULL 0x05
#define DER_OBJECT 0x06
#define DER_SEQUENCE 0x30
#define DER_SET 0x31
#define DER_CONTEXT(n) (0x80 | (n))            /* primitive */
#define DER_CONTEXT_CONSTRUCTED(n) (0xa0 | (n))

/* Takes the next element if it has this tag: its content goes to ret_content, borrowed from left, and left moves behind it.
 * False, and left as it was, when there is none, its tag is another or its length is not as above. */
bool der_take(struct bytes *left, uint8_t tag, struct bytes *ret_content);

/* Takes the next element if it is exactly tag with this content. */
bool der_take_exactly(struct bytes *left, uint8_t tag, struct bytes content);

/* Takes the next element if it is an INTEGER from 0 to 127 with this value. */
bool der_take_small(struct bytes *left, uint8_t value);
