/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/agency_client.h - the library's client of the call's bundle, with failures told as the command tells them. */
#pragma once
#include <jansson.h>

#include "base/id.h"
#include "tsunagi/command.h"
#include "tsunagi/tsunagi.h"

#define AGENCY_WAIT_MS 10000 /* for the broker's answer, unless --timeout says otherwise */

struct agency_client {
	tsg_client *tsg;
	int timeout_ms;
};

/* Opens the bundle of --as or TSUNAGI_BUNDLE with the outbox of --outbox.  Told when it cannot be.  No connection is needed. */
enum outcome agency_client_open(const struct call *call, struct agency_client *ret_client);
void agency_client_close(struct agency_client *client); /* says bye */

/* The first attempt to connect is still under way: nothing can have come. */
bool agency_client_is_connecting(const struct agency_client *client);

/* The same, with the message that the call's first operand names (agency_client_message).  Nothing is open unless OUTCOME_DONE. */
enum outcome agency_client_open_for(const struct call *call, struct agency_client *ret_client, char message[ID_TEXT]);

/* The bundle's name; tells when the call names none. */
enum outcome agency_bundle(const struct call *call, const char **ret_bundle);

/* --timeout in milliseconds. */
enum outcome agency_timeout(const struct call *call, int *ret_timeout_ms);

/* The outcome that stands for a result of the library. */
enum outcome agency_outcome(int result);

/* Tells the client's last failure and gives the outcome of result. */
enum outcome agency_client_problem(const struct agency_client *client, int result);

/* Tells a failure from its JSON {"error":{...}}; NULL or something else: by the result alone. */
enum outcome agency_problem(int result, const char *error_json);

/* Takes the text over, and gives what it says; NULL (and told) when it is no JSON. */
json_t *agency_json(char *text);

/* tsg_act_json; takes action's reference over.  ret_result is a new reference, on OUTCOME_DONE only. */
enum outcome agency_client_act(const struct agency_client *client, json_t *action, json_t **ret_result);

/* The message id that text means: a UUID as it stands; a short code is looked for in the outbox and the inbox.  Told when there is none. */
enum outcome agency_client_message(const struct agency_client *client, const struct call *call, const char *text, char message[ID_TEXT]);
