/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/conferences.h - conferences in which this agency has a seat: found, told as JSON, acted on.
 *
 *   conference_find   asks the broker how one stands
 *   conference_draft  makes the message that is the act, to those who are to hear of it
 *   conference_json   conferences and action items as programs and people read them */
#pragma once
#include "libtsunagi/client.h"

struct conference_found {
	struct answer_read answer; /* of all that is pointed to */
	struct id id;
	char text[ID_TEXT];
	const Pb__ConferenceShown *conference;
	bool ours;                 /* this agency convened it */
};

/* text: an id, or a short code.  TSG_OK, and conference_free is owed; or the client's failure. */
int conference_find(struct tsg_client *client, const char *text, struct conference_found *ret_found);
void conference_free(struct conference_found *found);

/* Reads all of them, the newest first, or all action items that are open, page by page.
 *   each  is given each page, which is gone after it; false: it has what it wanted */
typedef bool conference_page(void *context, const Pb__ConferenceListing *page);
int conference_pages(struct tsg_client *client, bool items, conference_page *each, void *context);

/* ---- the message that is the act ---- */

/* Whom an act is for. */
enum conference_to {
	CONFERENCE_TO_SEATS, /* every agency that still has a seat */
	CONFERENCE_TO_PARTICIPANTS, /* without those who declined */
	CONFERENCE_TO_CONVENER
};

/* The whole message: case and basis are the conference's, its words the action's (text, conference, attach, text_classes, basis, key).
 *   act     a View's conference_act; taken over
 *   also    one more recipient, or NULL
 * A new reference, NULL when memory is short. */
json_t *conference_draft(const struct tsg_client *client, const struct conference_found *found, enum conference_to to, const char *also,
			 json_t *act, const json_t *action);

/* agency or agency@site, as an address; to has LIMIT_ADDRESS + 1 bytes. */
void conference_whole_address(const struct tsg_client *client, const char *text, char *to);

/* Copies what an action and a message have under one name. */
void conference_copy(const json_t *action, json_t *message, const char *name);

/* ---- JSON ---- */

/* With texts in the reader's language; new references, NULL when memory is short. */
json_t *conference_json(const Pb__ConferenceShown *conference);
json_t *action_item_json(const Pb__ActionItemShown *item);

/* ---- families of actions (acts.h); words without their prefix ---- */

/* Sends an act's message; the receipt with the action's own name, and how the conference stands then. */
int conference_send(struct tsg_client *client, const struct conference_found *found, json_t *message, const json_t *action, json_t **ret_json);

/* conference.ics {id, conference}: conference is what the program kept of its content (title, place, series), and may be missing. */
int conference_calendar(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* Whether the action's key stands for one that was done before: then *ret_json is its receipt. */
int conference_again(struct tsg_client *client, const json_t *action, bool *ret_found, json_t **ret_json);
