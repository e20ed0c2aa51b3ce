/* SPDX-License-Identifier: Apache-2.0 */
/* front/snapshot.h - the directory as the site signs it, the same bytes for everyone; built once for each version that is asked for. */
#pragma once
#include "front/state.h"

/* A serialised SignedSnapshot, borrowed until the next call.  ERR_NOT_FOUND while no directory was loaded. */
enum err snapshot_current(struct front *front, struct txn *txn, struct bytes *ret_signed);

/* A SignedSnapshot of these bytes, whose digest the site's key signs; serialised, appended to out. */
enum err snapshot_sign(const struct front *front, struct bytes snapshot, const struct digest *digest, struct buf *out);
