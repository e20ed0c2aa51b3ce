/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_tell.h - the site's own word about a leg or a request, gathered for one entry.
 *
 * A notice names an agency only to who may know of it: a confidential one's part is told under its proxy's address. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/told.h"
#include "broker/world.h"

struct telling {
	struct world *world;
	const struct request *request;
	size_t views;               /* of the entry */
	Pb__Told *told[TOLD_ITEMS_MAX];
	uint32_t agencies[TOLD_ITEMS_MAX]; /* told the same thing once */
	Pb__NoticeWhat whats[TOLD_ITEMS_MAX];
	size_t count;
};

/* request: borrowed for the telling's life; its message id, case and so on are what the notices say. */
void telling_begin(struct world *world, const struct request *request, size_t views, struct telling *ret_telling);

/* Tells an agency; number 0 and an agency that closed are told nothing, nobody the same thing twice.  What does not fit the entry
 * follows in one of its own (notices.h).
 *
 *   leg     whose; NULL: of the request as a whole
 *   notice  what is told, with all that is not said by request and leg; filled in here */
enum err tell(struct telling *telling, uint32_t agency, const struct leg *leg, Pb__SiteNotice *notice);

/* The same without anything further. */
enum err tell_plain(struct telling *telling, uint32_t agency, const struct leg *leg, Pb__NoticeWhat what);

/* Adds what told.h made; NULL is nothing.  ERR_RANGE when it does not fit. */
enum err telling_add(struct telling *telling, Pb__Told *told);

/* Who hears when that agency stays silent; 0: nobody. */
uint32_t coordinator_of(const struct world *world, uint32_t agency);

/* Fills what every notice about a request says; the notice borrows from request and the registry. */
void notice_fill(const struct world *world, const struct request *request, uint32_t reader, const struct leg *leg, Pb__SiteNotice *notice);

/* As tell, though the same was told already: each of several legs has its own. */
enum err tell_each(struct telling *telling, uint32_t agency, const struct leg *leg, Pb__SiteNotice *notice);

/* The list as an entry holds it, in the world's arena; ERR_NOMEM. */
enum err telling_list(const struct telling *telling, Pb__Told ***ret_told, size_t *ret_count);
