/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fingerprint.c - see fingerprint.h for the contract. */
#include "contract/fingerprint.h"

#include "base/text.h"
#include "crypto/digest.h"

#define GROUPS 8

void fingerprint(struct bytes signing, struct bytes sealing, char text[FINGERPRINT_TEXT])
{
	uint8_t length[4];
	struct digest digest;

	be32_put(length, (uint32_t)signing.len);
	digest_of_parts((const struct bytes[]){ bytes_of(length, sizeof length), signing, sealing }, 3, &digest);
	for (unsigned group = 0; group < GROUPS; group++) {
		char digits[5];

		text_hex(bytes_of(digest.bytes + 2 * group, 2), digits);
		memcpy(text + 5 * group, digits, 4);
		text[5 * group + 4] = group + 1 < GROUPS ? '-' : '\0';
	}
}
