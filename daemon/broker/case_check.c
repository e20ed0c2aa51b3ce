/* SPDX-License-Identifier: Apache-2.0 */
/* broker/case_check.c - see case_check.h for the contract. */
#include "broker/case_check.h"

#include "broker/erased.h"
#include "broker/rows.h"
#include "broker/submit_check.h"
#include "ledger/entry.h"

/* ---- the case ---- */

static enum err read_kept_out(struct world *world, struct known_case *known)
{
	size_t count = known->row.kept_out_count;
	const char **names = world_alloc(world, count, sizeof(*names));
	char(*texts)[CASE_KEPT_OUT_BYTES] = world_alloc(world, count, sizeof(*texts));

	if (names == NULL || texts == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		case_kept_out(&known->row, i, texts[i]);
		names[i] = texts[i];
	}
	known->safety.kept_out = names;
	known->safety.kept_out_count = count;
	return ERR_OK;
}

enum err case_look(struct world *world, struct bytes case_id, struct known_case *ret_case)
{
	const struct registry_agency *owner;
	struct known_case known = { 0 };
	enum err err = case_get(world->txn, case_id, &known.row);

	if (err != ERR_OK)
		return err;
	owner = registry_agency(world->registry, case_owner(&known.row));
	if (owner == NULL)
		return ERR_CORRUPT;
	known.safety.owner = owner->address;
	known.safety.protected = known.row.protected;
	err = known.row.protected ? read_kept_out(world, &known) : ERR_OK;
	if (err == ERR_OK)
		*ret_case = known;
	return err;
}

bool case_knows(const struct known_case *known, const struct registry_agency *agency)
{
	return safety_knows_case(&known->safety, case_has_member(&known->row, agency->number), agency->address);
}

/* ---- who names it ---- */

static bool was_written_to(const Pb__SubmitEntry *submit, uint32_t agency, ProtobufCBinaryData case_id)
{
	if (!bytes_equal(bytes_of_pb(submit->case_id), bytes_of_pb(case_id)))
		return false;
	for (size_t i = 0; i < submit->n_recipients; i++)
		if (submit->recipients[i]->agency == agency)
			return true;
	return false;
}

/* A note in a thread that its recipient opened with a message to the signer. */
static enum err may_answer(struct world *world, const struct signer *signer, const Pb__View *view, bool *ret_may)
{
	const struct registry_agency *other = registry_by_address(world->registry, bytes_of_text(view->recipient));
	const Pb__EntryBody *body;
	struct entry entry;
	uint64_t opened;
	enum err err;

	*ret_may = false;
	if (view->kind != PB__KIND__KIND_NOTE || view->thread_id.len != ID_BYTES || other == NULL)
		return ERR_OK;
	err = message_get(world->txn, bytes_of_pb(view->thread_id), other->number, &opened);
	if (err == ERR_OK)
		err = entry_decode(world->txn, opened, world->arena, &entry, &body);
	if (err == ERR_OK)
		*ret_may = body->body_case == PB__ENTRY_BODY__BODY_SUBMIT &&
			   was_written_to(body->submit, signer->agency->number, view->case_id);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err check_knows(struct world *world, const struct signer *signer, const struct known_case *known, struct objection *ret_objection)
{
	const struct registry_agency *agency = signer->agency;
	bool may = case_knows(known, agency);
	enum err err = ERR_OK;

	if (!may && safety_knows_case(&known->safety, true, agency->address)) {
		may = true;
		for (size_t i = 0; err == ERR_OK && may && i < signer->order->statement_count; i++)
			err = may_answer(world, signer, submit_view(signer, i), &may);
	}
	if (err == ERR_OK && !may)
		*ret_objection = OBJECT(UNKNOWN_MESSAGE, .subject = "case_id");
	return err;
}

/* ---- whom it names ---- */

/* Addresses that a View names beside its recipient: at most one, and the owners of action items. */
static const char *named(const Pb__View *view, size_t index)
{
	const char *address = "";

	if (index > 0)
		return view->conference_act != NULL && index <= view->conference_act->n_items ? view->conference_act->items[index - 1]->owner : NULL;
	if (view->leg_act != NULL)
		address = view->leg_act->next_agency;
	else if (view->conference_act != NULL)
		address = view->conference_act->next_agency;
	return address;
}

/* Nobody may be named to whom both, who names it and who is told of it, may not write. */
static struct objection check_name(const struct world *world, const struct signer *signer, const Pb__View *view, const char *address)
{
	const struct registry_agency *agency = registry_by_address(world->registry, bytes_of_text(address));
	const struct registry_agency *told = registry_by_address(world->registry, bytes_of_text(view->recipient));

	if (agency == NULL || (agency != signer->agency && !registry_may_correspond(signer->agency, agency)) ||
	    (told != NULL && agency != told && !registry_may_correspond(told, agency)))
		return OBJECT(UNKNOWN_AGENCY, .subject = address);
	return (struct objection){ 0 };
}

static struct objection check_seat(const struct known_case *known, const struct signer *signer, const char *address)
{
	struct safety_fault fault;

	if (known == NULL || safety_check_seat(&known->safety, signer->agency->address, address, &fault) == ERR_OK)
		return (struct objection){ 0 };
	return (struct objection){ .code = fault.code, .subject = fault.subject != NULL ? fault.subject : "case_id" };
}

/* known NULL: the case is new, or there is none. */
static struct objection check_named(const struct world *world, const struct known_case *known, const struct signer *signer, const Pb__View *view)
{
	struct objection objection = check_seat(known, signer, view->recipient);
	const char *address;

	for (size_t i = 0; objection.code == 0 && (address = named(view, i)) != NULL; i++) {
		if (address[0] == '\0')
			continue;
		objection = check_name(world, signer, view, address);
		if (objection.code == 0)
			objection = check_seat(known, signer, address);
	}
	return objection;
}

/* ---- whom it brings in ---- */

static bool brings_recipient(const Pb__View *view)
{
	bool acts = view->leg_act != NULL || view->close != PB__OUTCOME__OUTCOME_UNSPECIFIED;

	if (view->kind == PB__KIND__KIND_REQUEST && !acts) /* also one that grew out of another thread */
		return true;
	if (view->kind == PB__KIND__KIND_CONFERENCE && view->thread_id.len == 0)
		return true;
	return view->leg_act != NULL && view->leg_act->action == PB__LEG_ACTION__LEG_ACTION_SEAL;
}

/* The agency that a View gives a leg or a seat; NULL: none. */
static const struct registry_agency *brings(const struct world *world, const struct signer *signer, size_t index)
{
	const Pb__View *view = submit_view(signer, index);

	if (brings_recipient(view))
		return signer->recipients[index];
	return view->conference_act == NULL ? NULL : registry_by_address(world->registry, bytes_of_text(view->conference_act->next_agency));
}

static bool joins_already(const Pb__SubmitEntry *entry, uint32_t number)
{
	for (size_t i = 0; i < entry->n_joins; i++)
		if (entry->joins[i] == number)
			return true;
	return false;
}

static enum err fill_joins(struct world *world, const struct known_case *known, const struct signer *signer, Pb__SubmitEntry *entry)
{
	entry->joins = world_room(world, signer->order->statement_count, sizeof(*entry->joins));
	if (entry->joins == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < signer->order->statement_count; i++) {
		const struct registry_agency *agency = brings(world, signer, i);

		if (agency != NULL && agency != signer->agency && (known == NULL || !case_has_member(&known->row, agency->number)) &&
		    !joins_already(entry, agency->number))
			entry->joins[entry->n_joins++] = agency->number;
	}
	return ERR_OK;
}

/* Nobody names it any more who knew what was erased; to others it is one that nobody has named yet. */
static enum err check_erased(struct world *world, const struct signer *signer, struct bytes case_id, struct objection *ret_objection)
{
	struct erased_mark mark;
	struct erasure erasure;
	enum err err;

	if (txn_rows(world->txn, TABLE_ERASED) == 0)
		return ERR_OK; /* most messages open a case: no hash for those while nothing was ever erased */
	mark = erased_mark(ERASED_CASE, signer->agency->number, case_id);
	err = erased_get(world->txn, &mark, &erasure);
	if (err == ERR_OK)
		*ret_objection = erased_object(&erasure, "case_id");
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err case_check(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	const Pb__View *first = submit_view(signer, 0);
	bool has_case = first->case_id.len == ID_BYTES;
	struct known_case known;
	enum err err = has_case ? case_look(world, bytes_of_pb(first->case_id), &known) : ERR_NOT_FOUND;
	bool there = err == ERR_OK;

	*ret_objection = (struct objection){ 0 };
	if (there)
		err = check_knows(world, signer, &known, ret_objection);
	else if (err == ERR_NOT_FOUND && has_case)
		err = check_erased(world, signer, bytes_of_pb(first->case_id), ret_objection);
	if ((err != ERR_OK && err != ERR_NOT_FOUND) || ret_objection->code != 0)
		return err;
	for (size_t i = 0; ret_objection->code == 0 && i < signer->order->statement_count; i++)
		*ret_objection = check_named(world, there ? &known : NULL, signer, submit_view(signer, i));
	if (ret_objection->code != 0 || !has_case)
		return ERR_OK;
	entry->case_id = first->case_id;
	entry->opens_case = !there;
	return fill_joins(world, there ? &known : NULL, signer, entry);
}

enum err case_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	struct bytes case_id = bytes_of_pb(entry->case_id);
	enum err err = ERR_OK;

	if (case_id.len == 0)
		return ERR_OK;
	if (case_id.len != ID_BYTES)
		return ERR_CORRUPT;
	if (entry->opens_case) {
		case_open(txn, case_id, header->seq, entry->order->agency, entry->joins, entry->n_joins);
		return ERR_OK;
	}
	if (entry->n_joins > 0)
		err = case_join(txn, case_id, entry->joins, entry->n_joins);
	case_entry_put(txn, case_id, header->seq);
	return err;
}
