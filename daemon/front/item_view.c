/* SPDX-License-Identifier: Apache-2.0 */
#include "front/item_view.h"

#include "contract/codec.h"
#include "contract/told_item.h"
#include "ledger/entry.h"

static bool is_held(const Pb__SubmitEntry__Recipient *recipient, size_t part)
{
	for (size_t i = 0; i < recipient->n_held; i++)
		if (recipient->held[i] == part)
			return true;
	return false;
}

static uint64_t size_of(const Pb__SubmitEntry__Recipient *recipient, uint8_t what)
{
	uint64_t size = 0;

	for (size_t i = 0; i < recipient->n_part_sizes; i++)
		if (what != PB__ITEM_WHAT__ITEM_WHAT_RELEASE || is_held(recipient, i))
			size += recipient->part_sizes[i];
	return size;
}

static enum err view_message(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct item_view *view)
{
	const Pb__Statement *statement;
	const Pb__SubmitEntry *submit;
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(txn, delivery->seq, arena, &entry, &body);

	if (err != ERR_OK)
		return err;
	if (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->order == NULL ||
	    delivery->recipient >= body->submit->n_recipients || delivery->recipient >= body->submit->order->n_statements)
		return ERR_CORRUPT;
	submit = body->submit;
	err = CODEC_DECODE(statement, bytes_of_pb(submit->order->statements[delivery->recipient]), arena, &statement, NULL);
	if (err != ERR_OK)
		return err == ERR_FORMAT ? ERR_CORRUPT : err;
	if (statement->body_case != PB__STATEMENT__BODY_VIEW)
		return ERR_CORRUPT;
	view->view = statement->view;
	view->size = size_of(submit->recipients[delivery->recipient], delivery->what);
	return ERR_OK;
}

static enum err view_notice(const struct delivery *delivery, const struct entry *entry, struct arena *arena, struct item_view *view)
{
	struct bytes notice;
	enum err err;

	if (entry_is_erased(entry))
		return ERR_NOT_FOUND;
	if (told_item_notice(entry->body, delivery->recipient, &notice) != ERR_OK)
		return ERR_CORRUPT;
	err = CODEC_DECODE(site_notice, notice, arena, &view->notice, NULL);
	view->size = notice.len;
	return err == ERR_FORMAT ? ERR_CORRUPT : err;
}

enum err item_view(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct item_view *ret_view)
{
	struct item_view view = { 0 };
	struct entry entry;
	enum err err = entry_read(txn, item_seq(delivery->item), &entry);

	if (err != ERR_OK)
		return err;
	view.accepted_at_us = entry.header.time_us;
	if (delivery->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE)
		err = view_notice(delivery, &entry, arena, &view);
	else
		err = view_message(txn, delivery, arena, &view);
	if (err == ERR_OK)
		*ret_view = view;
	return err;
}

ProtobufCBinaryData item_message_id(const struct item_view *view)
{
	return view->view != NULL ? view->view->message_id : view->notice->thread_id;
}

Pb__Kind item_kind(const struct item_view *view)
{
	return view->view != NULL ? view->view->kind : view->notice->kind;
}

const char *item_sender(const struct item_view *view, const char *site)
{
	return view->view != NULL ? view->view->sender : site;
}

const char *item_state_word(enum delivery_state state, bool leased)
{
	switch (state) {
	case DELIVERY_WAITING:
		return leased ? "leased" : "waiting";
	case DELIVERY_FROZEN:
		return "frozen";
	case DELIVERY_QUARANTINED:
		return "quarantined";
	case DELIVERY_DEAD:
		return "dead";
	case DELIVERY_ACKNOWLEDGED:
		return "delivered";
	case DELIVERY_UNDELIVERABLE:
		return "undeliverable";
	}
	return "";
}
