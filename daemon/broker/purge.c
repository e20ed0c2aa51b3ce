/* SPDX-License-Identifier: Apache-2.0 */
/* broker/purge.c - rule: a purge is its holder's to confirm, once; until then it is chased as action items are (conference_event.c).  One
 * confirmation is of one case: it goes with it when that is erased. */
#include "broker/purge.h"

#include "broker/business_time.h"
#include "broker/conference_after.h"
#include "broker/conference_tell.h"
#include "broker/erased.h"
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "contract/conference_states.h"
#include "contract/state_refusal.h"
#include "rules/meetings.h"

#define S(name) PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name

/* ---- asking ---- */

static enum err new_item(struct world *world, const struct purge_asked *asked, struct action_item *ret_item)
{
	struct calendar calendar;
	struct reckoned due;
	enum err err = calendar_of(world, asked->holder, &calendar);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	due = meetings_purge_due(world->now_us, &calendar);
	*ret_item = (struct action_item){
		.thread = asked->request,
		.has_case = asked->case_id.len == ID_BYTES,
		.purge = true,
		.provisional = due.provisional,
		.state = S(OPEN),
		.holder = PB__PARTY__PARTY_OWNER,
		.lane = asked->lane,
		.owner = asked->holder,
		.convener = asked->recalled_by,
		.steps = 1, /* it is told now */
		.assigned_at_us = world->now_us,
		.clock_from_us = world->now_us,
		.due_at_us = due.us,
		.timer_at_us = due.us,
	};
	memcpy(ret_item->thread_id, asked->request_id.data, ID_BYTES);
	if (ret_item->has_case)
		memcpy(ret_item->case_id, asked->case_id.data, ID_BYTES);
	return ERR_OK;
}

/* A list of n pointers, with one more; the former stays where it is. */
static void *longer(struct world *world, const void *list, size_t count)
{
	void **grown = world_alloc(world, count + 1, sizeof(*grown));

	if (grown != NULL && count > 0)
		memcpy(grown, list, count * sizeof(*grown));
	return grown;
}

static enum err tell(struct world *world, const struct action_item *item, uint32_t agency, Pb__NoticeWhat what, Pb__Told **ret_told)
{
	Pb__SiteNotice *notice = action_item_notice(world, item);

	if (notice == NULL)
		return ERR_NOMEM;
	notice->what = what;
	notice->at_us = world->now_us;
	notice->opened_by = (char *)(uintptr_t)address_for(world, agency, item->convener);
	notice->agency = (char *)(uintptr_t)address_for(world, agency, item->owner);
	return told_notice(world, agency, item->lane, told_thread(bytes_of(item->thread_id, ID_BYTES)), notice, ret_told);
}

enum err purge_ask(struct world *world, Pb__SubmitEntry *entry, const struct purge_asked *asked)
{
	struct action_item item;
	enum err err = new_item(world, asked, &item);

	if (err != ERR_OK)
		return err;
	if (!told_fits(entry->n_recipients, entry->n_told + 1))
		item.steps = 0; /* the recall itself has to do until then */
	entry->purges = longer(world, entry->purges, entry->n_purges);
	entry->told = longer(world, entry->told, entry->n_told);
	if (entry->purges == NULL || entry->told == NULL)
		return ERR_NOMEM;
	entry->purges[entry->n_purges] = action_item_after(world, &item);
	if (entry->purges[entry->n_purges++] == NULL)
		return ERR_NOMEM;
	if (item.steps == 0)
		return ERR_OK;
	err = tell(world, &item, item.owner, NOTICE(PURGE), &entry->told[entry->n_told]);
	if (err == ERR_OK)
		entry->n_told++;
	return err;
}

/* ---- confirming ---- */

static enum err object(struct world *world, const struct transition_refusal *refused, struct decision *ret_decision)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	char subject[STATE_SUBJECT];

	state_refusal_put(refused, subject, &refusal);
	return decide_refusal(world, refusal.code, subject, refusal.value, refusal.bound, ret_decision);
}

/* Whether it is this agency's own to confirm; *ret_refused: decided. */
static enum err look(struct world *world, const struct signer *signer, uint64_t number, struct action_item *ret_item, bool *ret_refused,
		     struct decision *ret_decision)
{
	struct action_item_act act = { .action = PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_FINISH, .by = PB__PARTY__PARTY_OWNER };
	struct transition_refusal refused;
	struct action_item_step step;
	enum err err = action_item_get(world->txn, number, ret_item);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	*ret_refused = true;
	if (err == ERR_NOT_FOUND || !ret_item->purge || ret_item->owner != signer->agency->number) {
		struct objection objection = OBJECT(UNKNOWN_ITEM, .value = (int64_t)number);

		err = err == ERR_NOT_FOUND ? erased_item_instead(world, signer, number, &objection) : ERR_OK;
		return err == ERR_OK ? decide_objection(world, &objection, ret_decision) : err;
	}
	act.state = ret_item->state;
	if (action_item_decide(&act, &step, &refused) != ERR_OK)
		return object(world, &refused, ret_decision);
	ret_item->state = step.state;
	ret_item->holder = step.holder;
	ret_item->timer_at_us = 0;
	*ret_refused = false;
	return ERR_OK;
}

static bool named_twice(const Pb__Purged *purged)
{
	for (size_t i = 1; i < purged->n_items; i++)
		for (size_t k = 0; k < i; k++)
			if (purged->items[i] == purged->items[k])
				return true;
	return false;
}

static bool is_of_another(const Pb__PurgedEntry *entry)
{
	const Pb__ActionItemAfter *first = entry->items[0], *last = entry->items[entry->n_items - 1];

	return !bytes_equal(bytes_of_pb(first->case_id), bytes_of_pb(last->case_id));
}

static enum err gather(struct world *world, const struct signer *signer, const Pb__Purged *purged, Pb__PurgedEntry *entry, bool *ret_refused,
		       struct decision *ret_decision)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && !*ret_refused && i < purged->n_items; i++) {
		struct action_item item;

		err = look(world, signer, purged->items[i], &item, ret_refused, ret_decision);
		if (err != ERR_OK || *ret_refused)
			return err;
		entry->items[entry->n_items] = action_item_after(world, &item);
		if (entry->items[entry->n_items++] == NULL)
			return ERR_NOMEM;
		*ret_refused = is_of_another(entry);
		if (*ret_refused)
			return decide_refusal(world, REFUSE(MALFORMED), "purged.items", 0, 0, ret_decision);
		err = tell(world, &item, item.convener, NOTICE(PURGED), &entry->told[entry->n_told]);
		if (err == ERR_OK)
			entry->n_told++;
	}
	return err;
}

enum err purged_decide(struct world *world, const struct signer *signer, const Pb__Purged *purged, struct decision *ret_decision)
{
	Pb__PurgedEntry *entry = world_alloc(world, 1, sizeof(*entry));
	bool refused = false;
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	if (purged->n_items == 0 || named_twice(purged))
		return decide_refusal(world, REFUSE(MALFORMED), "purged.items", 0, 0, ret_decision);
	if (purged->n_items > PURGED_ITEMS_MAX)
		return decide_refusal(world, REFUSE(TOO_MANY), "purged.items", (int64_t)purged->n_items, PURGED_ITEMS_MAX, ret_decision);
	pb__purged_entry__init(entry);
	entry->items = world_alloc(world, purged->n_items, sizeof(*entry->items));
	entry->told = world_alloc(world, purged->n_items, sizeof(*entry->told));
	entry->order = world_signed_order(world, signer);
	if (entry->items == NULL || entry->told == NULL || entry->order == NULL)
		return ERR_NOMEM;
	err = gather(world, signer, purged, entry, &refused, ret_decision);
	return err != ERR_OK || refused ? err : decide_entry(world, PB__ENTRY_BODY__BODY_PURGED, entry, ret_decision);
}

enum err purged_apply(struct txn *txn, const struct leaf_header *header, const Pb__PurgedEntry *entry)
{
	enum err err = action_items_apply(txn, header, entry->items, entry->n_items);

	if (err == ERR_OK)
		err = case_note(txn, action_items_case(entry->items, entry->n_items), header->seq, 0);
	thread_note_items(txn, header, entry->items, entry->n_items);
	return err == ERR_OK ? told_apply(txn, header, 0, entry->told, entry->n_told) : err;
}
