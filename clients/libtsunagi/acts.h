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

/* {"id","from"}: deletes what was stored of a recalled request, and confirms it. */
int act_purge(struct tsg_client *client, const json_t *action, json_t **ret_json);

/* {"id","text","text_classes","to"}: a word on a conference or a request. */
int act_note(struct tsg_client *client, const json_t *action, json_t **ret_json);
