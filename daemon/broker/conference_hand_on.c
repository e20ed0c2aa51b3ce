/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_hand_on.c - rule: an operator's word gives what an agency that is no more had convened, had taken on in a conference, or owed to a
 * recall, to another one.  Its seat goes there as if it had left it to a delegate, so that whoever goes on is one of those who take part; who may
 * not know of the case, or does not deal with one of them, gets none of it.  What is due is due anew where its holder has only heard of it;
 * the day of an action item is the conference's, and stands. */
#include "broker/conference_hand_on.h"

#include "broker/business_time.h"
#include "broker/conference_act.h"
#include "broker/conference_after.h"
#include "broker/conference_tell.h"
#include "rules/meetings.h"

#define ANSWERED(name) PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_##name
#define PARTY(name) PB__PARTY__PARTY_##name

/* ---- who may, and where it sits ---- */

/* Who has no seat there has nothing to leave. */
static enum err judge(struct world *world, const struct conference *conference, uint32_t closed, uint32_t next, bool *ret_may)
{
	uint32_t parties[CONFERENCE_SEATS_MAX];

	*ret_may = false;
	if (conference_seat(conference, closed) == NULL)
		return ERR_OK;
	for (size_t i = 0; i < conference->seat_count; i++)
		parties[i] = conference->seats[i].agency;
	return may_go_on(world, &(struct going_on){ bytes_of(conference->case_id, conference->has_case ? ID_BYTES : 0), parties, conference->seat_count },
			 next, ret_may);
}

static struct seat *seat_of(struct conference *conference, uint32_t agency)
{
	return (struct seat *)(uintptr_t)conference_seat(conference, agency);
}

static void pass_seat(struct conference *conference, uint32_t closed, uint32_t next)
{
	struct seat *left = seat_of(conference, closed), *taken = seat_of(conference, next);

	if (taken == NULL) /* where there is no room for a seat more, the one that is left becomes its own */
		taken = conference->seat_count == CONFERENCE_SEATS_MAX ? left : &conference->seats[conference->seat_count++];
	if (taken->agency != next || !seat_takes_part(taken))
		*taken = (struct seat){ .agency = next };
	if (left != taken && seat_is_held(left))
		*left = (struct seat){ closed, next, ANSWERED(DELEGATED) };
	if (conference->convener == next)
		taken->answer = ANSWERED(ACCEPTED);
}

/* ---- what is said ---- */

static enum err settle(struct conference_telling *telling, uint64_t handed_over, enum err err, struct decision *ret_decision)
{
	telling->entry->handed_over = handed_over;
	return err == ERR_OK ? decide_entry(telling->world, PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, telling->entry, ret_decision) : err;
}

static void say_closed(struct conference_telling *telling, Pb__Party place, uint32_t closed, uint32_t next)
{
	telling->notice->what = PB__NOTICE_WHAT__NOTICE_WHAT_AGENCY_CLOSED;
	telling->notice->place = place;
	telling->about = closed;
	telling->goes_on = next;
}

/* ---- conferences ---- */

/* Minutes that are late are due from when their new convener hears of it. */
static enum err clock_anew(struct conference_work *work)
{
	struct conference *now = &work->now;
	struct calendar calendar;
	struct reckoned due;
	enum err err = conference_clock(work);

	if (err == ERR_OK && now->due_at_us <= work->world->now_us)
		err = calendar_of(work->world, now->convener, &calendar);
	if (err != ERR_OK || now->due_at_us > work->world->now_us)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	due = meetings_minutes_due(work->world->now_us, &calendar);
	now->due_at_us = now->timer_at_us = due.us;
	now->provisional = due.provisional;
	return ERR_OK;
}

/* The new convener first, then all who deal with it from now on. */
static enum err tell_conference(struct conference_telling *telling, const struct conference *conference)
{
	enum err err = conference_tell(telling, conference->convener, conference->id);

	if (err == ERR_OK)
		err = conference_tell_seats(telling, conference);
	telling->entry->conference = conference_after(telling->world, conference, NULL, 0);
	return err == ERR_OK && telling->entry->conference == NULL ? ERR_NOMEM : err;
}

enum err conference_hand_on_decide(struct world *world, uint64_t number, uint32_t closed, const struct naming *named, struct decision *ret_decision)
{
	struct conference_work *work = world_alloc(world, 1, sizeof(*work));
	struct conference_telling telling;
	bool may = false;
	enum err err = work == NULL ? ERR_NOMEM : conference_get(world->txn, number, &work->now);

	decide_nothing(ret_decision);
	if (err == ERR_OK && work->now.convener == closed && work->now.timer_at_us != 0)
		err = judge(world, &work->now, closed, named->agency, &may);
	if (err != ERR_OK || !may)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	work->world = world;
	work->now.convener = named->agency;
	pass_seat(&work->now, closed, named->agency);
	err = clock_anew(work);
	if (err == ERR_OK)
		err = conference_telling_begin(world, &work->now, &telling);
	if (err != ERR_OK)
		return err;
	say_closed(&telling, PARTY(CONVENER), closed, named->agency);
	return settle(&telling, named->entry, tell_conference(&telling, &work->now), ret_decision);
}

/* ---- action items ---- */

struct handing_item {
	struct action_item item;
	struct conference *conference; /* NULL: a purge, or it stands as it did */
	bool owns, convenes; /* what the closed agency did */
};

/* Of a purge nobody takes part but who recalled. */
static enum err judge_purge(struct world *world, const struct action_item *item, uint32_t next, bool *ret_may)
{
	return may_go_on(world, &(struct going_on){ bytes_of(item->case_id, item->has_case ? ID_BYTES : 0), &item->convener, 1 }, next, ret_may);
}

/* It needs a seat to speak of what it took on. */
static enum err judge_item(struct world *world, struct handing_item *handing, uint32_t closed, uint32_t next, bool *ret_may)
{
	struct conference *conference = world_alloc(world, 1, sizeof(*conference));
	const struct seat *seat;
	enum err err = conference == NULL ? ERR_NOMEM : conference_get(world->txn, handing->item.thread, conference);

	if (err == ERR_OK)
		err = judge(world, conference, closed, next, ret_may);
	if (err != ERR_OK || !*ret_may)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	seat = conference_seat(conference, next);
	if (handing->convenes && conference->convener != next)
		*ret_may = false;
	else if (seat == NULL || !seat_is_held(seat))
		handing->conference = conference;
	if (handing->conference != NULL)
		pass_seat(conference, closed, next);
	return ERR_OK;
}

/* Who has a day has that one; who has to answer at once has the time for it. */
static enum err change_item(struct world *world, struct handing_item *handing, uint32_t next)
{
	struct action_item *item = &handing->item;
	bool back = item->state == PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_HANDED_BACK;

	item->owner = handing->owns ? next : item->owner;
	item->convener = handing->convenes ? next : item->convener;
	if (item->purge || (back && handing->convenes))
		return action_item_clock_anew(world, item);
	if (!handing->owns || back || item->clock_from_us == 0)
		return ERR_OK;
	item->steps = 0;
	return action_item_clock(world, item);
}

static enum err tell_item(struct conference_telling *telling, const struct handing_item *handing)
{
	const struct action_item *item = &handing->item;
	enum err err = handing->owns ? conference_tell(telling, item->owner, item->thread_id) : ERR_OK;

	if (err == ERR_OK && handing->owns)
		err = conference_tell(telling, item->convener, item->thread_id);
	if (err == ERR_OK && handing->conference != NULL) {
		telling->entry->conference = conference_after(telling->world, handing->conference, NULL, 0);
		err = telling->entry->conference == NULL ? ERR_NOMEM : ERR_OK;
	}
	return err == ERR_OK ? conference_telling_put(telling, item) : err;
}

enum err action_item_hand_on_decide(struct world *world, uint64_t number, uint32_t closed, const struct naming *named, struct decision *ret_decision)
{
	struct handing_item handing = { 0 };
	struct conference_telling telling;
	bool may = false;
	enum err err = action_item_get(world->txn, number, &handing.item);

	decide_nothing(ret_decision);
	handing.owns = handing.item.owner == closed;
	handing.convenes = handing.item.convener == closed && !handing.item.purge;
	if (err != ERR_OK || handing.item.timer_at_us == 0 || (!handing.owns && !handing.convenes))
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (handing.item.purge)
		err = judge_purge(world, &handing.item, named->agency, &may);
	else
		err = judge_item(world, &handing, closed, named->agency, &may);
	if (err != ERR_OK || !may)
		return err;
	err = change_item(world, &handing, named->agency);
	if (err == ERR_OK)
		err = action_item_telling_begin(world, &handing.item, &telling);
	if (err != ERR_OK)
		return err;
	say_closed(&telling, PARTY(OWNER), closed, named->agency);
	return settle(&telling, named->entry, tell_item(&telling, &handing), ret_decision);
}
