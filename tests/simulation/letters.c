/* SPDX-License-Identifier: Apache-2.0 */
/* letters.c - messages as agencies mean to send them: any kind, to one or several, in threads of their own or of others. */
#include <stdio.h>
#include <stdlib.h>

#include "announcements.h"
#include "conferences.h"
#include "consents.h"
#include "legs.h"
#include "meetings.h"
#include "real.h"
#include "unit.h"

#define HOUR_US INT64_C(3600000000)

static struct letter *keep(struct sim *sim)
{
	struct letter *letter = calloc(1, sizeof(*letter));

	if (sim->letter_count == sim->letter_room) {
		sim->letter_room = sim->letter_room == 0 ? 1024 : 2 * sim->letter_room;
		sim->letters = realloc(sim->letters, sim->letter_room * sizeof(*sim->letters));
	}
	require(letter != NULL && sim->letters != NULL);
	sim->letters[sim->letter_count++] = letter;
	letter->number = sim->letter_count;
	return letter;
}

static bool is_among(const struct letter *letter, const struct desk *desk)
{
	for (size_t i = 0; i < letter->to_count; i++)
		if (letter->to[i] == desk)
			return true;
	return false;
}

static void address(struct sim *sim, struct letter *letter, size_t count)
{
	while (letter->to_count < count) {
		struct desk *desk = &sim->desks[chance_below(&sim->chance, sim->desk_count)];

		if (is_among(letter, desk) || (desk->confidential && chance_in(&sim->chance, 10, 9)))
			continue;
		letter->sealed_to[letter->to_count] = desk->bound;
		letter->to[letter->to_count++] = desk;
	}
	letter->sealed_from = letter->from->desk->bound;
}

/* A recent thread, of which somebody has more to say. */
static void join_thread(struct sim *sim, struct letter *letter)
{
	size_t back = (size_t)chance_below(&sim->chance, 40) + 1;
	struct letter *other = sim->letter_count > back ? sim->letters[sim->letter_count - 1 - back] : NULL;

	if (other == NULL || other->dropped)
		return;
	other = other->thread != NULL ? other->thread : other;
	if (other->case_number == 0 && other->kind != PB__KIND__KIND_ANNOUNCEMENT)
		return; /* a note is always on a case */
	letter->thread = other;
	other = sim->letters[sim->letter_count - 1 - back];
	letter->kind = letter->thread->kind == PB__KIND__KIND_ANNOUNCEMENT ? letter->thread->kind : PB__KIND__KIND_NOTE;
	letter->case_number = letter->thread->case_number;
	if (other->from->desk == letter->from->desk && chance_in(&sim->chance, 2, 1)) {
		letter->to_count = 0;
		for (size_t i = 0; i < other->to_count; i++) {
			letter->sealed_to[i] = other->to[i]->bound;
			letter->to[letter->to_count++] = other->to[i];
		}
	}
}

static void ask(struct sim *sim, struct letter *letter)
{
	static const Pb__Ask asks[] = { PB__ASK__ASK_REFER, PB__ASK__ASK_REFER, PB__ASK__ASK_ADVISE, PB__ASK__ASK_CAPACITY };

	letter->ask = asks[chance_below(&sim->chance, sizeof(asks) / sizeof(*asks))];
	letter->take = letter->to_count > 1 || chance_in(&sim->chance, 4, 1)
			       ? (Pb__Take)(1 + chance_below(&sim->chance, 2)) : PB__TAKE__TAKE_UNSPECIFIED;
	if (letter->ask == PB__ASK__ASK_CAPACITY)
		letter->case_number = 0;
	if (is_among(letter, letter->from->desk)) { /* nobody asks oneself */
		letter->kind = PB__KIND__KIND_NOTE;
		letter->ask = PB__ASK__ASK_UNSPECIFIED;
		letter->take = PB__TAKE__TAKE_UNSPECIFIED;
		letter->case_number = letter->case_number == 0 ? ++sim->cases : letter->case_number;
	}
}

struct letter *letter_new(struct sim *sim, struct place *from)
{
	static const unsigned kinds[] = { 0, 8, 0, 0, 8, 1 };
	static const unsigned urgencies[] = { 0, 40, 20, 12, 1 };
	struct chance *chance = &sim->chance;
	struct letter *letter = keep(sim);

	letter->from = from;
	letter->nonces = chance_next(chance);
	letter->made_at_us = sim->site.clocks.wall_us;
	letter->kind = (Pb__Kind)chance_weighted(chance, kinds, sizeof(kinds) / sizeof(*kinds));
	letter->urgency = (Pb__Urgency)chance_weighted(chance, urgencies, sizeof(urgencies) / sizeof(*urgencies));
	letter->parts = 1 + chance_below(chance, 2);
	letter->part_bytes = chance_in(chance, 50, 1) ? 20000 : 40 + chance_below(chance, 200);
	address(sim, letter, chance_in(chance, 4, 3) ? 1 : 1 + chance_below(chance, SIM_RECIPIENTS));
	if (letter->kind == PB__KIND__KIND_ANNOUNCEMENT)
		announcement_open(sim, letter);
	else
		letter->case_number = ++sim->cases;
	if (chance_in(chance, 8, 1))
		letter->expires_at_us = letter->made_at_us + (int64_t)chance_below(chance, 200) * HOUR_US - HOUR_US;
	if (letter->expires_at_us < 0)
		letter->expires_at_us = 0;
	if (letter->kind == PB__KIND__KIND_REQUEST)
		ask(sim, letter);
	if (letter->kind == PB__KIND__KIND_REQUEST && chance_in(chance, 2, 1))
		walk_rest_on(sim, letter);
	if (letter->kind == PB__KIND__KIND_NOTE && chance_in(chance, 4, 1))
		walk_rest_on_meeting(sim, letter);
	else if (letter->kind == PB__KIND__KIND_NOTE && chance_in(chance, 2, 1))
		join_thread(sim, letter);
	return letter;
}

struct digest letter_case(const struct sim *sim, uint64_t number)
{
	uint8_t bytes[16];

	be64_put(bytes, sim->seed);
	be64_put(bytes + 8, number);
	return digest_of(bytes_of(bytes, sizeof(bytes)));
}

/* ---- writing ---- */

static struct { /* site.c's last word on a View has no context of its own */
	struct letter *letter;
	struct inbound *frame;
	bool altered;
	uint8_t nonce[16], case_id[16];
	Pb__LegAct act;
	char next[128];
	Pb__BasisClaim basis;
	uint8_t basis_id[16];
	Pb__DisclosureClass classes[2][16], scope[16];
	Pb__ConsentAct consenting;
	char names[SIM_DESKS][128];
	char *agencies[SIM_DESKS];
	ProtobufCBinaryData sealed[2 * SIM_DEVICES];
	struct digest seals[2 * SIM_DEVICES];
} writing;

static void name_seals(Pb__View *view, const struct desk *desk, uint64_t bits)
{
	for (size_t i = 0; i < desk->place_count; i++) {
		size_t at = view->n_sealed_to;

		if ((bits & desk->places[i]->bit) == 0)
			continue;
		writing.seals[at] = digest_of(place_sealing(desk->places[i]));
		writing.sealed[at] = pb_of_bytes(digest_bytes(&writing.seals[at]));
		view->n_sealed_to++;
	}
}

static void say(Pb__View *view, const struct said *said)
{
	view->close = said->close;
	if (said->action == 0)
		return;
	pb__leg_act__init(&writing.act);
	writing.act.action = said->action;
	writing.act.reason = said->reason;
	writing.act.outcome = said->outcome;
	writing.act.on = (char *)(uintptr_t)said->on;
	writing.act.none_known = said->none_known;
	writing.act.purge = said->purge;
	writing.act.leg = said->leg;
	if (said->next != NULL) {
		snprintf(writing.next, sizeof(writing.next), "%s@" SITE_NAME, said->next->id);
		writing.act.next_agency = writing.next;
	}
	view->leg_act = &writing.act;
}

static size_t list_classes(uint32_t set, Pb__DisclosureClass *list)
{
	size_t count = 0;

	for (unsigned i = 1; i <= PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_VIOLENCE; i++)
		if ((set & UINT32_C(1) << i) != 0)
			list[count++] = (Pb__DisclosureClass)i;
	return count;
}

static void rest_on(Pb__View *view, const struct letter *letter)
{
	if (letter->consent == NULL && letter->meeting == NULL)
		return;
	pb__basis_claim__init(&writing.basis);
	letter_id(letter->consent != NULL ? letter->consent : letter->meeting, writing.basis_id);
	view->basis = &writing.basis;
	if (letter->meeting != NULL) {
		writing.basis.basis = PB__BASIS__BASIS_SUPPORT_MEETING;
		writing.basis.law = letter->law;
		writing.basis.meeting_id = pb_of_bytes(bytes_of(writing.basis_id, sizeof(writing.basis_id)));
		return;
	}
	writing.basis.basis = PB__BASIS__BASIS_CONSENT;
	writing.basis.consent_id = pb_of_bytes(bytes_of(writing.basis_id, sizeof(writing.basis_id)));
	for (size_t part = 0; part < view->n_parts; part++) {
		view->parts[part]->classes = writing.classes[part];
		view->parts[part]->n_classes = list_classes(letter->classes[part], writing.classes[part]);
	}
}

static void consent_to(Pb__View *view, const struct consenting *said)
{
	Pb__ConsentAct *act = &writing.consenting;

	if (said->action == 0)
		return;
	pb__consent_act__init(act);
	act->action = said->action;
	if (said->action == PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER) {
		act->giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
		act->how = PB__CONSENT_HOW__CONSENT_HOW_WRITTEN;
	}
	act->until_us = said->until_us;
	act->classes = writing.scope;
	act->n_classes = list_classes(said->classes, writing.scope);
	act->agencies = writing.agencies;
	for (size_t i = 0; i < sim_running->desk_count; i++) {
		if ((said->agencies & UINT64_C(1) << i) == 0)
			continue;
		snprintf(writing.names[i], sizeof(writing.names[i]), "%s@" SITE_NAME, sim_running->desks[i].id);
		act->agencies[act->n_agencies++] = writing.names[i];
	}
	view->consent_act = act;
}

static void last_word(Pb__View *view, size_t index)
{
	struct letter *letter = writing.letter;
	const struct inbound_batch *batch = &writing.frame->batch;
	struct chance nonces = { letter->nonces + index };

	chance_bytes(&nonces, writing.nonce, sizeof(writing.nonce));
	writing.nonce[0] ^= writing.altered;
	view->nonce = pb_of_bytes(bytes_of(writing.nonce, sizeof(writing.nonce)));
	view->ask = letter->ask;
	view->take = letter->take;
	view->created_at_us = letter->made_at_us;
	view->case_id = pb_of_bytes(bytes_of(writing.case_id, letter->case_number == 0 ? 0 : sizeof(writing.case_id)));
	view->sealed_to = writing.sealed;
	view->n_sealed_to = 0;
	if (letter->parts == 0)
		view->n_parts = 0;
	rest_on(view, letter);
	consent_to(view, &letter->consenting);
	conference_write(view, letter);
	announcement_write(view, letter);
	if (letter->from->real != NULL)
		real_seal(letter, index, view, (struct inbound_order *)(uintptr_t)&batch->orders[batch->count - 1]);
	say(view, &letter->said);
	name_seals(view, letter->to[index], letter->sealed_to[index]);
	name_seals(view, letter->from->desk, letter->sealed_from);
}

void letter_id(const struct letter *letter, uint8_t id[16])
{
	be64_put(id, (uint64_t)letter->made_at_us / 1000 << 16);
	be64_put(id + 8, letter->number);
	id[6] = 0x70;
	id[8] = 0x80;
}

bool letter_has_id(const struct letter *letter, struct bytes id)
{
	uint8_t own[16];

	letter_id(letter, own);
	return bytes_equal(id, bytes_of(own, sizeof(own)));
}

void letter_write(struct sim *sim, struct inbound *frame, struct letter *letter, bool altered)
{
	static struct place nobody;
	struct draft draft = {
		.from = &letter->from->keys,
		.to_count = letter->to_count,
		.urgency = letter->urgency,
		.kind = letter->kind,
		.expires_at_us = letter->expires_at_us,
		.parts = letter->parts,
		.part_bytes = letter->part_bytes,
		.change = last_word,
	};
	struct digest case_id = letter_case(sim, letter->case_number);
	struct desk_device to[SIM_RECIPIENTS];

	for (size_t i = 0; i < letter->to_count; i++) {
		const struct desk *desk = letter->to[i];

		to[i] = desk->place_count == 0 ? nobody.keys : desk->places[0]->keys;
		snprintf(to[i].address, sizeof(to[i].address), "%s@" SITE_NAME, desk->id);
		draft.to[i] = &to[i];
	}
	letter_id(letter, draft.id);
	if (letter->thread != NULL)
		letter_id(letter->thread, draft.thread);
	memcpy(writing.case_id, case_id.bytes, sizeof(writing.case_id));
	writing.letter = letter;
	writing.frame = frame;
	writing.altered = altered;
	frame_submit(frame, &draft);
	if (letter->parts == 0)
		((struct inbound_order *)(uintptr_t)&frame->batch.orders[frame->batch.count - 1])->part_count = 0;
}
