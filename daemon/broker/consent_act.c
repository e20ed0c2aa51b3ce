/* SPDX-License-Identifier: Apache-2.0 */
/* broker/consent_act.c - see consent_act.h for the contract. */
#include "broker/consent_act.h"

#include "broker/basis_check.h"
#include "broker/lookup.h"
#include "broker/submit_check.h"
#include "contract/disclosure.h"

static const struct objection nothing;

static struct objection object(const struct disclosure_fault *fault)
{
	return OBJECT(CONSENT, .subject = fault->reason);
}

/* ---- form ---- */

/* Whoever is named is an agency that the signer may name; a confidential one is as one that is not there. */
static struct objection check_agencies(const struct world *world, const struct signer *signer, const Pb__ConsentAct *act)
{
	if (act->n_agencies > LIMIT_CONSENT_NAMES)
		return OBJECT(TOO_MANY, .subject = "consent_act.agencies", .value = (int64_t)act->n_agencies, .bound = LIMIT_CONSENT_NAMES);
	for (size_t i = 0; i < act->n_agencies; i++) {
		const struct registry_agency *agency = registry_by_address(world->registry, bytes_of_text(act->agencies[i]));

		if (agency == NULL || (agency != signer->agency && !registry_may_correspond(signer->agency, agency)))
			return OBJECT(UNKNOWN_AGENCY, .subject = act->agencies[i]);
	}
	return nothing;
}

static struct objection check_categories(const Pb__ConsentAct *act)
{
	if (act->n_categories > LIMIT_CONSENT_NAMES)
		return OBJECT(TOO_MANY, .subject = "consent_act.categories", .value = (int64_t)act->n_categories, .bound = LIMIT_CONSENT_NAMES);
	for (size_t i = 0; i < act->n_categories; i++)
		if (act->categories[i][0] == '\0' || strlen(act->categories[i]) > LIMIT_LABEL)
			return OBJECT(MALFORMED, .subject = "consent_act.categories");
	return nothing;
}

static struct objection check_form(const struct world *world, const struct signer *signer, const Pb__View *view)
{
	const Pb__ConsentAct *act = view->consent_act;
	bool registers = act->action == PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER;
	struct objection objection;
	class_set classes;

	if (view->kind != PB__KIND__KIND_CONSENT || act->action == PB__CONSENT_ACTION__CONSENT_ACTION_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "consent_act");
	if (signer->order->statement_count != 1 || strcmp(view->recipient, view->sender) != 0)
		return OBJECT(MALFORMED, .subject = "recipient");
	if (registers != (view->thread_id.len == 0) || view->case_id.len != ID_BYTES)
		return OBJECT(MALFORMED, .subject = registers ? "thread_id" : "case_id");
	if (act->from_us < 0 || act->until_us < 0)
		return OBJECT(MALFORMED, .subject = "consent_act.until_us");
	if (act->n_classes > LIMIT_CLASSES || disclosure_set(act->classes, act->n_classes, &classes) != ERR_OK)
		return OBJECT(MALFORMED, .subject = "consent_act.classes");
	objection = check_agencies(world, signer, act);
	return objection.code != 0 ? objection : check_categories(act);
}

/* ---- the three acts ---- */

static struct consent_scope scope_of(const Pb__ConsentAct *act)
{
	struct consent_scope scope = {
		.agencies = (const char *const *)act->agencies,
		.agency_count = act->n_agencies,
		.categories = (const char *const *)act->categories,
		.category_count = act->n_categories,
		.until_us = act->until_us,
	};

	(void)disclosure_set(act->classes, act->n_classes, &scope.classes);
	return scope;
}

/* An id is the consent's for ever, whoever's message had it first. */
static enum err decide_register(struct world *world, const struct signer *signer, const Pb__View *view, struct consent_row *row,
				struct objection *ret_objection)
{
	const Pb__ConsentAct *act = view->consent_act;
	struct disclosure_fault fault;

	if (consent_exists(world->txn, bytes_of_pb(view->message_id))) {
		*ret_objection = OBJECT(CONFLICT, .subject = "message_id");
		return ERR_OK;
	}
	memcpy(row->consent.id.bytes, view->message_id.data, ID_BYTES);
	memcpy(row->consent.case_id.bytes, view->case_id.data, ID_BYTES);
	row->consent.giver = act->giver;
	row->consent.how = act->how;
	row->consent.state = PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE;
	row->consent.from_us = act->from_us != 0 ? act->from_us : world->now_us;
	row->consent.scope = scope_of(act);
	row->registered_by = signer->agency->number;
	if (consent_register(&row->consent, world->now_us, &fault) != ERR_OK)
		*ret_objection = object(&fault);
	return ERR_OK;
}

static enum err decide_narrow(struct world *world, const Pb__View *view, bool on_case, struct consent_row *row, struct objection *ret_objection)
{
	struct consent_scope wanted = scope_of(view->consent_act);
	struct basis_agency *named = world_alloc(world, wanted.agency_count, sizeof(*named));
	struct disclosure_fault fault;

	if (named == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < wanted.agency_count; i++)
		named[i] = agency_facts(registry_by_address(world->registry, bytes_of_text(wanted.agencies[i])));
	if (consent_narrow(&row->consent, &wanted, named, on_case, world->now_us, &fault) != ERR_OK)
		*ret_objection = object(&fault);
	else
		row->consent.scope = wanted;
	return ERR_OK;
}

static void decide_withdraw(bool on_case, struct consent_row *row, struct objection *ret_objection)
{
	struct disclosure_fault fault;

	if (consent_withdraw(&row->consent, on_case, &fault) != ERR_OK)
		*ret_objection = object(&fault);
	else
		row->consent.state = PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN;
}

/* Whoever is on the case was let through to here: it is the consent's case that must be named. */
static enum err decide_change(struct world *world, const Pb__View *view, struct consent_row *row, struct objection *ret_objection)
{
	enum err err = consent_get(world->txn, bytes_of_pb(view->thread_id), world->arena, row);
	bool on_case;

	if (err == ERR_NOT_FOUND) {
		*row = (struct consent_row){ 0 };
		err = ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	on_case = bytes_equal(bytes_of_pb(view->case_id), bytes_of(row->consent.case_id.bytes, ID_BYTES));
	if (view->consent_act->action == PB__CONSENT_ACTION__CONSENT_ACTION_NARROW)
		return decide_narrow(world, view, on_case, row, ret_objection);
	decide_withdraw(on_case, row, ret_objection);
	return ERR_OK;
}

enum err consent_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	const Pb__View *view = submit_view(signer, 0);
	struct consent_row row = { 0 };
	enum err err;

	*ret_objection = nothing;
	if (view->consent_act == NULL)
		return ERR_OK;
	*ret_objection = check_form(world, signer, view);
	if (ret_objection->code != 0)
		return ERR_OK;
	if (view->consent_act->action == PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER)
		err = decide_register(world, signer, view, &row, ret_objection);
	else
		err = decide_change(world, view, &row, ret_objection);
	if (err != ERR_OK || ret_objection->code != 0)
		return err;
	entry->consent = consent_after(world->arena, &row);
	return entry->consent != NULL ? ERR_OK : ERR_NOMEM;
}

/* ---- apply ---- */

static bool fits(const Pb__SubmitEntry *entry, const Pb__SubmitEntry__Recipient *recipient)
{
	return entry->basis_id.len == ID_BYTES && recipient->n_part_classes == recipient->n_part_sizes && recipient->n_part_classes <= LIMIT_PARTS;
}

/* What a View rests on is looked at again whenever its turn comes. */
static enum err keep_condition(struct txn *txn, uint64_t item, const Pb__SubmitEntry *entry, const Pb__SubmitEntry__Recipient *recipient)
{
	struct condition condition = { .item = item, .agency = recipient->rests_on, .part_count = (uint8_t)recipient->n_part_classes };

	if (!fits(entry, recipient))
		return ERR_CORRUPT;
	memcpy(condition.consent.bytes, entry->basis_id.data, ID_BYTES);
	for (size_t i = 0; i < recipient->n_part_classes; i++)
		condition.classes[i] = (uint16_t)recipient->part_classes[i];
	for (size_t i = 0; i < recipient->n_part_sizes; i++)
		condition.sizes[i] = recipient->part_sizes[i];
	for (size_t i = 0; i < recipient->n_held; i++)
		condition.held = (uint8_t)(condition.held | 1u << (recipient->held[i] % LIMIT_PARTS));
	condition_put(txn, &condition);
	consent_use_put(txn, &condition.consent, item);
	return ERR_OK;
}

enum err consent_act_apply(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	enum err err = entry->consent == NULL ? ERR_OK : consent_put(txn, header, entry->consent);

	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++)
		if (entry->recipients[i]->conditional)
			err = keep_condition(txn, item_number(header->seq, i), entry, entry->recipients[i]);
	return err;
}
