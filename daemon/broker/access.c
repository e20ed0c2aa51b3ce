/* SPDX-License-Identifier: Apache-2.0 */
/* broker/access.c - rule: an operator who is shown envelopes leaves an entry that says so, before the envelopes are shown.  It
 * stands among the entries of the case whose envelopes they were, so that the case's report names it.
 *
 * It is not of the case, though: who looked is what a later inquiry asks about, and nobody is to get rid of it by erasing what he looked at.  So
 * it stays when the case is erased, and tells of it nothing but numbers that lead nowhere any more.  It goes like all else that is kept, so
 * many years after it was made, and not before its case (retire.c). */
#include "broker/erased.h"
#include "broker/rows_cases.h"
#include "broker/verbs.h"
#include "ledger/entry.h"
#include "store/keys.h"

/* The case of a message, where it is of one that is not erased; ids are their senders' own, and the first one's is taken. */
static enum err case_of(struct world *world, struct bytes message_id, ProtobufCBinaryData *ret_case)
{
	const Pb__EntryBody *body;
	struct entry entry;
	uint64_t seq;
	enum err err = message_seq(world->txn, message_id.data, 0, &seq);

	if (err == ERR_OK)
		err = entry_decode(world->txn, seq, world->arena, &entry, &body);
	if (err == ERR_OK && body->body_case == PB__ENTRY_BODY__BODY_SUBMIT)
		*ret_case = body->submit->case_id;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* There is no such case: it was erased, and by which entry, or nobody ever named it. */
static enum err refuse_case(struct world *world, struct bytes case_id, struct decision *ret_decision)
{
	struct erased_mark mark = erased_mark(ERASED_CASE, 0, case_id);
	struct objection objection = OBJECT(UNKNOWN_MESSAGE, .subject = "case_id");
	struct erasure erasure;
	enum err err = case_id.len == ID_BYTES ? erased_get(world->txn, &mark, &erasure) : ERR_NOT_FOUND;

	if (err == ERR_OK)
		objection = erased_object_operator(&erasure, "case_id");
	return err == ERR_OK || err == ERR_NOT_FOUND ? decide_objection(world, &objection, ret_decision) : err;
}

enum err access_case_decide(struct world *world, const Pb__Operator *operator, const char *command, struct bytes case_id,
			    struct decision *ret_decision)
{
	Pb__AccessEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct case_row row;
	enum err err = entry == NULL ? ERR_NOMEM : case_id.len == ID_BYTES ? case_get(world->txn, case_id, &row) : ERR_NOT_FOUND;

	if (err == ERR_NOT_FOUND)
		return refuse_case(world, case_id, ret_decision);
	if (err != ERR_OK)
		return err;
	pb__access_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->command = pb_of_text(command);
	entry->case_id = pb_of_bytes(case_id);
	return decide_entry(world, PB__ENTRY_BODY__BODY_ACCESS, entry, ret_decision);
}

enum err access_decide(struct world *world, const Pb__Operator *operator, const char *command, const struct bytes *message_ids,
		       size_t count, struct decision *ret_decision)
{
	Pb__AccessEntry *entry = world_alloc(world, 1, sizeof(*entry));
	ProtobufCBinaryData *ids = world_alloc(world, count, sizeof(*ids));
	enum err err = ERR_OK;

	if (entry == NULL || ids == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		if (message_ids[i].len != 16)
			return decide_refusal(world, REFUSE(MALFORMED), "message_id", (int64_t)message_ids[i].len, 16, ret_decision);
		ids[i] = pb_of_bytes(message_ids[i]);
	}
	pb__access_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->command = pb_of_text(command);
	entry->message_ids = ids;
	entry->n_message_ids = count;
	if (count == 1)
		err = case_of(world, message_ids[0], &entry->case_id);
	return err != ERR_OK ? err : decide_entry(world, PB__ENTRY_BODY__BODY_ACCESS, entry, ret_decision);
}

enum err access_apply(struct txn *txn, const struct leaf_header *header, const Pb__AccessEntry *entry)
{
	struct key key = key_u64(header->seq);

	txn_put(txn, TABLE_ACCESSES, key_bytes(&key), bytes_of(NULL, 0));
	if (entry->case_id.len == ID_BYTES)
		case_entry_put(txn, bytes_of_pb(entry->case_id), header->seq);
	return ERR_OK;
}
