/* SPDX-License-Identifier: Apache-2.0 */
#include "front/part_in.h"

#include "broker/lookup.h"
#include "contract/codec.h"
#include "contract/signed_order.h"

static bool is_over(const struct delivery *delivery)
{
	return delivery->state == DELIVERY_ACKNOWLEDGED || delivery->state == DELIVERY_UNDELIVERABLE;
}

/* Whether the reader was handed it, or sees it wait. */
static enum err is_seen(const struct reader *reader, uint64_t item, const Pb__SubmitEntry *submit, bool *ret_seen)
{
	struct delivery delivery;
	bool kept_out = false;
	enum err err = delivery_get(reader->txn, item, &delivery);

	*ret_seen = err == ERR_OK && (delivery.handouts > 0 || !is_over(&delivery));
	if (*ret_seen && delivery.handouts == 0)
		err = reader_is_kept_out(reader, bytes_of_pb(submit->case_id), &kept_out);
	*ret_seen = *ret_seen && !kept_out;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err part_in_submission(const struct reader *reader, uint64_t seq, const Pb__SubmitEntry *submit, enum part_in *ret_part)
{
	bool seen = false;
	enum err err = ERR_OK;

	*ret_part = submit->order != NULL && submit->order->agency == reader->agency ? PART_AUTHOR : PART_NONE;
	for (size_t i = 0; err == ERR_OK && *ret_part == PART_NONE && i < submit->n_recipients; i++) {
		if (submit->recipients[i]->agency != reader->agency || submit->recipients[i]->silent)
			continue;
		err = is_seen(reader, item_number(seq, i), submit, &seen);
		*ret_part = err == ERR_OK && seen ? PART_ADDRESSEE : PART_NONE;
	}
	return err;
}

enum err part_in_entry(const struct reader *reader, uint64_t seq, const Pb__EntryBody *body, enum part_in *ret_part)
{
	const Pb__SignedOrder *order = signed_order_of(body);
	uint32_t agency = reader->agency;
	bool own = order != NULL && order->agency == agency;

	*ret_part = own ? PART_AUTHOR : PART_NONE;
	if (own)
		return ERR_OK;
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		return part_in_submission(reader, seq, body->submit, ret_part);
	case PB__ENTRY_BODY__BODY_BIND: /* its own keys, whoever let them in */
		own = body->bind->agency == agency;
		break;
	case PB__ENTRY_BODY__BODY_UNBIND:
		own = body->unbind->agency == agency;
		break;
	case PB__ENTRY_BODY__BODY_HANDOUT:
		own = body->handout->agency == agency;
		break;
	case PB__ENTRY_BODY__BODY_LEASE_LOST:
		own = body->lease_lost->agency == agency;
		break;
	default:
		break;
	}
	if (!own)
		return ERR_OK;
	*ret_part = PART_AUTHOR;
	if (body->body_case == PB__ENTRY_BODY__BODY_HANDOUT && body->handout->n_kept_out > 0)
		*ret_part = PART_ADDRESSEE; /* not that it is kept out of something */
	return ERR_OK;
}
