/* SPDX-License-Identifier: Apache-2.0 */
/* follow_conferences.c - conferences as entries leave them, and as the tables have them. */
#include <stdlib.h>

#include "broker/conferences.h"
#include "contract/conference_states.h"
#include "cases.h"
#include "conferences.h"
#include "legs.h"
#include "unit.h"

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name

/* ---- entries ---- */

static struct m_conference *keep(struct sim *sim, const struct letter *letter)
{
	struct conferences *conferences = sim->conferences;
	struct m_conference *conference = calloc(1, sizeof(*conference));
	uint8_t id[16];

	if (conferences->count == conferences->room) {
		conferences->room = conferences->room == 0 ? 256 : 2 * conferences->room;
		conferences->all = realloc(conferences->all, conferences->room * sizeof(*conferences->all));
	}
	require(conference != NULL && conferences->all != NULL);
	conferences->all[conferences->count++] = conference;
	map_put(&conferences->by_letter, letter->number, conference);
	letter_id(letter, id);
	map_put(&conferences->by_id, be64_get(id + 8), conference);
	return conference;
}

static void check_after(struct m_conference *now, uint64_t seq, const Pb__ConferenceAfter *after)
{
	bool open = conference_is_open(now->state);

	HOLDS(after->state == now->state && after->convener == now->convener->number && after->sequence == now->sequence &&
		      after->starts_at_us == now->starts_at_us && after->n_seats == now->seat_count,
	      "entry %llu leaves conference %llu in state %d, date %u, with %zu seats; should be %d, %u, %zu", (ull)seq, (ull)now->seq, after->state,
	      after->sequence, after->n_seats, now->state, now->sequence, now->seat_count);
	for (size_t i = 0; i < now->seat_count; i++)
		HOLDS(after->seats[i]->agency == now->seats[i].desk->number && after->seats[i]->answer == now->seats[i].answer,
		      "entry %llu: seat %zu of conference %llu", (ull)seq, i, (ull)now->seq);
	HOLDS(open == (after->timer_at_us != 0), "entry %llu: conference %llu is open %d, its timer at %lld", (ull)seq, (ull)now->seq, open,
	      (long long)after->timer_at_us);
	now->timer_at_us = after->timer_at_us;
	now->steps = after->steps;
	now->provisional = after->provisional;
}

static void take_items(struct conferring_work *work, uint64_t seq, const Pb__ConferenceAfter *after)
{
	HOLDS(after->n_items == work->count, "entry %llu moves %zu action items; should be %zu", (ull)seq, after->n_items, work->count);
	for (size_t i = 0; i < work->count; i++) {
		const struct m_action_item *item = &work->items[i];
		uint64_t number = item->number != 0 ? item->number : item_number(seq, i);

		HOLDS(after->items[i]->item == item->number && after->items[i]->state == item->state && after->items[i]->holder == item->holder &&
			      after->items[i]->owner == item->owner && after->items[i]->convener == item->convener && !after->items[i]->purge,
		      "entry %llu leaves action item %llu in state %d with %u, held by %d; should be %d, %u, %d", (ull)seq, (ull)number,
		      after->items[i]->state, after->items[i]->owner, after->items[i]->holder, item->state, item->owner, item->holder);
		if (item->number == 0)
			work->now.items[work->now.item_count++] = number;
		action_item_take(work->sim, seq, number, after->items[i]);
	}
}

void follow_conference(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, const struct letter *letter)
{
	struct m_conference *conference = conference_of(sim, letter->thread);
	struct conferring_work work;

	if (!letter->conferring.is_one) {
		HOLDS(entry->conference == NULL, "entry %llu moves a conference that nobody speaks of", (ull)header->seq);
		return;
	}
	conference_work_out(sim, letter, &work);
	HOLDS(work.code == 0 && entry->conference != NULL, "entry %llu: an act in a conference that should be refused with %d", (ull)header->seq,
	      work.code);
	if (letter->conferring.action == A(PROPOSE)) {
		conference = keep(sim, letter);
		work.now.seq = header->seq;
	}
	check_after(&work.now, header->seq, entry->conference);
	take_items(&work, header->seq, entry->conference);
	*conference = work.now;
	sim->conferences->acts[letter->conferring.action]++;
	sim->conferences->item_acts[letter->conferring.action == 0 ? letter->conferring.items[0].action : 0]++;
}

static struct m_conference *conference_by_tail(struct sim *sim, struct bytes id)
{
	return id.len == 16 ? map_get(&sim->conferences->by_id, be64_get(id.data + 8)) : NULL;
}

/* Its clock: the convener is chased, or it closes by itself once all is done. */
static void strike(struct sim *sim, uint64_t seq, const Pb__ConferenceAfter *after)
{
	struct m_conference *conference = conference_by_tail(sim, bytes_of_pb(after->conference_id));
	struct conferring_work work = { .sim = sim };

	HOLDS(conference != NULL && !conference->gone && conference->timer_at_us != 0 && after->n_items == 0, "entry %llu: the clock of no conference strikes", (ull)seq);
	work.now = *conference;
	if (after->state == conference->state && follow_reckoned(sim, seq, conference->provisional, conference->steps, after->steps)) {
		check_after(&work.now, seq, after);
		*conference = work.now;
		return;
	}
	HOLDS(conference->timer_at_us <= sim->site.clocks.wall_us, "entry %llu: the clock of conference %llu strikes at its own pleasure", (ull)seq,
	      (ull)conference->seq);
	if (conference->state == S(HELD) && conference_settled(&work)) {
		work.now.state = S(CLOSED);
		sim->conferences->closed++;
	} else {
		HOLDS(after->steps > conference->steps && after->timer_at_us > conference->timer_at_us, "entry %llu chases for conference %llu twice",
		      (ull)seq, (ull)conference->seq);
	}
	check_after(&work.now, seq, after);
	*conference = work.now;
}

/* ---- what goes on with another, by an operator's word ---- */

/* It is there, may know of the case, and is the proxy of whoever of them is in hiding. */
static void check_next(struct sim *sim, uint64_t seq, uint64_t case_number, const struct desk *to)
{
	HOLDS(to != NULL && !to->closed && to->bound != 0 && !to->confidential && !case_keeps_out(sim, case_number, to),
	      "entry %llu hands on to who cannot have it", (ull)seq);
}

static void check_party(uint64_t seq, const struct desk *party, const struct desk *to)
{
	HOLDS(party == NULL || !party->confidential || party->proxy == to, "entry %llu hands on past the proxy of %s", (ull)seq, party->id);
}

static void pass_seat(struct m_conference *now, const struct desk *gone, struct desk *to)
{
	struct m_seat *left = (struct m_seat *)(uintptr_t)conference_seat_of(now, gone), *taken = (struct m_seat *)(uintptr_t)conference_seat_of(now, to);

	require(left != NULL);
	if (taken == NULL && now->seat_count == M_SEATS)
		*left = (struct m_seat){ .desk = to };
	else if (taken == NULL)
		now->seats[now->seat_count++] = (struct m_seat){ .desk = to };
	else if (!seat_held(taken) || taken->answer == PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DECLINED)
		taken->answer = PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_UNSPECIFIED;
	if (left->desk == gone)
		left->answer = PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED;
}

/* gone: whose place in it goes to whom. */
static void hand_on_conference(struct sim *sim, uint64_t seq, const Pb__ConferenceAfter *after, const struct desk *gone, struct desk *to)
{
	struct m_conference *conference = conference_by_tail(sim, bytes_of_pb(after->conference_id));
	struct m_conference now;

	HOLDS(conference != NULL && !conference->gone && conference->timer_at_us != 0, "entry %llu hands on no conference", (ull)seq);
	now = *conference;
	for (size_t i = 0; i < now.seat_count; i++)
		check_party(seq, now.seats[i].desk, to);
	pass_seat(&now, gone, to);
	if (after->convener != now.convener->number) {
		HOLDS(now.convener == gone && after->convener == to->number && after->steps == 0, "entry %llu: conference %llu has another convener", (ull)seq,
		      (ull)now.seq);
		now.convener = to;
		((struct m_seat *)(uintptr_t)conference_seat_of(&now, to))->answer = PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_ACCEPTED;
	}
	check_after(&now, seq, after);
	*conference = now;
}

/* Whose place it was and whose it is: of the item, or of the conference where it has none. */
static void find_places(struct sim *sim, const Pb__ConferenceEventEntry *entry, const struct desk **ret_gone, struct desk **ret_to)
{
	const struct m_action_item *item = entry->n_items == 0 ? NULL : action_item_of(sim, entry->items[0]->item);
	const struct m_conference *conference = item != NULL ? NULL : conference_by_tail(sim, bytes_of_pb(entry->conference->conference_id));

	if (item != NULL) {
		bool owned = item->owner != entry->items[0]->owner;

		*ret_gone = desk_by_number(sim, owned ? item->owner : item->convener);
		*ret_to = desk_by_number(sim, owned ? entry->items[0]->owner : entry->items[0]->convener);
		return;
	}
	*ret_gone = conference == NULL ? NULL : conference->convener;
	*ret_to = desk_by_number(sim, entry->conference->convener);
}

/* Both of its places, where they were one's. */
static void hand_on_item(struct sim *sim, uint64_t seq, const Pb__ActionItemAfter *after, const struct desk *gone, const struct desk *to)
{
	const struct m_action_item *item = action_item_of(sim, after->item);

	HOLDS(item != NULL && item->timer_at_us != 0 && after->state == item->state && after->holder == item->holder && after->purge == item->purge,
	      "entry %llu changes action item %llu, which it hands on", (ull)seq, (ull)after->item);
	HOLDS(after->owner == (item->owner == gone->number ? to->number : item->owner) &&
		      after->convener == (item->convener == gone->number && !item->purge ? to->number : item->convener),
	      "entry %llu: action item %llu is another's", (ull)seq, (ull)after->item);
	check_party(seq, desk_by_number(sim, after->owner), to);
	check_party(seq, desk_by_number(sim, after->convener), to);
	action_item_take(sim, seq, after->item, after);
}

static void follow_handed_over(struct sim *sim, uint64_t seq, const Pb__ConferenceEventEntry *entry)
{
	bool items = entry->n_items > 0;
	const struct desk *gone;
	struct desk *to;
	uint64_t case_number;

	HOLDS(sim->chores[items ? PB__CHORE__CHORE_HAND_OVER_ITEMS : PB__CHORE__CHORE_HAND_OVER_CONFERENCES] > 0 && (items || entry->conference != NULL),
	      "entry %llu hands on what nobody asked for", (ull)seq);
	find_places(sim, entry, &gone, &to);
	HOLDS(gone != NULL && gone->closed, "entry %llu takes from who is there", (ull)seq);
	case_number = items ? action_item_case(sim, entry->items[0]->item) : conference_by_tail(sim, bytes_of_pb(entry->conference->conference_id))->opening->case_number;
	check_next(sim, seq, case_number, to);
	if (entry->conference != NULL)
		hand_on_conference(sim, seq, entry->conference, gone, to);
	for (size_t i = 0; i < entry->n_items; i++)
		hand_on_item(sim, seq, entry->items[i], gone, to);
	follow_case_joined(sim, case_number, to);
	sim->conferences->handed_on++;
}

void follow_conference_event(struct sim *sim, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry)
{
	if (entry->handed_over != 0) {
		follow_handed_over(sim, header->seq, entry);
		items_told(sim, header, 0, entry->told, entry->n_told);
		return;
	}
	if (entry->conference != NULL)
		strike(sim, header->seq, entry->conference);
	follow_overdue_items(sim, header->seq, entry->items, entry->n_items);
	items_told(sim, header, 0, entry->told, entry->n_told);
}

/* ---- the whole ---- */

static void check_row(const struct sim *sim, struct txn *txn, const struct m_conference *conference)
{
	static struct conference row;
	ull seq = conference->seq;

	require_ok(conference_get(txn, conference->seq, &row));
	HOLDS(row.state == conference->state && row.timer_at_us == conference->timer_at_us && row.sequence == conference->sequence &&
		      row.convener == conference->convener->number && row.seat_count == conference->seat_count &&
		      row.item_count == conference->item_count,
	      "conference %llu: state %d, timer %lld, %zu seats, %zu items; should be %d, %lld, %zu, %zu", seq, row.state, (long long)row.timer_at_us,
	      row.seat_count, row.item_count, conference->state, (long long)conference->timer_at_us, conference->seat_count, conference->item_count);
	for (size_t i = 0; i < conference->seat_count; i++)
		HOLDS(row.seats[i].agency == conference->seats[i].desk->number && row.seats[i].answer == conference->seats[i].answer,
		      "conference %llu: seat %zu", seq, i);
	for (size_t i = 0; i < conference->item_count; i++)
		HOLDS(row.items[i] == conference->items[i], "conference %llu: action item %zu", seq, i);
	HOLDS(!sim->settled || conference->timer_at_us == 0 || conference->timer_at_us > sim->site.clocks.wall_us,
	      "conference %llu: its timer did not fire", seq);
}

void whole_conferences(struct sim *sim, struct txn *txn)
{
	uint64_t there = 0;

	for (size_t i = 0; i < sim->conferences->count; i++) {
		if (sim->conferences->all[i]->gone)
			continue;
		there++;
		check_row(sim, txn, sim->conferences->all[i]);
	}
	HOLDS(txn_rows(txn, TABLE_CONFERENCES) == there, "other conferences than were proposed");
	for (size_t i = 0; i < sim->action_items.room; i++) {
		const struct m_action_item *item = sim->action_items.places[i].value;
		struct action_item row;

		if (item == NULL || item->gone)
			continue;
		require_ok(action_item_get(txn, item->number, &row));
		HOLDS(row.state == item->state && row.holder == item->holder && row.owner == item->owner && row.convener == item->convener && row.timer_at_us == item->timer_at_us,
		      "action item %llu: state %d, timer %lld; should be %d, %lld", (ull)item->number, row.state, (long long)row.timer_at_us, item->state,
		      (long long)item->timer_at_us);
	}
}

void conferences_free(struct sim *sim)
{
	for (size_t i = 0; i < sim->conferences->count; i++)
		free(sim->conferences->all[i]);
	free(sim->conferences->all);
	map_free(&sim->conferences->by_letter);
	map_free(&sim->conferences->by_id);
	free(sim->conferences);
}
