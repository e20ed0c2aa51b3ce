/* SPDX-License-Identifier: Apache-2.0 */
/* front/snapshot.h - the directory as the site signs it, the same bytes for everyone; built once for each version that is asked for. */
#pragma once
#include "front/state.h"

/* A serialised SignedSnapshot, borrowed until the next call.  ERR_NOT_FOUND while no directory was loaded. */
enum err snapshot_current(struct front *front, struct txn *txn, struct bytes *ret_signed);
