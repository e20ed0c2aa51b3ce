/* SPDX-License-Identifier: Apache-2.0 */
/* broker/hand_over.c - rule: what an agency left that closed, and nobody could be found for, goes on with whom an operator names: there, enrolled,
 * and no confidential agency, which deals with its proxy alone.  Who stands in the directory and only has no device, as while its keys are
 * replaced, keeps what it has: it comes back to it.  Leg by leg it is judged like any succession (successor.h): who is kept out
 * of a case is not let into it by this, nor anybody but its proxy to an agency in hiding, though both of them closed. */
#include "broker/chores.h"
#include "broker/rows_reviews.h"
#include "broker/verbs.h"
#include "contract/limits.h"

/* By its id, or its address at this site; NULL: there is none. */
static const struct registry_agency *named(const struct world *world, const char *typed)
{
	const char *site = strchr(typed, '@');
	struct bytes id = site == NULL ? bytes_of_text(typed) : bytes_of(typed, (size_t)(site - typed));
	const struct registry_agency *agency = registry_by_id(world->registry, id);

	return agency == NULL || site == NULL || strcmp(agency->address, typed) == 0 ? agency : NULL;
}

static struct objection check(const struct world *world, const Pb__AdminHandOver *act)
{
	const struct registry_agency *agency = named(world, act->agency);
	const struct registry_agency *to = named(world, act->to);
	size_t len = strlen(act->reason);

	if (len == 0)
		return OBJECT(MALFORMED, .subject = "reason");
	if (len > LIMIT_SHORT_TEXT)
		return OBJECT(TOO_LARGE, .subject = "reason", .value = (int64_t)len, .bound = LIMIT_SHORT_TEXT);
	if (agency == NULL)
		return OBJECT(UNKNOWN_AGENCY, .subject = act->agency);
	if (!agency->closed)
		return OBJECT(AGENCY_OPEN, .subject = act->agency);
	if (to == NULL || to->closed)
		return OBJECT(UNKNOWN_AGENCY, .subject = act->to);
	if (to->confidential)
		return OBJECT(SAFETY, .subject = "confidential_goes_on");
	if (!registry_may_correspond(agency, to))
		return OBJECT(SAFETY, .subject = "past_the_proxy");
	return to->device_count == 0 ? OBJECT(NOT_ENROLLED, .subject = act->to) : (struct objection){ 0 };
}

/* In this order: an action item goes with its conference. */
static bool ask_for_all(struct world *world, Pb__HandOverEntry *entry)
{
	static const Pb__Chore all[] = { PB__CHORE__CHORE_HAND_OVER, PB__CHORE__CHORE_HAND_OVER_CONFERENCES, PB__CHORE__CHORE_HAND_OVER_ITEMS,
				      PB__CHORE__CHORE_HAND_OVER_CASES };

	entry->chores = world_alloc(world, sizeof(all) / sizeof(*all), sizeof(*entry->chores));
	if (entry->chores == NULL)
		return false;
	memcpy(entry->chores, all, sizeof(all));
	entry->n_chores = sizeof(all) / sizeof(*all);
	return true;
}

enum err hand_over_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminHandOver *act, struct decision *ret_decision)
{
	Pb__HandOverEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct objection objection = check(world, act);

	if (entry == NULL)
		return ERR_NOMEM;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	pb__hand_over_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->agency = named(world, act->agency)->number;
	entry->to = named(world, act->to)->number;
	entry->reason = act->reason;
	entry->to_review = true;
	if (!ask_for_all(world, entry))
		return ERR_NOMEM;
	return decide_entry(world, PB__ENTRY_BODY__BODY_HAND_OVER, entry, ret_decision);
}

enum err hand_over_apply(struct txn *txn, const struct leaf_header *header, const Pb__HandOverEntry *entry)
{
	for (size_t i = 0; i < entry->n_chores; i++) {
		if (!chore_hands_over(entry->chores[i]))
			return ERR_CORRUPT;
		chore_put(txn, &(struct chore){ .since = header->seq, .kind = entry->chores[i], .agency = entry->agency });
	}
	if (entry->to_review)
		review_row_append(txn, &(struct review_row){ .seq = header->seq, .sender = entry->agency });
	if (entry->n_chores == 0)
		chore_put(txn, &(struct chore){ .since = header->seq, .kind = PB__CHORE__CHORE_HAND_OVER, .agency = entry->agency });
	return ERR_OK;
}
