/* SPDX-License-Identifier: Apache-2.0 */
/* dev clock: the daemon sends its clock from one timer to the next; here it is waited for. */
#include <inttypes.h>
#include <time.h>

#include "base/clock.h"
#include "contract/json.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/clock_amount.h"
#include "tsunagi/display.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define LOOK_NS 20000000
#define MOVING_US (600 * INT64_C(1000000)) /* a year's timers of a large test site */

static enum outcome move(const struct call *call, const struct clock_amount *amount, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminClockMove asked = PB__ADMIN_CLOCK_MOVE__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	asked.by_us = amount->by_us;
	asked.business_days = amount->business_days;
	request.body_case = PB__ADMIN_REQUEST__BODY_CLOCK_MOVE;
	request.clock_move = &asked;
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		*ret_seq = reply->seq;
	arena_free(&arena);
	return outcome;
}

static enum outcome look(const struct call *call, Pb__ClockState *ret_clock)
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
	if (outcome == OUTCOME_DONE && (reply->body_case != PB__ADMIN_REPLY__BODY_STATUS || reply->status->clock == NULL))
		outcome = admin_unexpected();
	if (outcome == OUTCOME_DONE)
		*ret_clock = *reply->status->clock;
	arena_free(&arena);
	return outcome;
}

/* Until every timer on the way has had its turn. */
static enum outcome wait_arrived(const struct call *call, Pb__ClockState *ret_clock)
{
	const struct timespec pause = { .tv_nsec = LOOK_NS };
	int64_t until_us = clock_mono_us() + MOVING_US;
	enum outcome outcome = look(call, ret_clock);

	while (outcome == OUTCOME_DONE && ret_clock->moving) {
		if (clock_mono_us() > until_us)
			return out_problem(OUTCOME_NOT_THERE, "STILL_MOVING", NULL, "%s",
					   words("The clock is still on its way.", "時計はまだ進んでいる途中です。"));
		nanosleep(&pause, NULL);
		outcome = look(call, ret_clock);
	}
	return outcome;
}

enum outcome cmd_dev_clock(const struct call *call)
{
	struct clock_amount amount;
	Pb__ClockState clock;
	char time[DISPLAY_TIME];
	char ahead[60];
	uint64_t seq = 0;
	enum outcome outcome;

	if (!clock_amount_parse(call_operand(call, 0), &amount))
		return call_usage(call, words("%s: it is an amount such as +6bd, +3h or +2d", "%s:+6bd、+3h、+2d のように書いてください"), call_operand(call, 0));
	outcome = move(call, &amount, &seq);
	if (outcome == OUTCOME_DONE)
		outcome = wait_arrived(call, &clock);
	if (outcome != OUTCOME_DONE)
		return outcome;
	display_time(clock.wall_us, time);
	display_duration(clock.moved_us, ahead, sizeof ahead);
	out_text(words("TEST: it is %s at this site, %s ahead (entry %" PRIu64 ").\n", "TEST:この拠点では %s です(%s 先、記録 %" PRIu64 ")。\n"), time, ahead, seq);
	if (out_json_wanted())
		out_json(json_pack("{s:b,s:o,s:f,s:I}", "test", 1, "now", json_time(clock.wall_us), "ahead_s", (double)clock.moved_us / 1e6, "seq",
				   (json_int_t)seq));
	return OUTCOME_DONE;
}
