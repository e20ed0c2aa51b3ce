/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fingerprint.h - what two people compare by telephone when a device is enrolled. */
#pragma once
#include "base/bytes.h"

#define FINGERPRINT_TEXT 40 /* eight groups of four hexadecimal digits, hyphens between, and the NUL */

/* The first 128 bits of SHA-256(be32(length of signing) || signing || sealing): over the two requests (PKCS#10) before a device is
 * enrolled, over the two certificates (DER) afterwards. */
void fingerprint(struct bytes signing, struct bytes sealing, char text[FINGERPRINT_TEXT]);
