/* SPDX-License-Identifier: Apache-2.0 */
/* queue freeze, thaw, requeue and expire: what is chosen is shown, and each act is an entry of the ledger. */
#include <inttypes.h>
#include <stdlib.h>

#include "tsunagi/admin_client.h"
#include "tsunagi/confirm.h"
#include "tsunagi/queue_selection.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define AT_ONCE 1000u /* items in one act */

struct act {
	Pb__QueueAct code;
	const char *word;     /* for programs */
	const char *done[2];  /* English, Japanese, with a count */
	bool final;
};

static json_t *items_json(const struct selection *selection)
{
	json_t *list = json_array();
	char id[ID_TEXT];

	for (size_t i = 0; i < selection->count; i++) {
		id_format(&selection->items[i].message, id);
		json_array_append_new(list, json_pack("{s:I,s:s,s:s,s:s}", "item", (json_int_t)selection->items[i].item, "message_id", id, "to",
						      selection->items[i].to, "state", selection->items[i].state));
	}
	return list;
}

static void print_items(const struct selection *selection)
{
	const char *titles[] = { words(">ITEM", ">項目"), words("MESSAGE", "連絡"), words("TO", "宛先"), words("STATE", "状態") };
	struct table *table = table_new(titles, 4);
	char id[ID_TEXT];

	for (size_t i = 0; i < selection->count; i++) {
		id_format(&selection->items[i].message, id);
		table_cell_format(table, "%" PRIu64, selection->items[i].item);
		table_cell(table, id);
		table_cell(table, selection->items[i].to);
		table_cell(table, queue_state_word(selection->items[i].state));
	}
	table_print(table);
	table_free(table);
}

/* One request for items first to last-1.  ret_seq: its entry; as before when nothing changed. */
static enum outcome act_on(const struct call *call, const struct act *act, const struct selection *selection, size_t first, size_t last, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminQueueAct body = PB__ADMIN_QUEUE_ACT__INIT;
	uint64_t *items = calloc(last - first, sizeof *items);
	const char *reason = args_text(&call->args, "reason");
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	if (items == NULL)
		return out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", err_text(ERR_NOMEM));
	for (size_t i = first; i < last; i++)
		items[i - first] = selection->items[i].item;
	body.act = act->code;
	body.items = items;
	body.n_items = last - first;
	body.reason = pb_of_text(reason == NULL ? "" : reason);
	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_ACT;
	request.queue_act = &body;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->seq != 0)
		*ret_seq = reply->seq;
	arena_free(&arena);
	free(items);
	return outcome;
}

static enum outcome do_act(const struct call *call, const struct act *act, const struct selection *selection)
{
	enum outcome outcome = OUTCOME_DONE;
	uint64_t seq = 0;

	for (size_t first = 0; outcome == OUTCOME_DONE && first < selection->count; first += AT_ONCE) {
		size_t last = selection->count - first > AT_ONCE ? first + AT_ONCE : selection->count;

		outcome = act_on(call, act, selection, first, last, &seq);
	}
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (seq == 0) /* no entry was made of it */
		out_text("%s\n", words("Nothing changed: it was so before, or does not apply to them.", "変わったものはありません。既にそうなっているか、対象になりません。"));
	else
		out_text(words("%s: %zu item(s) (entry %" PRIu64 ")\n", "%s:%zu 件(記録 %" PRIu64 ")\n"), words_of(act->done), selection->count, seq);
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:b,s:o,s:o*}", "act", act->word, "done", seq != 0, "items", items_json(selection), "seq",
				   seq == 0 ? NULL : json_integer((json_int_t)seq)));
	return OUTCOME_DONE;
}

static enum outcome run(const struct call *call, const struct act *act)
{
	struct selection selection = { NULL, 0 };
	bool show_only = args_has(&call->args, "dry-run") || (act->final && !confirm_given(call));
	enum outcome outcome = queue_select(call, &selection);

	if (outcome != OUTCOME_DONE)
		return outcome;
	print_items(&selection);
	if (selection.count == 0) {
		out_text("%s\n", words("Nothing was chosen.", "該当する項目はありません。"));
		if (out_json_wanted())
			out_json(json_pack("{s:s,s:b,s:[]}", "act", act->word, "done", 0, "items"));
	} else if (!show_only) {
		outcome = do_act(call, act, &selection);
	} else if (args_has(&call->args, "dry-run")) {
		out_text(words("%zu item(s) chosen; nothing was done.\n", "%zu 件を選びました。何もしていません。\n"), selection.count);
		if (out_json_wanted())
			out_json(json_pack("{s:s,s:b,s:o}", "act", act->word, "done", 0, "items", items_json(&selection)));
	} else {
		out_text(words("These %zu item(s) would end undelivered.\n", "この %zu 件は配達されないまま終わります。\n"), selection.count);
		outcome = confirm_missing_of(call, json_pack("{s:s,s:o}", "act", act->word, "items", items_json(&selection)));
	}
	queue_selection_free(&selection);
	return outcome;
}

enum outcome cmd_queue_freeze(const struct call *call)
{
	static const struct act act = { PB__QUEUE_ACT__QUEUE_ACT_FREEZE, "freeze", { "frozen", "凍結しました" }, false };

	return run(call, &act);
}

enum outcome cmd_queue_thaw(const struct call *call)
{
	static const struct act act = { PB__QUEUE_ACT__QUEUE_ACT_THAW, "thaw", { "thawed", "凍結を解きました" }, false };

	return run(call, &act);
}

enum outcome cmd_queue_requeue(const struct call *call)
{
	static const struct act act = { PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, "requeue", { "requeued", "待ち行列に戻しました" }, false };

	return run(call, &act);
}

enum outcome cmd_queue_expire(const struct call *call)
{
	static const struct act act = { PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, "expire", { "expired", "配達されないまま終了しました" }, true };

	return run(call, &act);
}
