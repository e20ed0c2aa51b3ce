/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "contract/json.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/queue_listing.h"
#include "tsunagi/result_file.h"
#include "tsunagi/site.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

static bool take_entry(void *context, const Pb__QueueItem *item)
{
	uint64_t *seq = context;

	*seq = item->seq;
	return false;
}

/* An entry's number, or the entry that accepted a message. */
static enum outcome entry_of(const struct call *call, const char *text, uint64_t *ret_seq)
{
	struct id message;
	enum outcome outcome;

	if (*text != '\0' && strspn(text, "0123456789") == strlen(text)) {
		*ret_seq = strtoull(text, NULL, 10);
		return OUTCOME_DONE;
	}
	outcome = queue_message(call, text, &message);
	return outcome == OUTCOME_DONE ? queue_each_of_message(call, &message, NULL, take_entry, ret_seq) : outcome;
}

/* In the form of a receipt file, so that `verify` reads it: it shows that the entry stands there, not what it says. */
static json_t *proof_json(const Pb__ReceiptProof *proof, const char *site, uint64_t seq)
{
	json_t *json = json_pack("{s:s,s:i,s:s,s:I,s:o}", "type", "tsunagi-receipt", "version", 1, "site", site, "seq", (json_int_t)seq, "proof",
				 json_of_message(&proof->base));

	if (json != NULL)
		test_site_mark(json);
	return json;
}

enum outcome cmd_ledger_prove(const struct call *call)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct config config;
	struct home home;
	struct arena arena;
	uint64_t seq = 0;
	enum outcome outcome = site_options(call, &home, &config);

	if (outcome == OUTCOME_DONE)
		outcome = entry_of(call, call_operand(call, 0), &seq);
	if (outcome != OUTCOME_DONE)
		return outcome;
	request.body_case = PB__ADMIN_REQUEST__BODY_PROVE;
	request.prove = seq;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->body_case != PB__ADMIN_REPLY__BODY_PROOF)
		outcome = admin_unexpected();
	else if (outcome == OUTCOME_DONE)
		outcome = result_file_put(call, proof_json(reply->proof, config.site, seq), words("proof", "証明"));
	arena_free(&arena);
	return outcome;
}
