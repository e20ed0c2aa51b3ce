/* SPDX-License-Identifier: Apache-2.0 */
/* broker/case_mark.c - rule: a case's owner, nobody else, says whether it is protected and who is kept out of it; what it said last holds.
 *
 * The list is of addresses, not of agencies: who is kept out may be at another site, or not be there at all, and the answer never tells. */
#include "broker/case_check.h"
#include "broker/erased.h"
#include "broker/verbs.h"
#include "contract/limits.h"

static struct objection check_form(const Pb__MarkCase *mark)
{
	if (mark->case_id.len != ID_BYTES)
		return OBJECT(MALFORMED, .subject = "case_id", .value = (int64_t)mark->case_id.len, .bound = ID_BYTES);
	if (mark->n_kept_out > LIMIT_KEPT_OUT)
		return OBJECT(TOO_MANY, .subject = "kept_out", .value = (int64_t)mark->n_kept_out, .bound = LIMIT_KEPT_OUT);
	for (size_t i = 0; i < mark->n_kept_out; i++)
		if (mark->kept_out[i][0] == '\0' || strchr(mark->kept_out[i], '@') == NULL || strlen(mark->kept_out[i]) > LIMIT_ADDRESS)
			return OBJECT(MALFORMED, .subject = "kept_out");
	return (struct objection){ 0 };
}

static enum err look(struct world *world, const struct signer *signer, const Pb__MarkCase *mark, struct objection *ret_objection)
{
	struct safety_fault fault;
	struct known_case known;
	enum err err = case_look(world, bytes_of_pb(mark->case_id), &known);

	*ret_objection = (struct objection){ 0 };
	if (err == ERR_NOT_FOUND) {
		struct erased_mark erased = erased_mark(ERASED_CASE, signer->agency->number, bytes_of_pb(mark->case_id));
		struct erasure erasure;

		err = erased_get(world->txn, &erased, &erasure);
		*ret_objection = err == ERR_OK ? erased_object(&erasure, "case_id") : OBJECT(UNKNOWN_MESSAGE, .subject = "case_id");
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	if (err == ERR_OK && safety_check_protect(&known.safety, case_has_member(&known.row, signer->agency->number), signer->agency->address,
						  (const char *const *)mark->kept_out, mark->n_kept_out, &fault) != ERR_OK)
		*ret_objection = (struct objection){ .code = fault.code, .subject = fault.subject != NULL ? fault.subject : "case_id" };
	return err;
}

enum err case_mark_decide(struct world *world, const struct signer *signer, const Pb__MarkCase *mark, struct decision *ret_decision)
{
	struct objection objection = check_form(mark);
	Pb__MarkCaseEntry *entry;
	enum err err = ERR_OK;

	if (objection.code == 0)
		err = look(world, signer, mark, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	entry = world_alloc(world, 1, sizeof(*entry));
	if (entry == NULL)
		return ERR_NOMEM;
	pb__mark_case_entry__init(entry);
	entry->order = world_signed_order(world, signer);
	if (entry->order == NULL)
		return ERR_NOMEM;
	entry->case_id = mark->case_id;
	entry->protected_ = mark->protected_;
	entry->kept_out = mark->kept_out;
	entry->n_kept_out = mark->n_kept_out;
	return decide_entry(world, PB__ENTRY_BODY__BODY_MARK_CASE, entry, ret_decision);
}

enum err case_mark_apply(struct txn *txn, const struct leaf_header *header, const Pb__MarkCaseEntry *entry)
{
	if (entry->case_id.len != ID_BYTES || entry->n_kept_out > UINT16_MAX)
		return ERR_CORRUPT;
	for (size_t i = 0; i < entry->n_kept_out; i++)
		if (strlen(entry->kept_out[i]) > LIMIT_ADDRESS)
			return ERR_CORRUPT;
	case_entry_put(txn, bytes_of_pb(entry->case_id), header->seq);
	return case_mark(txn, bytes_of_pb(entry->case_id), entry->protected_, entry->kept_out, entry->n_kept_out);
}
