/* SPDX-License-Identifier: Apache-2.0 */
/* gathering.c - see gathering.h. */
#include "gathering.h"

#include <stdlib.h>

#include "contract/codec.h"
#include "ledger/entry.h"
#include "unit.h"

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define HOUR_US INT64_C(3600000000)

static const char *const ids[DESKS] = { "convener", "member", "other", "stand-in", "outsider" };

static const Pb__ConferenceAct *current; /* what change puts into the Views of the order at hand */

static void change(Pb__View *view, size_t index)
{
	(void)index;
	view->conference_act = (Pb__ConferenceAct *)(uintptr_t)current;
}

void gathering_open(struct gathering *gathering)
{
	*gathering = (struct gathering){ 0 };
	site_open(&gathering->site);
	site_directory(&gathering->site, ids, DESKS);
	for (size_t i = 0; i < DESKS; i++)
		gathering->desks[i] = site_enrol(&gathering->site, ids[i]);
}

void gathering_close(struct gathering *gathering)
{
	site_close(&gathering->site);
}

Pb__RefusalCode gathering_say(struct gathering *gathering, enum gathering_desk from, unsigned to, const Pb__ConferenceAct *act, bool words)
{
	struct draft draft = site_draft(&gathering->site, &gathering->desks[from], NULL);

	draft.to_count = 0;
	for (size_t i = 0; i < DESKS; i++)
		if ((to & TO(i)) != 0)
			draft.to[draft.to_count++] = &gathering->desks[i];
	draft.kind = PB__KIND__KIND_CONFERENCE;
	draft.no_parts = !words;
	draft.change = change;
	if (act->action == A(PROPOSE))
		memcpy(gathering->id, draft.id, 16);
	else
		memcpy(draft.thread, gathering->id, 16);
	memcpy(gathering->last, draft.id, 16);
	current = act;
	site_submit(&gathering->site, &draft);
	return site_refusal(&gathering->site, 0);
}

const Pb__Refusal *gathering_refusal(const struct gathering *gathering)
{
	const Pb__Reply *reply = site_reply(&gathering->site, 0);

	return reply->outcome_case == PB__REPLY__OUTCOME_REFUSAL ? reply->refusal : NULL;
}

Pb__RefusalCode gathering_act(struct gathering *gathering, enum gathering_desk from, Pb__ConferenceAction action)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;
	unsigned to = from == CONVENER ? TO(MEMBER) | TO(OTHER) : TO(CONVENER);

	act.action = action;
	if (action == A(PROPOSE))
		act.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	if (action == A(CONVENE)) {
		act.starts_at_us = gathering->site.clocks.wall_us + 24 * HOUR_US;
		act.ends_at_us = act.starts_at_us + HOUR_US;
	}
	if (action == A(ANSWER))
		act.answer = PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_ACCEPTED;
	if (action == A(CANCEL))
		act.reason = PB__REASON__REASON_NO_LONGER_NEEDED;
	return gathering_say(gathering, from, to, &act, action != A(ANSWER) && action != A(CLOSE));
}

void gathering_reach(struct gathering *gathering, Pb__ConferenceState state)
{
	static const Pb__ConferenceAction ways[][4] = {
		[S(PROPOSED)] = { A(PROPOSE) },
		[S(CONVENED)] = { A(PROPOSE), A(CONVENE) },
		[S(HELD)] = { A(PROPOSE), A(CONVENE), A(MINUTES) },
		[S(CLOSED)] = { A(PROPOSE), A(CONVENE), A(MINUTES), A(CLOSE) },
		[S(CANCELLED)] = { A(PROPOSE), A(CANCEL) },
	};

	if (state == S(UNSPECIFIED)) { /* an id that nobody has used */
		struct draft draft = site_draft(&gathering->site, &gathering->desks[CONVENER], NULL);

		memcpy(gathering->id, draft.id, 16);
		return;
	}
	for (size_t i = 0; i < 4 && ways[state][i] != A(UNSPECIFIED); i++)
		require(gathering_act(gathering, CONVENER, ways[state][i]) == 0);
	require(gathering_conference(gathering).state == state);
}

Pb__RefusalCode gathering_item(struct gathering *gathering, enum gathering_desk from, unsigned to, Pb__ActionItemAction action, uint64_t item,
			       const char *owner, const char *due_on)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;
	Pb__ActionItemAct item_act = PB__ACTION_ITEM_ACT__INIT;
	Pb__ActionItemAct *list[1] = { &item_act };

	item_act.action = action;
	item_act.item = item;
	if (owner != NULL)
		item_act.owner = (char *)(uintptr_t)owner;
	if (due_on != NULL)
		item_act.due_on = (char *)(uintptr_t)due_on;
	if (action == PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_HAND_BACK || action == PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_DROP)
		item_act.reason = PB__REASON__REASON_OTHER;
	act.items = list;
	act.n_items = 1;
	return gathering_say(gathering, from, to, &act, action == PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_REPORT);
}

struct conference gathering_conference(struct gathering *gathering)
{
	struct txn *txn = site_read(&gathering->site);
	struct conference conference = { 0 };

	(void)conference_by_id(txn, gathering->id, &conference);
	txn_abort(txn);
	return conference;
}

struct action_item gathering_item_get(struct gathering *gathering, uint64_t item)
{
	struct txn *txn = site_read(&gathering->site);
	struct action_item found = { 0 };

	require_ok(action_item_get(txn, item, &found));
	txn_abort(txn);
	return found;
}

size_t gathering_wait(struct gathering *gathering, int64_t until_us)
{
	site_pass(&gathering->site, until_us - gathering->site.clocks.wall_us);
	site_run(&gathering->site, NULL);
	return 0;
}

/* Counts what stands in conference events. */
size_t gathering_notices(struct gathering *gathering, Pb__NoticeWhat what, enum gathering_desk desk)
{
	struct txn *txn = site_read(&gathering->site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES);
	size_t count = 0;
	struct arena arena;

	arena_init(&arena, 1u << 20);
	for (uint64_t seq = 0; seq < size; seq++) {
		const Pb__EntryBody *body;
		const Pb__SiteNotice *notice;
		struct entry entry;

		arena_reset(&arena);
		require_ok(entry_decode(txn, seq, &arena, &entry, &body));
		if (body->body_case != PB__ENTRY_BODY__BODY_CONFERENCE_EVENT)
			continue;
		for (size_t i = 0; i < body->conference_event->n_told; i++) {
			const Pb__Told *told = body->conference_event->told[i];

			require_ok(CODEC_DECODE(site_notice, bytes_of_pb(told->notice), &arena, &notice, NULL));
			count += notice->what == what && told->agency == gathering->desks[desk].agency;
		}
	}
	arena_free(&arena);
	txn_abort(txn);
	return count;
}

int64_t gathering_timer(struct gathering *gathering, Pb__TimerKind kind, uint64_t number)
{
	struct txn *txn = site_read(&gathering->site);
	struct bytes key, value;
	struct cursor *cursor;
	int64_t due_us = 0;

	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;

		require_ok(timer_decode(key, &timer));
		if (timer.kind != kind || timer.number != number)
			continue;
		check_int(due_us, 0);
		due_us = timer.due_at_us;
	}
	cursor_close(cursor);
	txn_abort(txn);
	return due_us;
}
