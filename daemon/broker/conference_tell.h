/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_tell.h - the site's own word about a conference or an action item, gathered for one entry: as leg_tell.h is for legs. */
#pragma once
#include "broker/conferences.h"
#include "broker/world.h"

struct conference_telling {
	struct world *world;
	Pb__ConferenceEventEntry *entry; /* in the world's arena; what is told stands in it */
	Pb__SiteNotice *notice;          /* the caller says what; it names agencies to each reader as that may know them */
	Pb__Urgency lane;
	uint32_t opened_by, about;       /* agencies that the notice names */
	uint32_t goes_on;                /* in the place of the latter; 0: nobody */
};

/* An entry that says nothing yet, and the notice that is told with it; ERR_NOMEM. */
enum err conference_telling_begin(struct world *world, const struct conference *conference, struct conference_telling *ret_telling);
enum err action_item_telling_begin(struct world *world, const struct action_item *item, struct conference_telling *ret_telling);

/* Tells an agency, or where it is closed its coordinator; each hears once of one event.  What does not fit the entry follows in one of its own
 * (notices.h). */
enum err conference_tell(struct conference_telling *telling, uint32_t agency, const uint8_t thread_id[ID_BYTES]);
enum err conference_tell_seats(struct conference_telling *telling, const struct conference *conference); /* all that take part */
enum err conference_tell_coordinator(struct conference_telling *telling, uint32_t of, const uint8_t thread_id[ID_BYTES]);

/* The item as the entry leaves it, its only one; ERR_NOMEM. */
enum err conference_telling_put(struct conference_telling *telling, const struct action_item *item);

/* What a notice about an action item says, what and at_us apart; in the world's arena, NULL: out of memory. */
Pb__SiteNotice *action_item_notice(struct world *world, const struct action_item *item);
