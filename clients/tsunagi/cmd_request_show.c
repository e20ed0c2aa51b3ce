/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/request_print.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_request_show(const struct call *call)
{
	struct agency_client client;
	json_t *request = NULL;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s, s:s}", "action", "request.show", "id", call_operand(call, 0)), &request);
	if (outcome == OUTCOME_DONE && out_json_wanted())
		out_json(json_incref(request));
	else if (outcome == OUTCOME_DONE)
		request_print_whole(request);
	json_decref(request);
	agency_client_close(&client);
	return outcome;
}
