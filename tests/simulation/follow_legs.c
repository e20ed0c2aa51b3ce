/* SPDX-License-Identifier: Apache-2.0 */
/* follow_legs.c - what may happen to requests and their legs: as the contract's table has it, by whom it has it, and nothing else; and
 * what was held back leaves once its recipient has accepted, and not before. */
#include "cases.h"
#include "consents.h"
#include "legs.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define ALL_NEEDS UINT32_MAX

static struct m_leg *leg_named(struct sim *sim, uint64_t seq, uint64_t number)
{
	struct m_leg *leg = map_get(&sim->legs->by_number, number);

	HOLDS(leg != NULL && !leg->request->gone, "entry %llu moves leg %llu, which there is not", (ull)seq, (ull)number);
	return leg;
}

/* ---- what an entry says of a leg ---- */

/* Open: a holder and a timer.  Ended: neither. */
static void take_after(struct m_leg *leg, uint64_t seq, const Pb__LegAfter *after)
{
	bool open = leg_is_open(leg->state);

	HOLDS(after->state == leg->state && after->holder == leg->holder, "entry %llu leaves leg %llu in state %d held by %d; should be %d, %d",
	      (ull)seq, (ull)leg->number, after->state, after->holder, leg->state, leg->holder);
	HOLDS(open == (after->timer_at_us != 0) && (!open || leg->holder != PB__PARTY__PARTY_UNSPECIFIED),
	      "entry %llu: leg %llu is open %d, its timer at %lld, its holder %d", (ull)seq, (ull)leg->number, open,
	      (long long)after->timer_at_us, leg->holder);
	leg->timer_at_us = after->timer_at_us;
	leg->steps = after->steps;
	leg->provisional = after->provisional;
}

static void end_items(struct sim *sim, uint64_t seq, const Pb__LegAfter *after)
{
	for (size_t i = 0; i < after->n_ends; i++) {
		struct item *item = item_of(sim, seq, after->ends[i]);

		HOLDS(item->state != DELIVERY_ACKNOWLEDGED && item->state != DELIVERY_UNDELIVERABLE, "entry %llu ends item %llu, which ended",
		      (ull)seq, (ull)item->number);
		item_set(item, DELIVERY_UNDELIVERABLE);
		item->ended_seq = seq;
		item->session = 0;
	}
}

/* By the table, and by nothing else. */
static void move(struct sim *sim, struct m_leg *leg, uint64_t seq, const struct leg_act *act, const Pb__LegAfter *after)
{
	struct transition_refusal refused;
	struct leg_step step;

	HOLDS(leg_decide(act, &step, &refused) == ERR_OK, "entry %llu does %d to leg %llu in state %d, which the table does not have",
	      (ull)seq, act->action, (ull)leg->number, leg->state);
	sim->legs->acts[act->action]++;
	sim->legs->ends[step.state] += step.ended;
	leg->state = step.state;
	leg->holder = step.holder;
	take_after(leg, seq, after);
	end_items(sim, seq, after);
}

static void take_request(struct m_request *request, const Pb__RequestAfter *after)
{
	request->timer_at_us = after->timer_at_us;
	request->steps = after->steps;
	request->provisional = after->provisional;
}

static void settle(struct m_request *request, uint64_t seq, const Pb__RequestAfter *after)
{
	struct request_standing standing = request_stands(request);
	ull number = request->seq;

	if (standing.state == request->state) {
		HOLDS(after == NULL, "entry %llu changes request %llu, which stands as before", (ull)seq, number);
		return;
	}
	HOLDS(after != NULL && after->request == request->seq && after->state == standing.state,
	      "entry %llu leaves request %llu in state %d; should be %d", (ull)seq, number, after == NULL ? -1 : (int)after->state,
	      standing.state);
	HOLDS((standing.state == PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE) == (after->timer_at_us != 0),
	      "entry %llu: request %llu in state %d, its timer at %lld", (ull)seq, number, standing.state,
	      (long long)after->timer_at_us);
	request->state = standing.state;
	take_request(request, after);
}

/* ---- what parties say ---- */

void follow_request_opened(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, struct letter *letter)
{
	struct m_request *request = request_new(sim, header->seq, letter);

	HOLDS(entry->request != NULL && entry->request->request == 0, "entry %llu opens no request", (ull)header->seq);
	for (size_t i = 0; i < letter->to_count; i++) {
		const Pb__LegAfter *after = entry->recipients[i]->leg;
		struct m_leg *leg = leg_new(sim, request, item_number(header->seq, i), letter->to[i]);

		HOLDS(after != NULL, "entry %llu opens no leg for View %zu", (ull)header->seq, i);
		leg->state = PB__LEG_STATE__LEG_STATE_SUBMITTED;
		leg->holder = PB__PARTY__PARTY_RECIPIENT;
		leg->item = letter->items[i];
		map_put(&sim->legs->by_item, letter->items[i]->number, leg);
		take_after(leg, header->seq, after);
	}
	sim->legs->acts[A(SUBMIT)] += letter->to_count;
}

/* The item that brings the released parts, if the entry has one. */
static void check_release(const struct m_leg *leg, uint64_t seq, const Pb__SubmitEntry *entry, bool accepted)
{
	bool due = accepted && leg->item->letter->parts > 1 && !leg->released && leg->item->state != DELIVERY_UNDELIVERABLE;
	size_t found = 0;

	for (size_t i = 0; i < entry->n_told; i++) {
		if (entry->told[i]->what != PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
			continue;
		HOLDS(accepted && entry->told[i]->about == leg->item->number, "entry %llu lets go what was held back for another",
		      (ull)seq);
		found++;
	}
	HOLDS(found == (due ? 1u : 0u), "entry %llu releases the parts of leg %llu %zu times", (ull)seq,
	      (ull)leg->number, found);
}

static void act_on(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, struct letter *letter, size_t index)
{
	ull seq = header->seq;
	const Pb__LegAfter *after = entry->recipients[index]->leg;
	bool sender = legs_party(letter->said.action) == PB__PARTY__PARTY_SENDER;
	const struct desk *by = sender ? letter->from->desk : letter->to[0];
	const struct desk *party = sender ? letter->to[index] : letter->from->desk;
	struct m_request *request = request_of_thread(sim, letter->thread, by);
	struct m_leg *leg = request == NULL ? NULL : leg_meant(request, party->number, &letter->said);
	struct leg_act act;

	HOLDS(leg != NULL && after != NULL && after->leg == leg->number, "entry %llu acts on another leg than its parties'", seq);
	HOLDS(legs_that_fit(request, party->number, &letter->said) == 1, "entry %llu guesses that leg %llu was meant", seq, (ull)leg->number);
	HOLDS(!leg_is_lost(leg), "entry %llu acts on leg %llu after another took the request", seq, (ull)leg->number);
	act = legs_act(letter, leg);
	if (act.action == A(REDIRECT))
		HOLDS(consent_allows_next(sim, leg->item->letter, letter->said.next), "entry %llu passes on what its consent does not reach", seq);
	if (act.action == A(REDIRECT))
		HOLDS(legs_redirect_allowed(leg, letter->said.next), "entry %llu passes leg %llu around", seq, (ull)leg->number);
	if (act.action == A(SEAL)) {
		leg->item = letter->items[index];
		map_put(&sim->legs->by_item, leg->item->number, leg);
	}
	move(sim, leg, header->seq, &act, after);
	if (act.action == A(REDIRECT))
		leg->next = letter->said.next;
	if (!sender)
		check_release(leg, header->seq, entry, act.action == A(ACCEPT));
	leg->released = leg->released || act.action == A(ACCEPT);
}

void follow_leg_acts(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, struct letter *letter)
{
	const struct said *said = &letter->said;
	struct m_request *request;

	if (said->action != 0)
		for (size_t i = 0; i < letter->to_count; i++)
			act_on(sim, header, entry, letter, i);
	request = request_of_thread(sim, letter->thread, letter->from->desk);
	if (request == NULL)
		request = request_of_thread(sim, letter->thread, letter->to[0]);
	HOLDS(request != NULL, "entry %llu acts on no request", (ull)header->seq);
	if (said->close != 0) {
		HOLDS(request->sender == letter->from->desk, "entry %llu closes another's request", (ull)header->seq);
		request->closed = said->close;
	}
	settle(request, header->seq, entry->request);
}

void follow_received(struct sim *sim, uint64_t seq, const Pb__AcknowledgeEntry *entry)
{
	size_t received = 0;

	for (size_t i = 0; i < entry->n_items; i++) {
		struct m_leg *leg = map_get(&sim->legs->by_item, entry->items[i]);

		if (leg == NULL || leg->item->number != entry->items[i] || leg->state != PB__LEG_STATE__LEG_STATE_SUBMITTED)
			continue;
		leg->state = PB__LEG_STATE__LEG_STATE_RECEIVED;
		leg->holder = leg->acting != 0 ? PB__PARTY__PARTY_COORDINATOR : PB__PARTY__PARTY_RECIPIENT;
		received++;
		sim->legs->acts[A(RECEIVE)]++;
	}
	HOLDS(received == entry->n_received, "entry %llu receives %zu legs; should be %zu", (ull)seq, entry->n_received, received);
}

/* ---- what the site does by itself ---- */

static void open_next(struct sim *sim, const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	struct m_leg *redirected = leg_named(sim, header->seq, entry->opened_by);
	struct m_leg *leg;

	HOLDS(redirected->state == PB__LEG_STATE__LEG_STATE_REDIRECTED && redirected->next != NULL && redirected->next->number == entry->agency,
	      "entry %llu opens a leg that nobody redirected", (ull)header->seq);
	leg = leg_new(sim, redirected->request, item_number(header->seq, 0), redirected->next);
	follow_case_joined(sim, leg->request->opening->case_number, leg->desk);
	redirected->next = NULL; /* once */
	leg->state = PB__LEG_STATE__LEG_STATE_AWAITING_SEAL;
	leg->holder = PB__PARTY__PARTY_SENDER;
	take_after(leg, header->seq, entry->leg);
	sim->legs->acts[A(OPEN)]++;
	settle(leg->request, header->seq, entry->request);
}

/* The same steps of its clock at another time: once for what counted days that nobody knew of, when holidays come to be known. */
bool follow_reckoned(struct sim *sim, uint64_t seq, bool provisional, uint32_t steps, uint32_t now)
{
	if (steps != now)
		return false;
	HOLDS(provisional && sim->chores[PB__CHORE__CHORE_RECKON_CONFERENCES] > 0, /* it is done last */
	      "entry %llu reckons anew what stands", (ull)seq);
	sim->legs->reckoned++;
	return true;
}

/* Who never enrolled here cannot, nor who is kept out of the case. */
static bool can_act(struct sim *sim, const struct m_leg *leg, uint32_t agency)
{
	const struct desk *desk = desk_by_number(sim, agency);

	return desk != NULL && !desk->closed && desk->bound != 0 && !case_keeps_out(sim, leg->request->opening->case_number, desk);
}

/* Whom the leg was with is no more: who was asked, unless that was long ago and another holds it since. */
static bool has_gone(struct sim *sim, const struct m_leg *leg)
{
	if (leg->acting != 0)
		return !can_act(sim, leg, leg->acting);
	if (sim->chores[PB__CHORE__CHORE_HAND_OVER] > 0)
		return !can_act(sim, leg, leg->desk->number);
	return leg->desk->closed_in != 0 && sim->chores[PB__CHORE__CHORE_CLOSE] > 0 && !can_act(sim, leg, leg->desk->number);
}

/* Whether who has it, or who asked, is kept out of its case. */
bool leg_parts_from_case(struct sim *sim, const struct m_leg *leg)
{
	uint64_t number = leg->request->opening->case_number;
	const struct desk *acting = leg->acting == 0 ? NULL : desk_by_number(sim, leg->acting);

	const struct desk *asker = leg->request->acting != 0 ? desk_by_number(sim, leg->request->acting) : leg->request->sender;

	return case_keeps_out(sim, number, leg->desk) || case_keeps_out(sim, number, asker) ||
	       (acting != NULL && case_keeps_out(sim, number, acting));
}

/* What must be so beside the table. */
static void check_event(struct sim *sim, const struct m_leg *leg, uint64_t seq, const Pb__LegAfter *after)
{
	ull number = leg->number;
	bool danger = leg->request->urgency == PB__URGENCY__URGENCY_DANGER; /* goes by running time when the wall's clock stepped back */
	bool due = leg->timer_at_us != 0 && (leg->timer_at_us <= sim->site.clocks.wall_us || (danger && sim->jumps > 0));

	switch (after->action) {
	case A(UNSPECIFIED):
		if (follow_reckoned(sim, seq, leg->provisional, leg->steps, after->steps))
			break;
		HOLDS(due && after->timer_at_us >= leg->timer_at_us && after->steps > leg->steps, "entry %llu: the clock of leg %llu strikes at its own pleasure: %lld, then %lld",
		      (ull)seq, number, (long long)leg->timer_at_us, (long long)after->timer_at_us);
		break;
	case A(LAPSE):
		HOLDS(due && leg->request->urgency != PB__URGENCY__URGENCY_DANGER, "entry %llu lapses leg %llu", (ull)seq, number);
		break;
	case A(TAKE_ELSEWHERE):
		HOLDS(leg_is_lost(leg), "entry %llu ends leg %llu though nobody took the request", (ull)seq, number);
		break;
	case A(CLOSE_AGENCY):
		HOLDS(has_gone(sim, leg), "entry %llu: who has leg %llu is there", (ull)seq, number);
		HOLDS(after->acting == 0 || after->acting == (leg->request->acting != 0 ? leg->request->acting : leg->request->sender->number) || can_act(sim, leg, after->acting),
		      "entry %llu gives leg %llu to agency %u, which is not there", (ull)seq, number, after->acting);
		break;
	case A(DEAD_LETTER):
		HOLDS(leg->item->state == DELIVERY_DEAD, "entry %llu: leg %llu has no dead letter", (ull)seq, number);
		break;
	case A(EXPIRE):
		HOLDS(leg->item->state == DELIVERY_UNDELIVERABLE || (due && leg->item->state == DELIVERY_DEAD), "entry %llu gives leg %llu up", (ull)seq,
		      number);
		break;
	case A(REQUEUE):
		HOLDS(leg->item->state == DELIVERY_WAITING, "entry %llu: leg %llu waits for nothing", (ull)seq, number);
		break;
	case A(RESEAL):
		HOLDS(leg->item->state != DELIVERY_ACKNOWLEDGED || (leg->item->letter->parts > 1 && !leg->released),
		      "entry %llu: leg %llu was read, and holds nothing back", (ull)seq, number);
		break;
	case A(BLOCK):
		HOLDS(after->reason != PB__REASON__REASON_CANNOT_TAKE_PART || leg_parts_from_case(sim, leg), "entry %llu: nobody of leg %llu is kept out",
		      (ull)seq, number);
		break;
	default:
		break;
	}
}

static void move_by_site(struct sim *sim, struct m_leg *leg, uint64_t seq, const Pb__LegAfter *after)
{
	struct leg_act act = {
		.state = leg->state,
		.holder = leg->holder,
		.action = after->action,
		.by = after->action == A(REQUEUE) ? PB__PARTY__PARTY_OPERATOR : PB__PARTY__PARTY_BROKER,
		.given = ALL_NEEDS,
		.reason = after->reason,
		.outcome = after->outcome,
	};

	if (after->action == A(BLOCK_PART)) /* the leg stands as before, and keeps the reason of that */
		act.reason = PB__REASON__REASON_CONSENT_WITHDRAWN;
	if (after->action == A(UNSPECIFIED)) {
		take_after(leg, seq, after);
		return;
	}
	if (after->action == A(CLOSE_AGENCY) && after->acting != 0) {
		leg->acting = after->acting;
		if (desk_by_number(sim, after->acting) != NULL)
			follow_case_joined(sim, leg->request->opening->case_number, desk_by_number(sim, after->acting));
	}
	move(sim, leg, seq, &act, after);
}

void follow_leg_event(struct sim *sim, const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	struct m_leg *leg;

	if (entry->leg->action == A(OPEN)) {
		open_next(sim, header, entry);
	} else {
		leg = leg_named(sim, header->seq, entry->leg->leg);
		check_event(sim, leg, header->seq, entry->leg);
		move_by_site(sim, leg, header->seq, entry->leg);
		settle(leg->request, header->seq, entry->request);
	}
	for (size_t i = 0; i < entry->n_told; i++)
		HOLDS(entry->told[i]->what != PB__ITEM_WHAT__ITEM_WHAT_RELEASE, "entry %llu lets parts go", (ull)header->seq);
	items_told(sim, header, 0, entry->told, entry->n_told);
}

/* Its sender has gone, or who acted for it: another does, and takes part in the case. */
static void follow_handed_on(struct sim *sim, struct m_request *request, ull seq, const Pb__RequestAfter *after)
{
	uint32_t asker = request->acting != 0 ? request->acting : request->sender->number;
	struct desk *next = desk_by_number(sim, after->acting);

	HOLDS(sim->chores[PB__CHORE__CHORE_CLOSE] + sim->chores[PB__CHORE__CHORE_HAND_OVER] > 0 && request->count > 0, "entry %llu hands a request on, and nobody has gone", seq);
	HOLDS(!can_act(sim, request->legs[0], asker), "entry %llu hands on request %llu of who is there", seq, (ull)request->seq);
	HOLDS(next != NULL && can_act(sim, request->legs[0], after->acting), "entry %llu hands request %llu to who is not there", seq,
	      (ull)request->seq);
	HOLDS(after->state == request->state, "entry %llu: request %llu changes with who asks", seq, (ull)request->seq);
	request->acting = after->acting;
	take_request(request, after);
	follow_case_joined(sim, request->opening->case_number, next);
}

void follow_request_event(struct sim *sim, const struct leaf_header *header, const Pb__RequestEventEntry *entry)
{
	struct m_request *request = map_get(&sim->legs->by_seq, entry->request->request);
	ull seq = header->seq;

	if (request != NULL && !request->gone && entry->request->acting != 0) {
		follow_handed_on(sim, request, seq, entry->request);
		items_told(sim, header, 0, entry->told, entry->n_told);
		return;
	}
	HOLDS(request != NULL && !request->gone && request->state == PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE && entry->request->state == request->state,
	      "entry %llu: the clock of a request that awaits nothing", seq);
	HOLDS(follow_reckoned(sim, seq, request->provisional, request->steps, entry->request->steps) ||
		      (request->timer_at_us <= sim->site.clocks.wall_us && entry->request->timer_at_us > request->timer_at_us),
	      "entry %llu: the clock of request %llu strikes at its own pleasure", seq, (ull)request->seq);
	take_request(request, entry->request);
	items_told(sim, header, 0, entry->told, entry->n_told);
}
