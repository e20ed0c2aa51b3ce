/* SPDX-License-Identifier: Apache-2.0 */
/* broker/note_check.c - rule: a note is about a case, or stands in the thread of what is about none: a request for a place (CAPACITY), or a
 * conference without a case, in which both who writes and who is written to take part.  Whoever takes no part is told that there is no such
 * thread.  Where a place is asked for, nothing tells who needs it, whatever a note rests on. */
#include "broker/note_check.h"

#include "broker/conferences.h"
#include "broker/lookup_legs.h"
#include "broker/submit_check.h"
#include "contract/basis_rules.h"
#include "contract/disclosure.h"

static const struct objection unknown = { .code = PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE, .subject = "thread_id" };

/* ---- requests ---- */

static bool was_asked(const struct leg *legs, size_t count, uint32_t agency)
{
	for (size_t i = 0; i < count; i++)
		if (legs[i].agency == agency || legs[i].acting == agency)
			return true;
	return false;
}

/* A request of one of the two in which the other was asked; ERR_NOT_FOUND: none. */
static enum err request_between(struct world *world, const Pb__View *view, uint32_t sender, uint32_t asked, struct request *ret_request)
{
	struct leg legs[LIMIT_LEGS];
	enum err err = request_by_message(world->txn, view->thread_id.data, sender, ret_request);

	if (err == ERR_OK)
		err = legs_of_request(world->txn, ret_request, legs);
	return err == ERR_OK && !was_asked(legs, ret_request->leg_count, asked) ? ERR_NOT_FOUND : err;
}

static struct objection judge_request(const struct request *request, const Pb__View *view)
{
	if (request->has_case)
		return OBJECT(MALFORMED, .subject = "case_id");
	for (size_t i = 0; i < view->n_parts; i++) {
		struct disclosure_fault fault;
		class_set classes = 0;

		(void)disclosure_set(view->parts[i]->classes, view->parts[i]->n_classes, &classes); /* its form was looked at */
		if (basis_check_classes(PB__BASIS__BASIS_ANONYMOUS, classes, &fault) != ERR_OK)
			return OBJECT(BASIS, .subject = fault.reason);
	}
	return (struct objection){ 0 };
}

/* ---- conferences ---- */

static bool takes_part(const struct conference *conference, uint32_t agency)
{
	const struct seat *seat = conference_seat(conference, agency);

	return agency == conference->convener || (seat != NULL && seat_is_held(seat));
}

static enum err check_conference(struct world *world, const Pb__View *view, uint32_t from, uint32_t to, struct objection *ret_objection)
{
	struct conference *conference = world_alloc(world, 1, sizeof(*conference));
	enum err err = conference == NULL ? ERR_NOMEM : conference_by_id(world->txn, view->thread_id.data, conference);

	if (err == ERR_OK && (!takes_part(conference, from) || !takes_part(conference, to)))
		err = ERR_NOT_FOUND;
	if (err != ERR_OK) {
		*ret_objection = unknown;
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	*ret_objection = conference->has_case ? OBJECT(MALFORMED, .subject = "case_id") : (struct objection){ 0 };
	return ERR_OK;
}

static enum err check_view(struct world *world, const Pb__View *view, uint32_t from, struct objection *ret_objection)
{
	uint32_t to = registry_by_address(world->registry, bytes_of_text(view->recipient))->number;
	struct request request;
	enum err err = request_between(world, view, from, to, &request);

	if (err == ERR_NOT_FOUND)
		err = request_between(world, view, to, from, &request);
	if (err == ERR_NOT_FOUND)
		return check_conference(world, view, from, to, ret_objection);
	if (err == ERR_OK)
		*ret_objection = judge_request(&request, view);
	return err;
}

enum err note_check(struct world *world, const struct signer *signer, struct objection *ret_objection)
{
	const Pb__View *first = submit_view(signer, 0);
	enum err err = ERR_OK;

	*ret_objection = (struct objection){ 0 };
	if (first->kind != PB__KIND__KIND_NOTE || first->case_id.len != 0)
		return ERR_OK;
	for (size_t i = 0; err == ERR_OK && ret_objection->code == 0 && i < signer->order->statement_count; i++)
		err = check_view(world, submit_view(signer, i), signer->agency->number, ret_objection);
	return err;
}
