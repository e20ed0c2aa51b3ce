/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/kept_out.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "front/item_view.h"
#include "front/reads.h"

#define INBOX_ITEMS 256u /* in one answer */
#define INBOX_BYTES (12u * 1024u * 1024u) /* of decoded entries: a few long Views are enough for one answer too */

struct listing {
	struct asking *asking;
	struct bytes address; /* of an agency that is kept out of some case; empty: of none */
	Pb__InboxItem *items[INBOX_ITEMS];
	uint64_t numbers[INBOX_ITEMS];
	enum delivery_state states[INBOX_ITEMS];
	size_t count;
	uint64_t more;
};

/* The asking agency, where that matters. */
static enum err look_up(struct asking *asking, struct bytes *ret_address)
{
	bool anywhere = false;
	char *self;
	enum err err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &self);

	if (err == ERR_OK)
		err = kept_out_of_any(asking->txn, bytes_of_text(self), &anywhere);
	*ret_address = err == ERR_OK && anywhere ? bytes_of_text(self) : bytes_of(NULL, 0);
	return err;
}

static enum err add(void *context, const struct delivery *delivery)
{
	struct listing *listing = context;
	struct arena *arena = listing->asking->arena;
	struct item_view seen;
	Pb__InboxItem *item;
	bool kept_out = false;
	enum err err = ERR_OK;

	if (listing->count == INBOX_ITEMS || arena->used > INBOX_BYTES) {
		listing->more++;
		return ERR_OK;
	}
	if (listing->address.len != 0) /* what ends when its turn comes is not there */
		err = kept_out_item(listing->asking->txn, listing->address, delivery, arena, &kept_out);
	if (err != ERR_OK || kept_out)
		return err;
	item = arena_alloc(arena, sizeof *item);
	if (item == NULL)
		return ERR_NOMEM;
	err = item_view(listing->asking->txn, delivery, arena, &seen);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	pb__inbox_item__init(item);
	item->item = delivery->item;
	item->message_id = item_message_id(&seen);
	item->sender = pb_of_text(item_sender(&seen, listing->asking->front->site));
	item->kind = item_kind(&seen);
	item->what = delivery->what;
	item->notice = seen.notice != NULL ? seen.notice->what : PB__NOTICE_WHAT__NOTICE_WHAT_UNSPECIFIED;
	if (seen.view != NULL && seen.view->leg_act != NULL)
		item->leg_action = seen.view->leg_act->action;
	if (seen.view != NULL)
		item->close = seen.view->close;
	item->urgency = (Pb__Urgency)delivery->lane;
	item->accepted_at_us = seen.accepted_at_us;
	item->attempts = delivery->attempts;
	item->size = (uint32_t)seen.size;
	listing->numbers[listing->count] = delivery->item;
	listing->states[listing->count] = delivery->state;
	listing->items[listing->count++] = item;
	return ERR_OK;
}

enum err read_inbox(struct asking *asking, uint64_t after)
{
	struct listing listing = { .asking = asking };
	Pb__Inbox *inbox = arena_alloc(asking->arena, sizeof *inbox);
	bool leased[INBOX_ITEMS];
	Pb__InboxItem **items;
	enum err err;

	if (inbox == NULL)
		return ERR_NOMEM;
	err = look_up(asking, &listing.address);
	if (err == ERR_OK)
		err = delivery_each_open(asking->txn, asking->peer->agency, after, add, &listing);
	if (err != ERR_OK)
		return err;
	broker_leased(asking->front->broker, listing.numbers, listing.count, leased);
	for (size_t i = 0; i < listing.count; i++)
		listing.items[i]->state = pb_of_text(item_state_word(listing.states[i], leased[i]));
	items = arena_copy(asking->arena, bytes_of(listing.items, listing.count * sizeof *listing.items));
	if (items == NULL)
		return ERR_NOMEM;
	pb__inbox__init(inbox);
	inbox->items = items;
	inbox->n_items = listing.count;
	inbox->more = listing.more;
	asking->result.result_case = PB__READ_RESULT__RESULT_INBOX;
	asking->result.inbox = inbox;
	return ERR_OK;
}
