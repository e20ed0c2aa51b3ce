/* SPDX-License-Identifier: Apache-2.0 */
/* front/admin.h - the operators' socket: a Unix stream, be32(length) and an AdminRequest or AdminReply each way.
 *
 * A fixed number of threads take one connection each, with deadlines; further ones wait in the kernel's queue.  File permissions
 * decide who may connect, the kernel says who did.  Acts and readings of envelopes go through the writer, which records them. */
#pragma once
#include "base/err.h"

#include <stddef.h>

struct admin;
struct front;

/* Binds the socket (mode 0660, in place of one that nobody serves) and starts the threads.  fault tells what failed.
 * ERR_BUSY when another daemon answers on it. */
enum err admin_start(struct front *front, const char *path, struct admin **ret_admin, char *fault, size_t fault_size);

/* Ends the threads and removes the socket.  The writer must have ended, so that nobody waits for it.  NULL does nothing. */
void admin_stop(struct admin *admin);
