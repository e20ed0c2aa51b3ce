/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_timer.c - rule: silence is never an end, and nobody finds out late.  While an answer is owed its holder is reminded, then the
 * sender told, then the coordinator; at the last step the leg lapses, or ends undeliverable when nobody was ever handed it.  Danger to life
 * raises its alarm again and again.  What was taken owes a word: its holder is reminded when that is due and the sender told, and so every
 * five business days, from the second time on the coordinator too. */
#include "broker/leg_event.h"
#include "broker/leg_event_draft.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define BROKER PB__PARTY__PARTY_BROKER

static enum err tell_times(struct leg_event *event, uint32_t agency, Pb__NoticeWhat what)
{
	Pb__SiteNotice notice;

	pb__site_notice__init(&notice);
	notice.what = what;
	notice.times = event->leg->steps;
	return tell(&event->telling, agency, event->leg, &notice);
}

static uint32_t coordinator(const struct leg_event *event)
{
	return coordinator_of(event->world, leg_clock_agency(event->leg));
}

static Pb__NoticeWhat reminder(const struct leg *leg)
{
	return leg->state == PB__LEG_STATE__LEG_STATE_AWAITING_SEAL ? NOTICE(SEAL_DUE) : NOTICE(ANSWER_DUE);
}

static enum err alarm_all(struct leg_event *event)
{
	enum err err = tell_times(event, leg_holder_agency(event->leg), NOTICE(ALARM));

	if (err == ERR_OK)
		err = tell_times(event, event->leg->agency, NOTICE(ALARM));
	if (err == ERR_OK)
		err = tell_times(event, event->leg->asker, NOTICE(ALARM));
	return err == ERR_OK ? tell_times(event, coordinator(event), NOTICE(ALARM)) : err;
}

static enum err tell_step(struct leg_event *event, enum deadline_kind kind)
{
	bool danger = event->leg->urgency == PB__URGENCY__URGENCY_DANGER;

	switch (kind) {
	case DEADLINE_REMIND_HOLDER:
		return tell_times(event, leg_holder_agency(event->leg), reminder(event->leg));
	case DEADLINE_TELL_SENDER:
		return tell_times(event, event->leg->asker, NOTICE(ANSWER_OVERDUE));
	case DEADLINE_TELL_COORDINATOR:
		return tell_times(event, coordinator(event), danger ? NOTICE(DANGER) : NOTICE(SILENT));
	case DEADLINE_REPEAT:
	default:
		return alarm_all(event);
	}
}

/* It ends, and comes back to who asked. */
static enum err lapse(struct leg_event *event)
{
	bool undelivered = leg_is_dead_letter(event->leg);
	uint32_t hears = coordinator(event);
	Pb__NoticeWhat what = undelivered ? NOTICE(UNDELIVERABLE) : NOTICE(LAPSED);
	enum err err;

	if (undelivered)
		err = leg_event_act(event, A(EXPIRE), BROKER, NEED_DEAD_LETTER, PB__REASON__REASON_UNDELIVERED);
	else
		err = leg_event_act(event, A(LAPSE), BROKER, NEED_LAST_ESCALATION, PB__REASON__REASON_SILENCE);
	if (err == ERR_OK)
		err = tell_plain(&event->telling, event->leg->asker, event->leg, what);
	return err == ERR_OK ? tell_plain(&event->telling, hears, event->leg, what) : err;
}

static enum err advance(struct leg_event *event)
{
	enum err err = leg_clock_advance(event->world, event->leg);

	return err == ERR_OK ? leg_change_after(event->world, event->leg, A(UNSPECIFIED), &event->after) : err;
}

static enum err answer_step(struct leg_event *event)
{
	struct deadline step;
	enum err err = leg_clock_step(event->world, event->leg, &step);

	if (err != ERR_OK)
		return err;
	if (step.kind == DEADLINE_LAPSE)
		return lapse(event);
	err = tell_step(event, step.kind);
	return err == ERR_OK ? advance(event) : err;
}

static enum err word_step(struct leg_event *event)
{
	enum err err = tell_times(event, leg_holder_agency(event->leg), NOTICE(WORD_DUE));

	if (err == ERR_OK)
		err = tell_times(event, event->leg->asker, NOTICE(WORD_OVERDUE));
	if (err == ERR_OK && event->leg->steps > 0)
		err = tell_times(event, coordinator(event), NOTICE(WORD_OVERDUE));
	return err == ERR_OK ? advance(event) : err;
}

enum err leg_timer_decide(struct world *world, uint64_t leg, struct decision *ret_decision)
{
	struct leg_event event;
	enum err err = leg_event_begin(world, leg, &event);

	if (err == ERR_OK && event.leg->timer_at_us == 0)
		err = ERR_CORRUPT; /* an ended leg has none */
	if (err == ERR_OK)
		err = event.leg->clock == PB__CLOCK_KIND__CLOCK_KIND_ANSWER ? answer_step(&event) : word_step(&event);
	if (err == ERR_OK)
		err = leg_event_end(&event, ret_decision);
	return err == ERR_REFUSED ? ERR_CORRUPT : err;
}
