/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/api.h - shared by the files that hold the public calls. */
#pragma once
#include "libtsunagi/client.h"

/* Dumps json (a reference that is taken over; NULL: no memory) into *ret_text, which may be NULL.  TSG_OK or the client's failure. */
int api_give(struct failure *failure, json_t *json, char **ret_text);

/* Parses a caller's JSON; NULL and a failure when it is none. */
json_t *api_parse(struct failure *failure, const char *json, size_t length);

/* Clears the last failure and asks whether calls may go on: TSG_OK, TSG_USAGE for NULL, TSG_NOT_AUTHENTIC after a fork. */
int api_enter(struct tsg_client *client);

/* Waits while there is no session and it may still come: false once it failed several times in a row, or the time is over. */
bool api_wait_open(struct tsg_client *client, int64_t until_us);

/* Routes a need over the kept directory, fetching one only where there is none yet; a new reference in *ret_report on TSG_OK. */
int api_route(struct tsg_client *client, const json_t *need, bool all, json_t **ret_report);

/* Waits until the directory is the newest that the broker has; TSG_OK or why not. */
int api_fresh_directory(struct tsg_client *client, int64_t until_us);

/* Sends a message as tsg_send_json does: its receipt, also with TSG_IN_OUTBOX.  said: the action of which it was made, by which a retry is
 * known (compose.h); NULL: the message itself. */
int api_send(struct tsg_client *client, const json_t *message, const json_t *said, char **ret_receipt_json);

/* Before an action is looked at: whether its "key" stands for the same action already, which then has its receipt, as api_send gives it.
 * What was right when it was done first need not be possible any more.  A failure when it stands for something else. */
int api_send_again(struct tsg_client *client, const json_t *said, bool *ret_found, char **ret_receipt_json);
