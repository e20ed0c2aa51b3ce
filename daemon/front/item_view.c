/* SPDX-License-Identifier: Apache-2.0 */
#include "front/item_view.h"

#include "contract/codec.h"
#include "frame.pb-c.h"
#include "ledger/entry.h"

enum err item_view(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct item_view *ret_view)
{
	const Pb__Statement *statement;
	const Pb__SubmitEntry *submit;
	const Pb__EntryBody *body;
	struct entry entry;
	uint64_t size = 0;
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
	for (size_t i = 0; i < submit->recipients[delivery->recipient]->n_part_sizes; i++)
		size += submit->recipients[delivery->recipient]->part_sizes[i];
	*ret_view = (struct item_view){ statement->view, entry.header.time_us, size };
	return ERR_OK;
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
