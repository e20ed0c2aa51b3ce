/* SPDX-License-Identifier: Apache-2.0 */
#include "front/leg_shown.h"

#include "broker/lookup.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "contract/request_states.h"
#include "front/item_view.h"

/* ---- whether ---- */

/* Whether anything of it ever left for the agency that was asked. */
static enum err was_handed_out(struct txn *txn, const struct leg *leg, bool *ret_handed_out)
{
	struct delivery delivery;
	enum err err = leg->item == 0 ? ERR_NOT_FOUND : delivery_get(txn, leg->item, &delivery);

	*ret_handed_out = err == ERR_OK && delivery.handouts > 0;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Whether the reader may know of the request's case no more, though it takes part: its owner keeps it out (rules/safety.h). */
static enum err is_kept_out(struct asking *asking, const struct request *request, bool *ret_kept_out)
{
	char text[CASE_KEPT_OUT_BYTES];
	struct case_row row;
	char *self;
	enum err err = request->has_case ? case_get(asking->txn, bytes_of(request->case_id, CASE_ID_BYTES), &row) : ERR_NOT_FOUND;

	*ret_kept_out = false;
	if (err != ERR_OK || !row.protected || row.kept_out_count == 0)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &self);
	for (size_t i = 0; err == ERR_OK && i < row.kept_out_count; i++) {
		case_kept_out(&row, i, text);
		*ret_kept_out |= strcmp(text, self) == 0;
	}
	return err;
}

enum err leg_is_hidden(struct asking *asking, const struct leg *leg, const struct request *request, bool *ret_hidden)
{
	bool handed_out = true, kept_out = false;
	enum err err = is_kept_out(asking, request, &kept_out);

	if (err == ERR_OK && leg->agency == asking->peer->agency && leg->asker != asking->peer->agency &&
	    (leg->timer_at_us == 0 || leg->state == PB__LEG_STATE__LEG_STATE_AWAITING_SEAL))
		err = was_handed_out(asking->txn, leg, &handed_out);
	*ret_hidden = kept_out || !handed_out;
	return err;
}

/* ---- what ---- */

/* The name under which the reader knows that agency; 0: none. */
static enum err put_name(struct asking *asking, const char *reader, uint32_t number, char **ret_name)
{
	const char *name = NULL;
	enum err err = number == 0 ? ERR_OK : agency_shown_as(asking->txn, asking->front->site, number, reader, asking->arena, &name);

	if (err == ERR_OK && name != NULL)
		*ret_name = pb_of_text(name);
	return err;
}

static enum err put_names(struct asking *asking, const struct leg *leg, Pb__LegShown *shown)
{
	char *self;
	enum err err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &self);

	if (err == ERR_OK)
		err = put_name(asking, self, leg->asker, &shown->from);
	if (err == ERR_OK)
		err = put_name(asking, self, leg->agency, &shown->to);
	if (err == ERR_OK)
		err = put_name(asking, self, leg_holder_agency(leg), &shown->holder_agency);
	/* Of a leg nobody sees it but who sent it and who named the next agency. */
	return err == ERR_OK ? put_name(asking, self, leg->next_agency, &shown->next_agency) : err;
}

static enum err put_allowed(struct asking *asking, const struct leg *leg, Pb__LegShown *shown)
{
	bool sent = leg->asker == asking->peer->agency;
	bool another_acts = leg->agency == asking->peer->agency && leg->acting != 0 && leg->acting != asking->peer->agency;
	uint32_t set = another_acts && !sent ? 0 : leg_actions_allowed(leg->state, sent ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_RECIPIENT);

	if (sent && ((leg->agency == asking->peer->agency && !another_acts) || leg->acting == asking->peer->agency))
		set |= leg_actions_allowed(leg->state, PB__PARTY__PARTY_RECIPIENT);
	shown->allowed = arena_calloc(asking->arena, LEG_ACTION_COUNT, sizeof *shown->allowed);
	if (shown->allowed == NULL)
		return ERR_NOMEM;
	for (unsigned action = 0; action < LEG_ACTION_COUNT; action++)
		if (transition_set_has(set, action))
			shown->allowed[shown->n_allowed++] = (Pb__LegAction)action;
	return ERR_OK;
}

static enum err put_ids(struct asking *asking, const struct request *request, Pb__LegShown *shown)
{
	uint8_t *id = arena_copy(asking->arena, bytes_of(request->message_id, MESSAGE_ID_BYTES));
	uint8_t *case_id = arena_copy(asking->arena, bytes_of(request->case_id, CASE_ID_BYTES));

	if (id == NULL || case_id == NULL)
		return ERR_NOMEM;
	shown->request_id = pb_of_bytes(bytes_of(id, MESSAGE_ID_BYTES));
	if (request->has_case)
		shown->case_id = pb_of_bytes(bytes_of(case_id, CASE_ID_BYTES));
	return ERR_OK;
}

static void put_standing(const struct leg *leg, const struct request *request, int64_t now_us, bool sent, Pb__LegShown *shown)
{
	shown->leg = leg->leg;
	shown->ask = request->ask;
	shown->take = request->take;
	shown->co_support = request->co_support;
	shown->state = leg->state;
	shown->holder = leg->timer_at_us == 0 ? PB__PARTY__PARTY_UNSPECIFIED : leg->holder;
	shown->due_at_us = leg->due_at_us;
	shown->overdue = leg_is_late(leg, now_us);
	shown->provisional = leg->provisional;
	shown->urgency = leg->urgency;
	shown->since_us = leg->since_us;
	shown->seen_at_us = leg->seen_at_us;
	shown->last_word_us = leg->last_word_us;
	shown->reason = leg->reason;
	shown->outcome = leg->outcome;
	shown->dead_letter = leg_is_dead_letter(leg);
	if (!sent)
		return;
	shown->request_state = request->state;
	shown->request_due_at_us = request->due_at_us;
	shown->overdue = shown->overdue || (request->timer_at_us != 0 && request->due_at_us != 0 && request->due_at_us <= now_us); /* its decision */
	shown->closed_with = request->outcome;
}

static void put_classes(const Pb__View *view, Pb__LegShown *shown, struct arena *arena)
{
	uint32_t set = 0;

	for (size_t i = 0; i < view->n_parts; i++)
		for (size_t k = 0; k < view->parts[i]->n_classes; k++)
			set |= view->parts[i]->classes[k] < 32 ? UINT32_C(1) << view->parts[i]->classes[k] : 0;
	shown->classes = arena_calloc(arena, 32, sizeof *shown->classes);
	for (unsigned value = 1; shown->classes != NULL && value < 32; value++)
		if ((set >> value & 1) != 0)
			shown->classes[shown->n_classes++] = (Pb__DisclosureClass)value;
}

/* From the View that opened it.  Where its entry was erased there is nothing to tell. */
static enum err put_basis(struct asking *asking, const struct leg *leg, Pb__LegShown *shown)
{
	struct delivery delivery;
	struct item_view seen;
	enum err err = leg->item == 0 ? ERR_NOT_FOUND : delivery_get(asking->txn, leg->item, &delivery);

	if (err == ERR_OK)
		err = item_view(asking->txn, &delivery, asking->arena, &seen);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	shown->basis = seen.view->basis;
	put_classes(seen.view, shown, asking->arena);
	return ERR_OK;
}

enum err leg_show(struct asking *asking, const struct leg *leg, const struct request *request, int64_t now_us, bool whole,
		  Pb__LegShown **ret_shown)
{
	Pb__LegShown *shown = arena_alloc(asking->arena, sizeof *shown);
	enum err err;

	if (shown == NULL)
		return ERR_NOMEM;
	pb__leg_shown__init(shown);
	put_standing(leg, request, now_us, leg->asker == asking->peer->agency, shown);
	err = put_ids(asking, request, shown);
	if (err == ERR_OK)
		err = put_names(asking, leg, shown);
	if (err == ERR_OK)
		err = put_allowed(asking, leg, shown);
	if (err == ERR_OK && whole)
		err = put_basis(asking, leg, shown);
	if (err == ERR_OK)
		*ret_shown = shown;
	return err;
}
