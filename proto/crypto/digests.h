/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/digests.h - SHA-256 of many runs behind the same prefix.  Any thread. */
#pragma once
#include "crypto/digest.h"

/* SHA-256 of prefix || run for each of count runs; prefix may be empty.  ret_digests overlaps no run. */
void digests_of(struct bytes prefix, const struct bytes *runs, size_t count, struct digest *ret_digests);
