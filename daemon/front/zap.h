/* SPDX-License-Identifier: Apache-2.0 */
/* front/zap.h - who may connect: ZeroMQ asks here (RFC 27, ZAP 1.0) about every key that opened a connection. */
#pragma once
#include "front/keyring.h"

/* Before a key is looked for: brings into the keyring what is known by now.  Whoever was told of a key comes after that was said, and must not be
 * asked about in a keyring that is older than the question: ZeroMQ does not knock twice. */
struct zap_news {
	void (*take)(void *context);
	void *context;
};

/* Answers up to max requests; gives how many.  Whatever is not a CURVE key of the keyring is refused (400), a malformed request too.
 * ret_refused: how many were. */
size_t zap_answer(void *zap, const struct keyring *keyring, struct zap_news news, int64_t now_us, size_t max, size_t *ret_refused);
