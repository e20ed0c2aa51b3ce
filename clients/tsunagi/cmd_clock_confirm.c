/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "contract/json.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/confirm.h"
#include "tsunagi/display.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define DUE_COUNTED 10000u /* the daemon counts no further */

static void show(const Pb__Status *status)
{
	const Pb__ClockState *clock = status->clock;
	char wall[DISPLAY_TIME], since[DISPLAY_TIME], site[DISPLAY_TIME];
	char off[60];

	display_time(clock->wall_us, wall);
	display_time(clock->since_us, since);
	display_time(clock->wall_us - clock->jumped_us, site);
	display_duration(clock->jumped_us < 0 ? -clock->jumped_us : clock->jumped_us, off, sizeof off);
	table_field(words("this machine says", "計算機の時計"), "%s", wall);
	table_field(words("the site goes by", "拠点の時刻"), "%s", site);
	table_field(words("the clock is", "ずれ"), clock->jumped_us < 0 ? words("%s behind", "%s 遅れ") : words("%s ahead", "%s 進み"), off);
	table_field(words("since", "停止した時刻"), "%s", since);
	table_field(words("timers due by it", "期限が来るもの"), words("%s%" PRIu64, "%s%" PRIu64 " 件"),
		    clock->due >= DUE_COUNTED ? words("at least ", "少なくとも ") : "", clock->due);
}

static json_t *clock_json(const Pb__ClockState *clock, bool confirmed, uint64_t seq)
{
	json_t *json = json_pack("{s:b,s:b,s:f,s:I,s:o}", "frozen", clock->frozen && !confirmed, "confirmed", confirmed, "off_s",
				 (double)clock->jumped_us / 1e6, "timers_due", (json_int_t)clock->due, "machine_time", json_time(clock->wall_us));

	if (clock->frozen)
		json_object_set_new(json, "since", json_time(clock->since_us));
	if (seq != 0)
		json_object_set_new(json, "seq", json_integer((json_int_t)seq));
	return json;
}

static enum outcome do_confirm(const struct call *call, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	request.body_case = PB__ADMIN_REQUEST__BODY_CLOCK_CONFIRM;
	request.clock_confirm = (char *)(uintptr_t)args_text(&call->args, "reason");
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		*ret_seq = reply->seq;
	arena_free(&arena);
	return outcome;
}

static enum outcome go_on(const struct call *call, const Pb__Status *status)
{
	uint64_t seq = 0;
	enum outcome outcome;

	if (!status->clock->frozen) {
		out_text("%s\n", words("The clock did not jump; nothing stands still.", "時計は飛んでいません。止まっているものはありません。"));
		if (out_json_wanted())
			out_json(clock_json(status->clock, false, 0));
		return OUTCOME_DONE;
	}
	show(status);
	if (!confirm_given(call))
		return confirm_missing(call);
	outcome = do_confirm(call, &seq);
	if (outcome != OUTCOME_DONE)
		return outcome;
	out_text(words("Confirmed: the site goes by this clock, timers run (entry %" PRIu64 ").\n",
		       "確認しました。この時計に合わせ、期限が動き出しました(記録 %" PRIu64 ")。\n"), seq);
	if (out_json_wanted())
		out_json(clock_json(status->clock, true, seq));
	return OUTCOME_DONE;
}

enum outcome cmd_clock_confirm(const struct call *call)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = &nothing;
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		outcome = reply->body_case == PB__ADMIN_REPLY__BODY_STATUS && reply->status->clock != NULL ? go_on(call, reply->status) :
													    admin_unexpected();
	arena_free(&arena);
	return outcome;
}
