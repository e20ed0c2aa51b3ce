/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_handout.c - hand-outs: for each agency with something in its lanes and a session that has credit, one entry a batch,
 * the most urgent first.  What one frame can hold bounds it. */
#include "broker/batch.h"
#include "broker/verbs.h"
#include "contract/limits.h"

#define HANDOUT_ITEMS_MAX 256u
#define HANDOUT_PART_BYTES (LIMIT_DATA_BYTES / 2)
#define HANDOUT_CONTROL_BYTES (LIMIT_CONTROL_BYTES / 4 * 3)
#define ITEM_CONTROL_BYTES 768u /* what an item needs in a control frame beside its statement: paths, signature, numbers */
#define BATCH_ITEMS_MAX 8192u   /* handed out in one batch, to all agencies */

struct wish {
	struct session *session;
	uint64_t items[HANDOUT_ITEMS_MAX];
	bool after_dead[HANDOUT_ITEMS_MAX];
	uint32_t bytes[HANDOUT_ITEMS_MAX]; /* of each one's parts */
	size_t count;
	uint64_t part_bytes, control_bytes;
};

/* A session in turn whose device is in force; NULL: none. */
static struct session *pick_session(struct broker *broker, uint32_t agency)
{
	const struct registry_agency *entry = registry_agency(broker->registry, agency);
	const struct session *first = NULL;
	struct session *session;

	while (entry != NULL && (session = sessions_turn(broker->sessions, agency)) != NULL && session != first) {
		if (registry_device(entry, session->device) != NULL)
			return session;
		if (first == NULL)
			first = session;
	}
	return NULL;
}

/* Whether one more fits the credit and the frame.  Credit in bytes may be passed by one item, so that no item is too large for it. */
static bool fits(const struct wish *wish, const struct mailbox_item *item)
{
	const struct session *session = wish->session;

	if (wish->count == HANDOUT_ITEMS_MAX || session->held + wish->count >= SESSION_HELD_MAX ||
	    session->used_items + wish->count >= session->granted_items || session->used_bytes + wish->part_bytes >= session->granted_bytes)
		return false;
	return wish->count == 0 || (wish->part_bytes + item->part_bytes <= HANDOUT_PART_BYTES &&
				    wish->control_bytes + item->statement_bytes + ITEM_CONTROL_BYTES <= HANDOUT_CONTROL_BYTES);
}

/* Takes items out of the lanes: leased in memory from here on. */
static enum err gather(struct batch *batch, uint32_t agency, struct wish *wish)
{
	struct broker *broker = batch->broker;
	struct mailbox_item item;

	while (mailbox_peek(broker->mailbox, agency, &item) && fits(wish, &item)) {
		enum suit suit = SUIT_TAKE;
		enum err err = item.restricted ? batch_suit(batch, &item, wish->count > 0, &wish->session, &suit) : ERR_OK;

		if (err != ERR_OK)
			return err;
		if (suit == SUIT_STOP)
			break;
		if (suit == SUIT_AGAIN)
			continue;
		wish->items[wish->count] = item.item;
		wish->bytes[wish->count] = item.part_bytes;
		wish->after_dead[wish->count++] = mailbox_after_dead(broker->mailbox, item.item);
		wish->part_bytes += item.part_bytes;
		wish->control_bytes += item.statement_bytes + ITEM_CONTROL_BYTES;
		mailbox_lease(broker->mailbox, item.item);
	}
	return ERR_OK;
}

/* Of the parts that leave. */
static uint64_t part_bytes(const struct wish *wish, const struct handed *handed, size_t count)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += wish->bytes[handed[i].at] - handed[i].blocked_bytes;
	return bytes;
}

static enum err tell(struct batch *batch, const struct wish *wish, const struct handed *handed, size_t count)
{
	struct outbound *outbound = outbox_add(&batch->handouts, OUTBOUND_HANDOUT, wish->session->number, wish->session->agency);
	struct handout_item *items = outbound == NULL ? NULL : arena_calloc(&outbound->arena, count, sizeof(*items));

	if (items == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct delivery *delivery = &handed[i].delivery;

		items[i] = (struct handout_item){
			.item = delivery->item,
			.about = delivery->about,
			.what = delivery->what,
			.seq = delivery->seq,
			.recipient = delivery->recipient,
			.part_bytes = wish->bytes[handed[i].at] - handed[i].blocked_bytes,
			.attempts = delivery->attempts,
			.redelivered = delivery->handouts > 0,
			.after_dead_letter = wish->after_dead[handed[i].at],
			.blocked = handed[i].blocked,
		};
	}
	outbound->items = items;
	outbound->item_count = count;
	outbound->part_bytes = part_bytes(wish, handed, count);
	return ERR_OK;
}

static size_t accounted(const Pb__HandoutEntry *entry)
{
	return entry->n_items + entry->n_ended + entry->n_kept_out;
}

static enum err hand_out(struct batch *batch, const struct wish *wish)
{
	struct handout handout = { wish->session->agency, wish->session->device, wish->session->number, wish->items, wish->count };
	struct handed *handed = world_alloc(&batch->world, wish->count, sizeof(*handed));
	struct decision decision;
	struct outcome outcome;
	size_t count;
	enum err err;

	if (handed == NULL)
		return ERR_NOMEM;
	err = handout_decide(&batch->world, &handout, handed, &decision);
	if (err != ERR_OK)
		return err;
	if (decision.kind != DECISION_ENTRY || accounted(decision.body->handout) != wish->count)
		return ERR_CORRUPT; /* the index and the tables disagree */
	count = decision.body->handout->n_items;
	err = batch_settle(batch, &decision, &outcome);
	if (err != ERR_OK || count == 0)
		return err;
	err = batch_effect(batch, &(struct effect){ .type = EFFECT_CREDIT,
						    .session = wish->session->number,
						    .item = count,
						    .number = part_bytes(wish, handed, count) });
	return err != ERR_OK ? err : tell(batch, wish, handed, count);
}

enum err batch_handouts(struct batch *batch)
{
	struct broker *broker = batch->broker;
	uint32_t again[BATCH_ITEMS_MAX / 8]; /* agencies whose turn comes again in the next batch */
	size_t again_count = 0;
	size_t handed = 0;
	enum err err = ERR_OK;

	while (err == ERR_OK && handed < BATCH_ITEMS_MAX && again_count < sizeof(again) / sizeof(*again)) {
		uint32_t agency = mailbox_stirred(broker->mailbox);
		struct wish wish = { 0 };

		if (agency == 0)
			break;
		wish.session = pick_session(broker, agency);
		if (wish.session == NULL)
			continue; /* credit will stir it again */
		err = gather(batch, agency, &wish);
		if (err != ERR_OK || wish.count == 0)
			continue;
		handed += wish.count;
		again[again_count++] = agency;
		err = hand_out(batch, &wish);
	}
	for (size_t i = 0; i < again_count; i++) {
		struct mailbox_item more;

		if (mailbox_peek(broker->mailbox, again[i], &more))
			mailbox_stir(broker->mailbox, again[i]);
	}
	return err;
}
