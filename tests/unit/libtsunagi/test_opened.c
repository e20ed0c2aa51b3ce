/* SPDX-License-Identifier: Apache-2.0 */
/* Receipt files that show what was said: made by who said it, held against every way of putting other words there. */
#include "libtsunagi/opened.h"

#include <jansson.h>
#include <stdlib.h>

#include "acting.h"
#include "contract/json.h"
#include "contract/signed_order.h"
#include "libtsunagi/verifying.h"
#include "unit.h"

static json_t *opened(struct talk *talk, const char *message_id, int part, int expected)
{
	return acting(talk->sender, expected, "{\"action\":\"receipt\",\"message_id\":\"%s\",\"open\":[%d]}", message_id, part);
}

/* What the verifier reports, who trusts the stage's site alone. */
static json_t *report(struct talk *talk, const json_t *evidence, int expected)
{
	char *text = json_dumps(evidence, JSON_COMPACT), *told = NULL;
	const char *keys[1];
	struct buf key;
	json_t *json;

	buf_init(&key, 1000);
	stage_trusted_key(talk->stage, &key);
	keys[0] = buf_text(&key);
	check_int(tsg_verify_json(text, strlen(text), keys, 1, &told), expected);
	json = json_loads(told, 0, NULL);
	tsg_free(told);
	buf_free(&key);
	free(text);
	return json;
}

static json_t *row_of(const json_t *evidence)
{
	return json_array_get(json_object_get(evidence, "opened"), 0);
}

/* The check that does not hold; "" when all do. */
static const char *false_check(const json_t *told)
{
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(told, "checks"), index, row)
		if (!json_is_true(json_object_get(row, "ok")))
			return json_string_value(json_object_get(row, "check"));
	return "";
}

static void check_false(struct talk *talk, const json_t *evidence, const char *check_name)
{
	json_t *told = report(talk, evidence, TSG_NOT_AUTHENTIC);

	check_text(false_check(told), check_name);
	check(json_object_get(told, "said") == NULL); /* what does not hold is not shown as said */
	json_decref(told);
}

static void test_shown(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "SOON", NULL);
	json_t *evidence = opened(&talk, receipt.message_id, 0, TSG_OK);
	json_t *told = report(&talk, evidence, TSG_OK);
	const json_t *said = json_array_get(json_object_get(told, "said"), 0);
	char *text = json_dumps(said, 0);

	check_text(json_string_value(json_object_get(said, "recipient")), talk.desk->address);
	check(text != NULL && strstr(text, "例田 はるか") != NULL);
	check_text(false_check(told), "");
	free(text);
	json_decref(told);
	json_object_del(evidence, "opened"); /* the same file without: proved as ever, nothing said */
	told = report(&talk, evidence, TSG_OK);
	check(json_object_get(told, "said") == NULL);
	json_decref(told);
	json_decref(evidence);
	talk_end(&talk);
}

static void test_no_such_part(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "SOON", NULL);
	char *own = NULL;

	json_decref(opened(&talk, receipt.message_id, 1, TSG_NOT_FOUND));
	json_decref(opened(&talk, receipt.message_id, -1, TSG_NOT_FOUND));
	require(asprintf(&own, "%s.outbox/own/%s.message", talk.link->path, receipt.message_id) > 0);
	require(remove(own) == 0); /* as at another device */
	json_decref(opened(&talk, receipt.message_id, 0, TSG_NOT_FOUND));
	free(own);
	talk_end(&talk);
}

/* Another message's part: under its own digest, and as if it were the one that was named. */
static void test_moved(void)
{
	struct talk talk = talk_begin();
	struct receipt first = talk_send(&talk, "SOON", NULL), second = talk_send(&talk, "SOON", NULL);
	json_t *evidence = opened(&talk, first.message_id, 0, TSG_OK), *other = opened(&talk, second.message_id, 0, TSG_OK);

	json_object_set(row_of(evidence), "content_key", json_object_get(row_of(other), "content_key"));
	check_false(&talk, evidence, "opened");
	json_object_set(row_of(evidence), "sealed", json_object_get(row_of(other), "sealed"));
	check_false(&talk, evidence, "part");
	json_decref(evidence);
	json_decref(other);
	talk_end(&talk);
}

static void test_changed(void)
{
	static const struct {
		const char *name, *json, *check;
	} changes[] = {
		{ "recipient", "\"third@chiba-city\"", "part" }, { "recipient", "7", "part" },	   { "part", "1", "part" },
		{ "part", "-1", "part" },			 { "part", "\"0\"", "part" },	   { "sealed", "\"AAAA\"", "part" },
		{ "sealed", "\"*\"", "part" },			 { "sealed", "null", "part" },	   { "content_key", "\"AAAA\"", "opened" },
		{ "content_key", "null", "opened" },
	};
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "SOON", NULL);
	json_t *evidence = opened(&talk, receipt.message_id, 0, TSG_OK);

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		json_t *bad = json_deep_copy(evidence);

		unit_context("%s: %s", changes[i].name, changes[i].json);
		json_object_set_new(row_of(bad), changes[i].name, json_loads(changes[i].json, JSON_DECODE_ANY, NULL));
		check_false(&talk, bad, changes[i].check);
		json_decref(bad);
	}
	json_decref(evidence);
	talk_end(&talk);
}

/* The View that the evidence holds in an order of its own: as it is, or as if its sender had named the same sealed part in another message. */
struct told {
	struct arena arena;
	struct buf statement;
	ProtobufCBinaryData statements[1];
	Pb__SignedOrder order;
	Pb__SubmitEntry submit;
	Pb__EntryBody body;
};

static void tell(const json_t *evidence, bool elsewhere, struct told *told)
{
	static const uint8_t other_id[16] = { 1 };
	Pb__Statement statement = PB__STATEMENT__INIT;
	const ProtobufCMessage *proof = NULL;
	const Pb__EntryBody *body = NULL;
	const Pb__View *true_view = NULL;
	Pb__View view;

	arena_init(&told->arena, 4u << 20);
	require_ok(json_to_message(json_object_get(evidence, "proof"), &pb__receipt_proof__descriptor, &told->arena, &proof, NULL, NULL));
	require_ok(CODEC_DECODE(entry_body, bytes_of_pb(((const Pb__ReceiptProof *)proof)->body), &told->arena, &body, NULL));
	true_view = statement_view(bytes_of_pb(signed_order_of(body)->statements[0]), &told->arena);
	require(true_view != NULL);
	view = *true_view;
	if (elsewhere)
		view.message_id = pb_of_bytes(bytes_of(other_id, sizeof other_id));
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &view;
	buf_init(&told->statement, LIMIT_STATEMENT_BYTES);
	require_ok(codec_pack(&statement.base, &told->statement));
	told->statements[0] = pb_of_bytes(buf_bytes(&told->statement));
	pb__signed_order__init(&told->order);
	told->order.n_statements = 1;
	told->order.statements = told->statements;
	pb__submit_entry__init(&told->submit);
	told->submit.order = &told->order;
	pb__entry_body__init(&told->body);
	told->body.body_case = PB__ENTRY_BODY__BODY_SUBMIT;
	told->body.submit = &told->submit;
}

/* How many parts count as said by the device whose certificate this is. */
static size_t count_said(const json_t *evidence, const struct told *told, const struct certificate *signer)
{
	struct verifying verifying = { .checks = json_array(), .said = json_array(), .opened = json_object_get(evidence, "opened") };
	size_t said;

	verifying.entry.body = &told->body;
	verify_opened(&verifying, signer);
	said = json_array_size(verifying.said);
	check_int(verifying.outcome, said == 0 ? FALSE_PROOF : PROVED);
	json_decref(verifying.checks);
	json_decref(verifying.said);
	return said;
}

/* What a sender signed for one message is not what it said in another, though that names the same sealed bytes; nor is it another agency's word. */
static void test_said_elsewhere(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "SOON", NULL);
	json_t *evidence = opened(&talk, receipt.message_id, 0, TSG_OK);
	struct told truth, lie;

	tell(evidence, false, &truth);
	check_uint(count_said(evidence, &truth, talk.link->bundle->signing_certificate), 1);
	check_uint(count_said(evidence, &truth, talk.desk->bundle->signing_certificate), 0);
	tell(evidence, true, &lie);
	check_uint(count_said(evidence, &lie, talk.link->bundle->signing_certificate), 0);
	buf_free(&truth.statement);
	buf_free(&lie.statement);
	arena_free(&truth.arena);
	arena_free(&lie.arena);
	json_decref(evidence);
	talk_end(&talk);
}

/* A list of something else, or of more than a message can have, is no receipt file of this form. */
static void test_no_list(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "SOON", NULL);
	json_t *evidence = opened(&talk, receipt.message_id, 0, TSG_OK);
	json_t *rows = json_array();

	for (size_t i = 0; i <= OPENED_PARTS_MAX; i++)
		json_array_append(rows, row_of(evidence));
	json_object_set_new(evidence, "opened", rows);
	json_decref(report(&talk, evidence, TSG_UNDECIDED));
	json_object_set_new(evidence, "opened", json_string("all of it"));
	json_decref(report(&talk, evidence, TSG_UNDECIDED));
	json_object_set_new(evidence, "opened", json_pack("[s]", "all of it"));
	check_false(&talk, evidence, "part");
	json_decref(evidence);
	talk_end(&talk);
}

/* To whom nobody is known whose key signed the checkpoint, nothing is shown as said. */
static void test_nothing_without_trust(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "SOON", NULL);
	json_t *evidence = opened(&talk, receipt.message_id, 0, TSG_OK);
	char *text = json_dumps(evidence, JSON_COMPACT), *told = NULL;

	check_int(tsg_verify_json(text, strlen(text), NULL, 0, &told), TSG_UNDECIDED);
	check(told != NULL && strstr(told, "例田") == NULL && strstr(told, "\"said\"") == NULL);
	tsg_free(told);
	free(text);
	json_decref(evidence);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/opened", { "what was said is shown", test_shown }, { "no such part", test_no_such_part }, { "another message's part", test_moved },
	   { "changed rows", test_changed }, { "said elsewhere", test_said_elsewhere }, { "no list of parts", test_no_list }, { "nothing without trust", test_nothing_without_trust });
