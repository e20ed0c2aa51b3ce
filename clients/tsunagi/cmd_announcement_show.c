/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/series_dates.h"
#include "tsunagi/subcommands.h"

enum outcome cmd_announcement_show(const struct call *call)
{
	const char *from = args_text(&call->args, "from");
	struct agency_client client;
	json_t *announcement = NULL;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s, s:s}", "action", "announcement.show", "id", call_operand(call, 0)), &announcement);
	if (outcome == OUTCOME_DONE && from != NULL)
		series_dates_put(from, announcement);
	if (outcome == OUTCOME_DONE && out_json_wanted())
		out_json(json_incref(announcement));
	else if (outcome == OUTCOME_DONE)
		conference_print_announcement(announcement);
	json_decref(announcement);
	agency_client_close(&client);
	return outcome;
}
