/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/receipt.c - see answers.h: what a sender is given once its message is durable, or safe in its outbox. */
#include "base/id.h"
#include "contract/json.h"
#include "contract/merkle.h"
#include "libtsunagi/answers.h"
#include "libtsunagi/fields.h"

static json_t *hashes_json(struct bytes path)
{
	json_t *list = json_array();

	for (size_t at = 0; at + DIGEST_BYTES <= path.len; at += DIGEST_BYTES)
		json_array_append_new(list, json_base64(bytes_of(path.data + at, DIGEST_BYTES)));
	return list;
}

static json_t *recipients_json(const json_t *head, const Pb__Accepted *accepted)
{
	const json_t *to = json_object_get(head, "to");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(to); i++) {
		json_t *row = json_pack("{s:O}", "address", json_array_get(to, i));
		const char *lane = NULL;

		if (accepted != NULL && i < accepted->n_lanes)
			lane = json_word(&pb__urgency__descriptor, (int)accepted->lanes[i]);
		if (row != NULL && lane != NULL)
			json_object_set_new(row, "lane", json_string(lane));
		json_array_append_new(list, row);
	}
	return list;
}

/* What both receipts begin with. */
static json_t *beginning(const char *message_id, const json_t *head, const char *site, const char *state)
{
	char code[ID_CODE_TEXT] = "";
	struct id id;

	if (id_parse(message_id, &id) == ERR_OK)
		id_code(&id, code);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:O*, s:O*, s:O*, s:O*}", "type", "receipt", "message_id", message_id, "code", code, "site", site, "state",
			 state, "case_id", json_object_get(head, "case_id"), "key", json_object_get(head, "key"), "danger", json_object_get(head, "danger"), "warnings",
			 json_object_get(head, "warnings"));
}

json_t *receipt_waiting(const char *message_id, const json_t *head, const char *site)
{
	json_t *receipt = beginning(message_id, head, site, "outbox");

	if (receipt != NULL && json_object_set_new(receipt, "recipients", recipients_json(head, NULL)) != 0) {
		json_decref(receipt);
		return NULL;
	}
	return receipt;
}

json_t *receipt_json(const struct answers *answers, size_t index, const char *message_id, const json_t *head, const struct knowledge *knowledge)
{
	const struct answer *row = &answers->rows[index];
	const Pb__Accepted *accepted = row->reply->accepted;
	json_t *receipt = beginning(message_id, head, knowledge->site, "accepted");
	json_t *rest = NULL;
	struct buf inclusion;

	buf_init(&inclusion, MERKLE_PATH_MAX * DIGEST_BYTES);
	if (answers_inclusion(answers, index, &inclusion) == ERR_OK)
		rest = json_pack("{s:I, s:I, s:o, s:b, s:o, s:o, s:o, s:o, s:s, s:o}", "epoch", (json_int_t)knowledge->epoch, "seq",
				 (json_int_t)row->header.seq, "accepted_at", json_time(row->header.time_us), "duplicate", accepted->duplicate ? 1 : 0,
				 "recipients", recipients_json(head, accepted), "leaf_hash", json_base64(digest_bytes(&row->leaf)), "header",
				 json_base64(bytes_of_pb(accepted->header)), "body_hash", json_base64(bytes_of_pb(accepted->body_hash)), "checkpoint",
				 answers->note, "inclusion", hashes_json(buf_bytes(&inclusion)));
	buf_free(&inclusion);
	if (receipt == NULL || rest == NULL || json_object_update(receipt, rest) != 0) {
		json_decref(receipt);
		receipt = NULL;
	}
	json_decref(rest);
	return receipt;
}
