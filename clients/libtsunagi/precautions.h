/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/precautions.h - what the library itself sees to when a request cannot wait (domain: clocks).
 *
 * Danger to life: it goes, by its kind, to the police contact or to the 24/365 health contact as well, as recipients of their own under
 * PROTECT_LIFE, and the sender is told to telephone.  Urgent to a desk that is closed when its answer is due: the sender is told until when,
 * and which open desks there are instead.  By the signed directory alone, so also without a connection. */
#pragma once
#include "libtsunagi/client.h"
#include "libtsunagi/draft.h"

struct precautions {
	json_t *danger;   /* {"telephone":[…],"added":[{"agency","because"}],"text"}; NULL: no danger */
	json_t *warnings; /* [{"code","agency","due","opens_at"?,"offers":[…],"text"}]; NULL: none */
};

/* Looks at a request before it is sealed; adds to draft's recipients in danger.  TSG_OK, and precautions_free is owed; or the client's
 * failure, when the basis does not let the contact be told. */
int precautions_take(struct tsg_client *client, struct draft *draft, int64_t now_us, struct precautions *ret_precautions);
void precautions_free(struct precautions *precautions);

/* ---- its two halves ---- */

int danger_take(struct tsg_client *client, struct draft *draft, json_t **ret_danger);
json_t *closed_desks(struct tsg_client *client, const struct draft *draft, int64_t now_us);

/* Whether the draft names that agency of our site already. */
bool draft_names(const struct draft *draft, const char *id, const char *site);

/* The need that the draft's sheet states, without its ward where the directory has no such area.  Borrowed from the draft. */
void draft_need(const struct draft *draft, Pb__Need *ret_need);
