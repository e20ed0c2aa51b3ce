/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/der.c - see der.h for the contract. */
#include "crypto/der.h"

/* Reads the length octets behind the tag: how many they are, 0 when they are not DER. */
static size_t read_length(struct bytes left, size_t *ret_len)
{
	size_t octets;
	size_t len = 0;

	if (left.len < 2)
		return 0;
	if (left.data[1] < 0x80) {
		*ret_len = left.data[1];
		return 1;
	}
	octets = left.data[1] & 0x7f;
	if (octets == 0 || octets > 4 || left.len < 2 + octets)
		return 0;
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | left.data[2 + i];
	if (len < 0x80 || left.data[2] == 0)
		return 0;
	*ret_len = len;
	return 1 + octets;
}

bool der_take(struct bytes *left, uint8_t tag, struct bytes *ret_content)
{
	size_t len = 0;
	size_t head = read_length(*left, &len);

	if (head == 0 || left->data[0] != tag || len > left->len - 1 - head)
		return false;
	*ret_content = bytes_of(left->data + 1 + head, len);
	*left = bytes_of(left->data + 1 + head + len, left->len - 1 - head - len);
	return true;
}

bool der_take_exactly(struct bytes *left, uint8_t tag, struct bytes content)
{
	struct bytes after = *left;
	struct bytes found;

	if (!der_take(&after, tag, &found) || !bytes_equal(found, content))
		return false;
	*left = after;
	return true;
}

bool der_take_small(struct bytes *left, uint8_t value)
{
	return der_take_exactly(left, DER_INTEGER, bytes_of(&value, 1));
}
