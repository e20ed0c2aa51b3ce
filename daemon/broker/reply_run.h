/* SPDX-License-Identifier: Apache-2.0 */
/* broker/reply_run.h - the short answer to a frame whose orders were all accepted alike, as those of a busy agency are. */
#pragma once
#include "broker/batch.h"

/* Whether every order made an entry, alike but for their numbers, which follow one another. */
bool reply_run_fits(const struct outcome *outcomes, size_t count);

/* Says so, for outcomes that fit.  ERR_NOMEM. */
enum err reply_run(const struct outcome *outcomes, size_t count, struct arena *arena, Pb__Replies *replies);
