/* SPDX-License-Identifier: Apache-2.0 */
/* broker/basis_check.c - see basis_check.h for the contract. */
#include "broker/basis_check.h"

#include "broker/conference_act.h"
#include "broker/rows.h"
#include "broker/submit_check.h"
#include "contract/disclosure.h"
#include "contract/request_states.h"
#include "ledger/entry.h"

static void object(const struct disclosure_fault *fault, struct objection *ret_objection)
{
	*ret_objection = OBJECT(BASIS, .subject = fault->reason);
}

static class_set classes_of(const Pb__PartRef *part)
{
	class_set classes = 0;

	(void)disclosure_set(part->classes, part->n_classes, &classes); /* its form was looked at */
	return classes;
}

/* An answer of whoever was asked goes back to where the question came from: what reached one of the two reaches the other. */
static bool answers(const Pb__View *view)
{
	if (view->conference_act != NULL)
		return view->conference_act->action == PB__CONFERENCE_ACTION__CONFERENCE_ACTION_ANSWER;
	return view->leg_act != NULL && !leg_action_is_by(view->leg_act->action, PB__PARTY__PARTY_SENDER);
}

/* ---- consent ---- */

static enum err cover_parts(struct world *world, const struct consent_row *row, const Pb__View *view, const struct registry_agency *agency,
			    struct objection *ret_objection)
{
	struct disclosure_fault fault;
	enum err err = ERR_OK;

	*ret_objection = (struct objection){ 0 };
	for (size_t i = 0; err == ERR_OK && i < view->n_parts; i++)
		err = consent_cover(world, row, agency, classes_of(view->parts[i]), &fault);
	if (err != ERR_REFUSED)
		return err;
	object(&fault, ret_objection);
	return ERR_OK;
}

/* The consent that a View names: of its case. */
static enum err named_consent(struct world *world, const Pb__View *view, struct consent_row *ret_row, struct objection *ret_objection)
{
	enum err err = view->basis->consent_id.len != ID_BYTES ?
			       ERR_NOT_FOUND :
			       consent_get(world->txn, bytes_of_pb(view->basis->consent_id), world->arena, ret_row);

	*ret_objection = (struct objection){ 0 };
	if (err == ERR_NOT_FOUND ||
	    (err == ERR_OK && !bytes_equal(bytes_of_pb(view->case_id), bytes_of(ret_row->consent.case_id.bytes, ID_BYTES)))) {
		*ret_objection = OBJECT(BASIS, .subject = "consent_unknown");
		return ERR_OK;
	}
	return err;
}

/* *ret_agency: the one of the two that the consent reaches. */
static enum err check_consent(struct world *world, const Pb__View *view, const struct registry_agency *sender,
			      const struct registry_agency *recipient, const struct registry_agency **ret_agency, struct objection *ret_objection)
{
	struct consent_row row;
	struct objection of_sender;
	enum err err = named_consent(world, view, &row, ret_objection);

	*ret_agency = recipient;
	if (err != ERR_OK || ret_objection->code != 0)
		return err;
	err = cover_parts(world, &row, view, recipient, ret_objection);
	if (err != ERR_OK || ret_objection->code == 0 || !answers(view))
		return err;
	err = cover_parts(world, &row, view, sender, &of_sender);
	if (err == ERR_OK && of_sender.code == 0) {
		*ret_agency = sender;
		*ret_objection = of_sender;
	}
	return err;
}

/* ---- laws ---- */

static enum err check_meeting(struct world *world, const Pb__View *view, struct basis_agency *from, struct basis_agency *to,
			      uint32_t from_number, uint32_t to_number, struct objection *ret_objection)
{
	struct disclosure_fault fault;
	struct meeting_of meeting;
	enum err err = conference_meeting_of_view(world->txn, view, from_number, to_number, &meeting);

	if (err != ERR_OK)
		return err;
	from->member = meeting.a_member;
	to->member = meeting.b_member;
	if (basis_check_meeting(view->basis, &meeting.meeting, &fault) != ERR_OK)
		object(&fault, ret_objection);
	return ERR_OK;
}

static enum err check_parties(struct world *world, const Pb__View *view, const struct registry_agency *sender,
			      const struct registry_agency *recipient, struct objection *ret_objection)
{
	struct basis_agency from = agency_facts(sender), to = agency_facts(recipient);
	struct disclosure_fault fault, of_answer;
	enum err err = ERR_OK;

	if (basis_rule_of(view->basis->basis)->meeting)
		err = check_meeting(world, view, &from, &to, sender->number, recipient->number, ret_objection);
	if (err != ERR_OK || ret_objection->code != 0)
		return err;
	if (basis_check_parties(view->basis, &from, &to, &fault) != ERR_OK &&
	    (!answers(view) || basis_check_parties(view->basis, &to, &from, &of_answer) != ERR_OK))
		object(&fault, ret_objection);
	return ERR_OK;
}

/* ---- a View ---- */

static bool needs_parties(const Pb__BasisClaim *claim)
{
	enum basis_reach reach = basis_rule_of(claim->basis)->reach;

	return reach != BASIS_REACHES_CONSENTED && reach != BASIS_REACHES_ANYONE;
}

enum err basis_check_further(struct world *world, const Pb__View *view, const struct registry_agency *sender,
			     const struct registry_agency *further, struct objection *ret_objection)
{
	const struct registry_agency *agency;

	*ret_objection = (struct objection){ 0 };
	if (view->basis == NULL || view->n_parts == 0 || basis_rule_of(view->basis->basis) == NULL)
		return ERR_OK;
	if (view->basis->basis == PB__BASIS__BASIS_CONSENT)
		return check_consent(world, view, sender, further, &agency, ret_objection);
	return needs_parties(view->basis) ? check_parties(world, view, sender, further, ret_objection) : ERR_OK;
}

static enum err keep_condition(struct world *world, const Pb__View *view, const struct registry_agency *agency, Pb__SubmitEntry__Recipient *recipient)
{
	recipient->part_classes = world_alloc(world, view->n_parts, sizeof(*recipient->part_classes));
	if (recipient->part_classes == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < view->n_parts; i++)
		recipient->part_classes[i] = classes_of(view->parts[i]);
	recipient->n_part_classes = view->n_parts;
	recipient->conditional = true;
	recipient->rests_on = agency->number;
	return ERR_OK;
}

static enum err check_view(struct world *world, const struct signer *signer, const Pb__View *view, Pb__SubmitEntry__Recipient *recipient,
			   struct objection *ret_objection)
{
	const struct registry_agency *to = registry_agency(world->registry, recipient->agency);
	const struct registry_agency *agency;
	enum err err;

	if (view->basis->basis != PB__BASIS__BASIS_CONSENT || view->n_parts == 0)
		return basis_check_further(world, view, signer->agency, to, ret_objection);
	err = check_consent(world, view, signer->agency, to, &agency, ret_objection);
	return err != ERR_OK || ret_objection->code != 0 ? err : keep_condition(world, view, agency, recipient);
}

/* ---- a redirect ---- */

/* What reached the agency whose leg that item brought: the sender's library seals the same to the next one. */
static enum err view_of_item(struct world *world, uint64_t item, const Pb__View **ret_view)
{
	const Pb__Statement *statement;
	const Pb__EntryBody *body;
	struct entry entry;
	size_t at = item_recipient(item);
	enum err err = entry_decode(world->txn, item_seq(item), world->arena, &entry, &body);

	*ret_view = NULL;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err; /* erased */
	if (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->order == NULL || at >= body->submit->order->n_statements)
		return ERR_CORRUPT;
	err = CODEC_DECODE(statement, bytes_of_pb(body->submit->order->statements[at]), world->arena, &statement, NULL);
	if (err == ERR_OK && statement->body_case == PB__STATEMENT__BODY_VIEW)
		*ret_view = statement->view;
	return err == ERR_FORMAT ? ERR_CORRUPT : err;
}

enum err basis_check_redirect(struct world *world, const Pb__View *view, uint64_t item, struct objection *ret_objection)
{
	const struct registry_agency *next, *requester;
	const Pb__View *told = NULL;
	enum err err = ERR_OK;

	*ret_objection = (struct objection){ 0 };
	if (view->leg_act->action != PB__LEG_ACTION__LEG_ACTION_REDIRECT || item == 0)
		return ERR_OK;
	next = registry_by_address(world->registry, bytes_of_text(view->leg_act->next_agency));
	requester = registry_by_address(world->registry, bytes_of_text(view->recipient));
	if (next == NULL || requester == NULL)
		return ERR_OK;
	err = view_of_item(world, item, &told);
	return err != ERR_OK || told == NULL ? err : basis_check_further(world, told, requester, next, ret_objection);
}

enum err basis_check(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	const Pb__BasisClaim *claim = submit_view(signer, 0)->basis; /* the same in all */
	enum err err = ERR_OK;

	*ret_objection = (struct objection){ 0 };
	if (claim == NULL)
		return ERR_OK;
	entry->basis = claim->basis;
	entry->basis_id = claim->basis == PB__BASIS__BASIS_CONSENT ? claim->consent_id : claim->meeting_id;
	for (size_t i = 0; err == ERR_OK && ret_objection->code == 0 && i < entry->n_recipients; i++)
		if (entry->recipients[i]->agency != signer->agency->number)
			err = check_view(world, signer, submit_view(signer, i), entry->recipients[i], ret_objection);
	return err;
}
