/* SPDX-License-Identifier: Apache-2.0 */
/* A consent as whoever is on its case sees it, with what was handed out on it: to whom for the case's owner, how much for others. */
#include "broker/lookup.h"
#include "broker/lookup_legs.h"
#include "broker/rows_cases.h"
#include "broker/rows_consents.h"
#include "contract/codec.h"
#include "front/leg_shown.h"
#include "front/reads.h"

#define HANDOUTS_SHOWN 1000u /* the newest uses are beyond what one answer tells */

struct showing {
	struct asking *asking;
	Pb__ConsentShown *shown;
	const char *reader; /* address */
	bool owns;
	struct consent_row row;
};

static enum err keep_classes(struct arena *arena, class_set set, Pb__DisclosureClass **ret_classes, size_t *ret_count)
{
	Pb__DisclosureClass *classes = arena_calloc(arena, LIMIT_CLASSES, sizeof *classes);

	if (classes == NULL)
		return ERR_NOMEM;
	*ret_count = 0;
	for (unsigned class = 1; class <= LIMIT_CLASSES; class++)
		if ((set & CLASS_BIT(class)) != 0)
			classes[(*ret_count)++] = (Pb__DisclosureClass)class;
	*ret_classes = classes;
	return ERR_OK;
}

/* ---- what was handed out ---- */

static unsigned count_bits(uint8_t bits)
{
	unsigned count = 0;

	for (; bits != 0; bits = (uint8_t)(bits & (bits - 1)))
		count++;
	return count;
}

static enum err message_of(struct showing *showing, const struct delivery *delivery, ProtobufCBinaryData *ret_id)
{
	struct arena *arena = showing->asking->arena;
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(showing->asking->txn, delivery->seq, arena, &entry, &body);

	if (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		*ret_id = body->submit->message_id;
	return err;
}

static enum err add_handout(struct showing *showing, const struct condition *condition)
{
	struct asking *asking = showing->asking;
	Pb__HandedOut *handed = arena_calloc(asking->arena, 1, sizeof *handed);
	struct delivery delivery;
	const char *agency = NULL;
	class_set classes = 0;
	enum err err = handed == NULL ? ERR_NOMEM : delivery_get(asking->txn, condition->item, &delivery);

	if (err == ERR_OK)
		err = agency_shown_as(asking->txn, asking->front->site, delivery.agency, showing->reader, asking->arena, &agency);
	if (err != ERR_OK)
		return err;
	pb__handed_out__init(handed);
	handed->agency = pb_of_text(agency != NULL ? agency : "");
	handed->at_us = condition->handed_at_us;
	for (unsigned i = 0; i < condition->part_count; i++)
		if ((condition->handed & 1u << i) != 0)
			classes |= condition->classes[i];
	err = keep_classes(asking->arena, classes, &handed->classes, &handed->n_classes);
	if (err == ERR_OK)
		err = message_of(showing, &delivery, &handed->message_id);
	if (err == ERR_OK)
		showing->shown->handouts[showing->shown->n_handouts++] = handed;
	return err;
}

/* Legs that are open, to who takes part in them. */
static enum err add_leg(struct showing *showing, const struct condition *condition)
{
	struct asking *asking = showing->asking;
	Pb__LegShown *shown;
	struct request request;
	bool hidden = false;
	struct leg leg;
	enum err err = leg_of_item(asking->txn, condition->item, &leg);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (leg.timer_at_us == 0 || !leg_takes_part(&leg, asking->peer->agency))
		return ERR_OK;
	err = request_get(asking->txn, leg.request, &request);
	if (err == ERR_OK)
		err = leg_is_hidden(asking, &leg, &request, &hidden);
	if (err != ERR_OK || hidden)
		return err;
	err = leg_show(asking, &leg, &request, broker_wall_us(asking->front->broker), false, &shown);
	if (err == ERR_OK)
		showing->shown->open_legs[showing->shown->n_open_legs++] = shown;
	return err;
}

static enum err add_use(void *context, const struct condition *condition)
{
	struct showing *showing = context;
	enum err err = ERR_OK;

	showing->shown->handed_out += count_bits(condition->handed);
	if (showing->owns && condition->handed != 0 && showing->shown->n_handouts < HANDOUTS_SHOWN)
		err = add_handout(showing, condition);
	if (err == ERR_OK && showing->shown->n_open_legs < HANDOUTS_SHOWN)
		err = add_leg(showing, condition);
	return err;
}

/* ---- the consent ---- */

static enum err name_as_shown(struct showing *showing, const char *address, const char **ret_name)
{
	struct asking *asking = showing->asking;
	struct agency agency;
	enum err err = agency_by_id(asking->txn, bytes_of(address, strcspn(address, "@")), asking->arena, &agency);

	*ret_name = address;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err; /* of another site, or gone */
	return agency_shown_as(asking->txn, asking->front->site, agency.number, showing->reader, asking->arena, ret_name);
}

static bool is_among(char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Who may be told, each once and as the reader may know it: a confidential agency as its proxy. */
static enum err put_agencies(struct showing *showing)
{
	const struct consent_scope *scope = &showing->row.consent.scope;
	Pb__ConsentShown *shown = showing->shown;

	shown->agencies = arena_calloc(showing->asking->arena, scope->agency_count, sizeof *shown->agencies);
	if (shown->agencies == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < scope->agency_count; i++) {
		const char *name;
		enum err err = name_as_shown(showing, scope->agencies[i], &name);

		if (err != ERR_OK)
			return err;
		if (name != NULL && !is_among(shown->agencies, shown->n_agencies, name))
			shown->agencies[shown->n_agencies++] = (char *)(uintptr_t)name;
	}
	return ERR_OK;
}

static enum err fill(struct showing *showing)
{
	const struct consent *consent = &showing->row.consent;
	struct arena *arena = showing->asking->arena;
	Pb__ConsentShown *shown = showing->shown;
	const char *registered_by = NULL;
	enum err err = pb_keep(arena, bytes_of(consent->id.bytes, ID_BYTES), &shown->consent_id);

	if (err == ERR_OK)
		err = pb_keep(arena, bytes_of(consent->case_id.bytes, ID_BYTES), &shown->case_id);
	if (err == ERR_OK)
		err = keep_classes(arena, consent->scope.classes, &shown->classes, &shown->n_classes);
	if (err == ERR_OK)
		err = agency_shown_as(showing->asking->txn, showing->asking->front->site, showing->row.registered_by, showing->reader, arena,
				      &registered_by);
	if (err != ERR_OK)
		return err;
	shown->registered_by = pb_of_text(registered_by != NULL ? registered_by : "");
	shown->state = consent->state;
	shown->giver = consent->giver;
	shown->how = consent->how;
	shown->from_us = consent->from_us;
	shown->until_us = consent->scope.until_us;
	shown->categories = (char **)(uintptr_t)consent->scope.categories;
	shown->n_categories = consent->scope.category_count;
	shown->handouts = arena_calloc(arena, HANDOUTS_SHOWN, sizeof *shown->handouts);
	shown->open_legs = arena_calloc(arena, HANDOUTS_SHOWN, sizeof *shown->open_legs);
	if (shown->handouts == NULL || shown->open_legs == NULL)
		return ERR_NOMEM;
	err = put_agencies(showing);
	return err == ERR_OK ? consent_uses_each(showing->asking->txn, &consent->id, 0, add_use, showing) : err;
}

enum err read_consent(struct asking *asking, struct bytes consent_id)
{
	struct showing showing = { .asking = asking, .shown = arena_alloc(asking->arena, sizeof *showing.shown) };
	struct case_row row;
	char *self;
	enum err err;

	if (showing.shown == NULL)
		return ERR_NOMEM;
	pb__consent_shown__init(showing.shown);
	err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &self);
	if (err == ERR_OK)
		err = consent_id.len == ID_BYTES ? consent_get(asking->txn, consent_id, asking->arena, &showing.row) : ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = case_known_to(asking, bytes_of(showing.row.consent.case_id.bytes, ID_BYTES), self, &row);
	if (err != ERR_OK)
		return err;
	showing.reader = self;
	showing.owns = case_owner(&row) == asking->peer->agency;
	err = fill(&showing);
	asking->result.result_case = PB__READ_RESULT__RESULT_CONSENT;
	asking->result.consent = showing.shown;
	return err;
}
