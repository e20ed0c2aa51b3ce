/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/evidence.c - see evidence.h for the contract. */
#include "libtsunagi/evidence.h"

#include "contract/json.h"
#include "contract/signed_order.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/proof.h"

static json_t *part_digests(const Pb__View *view)
{
	json_t *list = json_array();

	for (size_t i = 0; i < view->n_parts; i++)
		json_array_append_new(list, json_hex(bytes_of_pb(view->parts[i]->sha256)));
	return list;
}

/* One View of a submission: sender and message are the same in all. */
static void add_view(json_t *json, json_t *recipients, struct bytes statement)
{
	const Pb__View *view = NULL;
	struct arena arena;
	struct id id;

	arena_init(&arena, LIMIT_DECODE_BYTES);
	view = statement_view(statement, &arena);
	if (view != NULL) {
		if (id_from_bytes(bytes_of_pb(view->message_id), &id) == ERR_OK)
			json_object_set_new(json, "message_id", json_id(id.bytes));
		json_object_set_new(json, "author", json_string(view->sender));
		json_object_set_new(json, "kind", json_string(json_word(&pb__kind__descriptor, (int)view->kind)));
		json_array_append_new(recipients, json_pack("{s:s, s:o}", "address", view->recipient, "parts_sha256", part_digests(view)));
	}
	arena_free(&arena);
}

json_t *evidence_summary(const Pb__EntryBody *body, uint16_t type, int64_t time_us, uint64_t seq)
{
	const char *word = json_word(&pb__entry_type__descriptor, type);
	json_t *json = json_pack("{s:s, s:I, s:o}", "entry", word == NULL ? "UNKNOWN" : word, "seq", (json_int_t)seq, "recorded_at",
				 json_time(time_us));
	const Pb__SignedOrder *order = signed_order_of(body);
	json_t *recipients = json_array();

	if (json != NULL && body == NULL)
		json_object_set_new(json, "erased", json_true());
	if (json != NULL && body != NULL && body->body_case == PB__ENTRY_BODY__BODY_SUBMIT && order != NULL) {
		for (size_t i = 0; i < order->n_statements; i++)
			add_view(json, recipients, bytes_of_pb(order->statements[i]));
		json_object_set(json, "recipients", recipients);
	}
	json_decref(recipients);
	return json;
}

static json_t *evidence_of(const struct tsg_client *client, const Pb__ReceiptProof *proof)
{
	const Pb__EntryBody *body = NULL;
	struct leaf_header header;
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (proof->body.len > 0 && CODEC_DECODE(entry_body, bytes_of_pb(proof->body), &arena, &body, NULL) != ERR_OK)
		body = NULL;
	if (leaf_header_decode(bytes_of_pb(proof->header), &header) == ERR_OK)
		json = json_pack("{s:s, s:i, s:s, s:I, s:o, s:o}", "type", EVIDENCE_TYPE, "version", EVIDENCE_VERSION, "site", client->bundle->site, "epoch",
				 (json_int_t)client->knowledge->epoch, "summary", evidence_summary(body, header.type, header.time_us, header.seq), "proof",
				 json_of_message(&proof->base));
	arena_free(&arena);
	return json;
}

int evidence_read(struct tsg_client *client, const struct id *message_id, uint64_t seq, json_t **ret_json)
{
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	int result = TSG_OK;

	if (message_id != NULL) {
		read.what_case = PB__READ__WHAT_RECEIPT_MESSAGE_ID;
		read.receipt_message_id = pb_of_bytes(bytes_of(message_id->bytes, ID_BYTES));
	} else {
		read.what_case = PB__READ__WHAT_RECEIPT_SEQ;
		read.receipt_seq = seq;
	}
	result = asking_wait(client, &read, "the receipt", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	*ret_json = answer.result->result_case == PB__READ_RESULT__RESULT_RECEIPT ? evidence_of(client, answer.result->receipt) : NULL;
	asking_free(&answer);
	return *ret_json == NULL ? failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no receipt came", NULL) : TSG_OK;
}
