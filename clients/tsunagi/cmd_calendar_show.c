/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/admin_client.h"
#include "tsunagi/holiday_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome show(struct bytes file)
{
	struct holidays *holidays = NULL;

	if (file.len == 0)
		return out_problem(OUTCOME_NOT_THERE, "NO_HOLIDAYS", "tsunagi calendar load syukujitsu.csv",
				   words("No file of holidays was loaded: every weekday counts as a business day.",
					 "祝日のファイルがまだありません。平日はすべて営業日として数えます。"));
	if (holidays_parse(file, NULL, NULL, &holidays) != ERR_OK)
		return admin_unexpected();
	holiday_print_days(holidays);
	holiday_print_years(holidays);
	if (out_json_wanted())
		out_json(holiday_json(holidays, true));
	holidays_free(holidays);
	return OUTCOME_DONE;
}

enum outcome cmd_calendar_show(const struct call *call)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	request.body_case = PB__ADMIN_REQUEST__BODY_CALENDAR_SHOW;
	request.calendar_show = &nothing;
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		outcome = reply->body_case == PB__ADMIN_REPLY__BODY_CALENDAR ? show(bytes_of_pb(reply->calendar->file)) : admin_unexpected();
	arena_free(&arena);
	return outcome;
}
