/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/bundle_session.h - the session of the device that a bundle is of. */
#pragma once
#include "libtsunagi/bundle.h"
#include "libtsunagi/session.h"

/* A session, not yet connected, with the bundle's keys, at these endpoints; NULL: at the bundle's own.  Borrows the bundle and the
 * endpoints for the session's life.  Errors as session_new. */
enum err bundle_session_new(const struct bundle *bundle, char *const *endpoints, size_t endpoint_count, struct session **ret_session);
