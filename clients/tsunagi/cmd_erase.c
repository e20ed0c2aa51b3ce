/* SPDX-License-Identifier: Apache-2.0 */
/* erase CASE: what would go is shown, and with --yes --reason it goes. */
#include <inttypes.h>

#include "base/id.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/confirm.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome ask(const struct call *call, const struct id *case_id, bool look, struct arena *arena, const Pb__AdminReply **ret_reply)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminErase erase = PB__ADMIN_ERASE__INIT;
	const char *reason = args_text(&call->args, "reason");

	erase.case_id = pb_of_bytes(bytes_of(case_id->bytes, ID_BYTES));
	erase.reason = pb_of_text(look || reason == NULL ? "" : reason);
	erase.even_open = args_has(&call->args, "even-open");
	erase.look = look;
	request.body_case = PB__ADMIN_REQUEST__BODY_ERASE;
	request.erase = &erase;
	return admin_ask(call, &request, arena, ret_reply);
}

static void show(const Pb__Erasure *erasure, const char *id)
{
	out_text(words("Case %s: this would be destroyed here, for ever:\n", "事例 %s:次のものがこの拠点から完全に消去されます:\n"), id);
	out_text(words("  %" PRIu64 " ledger entries' content (%" PRIu64 " of them messages); their proofs stay valid\n",
		       "  台帳の記録 %" PRIu64 " 件の内容(うち連絡 %" PRIu64 " 件)。証明は有効なまま残ります\n"),
		 erasure->entries, erasure->messages);
	out_text(words("  %" PRIu64 " sealed part(s), %" PRIu64 " attachment segment(s)\n", "  封をした本文 %" PRIu64 " 件、添付の断片 %" PRIu64 " 件\n"),
		 erasure->parts, erasure->segments);
	out_text(words("  %u agencies hold copies of their own; each is told to destroy them as its rules say\n",
		       "  写しを持つ機関 %u か所に、規程に従って廃棄するよう通知します\n"),
		 erasure->agencies);
	if (erasure->open > 0)
		out_text(words("  still open: %s\n", "  終わっていないもの:%s\n"), erasure->what_is_open);
}

static json_t *counts(const Pb__Erasure *erasure, const char *id)
{
	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:s}", "case_id", id, "entries", (json_int_t)erasure->entries, "messages",
			 (json_int_t)erasure->messages, "parts", (json_int_t)erasure->parts, "segments", (json_int_t)erasure->segments, "agencies",
			 (json_int_t)erasure->agencies, "open", (json_int_t)erasure->open, "what_is_open", erasure->what_is_open);
}

static enum outcome erase_now(const struct call *call, const struct id *case_id, const Pb__Erasure *erasure, const char *id)
{
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = ask(call, case_id, false, &arena, &reply);
	if (outcome == OUTCOME_DONE) {
		out_text(words("Erased (entry %" PRIu64 ").\n", "消去しました(記録 %" PRIu64 ")。\n"), reply->seq);
		out_text("%s\n", words("Its bytes leave the store's file when tsunagid is next started: restart it soon. Backups made before hold it still.",
				       "データファイルに残る断片は、次に tsunagid を起動するときに消えます。早めに再起動してください。"
				       "以前の控えには残っています。"));
		if (out_json_wanted()) {
			json_t *said = counts(erasure, id);

			json_object_set_new(said, "done", json_true());
			json_object_set_new(said, "seq", json_integer((json_int_t)reply->seq));
			out_json(said);
		}
	}
	arena_free(&arena);
	return outcome;
}

static enum outcome go_on(const struct call *call, const struct id *case_id, const Pb__Erasure *erasure)
{
	char id[ID_TEXT];

	id_format(case_id, id);
	show(erasure, id);
	return confirm_given(call) ? erase_now(call, case_id, erasure, id) : confirm_missing_of(call, counts(erasure, id));
}

enum outcome cmd_erase(const struct call *call)
{
	const Pb__AdminReply *reply;
	struct id case_id;
	struct arena arena;
	enum outcome outcome;

	if (id_parse(call_operand(call, 0), &case_id) != ERR_OK)
		return call_usage(call, "%s", words("CASE is the case's whole id, as its messages show it",
						    "CASE には事例の番号を省略せずに指定してください"));
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = ask(call, &case_id, true, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		outcome = reply->body_case == PB__ADMIN_REPLY__BODY_ERASURE ? go_on(call, &case_id, reply->erasure) : admin_unexpected();
	arena_free(&arena);
	return outcome;
}
