/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_seats.c - who takes part: seats, answers, and that nothing goes to who has none. */
#include "broker/conference_act.h"
#include "broker/rows_cases.h"
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

static bool is_own(const Pb__View *view)
{
	return view->conference_act != NULL && view->conference_act->action == A(PROPOSE) && view->thread_id.len == 0 &&
	       bytes_equal(bytes_of_pb(view->basis->meeting_id), bytes_of_pb(view->message_id));
}

static bool delegates_to_recipient(const Pb__View *view)
{
	return view->conference_act != NULL && view->conference_act->action == A(ANSWER) && view->conference_act->answer == W(DELEGATED) &&
	       bytes_equal(bytes_of_pb(view->basis->meeting_id), bytes_of_pb(view->thread_id)) &&
	       strcmp(view->conference_act->next_agency, view->recipient) == 0;
}

/* To who never sat there, or is kept out of its case by now, it is none: neither its kind, its law nor how it stands. */
static enum err is_not_told(struct txn *txn, const char *address, const struct meeting_of *meeting, bool *ret_hidden)
{
	*ret_hidden = !meeting->a_knows;
	if (!meeting->a_knows || !meeting->has_case)
		return ERR_OK;
	return kept_out_of(txn, bytes_of_text(address), bytes_of(meeting->case_id, ID_BYTES), ret_hidden);
}

enum err conference_meeting_of_view(struct txn *txn, const Pb__View *view, uint32_t a, uint32_t b, struct meeting_of *ret_meeting)
{
	bool hidden = false;
	enum err err;

	*ret_meeting = (struct meeting_of){ 0 };
	if (view->basis->meeting_id.len != ID_BYTES)
		return ERR_OK;
	if (is_own(view)) {
		*ret_meeting = (struct meeting_of){ { true, view->conference_act->kind, PB__CONFERENCE_STATE__CONFERENCE_STATE_PROPOSED,
						      view->conference_act->law }, true, true, true, false, { 0 } };
		return ERR_OK;
	}
	err = conference_meeting_of(txn, view->basis->meeting_id.data, a, b, ret_meeting);
	if (err == ERR_OK)
		err = is_not_told(txn, view->sender, ret_meeting, &hidden);
	if (hidden)
		*ret_meeting = (struct meeting_of){ 0 };
	if (err == ERR_OK && ret_meeting->a_member && delegates_to_recipient(view))
		ret_meeting->b_member = true;
	return err;
}
