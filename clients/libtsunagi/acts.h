/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/acts.h - families of actions of tsg_act_json: "request.accept" is the action "accept" of the family "request.".
 *
 * Each takes the action's own word and its whole JSON.  *ret_json is a new reference, on TSG_OK and on TSG_IN_OUTBOX only. */
#pragma once
#include "libtsunagi/client.h"

int act_conference(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json);
int act_action_item(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json);
int act_announcement(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json);
int act_case(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json);
int act_consent(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json);
int act_request(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json);

/* {"since","until","after","limit","reviewed"}: the review list, of what this agency sent and was handed. */
int act_review(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"since","until","after","limit","received"}: provision records of what this agency sent and was handed, with the person's name from its own copies
 * and from the folders of received. */
int act_provisions(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"case","received"}: all that happened in a case that this agency owns. */
int act_disclosure(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"query","received"}: whom this device knows by that name or its kana; without a query everybody.  Asks no broker. */
int act_persons(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"id","from"}: deletes what was stored of a recalled request, and confirms it. */
int act_purge(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"id","text","text_classes","to"}: a word on a conference or a request. */
int act_note(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* The directory, newest if the broker can be reached; {"agency"}: the certificates of one, else our own. */
int act_directory(struct tsg_client *client, const json_t *action, json_t **ret_json);
int act_certificates(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"message_id"}; {"message_id","reason","text"}: takes or refuses what waits, looked for behind whatever comes first. */
int act_acknowledge(struct tsg_client *client, const json_t *action, json_t **ret_json);
int act_refuse(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"code"}: which message that is, of those that this agency sent or was sent. */
int act_find(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* The same for whoever needs one; TSG_NOT_FOUND, told with text. */
int act_find_code(struct tsg_client *client, const char *text, uint64_t tail, struct id *ret_id);

/* Puts the whole id in place of the short code that the action's field holds; what is neither stays as it is. */
int act_whole_id(struct tsg_client *client, json_t *action, const char *name);

/* For all actions: the id that one names, false: none; tells that something is missing. */
bool act_message_id(const json_t *action, struct id *ret_id);
int act_missing(struct tsg_client *client, const char *what);
