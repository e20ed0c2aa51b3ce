/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_seats.c - who takes part: seats, answers, and that nothing goes to who has none. */
#include "broker/conference_act.h"
#include "broker/told.h"

#define W(name) PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_##name
#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name

void conference_seat_all(struct conference_work *work)
{
	struct conference *now = &work->now;

	now->seats[now->seat_count++] = (struct seat){ .agency = now->convener, .answer = W(ACCEPTED) };
	for (size_t i = 0; i < work->entry->n_recipients; i++)
		if (work->entry->recipients[i]->agency != now->convener)
			now->seats[now->seat_count++] = (struct seat){ .agency = work->entry->recipients[i]->agency };
}

void conference_seats_forget(struct conference *conference)
{
	for (size_t i = 0; i < conference->seat_count; i++)
		if (seat_is_held(&conference->seats[i]) && conference->seats[i].agency != conference->convener)
			conference->seats[i].answer = W(UNSPECIFIED);
}

static struct seat *seat_of(struct conference *conference, uint32_t agency)
{
	return (struct seat *)(uintptr_t)conference_seat(conference, agency);
}

/* The seat passes to an agency that has none yet, which hears of it by a View of its own: that View's basis was found to cover it, or
 * rests on the meeting whose member it becomes. */
static enum err delegate(struct conference_work *work, struct seat *seat)
{
	struct conference *now = &work->now;
	uint32_t next = conference_address(work, work->act->next_agency);

	if (next == 0)
		work->objection = OBJECT(UNKNOWN_AGENCY, .subject = work->act->next_agency);
	else if (conference_seat(now, next) != NULL || seat->agency == now->convener)
		work->objection = OBJECT(MALFORMED, .subject = "conference_act.next_agency");
	else if (!conference_told_by_view(work, next))
		work->objection = OBJECT(MALFORMED, .subject = "recipient");
	else if (now->seat_count == CONFERENCE_SEATS_MAX)
		work->objection = OBJECT(TOO_MANY, .subject = "seats", .value = CONFERENCE_SEATS_MAX + 1, .bound = CONFERENCE_SEATS_MAX);
	if (work->objection.code != 0)
		return ERR_OK;
	seat->answer = W(DELEGATED);
	seat->delegated_to = next;
	now->seats[now->seat_count++] = (struct seat){ .agency = next };
	return ERR_OK;
}

enum err conference_answer(struct conference_work *work)
{
	struct seat *seat = seat_of(&work->now, work->signer->agency->number);

	if (work->act->answer == W(DELEGATED))
		return delegate(work, seat);
	seat->answer = work->act->answer;
	return ERR_OK;
}

/* Who is asked for a date may have declined the one before; what is said in the conference is for those who take part. */
static bool may_have(const struct conference_work *work, const struct seat *seat)
{
	switch (work->act->action) {
	case A(MATERIALS):
	case A(MINUTES):
	case A(DISSENT):
		return seat_takes_part(seat) || seat->agency == work->now.convener;
	default:
		return seat_is_held(seat);
	}
}

void conference_check_recipients(struct conference_work *work)
{
	uint32_t convener = work->now.convener;

	for (size_t i = 0; i < work->entry->n_recipients; i++) {
		const struct seat *seat = conference_seat(&work->now, work->entry->recipients[i]->agency);

		if (seat == NULL || !may_have(work, seat)) {
			work->objection = OBJECT(BASIS, .subject = "recipient_no_member");
			return;
		}
	}
	if (!conference_told_by_view(work, convener))
		work->objection = OBJECT(MALFORMED, .subject = "recipient");
}
