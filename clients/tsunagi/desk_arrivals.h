/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/desk_arrivals.h - what reaches a desk: stored, made into a page, told on paper without a name, and only then acknowledged. */
#pragma once
#include "tsunagi/agency_client.h"
#include "tsunagi/desk_results.h"

struct desk_arrivals {
	const struct desk_folder *folder;
	const struct agency_client *client;
	struct desk_results *results;
	const char *printer; /* for lp; NULL: none */
};

/* Takes what comes within wait_ms, and then all that follows at once.  TSG_OK, TSG_TIMEOUT when nothing came, or the library's failure. */
int desk_arrivals_take(struct desk_arrivals *arrivals, int wait_ms);
