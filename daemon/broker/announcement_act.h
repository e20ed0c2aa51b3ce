/* SPDX-License-Identifier: Apache-2.0 */
/* broker/announcement_act.h - announcements with places: who was told may sign up, and take it back (domain: announcements).
 *
 * The first message opens the thread and says how many places there are; further ones of its sender bring it to more agencies.  In the
 * thread, to who announced it, each agency that was told says how many of its places it takes.  A thread that is not there, and
 * one of which the sender was not told, are refused in the same words. */
#pragma once
#include "broker/conferences.h"
#include "broker/world.h"

#define ANNOUNCEMENT_PLACES_MAX 100000u
#define ANNOUNCEMENT_CATEGORIES_MAX 128u

/* The form of the Views' acts: of their kind alone, the same in all Views, within bounds. */
struct objection announcement_act_check(const struct signer *signer);

/* Fills the entry's announcement, or objects. */
enum err announcement_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection);
enum err announcement_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry);
