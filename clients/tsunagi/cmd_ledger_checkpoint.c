/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "contract/checkpoint.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/subcommands.h"

static void put_json(const char *note)
{
	struct checkpoint checkpoint;
	char root[2 * DIGEST_BYTES + 1];

	if (checkpoint_parse(bytes_of_text(note), &checkpoint) != ERR_OK) {
		out_json(json_pack("{s:s}", "checkpoint", note));
		return;
	}
	text_hex(digest_bytes(&checkpoint.root), root);
	out_json(json_pack("{s:s,s:s,s:I,s:s}", "checkpoint", note, "origin", checkpoint.origin, "size", (json_int_t)checkpoint.size, "root_hash", root));
}

enum outcome cmd_ledger_checkpoint(const struct call *call)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	request.body_case = PB__ADMIN_REQUEST__BODY_CHECKPOINT;
	request.checkpoint = &nothing;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->body_case != PB__ADMIN_REPLY__BODY_CHECKPOINT)
		outcome = admin_unexpected();
	else if (outcome == OUTCOME_DONE && out_json_wanted())
		put_json(reply->checkpoint);
	else if (outcome == OUTCOME_DONE)
		out_text("%s", reply->checkpoint);
	arena_free(&arena);
	return outcome;
}
