/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/request_draft.c - see requests.h: an act's words, and the message that carries it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "contract/json.h"
#include "contract/reasons.h"
#include "contract/transitions.h"
#include "contract/wareki.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/requests.h"

/* ---- the words ---- */

/* The value of a word under name; 0 when it is not given.  False, and told, when there is no such word. */
static bool read_word(struct tsg_client *client, const json_t *json, const char *name, const ProtobufCEnumDescriptor *list, int *ret_value)
{
	const char *text = field_text(json, name);

	*ret_value = 0;
	if (text == NULL)
		return true;
	if (json_word_value(list, text, ret_value) && *ret_value != 0)
		return true;
	failure_tell(&client->failure, PROBLEM_UNKNOWN_WORD, name, text);
	return false;
}

/* 和暦 as desks write it, where it is one; the draft's rules tell what is no day. */
static void put_day(json_t *act, const char *text)
{
	char day[WAREKI_DATE];

	json_object_set_new(act, "on", json_string(wareki_parse(bytes_of_text(text), day) == ERR_OK ? day : text));
}

static void put_agency(json_t *act, const char *text, const char *site)
{
	char address[LIMIT_ADDRESS + 1];

	snprintf(address, sizeof address, "%s@%s", text, site);
	json_object_set_new(act, "next_agency", json_string(text_is_label(bytes_of_text(text)) ? address : text));
}

static uint32_t given_by(const json_t *json)
{
	const char *text = field_text(json, "text");
	uint32_t given = 0;

	if (text != NULL && text[strspn(text, " \t\r\n")] != '\0')
		given |= NEED_QUESTION | NEED_WORD;
	if (field_text(json, "next_agency") != NULL)
		given |= NEED_NEXT_AGENCY | NEED_SUGGESTION;
	if (json_is_true(json_object_get(json, "none_known")))
		given |= NEED_SUGGESTION;
	if (field_text(json, "on") != NULL)
		given |= NEED_FIRST_CONTACT | NEED_REVIEW_DATE;
	return given;
}

static void put_flag(json_t *act, const json_t *json, const char *name)
{
	if (json_is_true(json_object_get(json, name)))
		json_object_set_new(act, name, json_true());
}

/* Whether who is named is behind us: whoever asked, and all who read the act, would learn of it. */
static bool is_behind_us(const struct tsg_client *client, const char *text)
{
	struct bytes agency = bytes_of_text(text), site = bytes_of_text(client->bundle->site);

	if (!text_is_label(agency) && !text_split_address(bytes_of_text(text), &agency, &site))
		return false;
	return bytes_equal(site, bytes_of_text(client->bundle->site)) && confidential_agency(client->confidential, agency) != NULL;
}

int request_wish_read(struct tsg_client *client, Pb__LegAction action, const json_t *json, struct request_wish *ret_wish, json_t **ret_act)
{
	int reason = 0, outcome = 0;
	json_t *act = NULL;

	if (!read_word(client, json, "reason", &pb__reason__descriptor, &reason) || !read_word(client, json, "outcome", &pb__outcome__descriptor, &outcome))
		return client->failure.result;
	if (field_text(json, "next_agency") != NULL && is_behind_us(client, field_text(json, "next_agency")))
		return failure_tell(&client->failure, PROBLEM_CONFIDENTIAL, field_text(json, "next_agency"), NULL);
	act = json_pack("{s:s}", "action", json_word(&pb__leg_action__descriptor, (int)action));
	if (act == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the act");
	if (reason != 0)
		json_object_set_new(act, "reason", json_string(json_word(&pb__reason__descriptor, reason)));
	if (outcome != 0)
		json_object_set_new(act, "outcome", json_string(json_word(&pb__outcome__descriptor, outcome)));
	if (field_text(json, "on") != NULL)
		put_day(act, field_text(json, "on"));
	if (field_text(json, "next_agency") != NULL)
		put_agency(act, field_text(json, "next_agency"), client->bundle->site);
	put_flag(act, json, "none_known");
	put_flag(act, json, "purge");
	*ret_wish = (struct request_wish){ .action = action,
					   .reason = (Pb__Reason)reason,
					   .outcome = (Pb__Outcome)outcome,
					   .given = given_by(json),
					   .to = json_object_get(json, "to"),
					   .in_place_of = field_text(json, "for") };
	*ret_act = act;
	return TSG_OK;
}

/* ---- the message ---- */

const char *request_reached_at(const Pb__LegShown *leg)
{
	return leg->holder == PB__PARTY__PARTY_COORDINATOR && *leg->holder_agency != '\0' ? leg->holder_agency : leg->to;
}

static json_t *recipients(const struct tsg_client *client, const struct request_act *act)
{
	json_t *to = json_array();

	if (act->concerned == NULL)
		json_array_append_new(to, json_string(client->bundle->address));
	else if (act->concerned->by == PB__PARTY__PARTY_RECIPIENT)
		json_array_append_new(to, json_string(act->concerned->legs[0]->from));
	for (size_t i = 0; act->concerned != NULL && act->concerned->by == PB__PARTY__PARTY_SENDER && i < act->concerned->count; i++)
		json_array_append_new(to, json_string(request_reached_at(act->concerned->legs[i])));
	return to;
}

/* Without another word, what is said about a request tells what the request told; but never where someone stays: that waits for an
 * acceptance, which words do not. */
static json_t *classes_of(const Pb__LegShown *leg, const json_t *action)
{
	json_t *given = json_object_get(action, "text_classes");
	json_t *list = NULL;

	if (given != NULL)
		return json_incref(given);
	list = json_array();
	for (size_t i = 0; i < leg->n_classes; i++)
		if (leg->classes[i] != PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_WHEREABOUTS)
			json_array_append_new(list, json_string(json_word(&pb__disclosure_class__descriptor, (int)leg->classes[i])));
	return list;
}

/* Each a path, or as a message's attach has it. */
static json_t *attachments(const json_t *list)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *row = json_array_get(list, i);

		if (json_is_string(row))
			json_array_append_new(rows, json_pack("{s:O}", "path", row));
		else
			json_array_append(rows, row);
	}
	return rows;
}

static void put_words(json_t *message, const Pb__LegShown *leg, const json_t *action)
{
	json_t *attach = json_object_get(action, "attach");
	json_t *text = json_object_get(action, "text");

	if (json_array_size(attach) > 0)
		json_object_set_new(message, "attach", attachments(attach));
	if (text != NULL || json_array_size(attach) > 0)
		json_object_set_new(message, "note", json_pack("{s:O*, s:o}", "text", text, "text_classes", classes_of(leg, action)));
}

/* The first leg with a basis: the broker gives each its own, and they agree. */
static const Pb__LegShown *model(const struct request_found *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->legs[i]->basis != NULL)
			return found->legs[i];
	return found->legs[0];
}

/* One leg is named, so that it is never another's that is meant; several are each its recipient's only one. */
static json_t *leg_act_of(const struct request_act *act)
{
	json_t *leg_act = json_copy(act->leg_act);

	if (leg_act != NULL && act->concerned->count == 1)
		json_object_set_new(leg_act, "leg", json_integer((json_int_t)act->concerned->legs[0]->leg));
	return leg_act;
}

json_t *request_draft(const struct tsg_client *client, const struct request_found *found, const struct request_act *act)
{
	const Pb__LegShown *leg = model(found);
	json_t *basis = json_object_get(act->action, "basis");
	json_t *message = json_pack("{s:s, s:s, s:o, s:s, s:O*, s:o*, s:s*}", "kind", "REQUEST", "thread", found->text, "to", recipients(client, act),
				    "urgency", json_word(&pb__urgency__descriptor, (int)leg->urgency), "key", json_object_get(act->action, "key"), "leg_act",
				    act->concerned == NULL ? NULL : leg_act_of(act), "close", act->close);

	if (message == NULL)
		return NULL;
	if (leg->case_id.len == ID_BYTES)
		json_object_set_new(message, "case", json_id(leg->case_id.data));
	if (basis != NULL)
		json_object_set(message, "basis", basis);
	else if (leg->basis != NULL)
		json_object_set_new(message, "basis", json_of_message(&leg->basis->base));
	put_words(message, leg, act->action);
	return message;
}
