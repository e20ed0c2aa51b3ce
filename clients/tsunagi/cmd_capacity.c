/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/standing_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define SERVICE 64

/* SERVICE=open|waitlist|full; "*" or nothing before the sign is the agency as a whole. */
static bool add_places(json_t *places, const char *operand)
{
	const char *sign = strchr(operand, '=');
	char service[SERVICE];
	size_t length;

	if (sign == NULL || (size_t)(sign - operand) >= sizeof service)
		return false;
	length = (size_t)(sign - operand);
	memcpy(service, operand, length);
	service[length] = '\0';
	if (strcmp(sign + 1, "open") != 0 && strcmp(sign + 1, "waitlist") != 0 && strcmp(sign + 1, "full") != 0)
		return false;
	json_object_set_new(places, length == 0 ? "*" : service, json_string(sign + 1));
	return true;
}

/* Asks the library, which says it and tells what stands. */
static enum outcome act(const struct call *call, json_t *action)
{
	struct agency_client client;
	json_t *standing = NULL;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE) {
		json_decref(action);
		return outcome;
	}
	outcome = agency_client_act(&client, action, &standing);
	if (outcome == OUTCOME_DONE) {
		standing_print(standing);
		if (out_json_wanted())
			out_json(json_incref(standing));
	}
	json_decref(standing);
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_capacity(const struct call *call)
{
	json_t *places = json_object();
	const char *operand;

	for (size_t i = 0; (operand = call_operand(call, i)) != NULL; i++) {
		if (add_places(places, operand))
			continue;
		json_decref(places);
		return call_usage(call, words("%s: it is SERVICE=open, SERVICE=waitlist or SERVICE=full", "%s:サービス=open、=waitlist、=full の形で書いてください"),
				  operand);
	}
	return act(call, json_pack("{s:s,s:o}", "action", "capacity", "places", places));
}

enum outcome cmd_confirm(const struct call *call)
{
	return act(call, json_pack("{s:s}", "action", "confirm"));
}
