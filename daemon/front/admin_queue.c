/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "broker/lookup.h"
#include "broker/rows.h"
#include "contract/codec.h"
#include "contract/json.h"
#include "front/admin_serve.h"
#include "front/item_view.h"
#include "front/trace.h"
#include "front/trace_thread.h"
#include "ledger/entry.h"

#define QUEUE_LIMIT_DEFAULT 1000u
#define QUEUE_LIMIT_MOST 10000u
#define SHOWN_MOST 256u /* of one message: its items, and what was told about them */
#define QUEUE_BYTES (4u * LIMIT_DIRECTORY_BYTES) /* of decoded entries in one listing */

struct queueing {
	struct admin_call *call;
	const char *state; /* empty: all */
	uint32_t agency;   /* whose items alone are wanted; 0: everybody's */
	char *reader;      /* address of the confidential agency that was asked about: who names it knows it; empty: none was */
	int64_t before_us; /* accepted at or before; INT64_MAX: all */
	size_t limit;
	Pb__QueueItem **items;
	size_t count;
	uint64_t more;
};

/* ---- one item ---- */

/* A confidential agency stands in no operator's queue but as its proxy, unless the operator named it. */
static enum err address_of(struct queueing *queueing, uint32_t number, char **ret_address)
{
	struct admin_call *call = queueing->call;
	const char *name = NULL;
	enum err err = agency_shown_as(call->txn, call->front->site, number, queueing->reader, &call->arena, &name);

	if (err == ERR_OK)
		*ret_address = pb_of_text(name != NULL ? name : "*");
	return err;
}

/* A refusal's own word; what else counts as a failure is told by the entry that counted it. */
static const char *failure_word(struct txn *txn, const struct delivery *delivery, int64_t now_us)
{
	const char *word = delivery->reason != 0 ? json_word(&pb__refuse_reason__descriptor, delivery->reason) : NULL;
	struct entry entry;

	if (delivery->state == DELIVERY_QUARANTINED)
		return "SENDER_COMPROMISED";
	if (word != NULL)
		return word;
	if (delivery->state == DELIVERY_DEAD && delivery->expires_at_us != 0 && delivery->expires_at_us <= now_us)
		return "EXPIRED";
	if (delivery->failed_seq == 0 || entry_read(txn, delivery->failed_seq, &entry) != ERR_OK)
		return "";
	return entry.header.type == PB__ENTRY_TYPE__ENTRY_TYPE_LEASE_LOST ? "SESSION_LOST" : delivery->state == DELIVERY_DEAD ? "EXPIRED" : "";
}

static const char *next_word(struct queueing *queueing, const struct delivery *delivery, bool leased)
{
	struct openers openers;

	switch (delivery->state) {
	case DELIVERY_WAITING:
		if (leased)
			return "acknowledge";
		if (delivery->failed_seq != 0 && openers_get(queueing->call->txn, delivery->item, &openers) == ERR_OK)
			return "waits_for_device";
		return pulse_readers(&queueing->call->front->pulses, delivery->agency) > 0 ? "handed_out" : "waits_for_reader";
	case DELIVERY_FROZEN:
		return "thaw";
	case DELIVERY_QUARANTINED:
		return "judge";
	case DELIVERY_DEAD:
		return "requeue";
	case DELIVERY_ACKNOWLEDGED:
	case DELIVERY_UNDELIVERABLE:
		break;
	}
	return "none";
}

static enum err fill(struct queueing *queueing, const struct delivery *delivery, bool leased, Pb__QueueItem *item)
{
	struct txn *txn = queueing->call->txn;
	struct item_view seen;
	enum err err = item_view(txn, delivery, &queueing->call->arena, &seen);

	if (err != ERR_OK)
		return err;
	pb__queue_item__init(item);
	item->item = delivery->item;
	item->message_id = item_message_id(&seen);
	item->kind = item_kind(&seen);
	item->what = delivery->what;
	item->notice = seen.notice != NULL ? seen.notice->what : PB__NOTICE_WHAT__NOTICE_WHAT_UNSPECIFIED;
	item->urgency = (Pb__Urgency)delivery->lane;
	item->state = pb_of_text(item_state_word(delivery->state, leased));
	item->accepted_at_us = seen.accepted_at_us;
	item->attempts = delivery->attempts;
	item->reason = pb_of_text(failure_word(txn, delivery, broker_wall_us(queueing->call->front->broker)));
	item->next = pb_of_text(next_word(queueing, delivery, leased));
	item->size = seen.size;
	item->seq = item_seq(delivery->item);
	item->from = pb_of_text(item_sender(&seen, queueing->call->front->site));
	if (seen.view != NULL && delivery->sender != 0)
		err = address_of(queueing, delivery->sender, &item->from);
	return err == ERR_OK ? address_of(queueing, delivery->agency, &item->to) : err;
}

static bool accepted_before(struct txn *txn, const struct delivery *delivery, int64_t before_us)
{
	struct entry entry;

	return before_us == INT64_MAX || (entry_read(txn, item_seq(delivery->item), &entry) == ERR_OK && entry.header.time_us <= before_us);
}

static enum err add(void *context, const struct delivery *delivery)
{
	struct queueing *queueing = context;
	struct arena *arena = &queueing->call->arena;
	bool leased = false;
	Pb__QueueItem *item;
	enum err err;

	if (queueing->agency != 0 && delivery->agency != queueing->agency)
		return ERR_OK;
	broker_leased(queueing->call->front->broker, &delivery->item, 1, &leased);
	if (*queueing->state != '\0' && strcmp(queueing->state, item_state_word(delivery->state, leased)) != 0)
		return ERR_OK;
	if (!accepted_before(queueing->call->txn, delivery, queueing->before_us))
		return ERR_OK;
	if (queueing->count == queueing->limit || arena->used > QUEUE_BYTES) {
		queueing->more++;
		return ERR_OK;
	}
	item = arena_alloc(arena, sizeof *item);
	if (item == NULL)
		return ERR_NOMEM;
	err = fill(queueing, delivery, leased, item);
	if (err == ERR_OK)
		queueing->items[queueing->count++] = item;
	return err == ERR_NOT_FOUND ? ERR_OK : err; /* erased */
}

/* ---- listings ---- */

static enum err reply(struct queueing *queueing)
{
	Pb__QueueListing *listing = arena_alloc(&queueing->call->arena, sizeof *listing);
	struct broker_gauges gauges;

	if (listing == NULL)
		return ERR_NOMEM;
	broker_gauges(queueing->call->front->broker, &gauges);
	pb__queue_listing__init(listing);
	listing->items = queueing->items;
	listing->n_items = queueing->count;
	listing->more = queueing->more;
	listing->delivered_unanswered = gauges.leased;
	queueing->call->reply.body_case = PB__ADMIN_REPLY__BODY_QUEUE;
	queueing->call->reply.queue = listing;
	return ERR_OK;
}

static enum err begin(struct admin_call *call, size_t limit, struct queueing *ret_queueing)
{
	*ret_queueing = (struct queueing){ .call = call, .state = "", .reader = pb_of_text(""), .before_us = INT64_MAX, .limit = limit };
	ret_queueing->items = arena_calloc(&call->arena, limit, sizeof *ret_queueing->items);
	return ret_queueing->items != NULL ? admin_reading(call) : ERR_NOMEM;
}

/* The agency that the operator named; *ret_refused: there is none, which is told. */
static enum err name_agency(struct queueing *queueing, const char *id, bool *ret_refused)
{
	struct admin_call *call = queueing->call;
	struct agency agency = { 0 };
	enum err err = *id == '\0' ? ERR_OK : agency_by_id(call->txn, bytes_of_text(id), &call->arena, &agency);

	*ret_refused = err == ERR_NOT_FOUND;
	if (*ret_refused) {
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, id, 0, 0);
		return ERR_OK;
	}
	queueing->agency = agency.number;
	if (err == ERR_OK && agency.number != 0 && agency.record->confidential)
		err = agency_address(call->txn, call->front->site, agency.number, &call->arena, &queueing->reader);
	return err;
}

enum err admin_queue_list(struct admin_call *call, const Pb__AdminQueueList *list)
{
	size_t limit = list->limit == 0 ? QUEUE_LIMIT_DEFAULT : list->limit < QUEUE_LIMIT_MOST ? list->limit : QUEUE_LIMIT_MOST;
	struct queueing queueing;
	bool refused = false;
	enum err err = begin(call, limit, &queueing);

	if (err == ERR_OK)
		err = name_agency(&queueing, list->agency, &refused);
	if (err != ERR_OK || refused)
		return err;
	queueing.state = list->state;
	if (list->older_than_s > 0)
		queueing.before_us = broker_wall_us(call->front->broker) - (int64_t)list->older_than_s * 1000000;
	err = delivery_each_open(call->txn, queueing.agency, list->after, add, &queueing);
	return err == ERR_OK ? reply(&queueing) : err;
}

/* An item of a message, then what the site told about it, the newest first. */
static enum err add_with_told(struct queueing *queueing, uint64_t item)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && item != 0) {
		struct delivery delivery = { 0 };

		err = delivery_get(queueing->call->txn, item, &delivery);
		if (err == ERR_OK)
			err = add(queueing, &delivery);
		item = delivery.told;
	}
	return err;
}

enum err admin_queue_show(struct admin_call *call, struct bytes message_id, const char *agency)
{
	struct queueing queueing;
	const Pb__EntryBody *body;
	struct entry entry;
	bool refused = false;
	uint64_t seq;
	enum err err = begin(call, SHOWN_MOST, &queueing);

	if (err == ERR_OK)
		err = name_agency(&queueing, agency, &refused);
	if (refused)
		return ERR_OK;
	if (err == ERR_OK)
		err = message_id.len == 16 ? message_seq(call->txn, message_id.data, 0, &seq) : ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = entry_decode(call->txn, seq, &call->arena, &entry, &body);
	if (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		err = ERR_CORRUPT;
	for (size_t i = 0; err == ERR_OK && i < body->submit->n_recipients; i++)
		if (!body->submit->recipients[i]->silent)
			err = add_with_told(&queueing, item_number(seq, i));
	return err == ERR_OK ? reply(&queueing) : err;
}

enum err admin_trace(struct admin_call *call, struct bytes message_id)
{
	Pb__Trace *trace = arena_alloc(&call->arena, sizeof *trace);
	struct reader reader;
	uint64_t seq;
	enum err err = trace != NULL ? admin_reading(call) : ERR_NOMEM;

	if (err == ERR_OK)
		err = message_id.len == 16 ? message_seq(call->txn, message_id.data, 0, &seq) : ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = trace_build(call->txn, seq, 0, &call->arena, trace);
	if (err == ERR_OK)
		err = reader_operator(call, &reader);
	if (err == ERR_OK)
		err = trace_thread(&reader, seq, trace);
	if (err != ERR_OK)
		return err;
	call->reply.body_case = PB__ADMIN_REPLY__BODY_TRACE;
	call->reply.trace = trace;
	return ERR_OK;
}
