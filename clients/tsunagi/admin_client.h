/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/admin_client.h - asking the daemon of a home. */
#pragma once
#include "admin.pb-c.h"
#include "config/home.h"
#include "contract/codec.h"
#include "tsunagi/command.h"

#define ADMIN_ARENA_BYTES (512u * 1024u * 1024u) /* a full directory's answer, decoded */

/* The home that the call names; tells when there is none there. */
enum outcome admin_home(const struct call *call, struct home *ret_home);

/* Asks and waits up to --timeout (standard 30 s).  Every failure is told: no home (3), no daemon (4), no permission (1), a refusal (1, or 3
 * for what is not there).
 *   arena      where the reply lives; initialised by the caller
 *   ret_reply  set on OUTCOME_DONE only; its case is never a refusal */
enum outcome admin_ask(const struct call *call, const Pb__AdminRequest *request, struct arena *arena, const Pb__AdminReply **ret_reply);

/* The same without a word about it and without the refusal's turn into an outcome. */
enum err admin_try(const struct home *home, const Pb__AdminRequest *request, int64_t deadline_us, struct arena *arena,
		   const Pb__AdminReply **ret_reply);

/* Tells that the daemon's answer was not what such a question gets. */
enum outcome admin_unexpected(void);

/* Tells a refusal: 3 for what is not there, else 1. */
enum outcome admin_refused(const Pb__Refusal *refusal);
