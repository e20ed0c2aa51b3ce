/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "tsunagi/admin_client.h"
#include "tsunagi/holiday_file.h"
#include "tsunagi/holiday_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome load(const struct call *call, struct bytes file, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	request.body_case = PB__ADMIN_REQUEST__BODY_CALENDAR_LOAD;
	request.calendar_load = pb_of_bytes(file);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		*ret_seq = reply->seq;
	arena_free(&arena);
	return outcome;
}

static void tell(const struct holidays *holidays, uint64_t seq)
{
	json_t *json;

	if (seq == 0)
		out_text("%s\n", words("In force already, nothing to change.", "すでに有効で、変更はありません。"));
	else
		out_text(words("In force (entry %" PRIu64 ").\n", "有効にしました(記録 %" PRIu64 ")。\n"), seq);
	holiday_print_years(holidays);
	if (!out_json_wanted())
		return;
	json = holiday_json(holidays, false);
	json_object_set_new(json, "loaded", json_boolean(seq != 0));
	json_object_set_new(json, "seq", json_integer((json_int_t)seq));
	out_json(json);
}

enum outcome cmd_calendar_load(const struct call *call)
{
	struct holidays *holidays = NULL;
	struct buf file;
	uint64_t seq = 0;
	enum outcome outcome = holiday_file_read(call_operand(call, 0), &file, &holidays);

	if (outcome == OUTCOME_DONE)
		outcome = load(call, buf_bytes(&file), &seq);
	if (outcome == OUTCOME_DONE)
		tell(holidays, seq);
	holidays_free(holidays);
	buf_free(&file);
	return outcome;
}
