/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "contract/signed_order.h"
#include "front/proof.h"
#include "front/reads.h"

/* What an agency is to an entry. */
enum part_in { PART_NONE, PART_ADDRESSEE, PART_AUTHOR };

static enum part_in part_in_submit(const Pb__SubmitEntry *submit, uint32_t agency)
{
	for (size_t i = 0; i < submit->n_recipients; i++)
		if (submit->recipients[i]->agency == agency)
			return PART_ADDRESSEE;
	return PART_NONE;
}

static enum part_in part_of(const Pb__EntryBody *body, uint32_t agency)
{
	const Pb__SignedOrder *order = signed_order_of(body);

	if (order != NULL && order->agency == agency)
		return PART_AUTHOR;
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		return part_in_submit(body->submit, agency);
	case PB__ENTRY_BODY__BODY_BIND: /* its own keys, whoever let them in */
		return body->bind->agency == agency ? PART_AUTHOR : PART_NONE;
	case PB__ENTRY_BODY__BODY_UNBIND:
		return body->unbind->agency == agency ? PART_AUTHOR : PART_NONE;
	case PB__ENTRY_BODY__BODY_HANDOUT:
		if (body->handout->agency != agency)
			return PART_NONE;
		return body->handout->n_kept_out == 0 ? PART_AUTHOR : PART_ADDRESSEE; /* not that it is kept out of something */
	case PB__ENTRY_BODY__BODY_LEASE_LOST:
		return body->lease_lost->agency == agency ? PART_AUTHOR : PART_NONE;
	default:
		return PART_NONE;
	}
}

enum err read_receipt_of_entry(struct asking *asking, uint64_t seq)
{
	Pb__ReceiptProof *proof = arena_alloc(asking->arena, sizeof *proof);
	const Pb__EntryBody *body;
	struct entry entry;
	enum part_in part;
	uint64_t size;
	enum err err;

	if (proof == NULL)
		return ERR_NOMEM;
	err = entry_decode(asking->txn, seq, asking->arena, &entry, &body);
	if (err != ERR_OK)
		return err;
	part = part_of(body, asking->peer->agency);
	if (part == PART_NONE)
		return ERR_NOT_FOUND;
	err = asking_checkpoint(asking, &size);
	/* The body names every recipient: an addressee gets what proves its own View without it, who else was asked stays unknown. */
	if (err == ERR_OK)
		err = proof_of_entry(asking->txn, &entry, signed_order_of(body), size, part == PART_AUTHOR, asking->arena, proof);
	if (err != ERR_OK)
		return err;
	proof->checkpoint = asking->result.checkpoint;
	asking->result.result_case = PB__READ_RESULT__RESULT_RECEIPT;
	asking->result.receipt = proof;
	return ERR_OK;
}

enum err read_receipt_of_message(struct asking *asking, struct bytes message_id)
{
	uint64_t seq;
	enum err err;

	if (message_id.len != 16)
		return ERR_NOT_FOUND;
	err = message_seq(asking->txn, message_id.data, asking->peer->agency, &seq);
	return err == ERR_OK ? read_receipt_of_entry(asking, seq) : err;
}
