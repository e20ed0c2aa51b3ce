/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts as evidence: what holds, and every way in which it does not. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "contract/json.h"
#include "conversation.h"
#include "unit.h"

static int verdict(const json_t *evidence, const char *key, char **ret_json)
{
	char *text = json_dumps(evidence, JSON_COMPACT);
	const char *keys[2] = { key, "nonsense" };
	int result = tsg_verify_json(text, strlen(text), keys, key == NULL ? 0 : 2, ret_json);

	free(text);
	return result;
}

static json_t *an_evidence(struct talk *talk)
{
	struct receipt receipt = talk_send(talk, "SOON", NULL);
	char *text = NULL;
	json_t *json = NULL;

	check_int(receipt.result, TSG_OK);
	talk_send(talk, "SOON", NULL); /* so that the tree has more leaves */
	require(tsg_receipt_json(talk->sender, receipt.message_id, &text) == TSG_OK);
	json = json_loads(text, 0, NULL);
	tsg_free(text);
	return json;
}

static const char *result_word(char *text)
{
	static char word[32];
	json_t *json = json_loads(text, 0, NULL);
	const char *found = json_string_value(json_object_get(json, "result"));

	snprintf(word, sizeof word, "%s", found == NULL ? "" : found);
	json_decref(json);
	tsg_free(text);
	return word;
}

static void test_proved(void)
{
	struct talk talk = talk_begin();
	json_t *evidence = an_evidence(&talk);
	struct buf key;
	char *text = NULL;

	buf_init(&key, 1000);
	stage_trusted_key(talk.stage, &key);
	check_int(verdict(evidence, buf_text(&key), &text), TSG_OK);
	check(strstr(text, "link@chiba-city") != NULL && strstr(text, "does_not_show") != NULL);
	check_text(result_word(text), "PROVED");
	buf_free(&key);
	json_decref(evidence);
	talk_end(&talk);
}

static void test_without_trust(void)
{
	struct talk talk = talk_begin();
	json_t *evidence = an_evidence(&talk);
	struct stage *other = stage_new();
	struct buf key;
	char *text = NULL;

	buf_init(&key, 1000);
	check_int(verdict(evidence, NULL, &text), TSG_UNDECIDED);
	check_text(result_word(text), "UNDECIDED");
	/* Another key under the same site's name: a claim that fails, not one that is open. */
	stage_trusted_key(other, &key);
	check_int(verdict(evidence, buf_text(&key), &text), TSG_NOT_AUTHENTIC);
	check_text(result_word(text), "FALSE");
	check_int(verdict(evidence, "other-site/1+00000000+AQ==", &text), TSG_UNDECIDED);
	tsg_free(text);
	buf_free(&key);
	stage_free(other);
	json_decref(evidence);
	talk_end(&talk);
}

/* Every field of the proof, changed in some place: never PROVED. */
static void test_every_field(void)
{
	struct talk talk = talk_begin();
	json_t *evidence = an_evidence(&talk);
	const char *name = NULL;
	json_t *value = NULL;
	void *next = NULL;
	struct buf key;

	buf_init(&key, 1000);
	stage_trusted_key(talk.stage, &key);
	json_object_foreach_safe(json_object_get(evidence, "proof"), next, name, value) {
		for (unsigned turn = 0; turn < 12; turn++) {
			json_t *bad = json_deep_copy(evidence);
			char *changed = NULL, *text = NULL;
			size_t at = 0;

			unit_context("%s", name);
			if (!json_is_string(value) || json_string_length(value) < 8) {
				json_decref(bad);
				continue;
			}
			changed = strdup(json_string_value(value));
			at = (size_t)unit_random_below(json_string_length(value) - 4);
			while ((changed[at] & 0x80) != 0) /* half a character would be no JSON */
				at--;
			changed[at] = changed[at] == 'A' ? 'B' : 'A';
			json_object_set_new(json_object_get(bad, "proof"), name, json_string(changed));
			check(verdict(bad, buf_text(&key), &text) != TSG_OK);
			tsg_free(text);
			free(changed);
			json_decref(bad);
		}
	}
	buf_free(&key);
	json_decref(evidence);
	talk_end(&talk);
}

/* Erased content: the entry is still proved to stand there; what it said is open. */
static void test_erased(void)
{
	struct talk talk = talk_begin();
	json_t *evidence = an_evidence(&talk);
	struct buf key;
	char *text = NULL;

	buf_init(&key, 1000);
	stage_trusted_key(talk.stage, &key);
	json_object_del(json_object_get(evidence, "proof"), "salt");
	check_int(verdict(evidence, buf_text(&key), &text), TSG_NOT_AUTHENTIC);
	tsg_free(text);
	json_object_del(json_object_get(evidence, "proof"), "body");
	check_int(verdict(evidence, buf_text(&key), &text), TSG_UNDECIDED);
	check(strstr(text, "content_erased") != NULL);
	tsg_free(text);
	buf_free(&key);
	json_decref(evidence);
	talk_end(&talk);
}

/* Another agency's certificate and binding under our order. */
static void test_another_signer(void)
{
	struct talk talk = talk_begin();
	json_t *evidence = an_evidence(&talk);
	const ProtobufCMessage *read = NULL;
	const Pb__ReceiptProof *other = NULL;
	Pb__ReceiptProof proof;
	struct arena arena;
	struct buf key;
	char *text = NULL;

	arena_init(&arena, 10000000);
	buf_init(&key, 1000);
	stage_trusted_key(talk.stage, &key);
	stage_stop(talk.stage);
	require_ok(json_to_message(json_object_get(evidence, "proof"), &pb__receipt_proof__descriptor, &arena, &read, NULL, NULL));
	proof = *(const Pb__ReceiptProof *)read;
	other = stage_receipt(talk.stage, 0, talk.desk, &arena);
	proof.certificate = other->certificate;
	json_object_set_new(evidence, "proof", json_of_message(&proof.base));
	check_int(verdict(evidence, buf_text(&key), &text), TSG_NOT_AUTHENTIC);
	tsg_free(text);
	proof = *(const Pb__ReceiptProof *)read;
	proof.binding_header = other->binding_header;
	proof.binding_body_hash = other->binding_body_hash;
	proof.binding_salt = other->binding_salt;
	proof.binding_body = other->binding_body;
	proof.binding_inclusion = other->binding_inclusion;
	json_object_set_new(evidence, "proof", json_of_message(&proof.base));
	check_int(verdict(evidence, buf_text(&key), &text), TSG_NOT_AUTHENTIC);
	tsg_free(text);
	arena_free(&arena);
	buf_free(&key);
	json_decref(evidence);
	talk_end(&talk);
}

static void test_no_receipt_file(void)
{
	static const char *const texts[] = { "", "{", "[]", "5", "{}", "{\"type\":\"receipt\"}", "{\"type\":\"tsunagi-receipt\",\"version\":2,\"proof\":{}}",
					     "{\"type\":\"tsunagi-receipt\",\"version\":1,\"proof\":[]}", "{\"type\":\"tsunagi-receipt\",\"version\":1,\"proof\":{}}" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char *text = NULL;

		unit_context("%s", texts[i]);
		check(tsg_verify_json(texts[i], strlen(texts[i]), NULL, 0, &text) != TSG_OK);
		check(text != NULL);
		tsg_free(text);
	}
	check_int(tsg_verify_json(NULL, 0, NULL, 0, NULL), TSG_USAGE);
}

UNIT_SUITE("libtsunagi/verify", { "proved", test_proved }, { "without trust", test_without_trust }, { "every field", test_every_field }, { "erased", test_erased },
	   { "another signer", test_another_signer }, { "no receipt file", test_no_receipt_file });
