/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/invite.h - inviting an agency: a one-time key made here, told to the daemon, and written to the invitation file. */
#pragma once
#include "tsunagi/site.h"

struct invitation {
	const char *agency;  /* id or id@site */
	const char *path;    /* of the file, which must not be there yet */
	int64_t valid_us;      /* by the site's clock, from when the daemon hears of it */
	int64_t expires_at_us; /* the same by this machine's clock: what the file says to who enrols */
};

/* Writes the file first and tells the daemon then: a file that nobody admits is harmless, and it is removed again when the daemon
 * refuses.  Everything is told; ret_seq is the entry. */
enum outcome invite(const struct call *call, const struct site *site, const struct invitation *invitation, uint64_t *ret_seq);

/* Endpoints given by --endpoint, up to CONFIG_ENDPOINTS; 0: those of the options.  Told when one is none. */
enum outcome invite_endpoints(const struct call *call, const char *endpoints[CONFIG_ENDPOINTS], size_t *ret_count);
