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

#define EFFECTS 9u

/* What becomes of so many, as JSON calls it and people are told. */
struct effect {
	uint64_t count;
	const char *name;
	const char *text[2];
};

static void effects_of(const Pb__TurnsLeft *left, struct effect to[EFFECTS])
{
	const struct effect effects[EFFECTS] = {
		{ left->legs, "legs", { "part(s) of requests go on with it", "依頼の分担がこの機関に引き継がれます" } },
		{ left->requests, "requests", { "request(s) to be decided go on with it", "決定を待つ依頼がこの機関に引き継がれます" } },
		{ left->waiting, "waiting", { "request(s) that others work on are asked by it from then on", "ほかの機関が対応している依頼は、この機関が依頼元になります" } },
		{ left->back, "back", { "part(s) that nobody had taken end undelivered and come back to who asked",
					"だれも引き受けていない分担は未配達で終わり、依頼した機関に戻ります" } },
		{ left->conferences, "conferences", { "conference(s) go on with it as their convener", "会議は、この機関が招集者になります" } },
		{ left->items, "items", { "action item(s) go on with it", "宿題がこの機関に引き継がれます" } },
		{ left->cases, "cases", { "case(s) are owned by it from then on", "ケースの担当機関になります" } },
		{ left->stay, "stay", { "stay: it may not know of the case; name another agency for them",
					"残ります。この機関はケースを知ってはならないので、別の機関を指定してください" } },
		{ left->stay_hidden, "stay_hidden", { "stay: a confidential agency takes part in them; name its proxy for them",
						      "残ります。秘匿機関が関わっているので、その代理機関を指定してください" } },
	};

	memcpy(to, effects, sizeof effects);
}

static void show(const struct call *call, const Pb__TurnsLeft *left)
{
	struct effect effects[EFFECTS];

	effects_of(left, effects);
	out_text(words("%s is there no longer. What becomes of what it left, where %s goes on for it:\n", "%s はもうありません。%s が引き継ぐと、残したものは次のようになります:\n"),
		 call_operand(call, 0), args_text(&call->args, "to"));
	for (size_t i = 0; i < EFFECTS; i++)
		if (effects[i].count > 0)
			out_text(words("  %" PRIu64 " %s\n", "  %" PRIu64 " 件:%s\n"), effects[i].count, words_of(effects[i].text));
}

static json_t *effect(const struct call *call, const Pb__TurnsLeft *left)
{
	json_t *said = json_pack("{s:s,s:s}", "agency", call_operand(call, 0), "to", args_text(&call->args, "to"));
	struct effect effects[EFFECTS];

	effects_of(left, effects);
	for (size_t i = 0; i < EFFECTS; i++)
		json_object_set_new(said, effects[i].name, json_integer((json_int_t)effects[i].count));
	return said;
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
