/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/admin_client.h"
#include "tsunagi/json_row.h"
#include "tsunagi/review_list.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static bool number_of(const char *text, uint64_t *ret_seq)
{
	char *end = NULL;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret_seq = strtoull(text, &end, 10);
	return *end == '\0' && errno == 0;
}

/* Short codes are read as people write them. */
static bool is_meant(const json_t *row, const char *text)
{
	uint64_t wanted, there;

	if (strcasecmp(json_row_text(row, "message_id"), text) == 0)
		return true;
	return id_code_parse(text, &wanted) && id_code_parse(json_row_text(row, "code"), &there) && wanted == there;
}

/* The list, once it is needed: an entry's number needs none. */
static enum outcome find(const struct call *call, const char *text, json_t **listing, uint64_t *ret_seq)
{
	const struct records_span span = { .limit = RECORDS_MOST };
	enum outcome outcome = OUTCOME_DONE;
	json_t *row;
	size_t index;

	if (number_of(text, ret_seq))
		return OUTCOME_DONE;
	if (*listing == NULL)
		outcome = records_read(call, &review_list, &span, true, listing);
	if (outcome != OUTCOME_DONE)
		return outcome;
	json_array_foreach(json_object_get(*listing, "reviews"), index, row) {
		if (is_meant(row, text)) {
			*ret_seq = (uint64_t)json_integer_value(json_object_get(row, "seq"));
			return OUTCOME_DONE;
		}
	}
	return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_ITEM", words("`tsunagi review --all` shows the list.", "一覧は `tsunagi review --all` で見られます。"),
			   words("%s is not on the review list.", "%s は点検の一覧にありません。"), text);
}

static enum outcome say(const struct call *call, uint64_t *seqs, size_t count)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminReviewed reviewed = PB__ADMIN_REVIEWED__INIT;
	const char *note = args_text(&call->args, "note");
	const Pb__AdminReply *reply;
	struct arena arena;
	enum outcome outcome;

	reviewed.seqs = seqs;
	reviewed.n_seqs = count;
	reviewed.remark = pb_of_text(note == NULL ? "" : note);
	request.body_case = PB__ADMIN_REQUEST__BODY_REVIEWED;
	request.reviewed = &reviewed;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->seq != 0)
		out_text(words("Reviewed, and recorded as entry %" PRIu64 ".\n", "点検済みとして記録しました(記録 %" PRIu64 ")。\n"), reply->seq);
	else if (outcome == OUTCOME_DONE)
		out_text("%s\n", words("It had been reviewed before.", "すでに点検済みです。"));
	if (outcome == OUTCOME_DONE && out_json_wanted())
		out_json(json_pack("{s:s, s:b, s:I}", "type", "reviewed", "done", reply->seq != 0, "seq", (json_int_t)reply->seq));
	arena_free(&arena);
	return outcome;
}

enum outcome cmd_review_done(const struct call *call)
{
	uint64_t *seqs = calloc(call->args.operand_count + 1, sizeof *seqs);
	enum outcome outcome = seqs == NULL ? out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", err_text(ERR_NOMEM)) : OUTCOME_DONE;
	json_t *listing = NULL;
	size_t count = 0;

	if (outcome == OUTCOME_DONE && call_as_agency(call))
		outcome = call_usage(call, "%s", words("the operator says that it was reviewed: --home, without --as.",
						       "点検の記録は運用担当が行います(--home を指定し、--as は使いません)。"));
	for (const char *text; outcome == OUTCOME_DONE && (text = call_operand(call, count)) != NULL; count++)
		outcome = find(call, text, &listing, &seqs[count]);
	if (outcome == OUTCOME_DONE)
		outcome = say(call, seqs, count);
	json_decref(listing);
	free(seqs);
	return outcome;
}
