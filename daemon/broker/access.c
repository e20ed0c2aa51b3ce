/* SPDX-License-Identifier: Apache-2.0 */
/* broker/access.c - rule: an operator who is shown envelopes leaves an entry that says so, before the envelopes are shown.  It
 * changes no table. */
#include "broker/verbs.h"

enum err access_decide(struct world *world, const Pb__Operator *operator, const char *command, const struct bytes *message_ids,
		       size_t count, struct decision *ret_decision)
{
	Pb__AccessEntry *entry = world_alloc(world, 1, sizeof(*entry));
	ProtobufCBinaryData *ids = world_alloc(world, count, sizeof(*ids));

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
	return decide_entry(world, PB__ENTRY_BODY__BODY_ACCESS, entry, ret_decision);
}

enum err access_apply(struct txn *txn, const struct leaf_header *header, const Pb__AccessEntry *entry)
{
	(void)txn;
	(void)header;
	(void)entry;
	return ERR_OK;
}
