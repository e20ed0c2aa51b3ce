/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/json_row.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static void tell(const json_t *rotated)
{
	out_text(words("New keys are in force, signed by the old: %s, device %s.\n"
		       "  fingerprint  %s\n"
		       "The operator sees it with `tsunagi agency show`. What was sealed to the old keys can still be opened.\n",
		       "新しい鍵に替わりました(旧い鍵で署名):%s、端末 %s。\n"
		       "  指紋  %s\n"
		       "運用担当は `tsunagi agency show` で確認できます。旧い鍵に宛てて封をされたものも、引き続き開けます。\n"),
		 json_row_text(rotated, "agency"), json_row_text(rotated, "device_name"), json_row_text(rotated, "fingerprint"));
	if (out_json_wanted())
		out_json(json_incref((json_t *)(uintptr_t)rotated));
}

enum outcome cmd_rotate(const struct call *call)
{
	struct agency_client client;
	json_t *rotated = NULL;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s}", "action", "rotate"), &rotated);
	if (outcome == OUTCOME_DONE)
		tell(rotated);
	json_decref(rotated);
	agency_client_close(&client);
	return outcome;
}
