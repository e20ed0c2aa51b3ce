/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/limits.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/result_file.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

/* The numbers of --open as a list: NULL, and told, when one is none. */
static json_t *parts_of(const struct call *call)
{
	json_t *parts = json_array();
	bool wanted[LIMIT_PARTS] = { false };
	const char *text = NULL;

	for (size_t i = 0; (text = args_nth(&call->args, "open", i)) != NULL; i++) {
		if (text[0] < '0' || text[0] >= '0' + (int)LIMIT_PARTS || text[1] != '\0') {
			call_usage(call, words("--open takes a part's number from 0 to %u, not %s", "--open には本文の番号(0 から %u)を指定します:%s"),
				   LIMIT_PARTS - 1, text);
			json_decref(parts);
			return NULL;
		}
		wanted[text[0] - '0'] = true;
	}
	for (unsigned part = 0; part < LIMIT_PARTS; part++)
		if (wanted[part])
			json_array_append_new(parts, json_integer(part));
	return parts;
}

static void say_how_to_keep(const struct call *call, const json_t *receipt)
{
	if (json_object_get(receipt, "opened") != NULL && args_has(&call->args, "out") && !out_json_wanted())
		out_text("%s\n", words("Whoever has the file can read what was said: keep it as you keep the sheet itself.",
					"このファイルがあれば、だれでも内容を読めます。シートそのものと同じように扱ってください。"));
}

enum outcome cmd_receipt(const struct call *call)
{
	struct agency_client client;
	char message[ID_TEXT];
	json_t *receipt = NULL, *parts = parts_of(call);
	enum outcome outcome = parts == NULL ? OUTCOME_USAGE : agency_client_open_for(call, &client, message);

	if (outcome != OUTCOME_DONE) {
		json_decref(parts);
		return outcome;
	}
	outcome = agency_client_act(&client, json_pack("{s:s, s:s, s:o}", "action", "receipt", "message_id", message, "open", parts), &receipt);
	if (outcome == OUTCOME_DONE) {
		test_site_mark(receipt);
		outcome = result_file_put(call, json_incref(receipt), words("receipt", "受付証"));
	}
	if (outcome == OUTCOME_DONE)
		say_how_to_keep(call, receipt);
	json_decref(receipt);
	agency_client_close(&client);
	return outcome;
}
