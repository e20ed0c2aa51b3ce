/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/request_legs.c - see requests.h: which legs an act concerns, and whether the table of states admits it. */
#include <string.h>

#include "contract/json.h"
#include "contract/request_states.h"
#include "contract/state_refusal.h"
#include "contract/vocabulary_texts.h"
#include "libtsunagi/requests.h"

static bool is_self(const struct tsg_client *client, const char *address)
{
	return strcmp(address, client->bundle->address) == 0;
}

static bool names(const struct tsg_client *client, const char *text, const char *address)
{
	size_t len = strlen(text);

	return strcmp(text, address) == 0 || (strncmp(text, address, len) == 0 && address[len] == '@' && strcmp(address + len + 1, client->bundle->site) == 0);
}

static bool wants(const struct tsg_client *client, const json_t *to, const char *address)
{
	const char *text = json_string_value(to);

	if (to == NULL)
		return true;
	if (text != NULL)
		return names(client, text, address);
	for (size_t i = 0; i < json_array_size(to); i++) {
		text = json_string_value(json_array_get(to, i));
		if (text != NULL && names(client, text, address))
			return true;
	}
	return false;
}

static bool done_by(Pb__LegAction action, Pb__Party by)
{
	for (size_t i = 0; i < leg_table.count; i++)
		if (leg_table.rows[i].action == (unsigned)action && leg_table.rows[i].by == by)
			return true;
	return false;
}

static bool is_held(const struct tsg_client *client, const Pb__LegShown *leg)
{
	return leg->holder == PB__PARTY__PARTY_COORDINATOR && is_self(client, leg->holder_agency);
}

/* A leg on which we act as who was asked: our own, or one of a closed agency that we hold for it. */
static bool is_ours(const struct tsg_client *client, const Pb__LegShown *leg)
{
	return is_self(client, leg->to) || is_held(client, leg);
}

static bool recipient_may(const Pb__LegShown *leg, Pb__LegAction action)
{
	return transition_set_has(leg_actions_allowed(leg->state, PB__PARTY__PARTY_RECIPIENT), (unsigned)action);
}

/* The likeliest of those; the broker chooses alike. */
static const Pb__LegShown *own_leg(const struct tsg_client *client, const struct request_found *found, const struct request_wish *wish)
{
	const Pb__LegShown *likeliest = NULL;
	unsigned most = 0;

	for (size_t i = 0; i < found->count; i++) {
		const Pb__LegShown *leg = found->legs[i];
		bool meant = is_ours(client, leg) && (wish->in_place_of == NULL || names(client, wish->in_place_of, leg->to));
		unsigned likely = meant ? 1u + is_self(client, leg->to) + 2u * leg_is_open(leg->state) + 4u * recipient_may(leg, wish->action) : 0;

		likeliest = likely > most ? leg : likeliest;
		most = likely > most ? likely : most;
	}
	return likeliest;
}

/* TSG_OK when the leg admits it; else the failure in the words that the broker's refusal would have. */
static int judge(struct tsg_client *client, const Pb__LegShown *leg, const struct request_wish *wish, Pb__Party by)
{
	const struct leg_act act = { .state = leg->state,
				     .holder = leg->holder,
				     .action = wish->action,
				     .by = by,
				     .given = wish->given | NEED_BASIS,
				     .reason = wish->reason,
				     .outcome = wish->outcome };
	struct transition_refusal refused;
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	char subject[STATE_SUBJECT];
	struct leg_step step;

	if (leg_decide(&act, &step, &refused) == ERR_OK)
		return TSG_OK;
	state_refusal_put(&refused, subject, &refusal);
	return failure_refused(&client->failure, &refusal);
}

static bool admits(const Pb__LegShown *leg, const struct request_wish *wish)
{
	return transition_set_has(leg_actions_allowed(leg->state, PB__PARTY__PARTY_SENDER), (unsigned)wish->action);
}

/* A name that no leg has is a slip of the pen, not an act on fewer. */
static const char *not_asked(const struct tsg_client *client, const struct request_found *found, const json_t *to)
{
	for (size_t i = 0; i < (json_is_string(to) ? 1 : json_array_size(to)); i++) {
		const char *text = json_string_value(json_is_string(to) ? to : json_array_get(to, i));
		bool there = false;

		for (size_t k = 0; text != NULL && k < found->count; k++)
			there |= names(client, text, found->legs[k]->to);
		if (text != NULL && !there)
			return text;
	}
	return NULL;
}

/* What is kept may be behind: then the broker alone can say whether it is still allowed. */
static int judge_unless_kept(struct tsg_client *client, const struct request_found *found, const Pb__LegShown *leg, const struct request_wish *wish,
			     Pb__Party by)
{
	return found->kept ? TSG_OK : judge(client, leg, wish, by);
}

/* ---- which of several ---- */

static void put_names(const struct request_concerned *choice, struct buf *out)
{
	for (size_t i = 0; i < choice->count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		buf_put_text(out, choice->legs[i]->to);
	}
}

static int tell_choice(struct tsg_client *client, const struct request_found *found, const struct request_concerned *choice)
{
	struct buf list;
	int result = TSG_OK;

	buf_init(&list, 8192);
	put_names(choice, &list);
	result = failure_tell(&client->failure, PROBLEM_WHICH_LEG, buf_text(&list), found->text);
	buf_free(&list);
	return result;
}

/* Of those on which we act as who was asked: where several admit the act and none is named, nobody is left to guess. */
static int refuse_to_guess(struct tsg_client *client, const struct request_found *found, const struct request_wish *wish)
{
	struct request_concerned choice = { .count = 0 };

	for (size_t i = 0; wish->in_place_of == NULL && i < found->count; i++)
		if (is_ours(client, found->legs[i]) && recipient_may(found->legs[i], wish->action))
			choice.legs[choice.count++] = found->legs[i];
	return choice.count > 1 ? tell_choice(client, found, &choice) : TSG_OK;
}

/* Nor of those that one agency holds, of all that we asked: one message to it is for one of them. */
static int refuse_same_holder(struct tsg_client *client, const struct request_found *found, const struct request_concerned *concerned)
{
	for (size_t i = 0; i < concerned->count; i++) {
		struct request_concerned choice = { .count = 0 };

		for (size_t k = 0; k < concerned->count; k++)
			if (strcmp(request_reached_at(concerned->legs[i]), request_reached_at(concerned->legs[k])) == 0)
				choice.legs[choice.count++] = concerned->legs[k];
		if (choice.count > 1)
			return tell_choice(client, found, &choice);
	}
	return TSG_OK;
}

static int legs_of_sender(struct tsg_client *client, const struct request_found *found, const struct request_wish *wish,
			  struct request_concerned *concerned)
{
	const char *stranger = not_asked(client, found, wish->to);
	const Pb__LegShown *fallback = NULL;
	int result = TSG_OK;

	if (stranger != NULL)
		return failure_tell(&client->failure, PROBLEM_NO_LEG, stranger, found->text);
	for (size_t i = 0; i < found->count; i++) {
		if (!wants(client, wish->to, found->legs[i]->to))
			continue;
		fallback = fallback == NULL || leg_is_open(found->legs[i]->state) ? found->legs[i] : fallback;
		if (wish->to != NULL || admits(found->legs[i], wish) || (found->kept && leg_is_open(found->legs[i]->state)))
			concerned->legs[concerned->count++] = found->legs[i];
	}
	if (concerned->count == 0)
		return judge(client, fallback, wish, PB__PARTY__PARTY_SENDER);
	for (size_t i = 0; i < concerned->count && result == TSG_OK; i++)
		result = judge_unless_kept(client, found, concerned->legs[i], wish, PB__PARTY__PARTY_SENDER);
	return result == TSG_OK ? refuse_same_holder(client, found, concerned) : result;
}

int requests_legs(struct tsg_client *client, const struct request_found *found, const struct request_wish *wish, struct request_concerned *ret_concerned)
{
	const Pb__LegShown *own = own_leg(client, found, wish);
	bool by_recipient = own != NULL && (!found->ours || done_by(wish->action, PB__PARTY__PARTY_RECIPIENT));

	int result = TSG_OK;

	*ret_concerned = (struct request_concerned){ .by = by_recipient ? PB__PARTY__PARTY_RECIPIENT : PB__PARTY__PARTY_SENDER };
	if (!by_recipient && (!found->ours || wish->in_place_of != NULL))
		return failure_tell(&client->failure, PROBLEM_NO_LEG, wish->in_place_of != NULL ? wish->in_place_of : client->bundle->address, found->text);
	if (!by_recipient)
		return legs_of_sender(client, found, wish, ret_concerned);
	ret_concerned->legs[ret_concerned->count++] = own;
	result = refuse_to_guess(client, found, wish);
	return result != TSG_OK ? result : judge_unless_kept(client, found, own, wish, PB__PARTY__PARTY_RECIPIENT);
}

/* ---- closing the whole ---- */

struct request_standing request_standing_found(const struct request_found *found)
{
	Pb__LegState states[REQUEST_LEGS_MAX];

	for (size_t i = 0; i < found->count; i++)
		states[i] = found->legs[i]->state;
	return request_standing_of(found->legs[0]->take, states, found->count, found->legs[0]->closed_with);
}

static void put_closing_outcomes(struct buf *out)
{
	const ProtobufCEnumDescriptor *list = &pb__outcome__descriptor;

	for (unsigned i = 0; i < list->n_values; i++)
		if (request_outcome_fits((Pb__Outcome)list->values[i].value)) {
			buf_put_text(out, out->len == 0 ? "" : ", ");
			buf_put_text(out, json_word(list, list->values[i].value));
		}
}

static void put_open_agencies(const struct request_found *found, struct buf *out)
{
	for (size_t i = 0; i < found->count; i++)
		if (leg_is_open(found->legs[i]->state)) {
			buf_put_text(out, out->len == 0 ? "" : ", ");
			buf_put_text(out, found->legs[i]->to);
		}
}

static int tell_close(struct tsg_client *client, const struct request_found *found, enum request_close_fault fault, Pb__Outcome outcome)
{
	const char *word = outcome == PB__OUTCOME__OUTCOME_UNSPECIFIED ? NULL : json_word(&pb__outcome__descriptor, (int)outcome);
	Pb__RequestState state = request_standing_found(found).state;
	struct buf text;
	int result = TSG_OK;

	buf_init(&text, 8192);
	if (fault == REQUEST_CLOSE_OUTCOME) {
		put_closing_outcomes(&text);
		result = failure_tell(&client->failure, PROBLEM_REQUEST_OUTCOME, word, buf_text(&text));
	} else if (fault == REQUEST_CLOSE_LEGS_OPEN) {
		put_open_agencies(found, &text);
		result = failure_tell(&client->failure, PROBLEM_LEGS_OPEN, buf_text(&text), found->text);
	} else {
		result = failure_tell(&client->failure, PROBLEM_REQUEST_OVER,
				      vocabulary_text(&pb__request_state__descriptor, (int)state, language_of_environment()), NULL);
	}
	buf_free(&text);
	return result;
}

int request_may_close(struct tsg_client *client, const struct request_found *found, Pb__Outcome outcome)
{
	struct request_standing standing = request_standing_found(found);
	Pb__LegState states[REQUEST_LEGS_MAX];
	enum request_close_fault fault = REQUEST_CLOSE_OK;
	struct buf allowed;
	int result = TSG_OK;

	if (!found->ours) {
		uint32_t set = leg_actions_allowed(found->legs[0]->state, PB__PARTY__PARTY_RECIPIENT);

		buf_init(&allowed, 4096);
		vocabulary_put_set(&pb__leg_action__descriptor, set, language_of_environment(), &allowed);
		result = failure_tell(&client->failure, PROBLEM_NOT_THE_SENDER, found->legs[0]->from, allowed.len == 0 ? "-" : buf_text(&allowed));
		buf_free(&allowed);
		return result;
	}
	for (size_t i = 0; i < found->count; i++)
		states[i] = found->legs[i]->state;
	fault = request_close_check(&standing, states, found->count, outcome);
	if (found->kept && fault != REQUEST_CLOSE_OUTCOME)
		fault = request_outcome_fits(outcome) ? REQUEST_CLOSE_OK : REQUEST_CLOSE_OUTCOME;
	return fault == REQUEST_CLOSE_OK ? TSG_OK : tell_close(client, found, fault, outcome);
}
