/* SPDX-License-Identifier: Apache-2.0 */
/* front/happenings_sent.c - see happenings.h: a message, what it did, and where it stands with each recipient. */
#include <string.h>

#include "base/id.h"
#include "broker/lookup.h"
#include "broker/lookup_legs.h"
#include "contract/codec.h"
#include "contract/request_states.h"
#include "front/happenings.h"
#include "front/item_view.h"
#include "front/sent_message.h"
#include "ledger/entry.h"

static bool is_of_thread(const struct happenings *happenings, const Pb__View *view)
{
	ProtobufCBinaryData opened = view->thread_id.len == ID_BYTES ? view->thread_id : view->message_id;

	return happenings->thread == NULL || (opened.len == ID_BYTES && memcmp(opened.data, happenings->thread, ID_BYTES) == 0);
}

static void put_leg(const Pb__LegAfter *leg, Pb__Happening *row)
{
	if (leg == NULL)
		return;
	row->leg_action = leg->action;
	row->leg_state = leg->state;
	row->holder = leg->holder;
	row->due_at_us = leg->due_at_us;
	row->reason = leg->reason;
	row->outcome = leg->outcome;
}

static void put_view(const Pb__View *view, Pb__Happening *row)
{
	row->message_id = view->message_id;
	row->thread_id = view->thread_id;
	row->kind = view->kind;
	row->ask = view->ask;
	row->basis = view->basis;
	row->close = view->close;
	if (view->leg_act != NULL) {
		row->leg_action = view->leg_act->action;
		row->reason = view->leg_act->reason;
		row->outcome = view->leg_act->outcome;
		row->next_agency = view->leg_act->next_agency;
		row->purge = view->leg_act->purge;
	}
	if (view->conference_act != NULL) {
		row->conference_action = view->conference_act->action;
		row->next_agency = view->conference_act->next_agency;
	}
	if (view->consent_act != NULL)
		row->consent_action = view->consent_act->action;
}

/* An address in an act may be of a shelter: it is named as the reader may know it. */
static enum err put_next(const struct reader *reader, Pb__Happening *row)
{
	struct agency agency;
	enum err err = *row->next_agency == '\0' ? ERR_NOT_FOUND :
						   agency_by_id(reader->txn, bytes_of(row->next_agency, strcspn(row->next_agency, "@")), reader->arena, &agency);

	if (err == ERR_OK)
		err = reader_name(reader, agency.number, &row->next_agency);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err time_of(const struct reader *reader, uint64_t seq, int64_t *ret_us)
{
	struct entry entry;
	enum err err = entry_read(reader->txn, seq, &entry);

	if (err == ERR_OK)
		*ret_us = entry.header.time_us;
	return err;
}

static enum err put_delivery(const struct reader *reader, uint64_t item, Pb__Happening *row)
{
	struct delivery delivery;
	enum err err = delivery_get(reader->txn, item, &delivery);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	row->delivery = pb_of_text(item_state_word(delivery.state, false));
	if (delivery.handouts > 0)
		err = time_of(reader, delivery.last_handout_seq, &row->handed_out_at_us);
	if (err == ERR_OK && delivery.state == DELIVERY_ACKNOWLEDGED && delivery.ended_seq != 0)
		err = time_of(reader, delivery.ended_seq, &row->acknowledged_at_us);
	for (uint64_t told = delivery.told; err == ERR_OK && told != 0;) {
		struct delivery about;

		err = delivery_get(reader->txn, told, &about);
		row->released |= err == ERR_OK && about.what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE && about.handouts > 0;
		told = about.told;
	}
	return err;
}

/* Where the whole request stands then, to its sender and to who sees all. */
static enum err put_request(const struct reader *reader, const Pb__SubmitEntry *entry, Pb__Happening *row)
{
	struct request request;
	enum err err;

	if (entry->request == NULL)
		return ERR_OK;
	if (entry->request->request == 0 || reader_sees_all(reader)) {
		row->request_state = reader_sees_all(reader) || entry->order->agency == reader->agency ? entry->request->state : row->request_state;
		return ERR_OK;
	}
	err = request_get(reader->txn, entry->request->request, &request);
	if (err == ERR_OK && request.sender == reader->agency)
		row->request_state = entry->request->state;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err fill(const struct reader *reader, const struct sent_message *message, size_t index, Pb__Happening *row)
{
	const Pb__SubmitEntry__Recipient *recipient = message->entry->recipients[index];
	const Pb__View *view = message->views[index];
	enum err err = reader_name(reader, message->entry->order->agency, &row->by);

	put_leg(recipient->leg, row);
	put_view(view, row);
	if (message->entry->conference != NULL)
		row->conference_state = message->entry->conference->state;
	if (message->entry->consent != NULL)
		row->consent_state = message->entry->consent->state;
	if (err == ERR_OK && !(recipient->silent && recipient->agency == message->entry->order->agency))
		err = reader_name(reader, recipient->agency, &row->to);
	if (err == ERR_OK)
		err = put_next(reader, row);
	if (err == ERR_OK)
		err = put_request(reader, message->entry, row);
	if (err == ERR_OK)
		err = reader_classes(reader, view_classes(view, UINT32_MAX), &row->classes, &row->n_classes);
	return err == ERR_OK && !recipient->silent ? put_delivery(reader, item_number(message->seq, index), row) : err;
}

/* What whoever was asked does: the sender of the request is shown how its leg stands at once (read_legs.c), delivered or not. */
static bool is_answer(const Pb__View *view)
{
	return view->leg_act != NULL && !leg_action_is_by(view->leg_act->action, PB__PARTY__PARTY_SENDER);
}

/* Others hear of a message when they are handed it. */
static enum err is_told(const struct reader *reader, const struct sent_message *message, size_t index, bool *ret_told)
{
	const Pb__SubmitEntry__Recipient *recipient = message->entry->recipients[index];

	if (!recipient->silent && !is_answer(message->views[index]))
		return sent_is_seen(reader, message, index, ret_told);
	*ret_told = reader_sees_all(reader) || message->entry->order->agency == reader->agency || recipient->agency == reader->agency;
	return ERR_OK;
}

enum err happenings_sent(struct happenings *happenings, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	struct sent_message message;
	enum err err = sent_of(happenings->reader, header, entry, &message);

	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++) {
		Pb__Happening *row;
		bool told = false;

		if (is_of_thread(happenings, message.views[i]))
			err = is_told(happenings->reader, &message, i, &told);
		if (err != ERR_OK || !told)
			continue;
		row = happening_new(happenings, header);
		err = row == NULL ? ERR_NOMEM : fill(happenings->reader, &message, i, row);
	}
	return err;
}
