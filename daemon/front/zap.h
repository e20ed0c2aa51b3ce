/* SPDX-License-Identifier: Apache-2.0 */
/* front/zap.h - who may connect: ZeroMQ asks here (RFC 27, ZAP 1.0) about every key that opened a connection. */
#pragma once
#include "front/keyring.h"

/* Answers up to max requests; gives how many.  Whatever is not a CURVE key of the keyring is refused (400), a malformed request too.
 * ret_refused: how many were. */
size_t zap_answer(void *zap, const struct keyring *keyring, int64_t now_us, size_t max, size_t *ret_refused);
