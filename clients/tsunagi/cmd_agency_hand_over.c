/* SPDX-License-Identifier: Apache-2.0 */
/* agency hand-over ID --to AGENCY: what an agency that closed left to nobody is counted, and with --yes --reason it goes on with another. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tsunagi/admin_client.h"
#include "tsunagi/confirm.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome ask(const struct call *call, bool look, struct arena *arena, const Pb__AdminReply **ret_reply)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminHandOver act = PB__ADMIN_HAND_OVER__INIT;

	act.agency = pb_of_text(call_operand(call, 0)); /* its id, or its whole address */
	act.to = pb_of_text(args_text(&call->args, "to"));
	act.look = look;
	if (!look)
		act.reason = pb_of_text(args_text(&call->args, "reason"));
	request.body_case = PB__ADMIN_REQUEST__BODY_HAND_OVER;
	request.hand_over = &act;
	return admin_ask(call, &request, arena, ret_reply);
}

static void show_one(uint64_t count, const char *english, const char *japanese)
{
	if (count > 0)
		out_text(words(english, japanese), count);
}

static void show(const struct call *call, const Pb__TurnsLeft *left)
{
	out_text(words("%s is there no longer. What becomes of what it left:\n", "%s はもうありません。残したものは次のようになります:\n"),
		 call_operand(call, 0));
	out_text(words("  %" PRIu64 " part(s) of requests and %" PRIu64 " request(s) to be decided go on with %s\n",
		       "  依頼の分担 %" PRIu64 " 件、決定を待つ依頼 %" PRIu64 " 件は %s に引き継がれます\n"),
		 left->legs, left->requests, args_text(&call->args, "to"));
	show_one(left->back, "  %" PRIu64 " part(s) that nobody had taken end undelivered and come back to who asked\n",
		 "  だれも引き受けていない分担 %" PRIu64 " 件は未配達で終わり、依頼した機関に戻ります\n");
	show_one(left->stay, "  %" PRIu64 " stay: it may not know of the case; name another agency for them\n",
		 "  %" PRIu64 " 件は残ります。この機関はケースを知ってはならないので、別の機関を指定してください\n");
	show_one(left->stay_hidden, "  %" PRIu64 " stay: a confidential agency takes part in them; name its proxy for them\n",
		 "  %" PRIu64 " 件は残ります。秘匿機関が関わっているので、その代理機関を指定してください\n");
	show_one(left->conferences, "  %" PRIu64 " conference(s) stay as they are\n", "  会議 %" PRIu64 " 件はそのままです\n");
	show_one(left->items, "  %" PRIu64 " action item(s) stay as they are\n", "  宿題 %" PRIu64 " 件はそのままです\n");
}

static json_t *effect(const struct call *call, const Pb__TurnsLeft *left)
{
	return json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "agency", call_operand(call, 0), "to", args_text(&call->args, "to"), "legs",
			 (json_int_t)left->legs, "requests", (json_int_t)left->requests, "back", (json_int_t)left->back, "stay",
			 (json_int_t)left->stay, "stay_hidden", (json_int_t)left->stay_hidden, "conferences", (json_int_t)left->conferences, "items",
			 (json_int_t)left->items);
}

static json_t *done(const struct call *call, const Pb__TurnsLeft *left, uint64_t seq)
{
	json_t *said = effect(call, left);

	json_object_set_new(said, "done", json_true());
	json_object_set_new(said, "seq", json_integer((json_int_t)seq));
	return said;
}

static enum outcome hand_over(const struct call *call, const Pb__TurnsLeft *left)
{
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = ask(call, false, &arena, &reply);
	if (outcome == OUTCOME_DONE) {
		out_text(words("Handed over (entry %" PRIu64 "). Whom it concerns is told; `tsunagi status` names what is still nobody's.\n",
			       "引き継ぎました(記録 %" PRIu64 ")。関係する機関に通知します。まだ残っているものは「tsunagi status」に出ます。\n"),
			 reply->seq);
		if (out_json_wanted())
			out_json(done(call, left, reply->seq));
	}
	arena_free(&arena);
	return outcome;
}

static enum outcome go_on(const struct call *call, const Pb__TurnsLeft *left)
{
	show(call, left);
	return confirm_given(call) ? hand_over(call, left) : confirm_missing_of(call, effect(call, left));
}

enum outcome cmd_agency_hand_over(const struct call *call)
{
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	if (!args_has(&call->args, "to"))
		return call_usage(call, "%s", words("say who goes on: --to AGENCY", "引き継ぐ機関を --to AGENCY で指定してください"));
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = ask(call, true, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		outcome = reply->body_case == PB__ADMIN_REPLY__BODY_TURNS_LEFT ? go_on(call, reply->turns_left) : admin_unexpected();
	arena_free(&arena);
	return outcome;
}
