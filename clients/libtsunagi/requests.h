/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/requests.h - requests in which this agency takes part: found, told as JSON, acted on.
 *
 *   requests_find    asks the broker for the legs of one request, and keeps what it says for when it cannot be reached
 *   requests_legs    chooses those that an act concerns, and refuses what the table of states does not admit
 *   request_draft    makes the message that is the act
 *   request_json     legs as programs and people read them */
#pragma once
#include "contract/request_standing.h"
#include "libtsunagi/client.h"

#define REQUEST_LEGS_MAX 64u /* of one request: those of its message and of its redirects */

struct request_found {
	struct answer_read answer; /* of all that is pointed to */
	struct id id;
	char text[ID_TEXT];
	const Pb__LegShown *legs[REQUEST_LEGS_MAX];
	size_t count;              /* at least 1 */
	bool ours;                 /* this agency sent it; else it was asked, or acts for who was */
	bool kept;                 /* from memory: the broker cannot be reached, and may know better */
};

/* text: an id, or a short code.  may_be_kept: what was kept will do while the broker cannot be reached.  TSG_OK, and request_free is owed;
 * or the client's failure. */
int requests_find(struct tsg_client *client, const char *text, bool may_be_kept, struct request_found *ret_found);
void request_free(struct request_found *found);

/* What was last heard of a request, in the outbox's folder. */
void request_memory_keep(const char *folder, const char *id, const Pb__LegListing *listing);
enum err request_memory_read(const char *folder, const char *id, struct answer_read *ret_answer); /* asking_free is owed on ERR_OK */
bool request_memory_find(const char *folder, uint64_t tail, struct id *ret_id);
void request_memory_prune(const char *folder, int64_t now_us); /* what is older than a broker's memory of ids */

/* ---- which legs, and whether it is allowed ---- */

/* What somebody wants to do. */
struct request_wish {
	Pb__LegAction action;
	Pb__Reason reason;
	Pb__Outcome outcome;
	uint32_t given;        /* set of NEED_… as in leg_act */
	const json_t *to;      /* a text or a list of texts: the agencies whose legs are meant; NULL: all concerned */
	const char *in_place_of; /* as who was asked: the agency whose leg is meant, our own or one that closed; NULL: the only one that fits */
};

struct request_concerned {
	const Pb__LegShown *legs[REQUEST_LEGS_MAX];
	size_t count;
	Pb__Party by; /* as whom this agency acts */
};

/* TSG_OK; or the client's failure, which tells what would be allowed.  Of what is kept alone the broker is left to judge. */
int requests_legs(struct tsg_client *client, const struct request_found *found, const struct request_wish *wish, struct request_concerned *ret_concerned);

/* Whether this agency may close it with that outcome. */
int request_may_close(struct tsg_client *client, const struct request_found *found, Pb__Outcome outcome);

/* Where the whole of a request that we sent stands. */
struct request_standing request_standing_found(const struct request_found *found);

/* ---- the message that is the act ---- */

/* Reads the action's words: ret_wish borrows from json, *ret_act (a View's leg_act) is a new reference.  TSG_OK or the failure. */
int request_wish_read(struct tsg_client *client, Pb__LegAction action, const json_t *json, struct request_wish *ret_wish, json_t **ret_act);

/* What stands in the message beside what is the request's own. */
struct request_act {
	const struct request_concerned *concerned; /* NULL: a close, told to nobody but the ledger */
	json_t *leg_act;                           /* with concerned; borrowed */
	const char *close;                         /* the outcome's word, without */
	const json_t *action;                      /* text, text_classes, attach, basis, key */
};

/* Who is told what concerns a leg: whoever acts for a closed agency hears in its place. */
const char *request_reached_at(const Pb__LegShown *leg);

/* The whole message: basis and case are the request's, its words the action's text.  A new reference, NULL when memory is short. */
json_t *request_draft(const struct tsg_client *client, const struct request_found *found, const struct request_act *act);

/* ---- JSON ---- */

/* As interface.md says of a leg, with texts in the reader's language; new references, NULL when memory is short. */
json_t *request_leg_json(const Pb__LegShown *leg, const char *self);
json_t *request_json(const struct request_found *found, const char *self);

/* The word of an action as it is typed: "accept"; NULL for none. */
const char *request_action_word(Pb__LegAction action);
