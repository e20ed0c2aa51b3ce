/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "contract/signed_order.h"
#include "front/part_in.h"
#include "front/proof.h"
#include "front/reads.h"

enum err read_receipt_of_entry(struct asking *asking, uint64_t seq)
{
	Pb__ReceiptProof *proof = arena_alloc(asking->arena, sizeof *proof);
	struct reader reader;
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
	err = reader_agency(asking, &reader);
	if (err == ERR_OK)
		err = part_in_entry(&reader, seq, body, &part);
	if (err == ERR_OK && part == PART_NONE)
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
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
