/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/json_row.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static void tell(const json_t *added)
{
	out_text(words("Admitted: %s, device %s (entry %lld). Carry %s to it.\n"
		       "  fingerprint  %s\n"
		       "There: tsunagi enrol --answer FILE. It opens nothing that was sealed before.\n",
		       "登録しました:%s、端末 %s(記録 %lld)。%s をその端末に渡してください。\n"
		       "  指紋  %s\n"
		       "その端末で tsunagi enrol --answer ファイル を実行します。これより前に封をされたものは開けません。\n"),
		 json_row_text(added, "agency"), json_row_text(added, "device_name"), (long long)json_integer_value(json_object_get(added, "seq")),
		 json_row_text(added, "answer"), json_row_text(added, "fingerprint"));
	if (out_json_wanted())
		out_json(json_incref((json_t *)(uintptr_t)added));
}

enum outcome cmd_device_add(const struct call *call)
{
	const char *request = call_operand(call, 0), *answer = args_text(&call->args, "out");
	struct agency_client client;
	json_t *added = NULL;
	enum outcome outcome;

	if (answer == NULL)
		return call_usage(call, "%s", words("--out is missing: where the answer for the new device goes", "--out(新しい端末に渡す回答の書き出し先)がありません"));
	outcome = agency_client_open(call, &client);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s,s:s,s:s}", "action", "device_add", "request_file", request, "answer_file", answer), &added);
	if (outcome == OUTCOME_DONE)
		tell(added);
	json_decref(added);
	agency_client_close(&client);
	return outcome;
}
