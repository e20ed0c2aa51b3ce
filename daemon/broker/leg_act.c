/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_act.c - rule: what sender and recipient do to the legs of a request, as the table of request_states.h has it.
 *
 * A recipient's act is one View to who asked, and concerns its own leg of that request, or one that it holds for an agency that closed.
 * A sender's act may be several Views, each for the leg of its recipient, and takes effect whole.  Who takes no part in the request is told
 * that there is none.  The first acceptance of a request to any one wins: others are refused from that moment on, also before they are told. */
#include "broker/basis_check.h"
#include "broker/leg_choice.h"
#include "broker/leg_parts.h"
#include "broker/requests.h"
#include "broker/submit_check.h"
#include "contract/civil_time.h"
#include "contract/request_standing.h"
#include "contract/state_refusal.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define IN(name) (UINT32_C(1) << A(name))
#define SENDERS (IN(ANSWER) | IN(WITHDRAW) | IN(SEAL))
#define RECIPIENTS                                                                                                                    \
	(IN(SEEN) | IN(ASK) | IN(ACCEPT) | IN(DECLINE) | IN(REDIRECT) | IN(START) | IN(REPORT) | IN(HOLD) | IN(RESUME) | IN(COMPLETE))

/* One message's acts. */
struct acting {
	struct world *world;
	const struct signer *signer;
	const Pb__LegAct *said;
	Pb__Party by;
	struct leg_change change;
	struct telling telling;
	int32_t day;                      /* LEG_NO_DAY: none given */
	const struct registry_agency *next; /* that the act names; NULL: none */
};

/* ---- what is said ---- */

static struct objection check_form(const struct signer *signer, Pb__Party *ret_by)
{
	const Pb__LegAct *said = submit_view(signer, 0)->leg_act;
	size_t views = signer->order->statement_count;

	if (!transition_set_has(SENDERS | RECIPIENTS, (unsigned)said->action))
		return OBJECT(MALFORMED, .subject = "leg_act.action", .value = said->action);
	*ret_by = transition_set_has(SENDERS, (unsigned)said->action) ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_RECIPIENT;
	if (views > 1 && said->action != A(WITHDRAW) && said->action != A(ANSWER))
		return OBJECT(TOO_MANY, .subject = "recipients", .value = (int64_t)views, .bound = 1);
	if (views > 1 && said->leg != 0) /* each View has another */
		return OBJECT(MALFORMED, .subject = "leg_act.leg");
	if (said->purge && views > LEGS_RECALLED_MAX)
		return OBJECT(TOO_MANY, .subject = "recipients", .value = (int64_t)views, .bound = LEGS_RECALLED_MAX);
	if (said->action == A(SEAL) && submit_view(signer, 0)->n_parts == 0)
		return OBJECT(MALFORMED, .subject = "parts");
	return (struct objection){ 0 };
}

/* Whether the day that is given can be meant. */
static bool day_fits(Pb__LegAction action, int32_t day, int32_t today)
{
	if (action == A(START))
		return day <= today && day >= today - DEADLINES_REPORT_DAYS_MAX;
	return day >= today && day <= today + DEADLINES_REPORT_DAYS_MAX;
}

static enum err read_day(struct acting *acting, struct objection *ret_objection)
{
	const char *on = acting->said->on;
	int32_t day, today;
	enum err err;

	acting->day = LEG_NO_DAY;
	if (on[0] == '\0')
		return ERR_OK;
	err = leg_today(acting->world, acting->signer->agency->number, &today);
	if (err != ERR_OK)
		return err;
	if (civil_day_parse(bytes_of_text(on), &day) != ERR_OK || !day_fits(acting->said->action, day, today))
		*ret_objection = OBJECT(MALFORMED, .subject = "leg_act.on");
	else
		acting->day = day;
	return ERR_OK;
}

/* Who is named must be somebody whom both ends may know of; who is to have it next must be there to have it. */
static struct objection read_next(struct acting *acting)
{
	const struct world *world = acting->world;
	char *address = acting->said->next_agency;
	const struct registry_agency *sender = registry_agency(world->registry, acting->change.request.sender);
	const struct registry_agency *next;

	if (address[0] == '\0')
		return (struct objection){ 0 };
	next = registry_by_address(world->registry, bytes_of_text(address));
	if (next == NULL || next->closed || sender == NULL || !registry_may_correspond(acting->signer->agency, next) ||
	    !registry_may_correspond(sender, next))
		return OBJECT(UNKNOWN_AGENCY, .subject = address);
	acting->next = next;
	if (acting->said->action != A(REDIRECT))
		return (struct objection){ 0 };
	if (next->device_count == 0)
		return OBJECT(NOT_ENROLLED, .subject = address);
	if ((next->kinds & UINT32_C(1) << PB__KIND__KIND_REQUEST) == 0)
		return OBJECT(KIND_NOT_TAKEN, .subject = address);
	return (struct objection){ 0 };
}

static struct objection guard_redirect(const struct acting *acting)
{
	const struct leg_change *change = &acting->change;
	size_t pending = leg_change_pending(change);
	unsigned redirects = (unsigned)(request_redirects(change->legs, change->count) + pending);
	uint32_t had_leg[2 * LIMIT_LEGS]; /* and those that are about to have one */
	enum redirect_fault fault;
	size_t count = 0;

	if (acting->said->action != A(REDIRECT) || acting->next == NULL)
		return (struct objection){ 0 };
	for (size_t i = 0; i < change->count; i++) {
		had_leg[count++] = change->legs[i].agency;
		if (change->legs[i].state == PB__LEG_STATE__LEG_STATE_REDIRECTED)
			had_leg[count++] = change->legs[i].next_agency;
	}
	fault = redirect_guard(acting->next->number, change->request.sender, had_leg, count, redirects);
	if (fault == REDIRECT_OK && change->count + pending >= LIMIT_LEGS)
		fault = REDIRECT_TOO_MANY;
	if (fault == REDIRECT_OK)
		return (struct objection){ 0 };
	return OBJECT(REDIRECT, .subject = redirect_fault_word(fault), .value = redirects, .bound = REDIRECTS_MAX);
}

/* ---- whose it is ---- */

/* Which of the request's legs that agency's word, or a word to it, is for; subjects name the field alone. */
static struct objection find_leg(const struct acting *acting, uint32_t agency, size_t *ret_at)
{
	const struct leg_chooser chooser = { acting->change.legs, acting->change.count, acting->said->action, acting->by, acting->said->leg };
	size_t fit = 0;

	switch (leg_choose(&chooser, agency, ret_at, &fit)) {
	case LEG_CHOSEN:
		return (struct objection){ 0 };
	case LEG_UNSAID:
		return OBJECT(WHICH_LEG, .subject = "leg_act.leg", .value = (int64_t)fit);
	case LEG_HELD:
		return OBJECT(HELD_BY_ANOTHER, .subject = address_for(acting->world, acting->signer->agency->number,
								      acting->change.legs[*ret_at].acting));
	case LEG_NOT_THERE:
	default:
		return OBJECT(UNKNOWN_MESSAGE, .subject = "thread_id");
	}
}

/* To who takes no part in it, it is not there: before anything else is said of it. */
static enum err find_request(struct acting *acting, struct objection *ret_objection)
{
	const Pb__View *view = submit_view(acting->signer, 0);
	const struct registry_agency *recipient = registry_by_address(acting->world->registry, bytes_of_text(view->recipient));
	uint32_t sender = acting->by == PB__PARTY__PARTY_SENDER ? acting->signer->agency->number : recipient->number;
	struct request found;
	size_t at = 0;
	enum err err;

	*ret_objection = OBJECT(UNKNOWN_MESSAGE, .subject = "thread_id");
	if (view->thread_id.len != MESSAGE_ID_BYTES)
		return ERR_OK;
	err = request_by_asker(acting->world->txn, view->thread_id.data, sender, &found);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	err = leg_change_read(acting->world, found.request, &acting->change);
	if (err != ERR_OK)
		return err;
	*ret_objection = acting->by == PB__PARTY__PARTY_SENDER ? (struct objection){ 0 } : find_leg(acting, acting->signer->agency->number, &at);
	return ERR_OK;
}

/* What the View says of the request must be so. */
static struct objection check_view(const struct acting *acting, const Pb__View *view)
{
	const struct request *request = &acting->change.request;
	struct bytes case_id = bytes_of(request->case_id, request->has_case ? CASE_ID_BYTES : 0);

	if (!bytes_equal(bytes_of_pb(view->case_id), case_id))
		return OBJECT(MALFORMED, .subject = "case_id");
	if (view->ask != PB__ASK__ASK_UNSPECIFIED && view->ask != request->ask)
		return OBJECT(MALFORMED, .subject = "ask");
	if (view->urgency == PB__URGENCY__URGENCY_DANGER && request->urgency != PB__URGENCY__URGENCY_DANGER)
		return OBJECT(MALFORMED, .subject = "urgency"); /* it would go ahead of what is */
	if (acting->said->action == A(SEAL) && acting->said->next_agency[0] != '\0' &&
	    strcmp(acting->said->next_agency, view->recipient) != 0)
		return OBJECT(MALFORMED, .subject = "leg_act.next_agency");
	return (struct objection){ 0 };
}

/* ---- the acts ---- */

static uint32_t given(const struct acting *acting, const Pb__View *view)
{
	uint32_t given = NEED_BASIS; /* the sender's sealing is a submission: its basis is judged there */

	if (view->n_parts > 0)
		given |= NEED_QUESTION | NEED_WORD;
	if (acting->next != NULL)
		given |= NEED_NEXT_AGENCY | NEED_SUGGESTION;
	if (acting->said->none_known)
		given |= NEED_SUGGESTION;
	if (acting->day != LEG_NO_DAY)
		given |= NEED_FIRST_CONTACT | NEED_REVIEW_DATE;
	return given;
}

static enum err object(struct world *world, const struct transition_refusal *refused, struct objection *ret_objection)
{
	Pb__Refusal refusal;
	char *subject = world_alloc(world, STATE_SUBJECT, 1);

	pb__refusal__init(&refusal);
	if (subject == NULL)
		return ERR_NOMEM;
	state_refusal_put(refused, subject, &refusal);
	*ret_objection = (struct objection){ refusal.code, subject, refusal.value, refusal.bound };
	return ERR_OK;
}

/* Who never heard of a request does not hear of its withdrawal either: it would learn of the case by that alone. */
static enum err is_silent(struct world *world, const struct leg *leg, Pb__LegAction action, bool *ret_silent)
{
	bool heard = true;
	enum err err = action == A(WITHDRAW) ? leg_was_heard_of(world, leg, &heard) : ERR_OK;

	*ret_silent = action == A(SEEN) || !heard;
	return err;
}

static enum err act_on(struct acting *acting, const Pb__View *view, size_t at, Pb__SubmitEntry__Recipient *recipient,
		       struct objection *ret_objection)
{
	struct leg *leg = &acting->change.legs[at];
	struct leg_act act = {
		.action = acting->said->action,
		.by = acting->by,
		.given = given(acting, view),
		.reason = acting->said->reason,
		.outcome = acting->said->outcome,
	};
	struct transition_refusal refused;
	bool silent;
	enum err err = is_silent(acting->world, leg, act.action, &silent);

	if (err == ERR_OK)
		err = leg_change_act(acting->world, &acting->change, at, &act, acting->day, &recipient->leg, &refused);
	if (err == ERR_REFUSED)
		return object(acting->world, &refused, ret_objection);
	if (err != ERR_OK)
		return err;
	recipient->silent = silent || recipient->agency == acting->signer->agency->number; /* it acts for who asked, too */
	if (acting->next != NULL && !leg_is_open(leg->state)) {
		leg->next_agency = acting->next->number;
		recipient->leg->next_agency = leg->next_agency;
	}
	return act.action == A(ACCEPT) ? leg_parts_release(acting->world, leg, &acting->telling) : ERR_OK;
}

static enum err act_on_each(struct acting *acting, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && ret_objection->code == 0 && i < entry->n_recipients; i++) {
		const Pb__View *view = submit_view(acting->signer, i);
		uint32_t party = acting->by == PB__PARTY__PARTY_SENDER ? entry->recipients[i]->agency : acting->signer->agency->number;
		size_t at = 0;

		*ret_objection = check_view(acting, view);
		if (ret_objection->code == 0)
			*ret_objection = find_leg(acting, party, &at);
		if (ret_objection->code == 0)
			err = act_on(acting, view, at, entry->recipients[i], ret_objection);
	}
	return err;
}

static enum err check_basis(const struct acting *acting, struct objection *ret_objection)
{
	size_t at = 0;

	if (acting->by == PB__PARTY__PARTY_SENDER || find_leg(acting, acting->signer->agency->number, &at).code != 0)
		return ERR_OK;
	return basis_check_redirect(acting->world, submit_view(acting->signer, 0), acting->change.legs[at].item, ret_objection);
}

static enum err read_said(struct acting *acting, struct objection *ret_objection)
{
	enum err err = find_request(acting, ret_objection);

	if (err == ERR_OK && ret_objection->code == 0)
		err = read_day(acting, ret_objection);
	if (err != ERR_OK || ret_objection->code != 0)
		return err;
	*ret_objection = read_next(acting);
	if (ret_objection->code == 0)
		*ret_objection = guard_redirect(acting);
	return ret_objection->code != 0 ? ERR_OK : check_basis(acting, ret_objection);
}

enum err leg_act_decide(struct world *world, const struct signer *signer, Pb__SubmitEntry *entry, struct objection *ret_objection)
{
	struct acting acting = { .world = world, .signer = signer, .said = submit_view(signer, 0)->leg_act };
	enum err err;

	*ret_objection = check_form(signer, &acting.by);
	if (ret_objection->code != 0)
		return ERR_OK;
	err = read_said(&acting, ret_objection);
	if (err != ERR_OK || ret_objection->code != 0)
		return err;
	telling_begin(world, &acting.change.request, entry->n_recipients, &acting.telling);
	err = act_on_each(&acting, entry, ret_objection);
	if (err == ERR_OK && ret_objection->code == 0)
		err = leg_change_settle(world, &acting.change, &acting.telling, &entry->request);
	if (err == ERR_OK)
		err = telling_list(&acting.telling, &entry->told, &entry->n_told);
	if (err == ERR_OK && ret_objection->code == 0 && acting.said->purge && acting.said->action == A(WITHDRAW))
		err = leg_parts_recall(world, &acting.change, entry);
	return err;
}
