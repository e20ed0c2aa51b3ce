/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/digests.c - see digests.h for the contract. */
#include "crypto/digests.h"

void digests_of(struct bytes prefix, const struct bytes *runs, size_t count, struct digest *ret_digests)
{
	for (size_t i = 0; i < count; i++)
		digest_of_parts((const struct bytes[]){ prefix, runs[i] }, 2, &ret_digests[i]);
}
