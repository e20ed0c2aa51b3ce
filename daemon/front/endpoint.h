/* SPDX-License-Identifier: Apache-2.0 */
/* front/endpoint.h - the front's ZeroMQ sockets.  All belong to the front's thread. */
#pragma once
#include "config/config.h"
#include "crypto/signature.h"

struct endpoint {
	void *context;
	void *zap;     /* REP: asked about every key (front/zap.h); bound before anything can connect */
	void *router;  /* ROUTER with CURVE: the agencies */
	void *monitor; /* PAIR: connections that come and go */
};

/* Makes and binds all.  fault (of fault_size bytes) tells which endpoint could not be bound, and why.
 * ERR_BUSY when its address is in use, ERR_PERMISSION, ERR_IO. */
enum err endpoint_open(const struct config *config, const uint8_t curve_secret[CURVE_BYTES], struct endpoint *ret_endpoint,
		       char *fault, size_t fault_size);

/* What is queued to be sent has linger_ms to leave. */
void endpoint_close(struct endpoint *endpoint, int linger_ms);
