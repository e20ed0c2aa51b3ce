/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/verify.c - see tsunagi/tsunagi.h: a receipt file against nothing but keys that the verifier trusts.
 *
 * Each step rests on the one before it: trusted key -> checkpoint -> entry in its tree -> what the entry says -> the agency's
 * signature -> the entry that bound the agency's certificate.  Anyone may have changed any byte of the file. */
#include <stdio.h>
#include <stdlib.h>

#include "contract/json.h"
#include "contract/signed_order.h"
#include "libtsunagi/api.h"
#include "libtsunagi/evidence.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/opened.h"
#include "libtsunagi/verifying.h"

#define PROOF_BYTES (16u * 1024u * 1024u)

static const struct {
	const char *check, *en, *ja;
} texts[] = {
	{ "checkpoint", "the site's checkpoint is signed by a key that you trust", "拠点のチェックポイントに、信頼する鍵の署名がある" },
	{ "inclusion", "the entry stands in the ledger that the checkpoint vouches for", "記録がチェックポイントの台帳に含まれている" },
	{ "content", "the entry's content is what its hash says", "記録の内容がハッシュと一致する" },
	{ "signature", "the agency signed exactly this", "機関がこの内容に署名している" },
	{ "signer", "the ledger bound the signer's certificate to that agency, earlier", "署名者の証明書が、それより前に台帳でその機関に結び付けられている" },
	{ "author", "the message names the signer's agency as its sender", "連絡の差出人が署名した機関である" },
	{ "part", "what is opened is a part that the message named", "開かれたのは、この連絡が示す本文である" },
	{ "opened", "the key in the file opens it", "ファイルにある鍵で開く" },
	{ "said", "what is inside was signed by the sender, for this place in this message", "中身に差出人の署名があり、この連絡のこの箇所のものである" },
};

void verifying_note(struct verifying *verifying, const char *check, bool ok, const char *detail)
{
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcmp(texts[i].check, check) == 0)
			json_array_append_new(verifying->checks, json_pack("{s:s, s:b, s:s, s:s*}", "check", check, "ok", ok ? 1 : 0, "text",
									   verifying->japanese ? texts[i].ja : texts[i].en, "detail", detail));
	if (!ok)
		verifying->outcome = FALSE_PROOF;
}

static void undecided(struct verifying *verifying, const char *why)
{
	if (verifying->outcome == PROVED)
		verifying->outcome = UNDECIDED;
	if (verifying->undecided == NULL)
		verifying->undecided = why;
}

/* ---- the steps ---- */

/* The key's name is an origin; epochs share the key, so the site's label decides and the checkpoint's own origin is the name. */
static bool key_fits(const char *text, const struct checkpoint *claimed, uint8_t key[ED25519_BYTES])
{
	char name[NOTE_KEY_TEXT];
	size_t site = strcspn(claimed->origin, "/");

	return note_key_parse(text, name, sizeof name, key) == ERR_OK && strcspn(name, "/") == site && strncmp(name, claimed->origin, site) == 0;
}

static bool check_checkpoint(struct verifying *verifying, const char *const *trusted, size_t count)
{
	struct bytes note_bytes = bytes_of_text(verifying->proof->checkpoint);
	struct checkpoint claimed;
	uint8_t key[ED25519_BYTES];
	bool known = false;

	if (checkpoint_parse(note_bytes, &claimed) != ERR_OK) {
		verifying_note(verifying, "checkpoint", false, "it is no checkpoint");
		return false;
	}
	snprintf(verifying->site, sizeof verifying->site, "%.*s", (int)strcspn(claimed.origin, "/"), claimed.origin);
	for (size_t i = 0; i < count; i++) {
		if (trusted[i] == NULL || !key_fits(trusted[i], &claimed, key))
			continue;
		known = true;
		if (checkpoint_open(note_bytes, claimed.origin, key, &verifying->checkpoint) == ERR_OK) {
			verifying_note(verifying, "checkpoint", true, claimed.origin);
			return true;
		}
	}
	if (known)
		verifying_note(verifying, "checkpoint", false, "the signature does not hold");
	else
		undecided(verifying, "no_trusted_key");
	return false;
}

static bool check_entry(struct verifying *verifying)
{
	const Pb__ReceiptProof *proof = verifying->proof;
	const struct proof_entry entry = { bytes_of_pb(proof->header), bytes_of_pb(proof->body_hash), bytes_of_pb(proof->salt), bytes_of_pb(proof->body),
					   bytes_of_pb(proof->inclusion) };
	const char *reason = NULL;
	enum err err = proof_check_entry(&entry, &verifying->checkpoint, &verifying->arena, &verifying->entry, &reason);

	if (err != ERR_OK) {
		verifying_note(verifying, "inclusion", false, reason);
		return false;
	}
	verifying_note(verifying, "inclusion", true, NULL);
	if (verifying->entry.body == NULL) {
		undecided(verifying, "content_erased");
		return false;
	}
	verifying_note(verifying, "content", true, NULL);
	return true;
}

static bool check_signature(struct verifying *verifying, struct certificate **ret_signer)
{
	const Pb__SignedOrder *order = signed_order_of(verifying->entry.body);
	const char *reason = "the signer's certificate is not there";

	if (order == NULL) {
		undecided(verifying, "no_agency_ordered_it");
		return false;
	}
	if (certificate_from_der(bytes_of_pb(verifying->proof->certificate), ret_signer) != ERR_OK ||
	    proof_check_order(order, verifying->site, *ret_signer, &reason) != ERR_OK) {
		verifying_note(verifying, "signature", false, reason);
		return false;
	}
	verifying_note(verifying, "signature", true, certificate_subject(*ret_signer));
	return true;
}

static void check_signer(struct verifying *verifying, const struct certificate *signer)
{
	const Pb__ReceiptProof *proof = verifying->proof;
	const struct proof_entry entry = { bytes_of_pb(proof->binding_header), bytes_of_pb(proof->binding_body_hash), bytes_of_pb(proof->binding_salt),
					   bytes_of_pb(proof->binding_body), bytes_of_pb(proof->binding_inclusion) };
	const char *reason = NULL;
	uint32_t agency = 0;
	enum err err = proof_check_entry(&entry, &verifying->checkpoint, &verifying->arena, &verifying->binding, &reason);

	if (err == ERR_OK && verifying->binding.body == NULL) {
		undecided(verifying, "binding_erased");
		return;
	}
	if (err == ERR_OK)
		err = proof_check_binding(&verifying->binding, certificate_digest(signer), &agency, &reason);
	if (err == ERR_OK && verifying->binding.header.seq >= verifying->entry.header.seq) {
		reason = "the certificate was bound later";
		err = ERR_AUTH;
	}
	if (err == ERR_OK && agency != signed_order_of(verifying->entry.body)->agency) {
		reason = "the certificate was bound to another agency";
		err = ERR_AUTH;
	}
	verifying_note(verifying, "signer", err == ERR_OK, err == ERR_OK ? NULL : reason);
}

/* For a submission: what it says of its sender is what the certificate says. */
static void check_author(struct verifying *verifying, const struct certificate *signer)
{
	const Pb__SignedOrder *order = signed_order_of(verifying->entry.body);

	if (verifying->entry.body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		return;
	for (size_t i = 0; i < order->n_statements; i++) {
		const Pb__View *view = statement_view(bytes_of_pb(order->statements[i]), &verifying->arena);

		if (view == NULL || strcmp(view->sender, certificate_subject(signer)) != 0) {
			verifying_note(verifying, "author", false, "the sender is another than the signer");
			return;
		}
	}
	verifying_note(verifying, "author", true, certificate_subject(signer));
}

static void run(struct verifying *verifying, const char *const *trusted, size_t count)
{
	struct certificate *signer = NULL;

	if (check_checkpoint(verifying, trusted, count) && check_entry(verifying) && check_signature(verifying, &signer)) {
		check_signer(verifying, signer);
		check_author(verifying, signer);
		verify_opened(verifying, signer);
	}
	certificate_free(signer);
}

/* ---- the report ---- */

static json_t *limits_json(const struct verifying *verifying)
{
	bool japanese = verifying->japanese;
	json_t *list = json_array();

	json_array_append_new(list, json_string(japanese ? "時刻は拠点の時計による" : "the time is the site's own clock's"));
	json_array_append_new(list, json_string(japanese ? "他の拠点による副署はまだない" : "no other site cosigned the checkpoint"));
	if (json_array_size(verifying->said) == 0)
		json_array_append_new(list, json_string(japanese ? "封をされた内容は示さない" : "what was sealed inside is not shown"));
	else
		json_array_append_new(list, json_string(japanese ? "このほかに封をされた本文や添付は示さない" : "no other sealed part, and no attachment, is shown"));
	json_array_append_new(list, json_string(japanese ? "受け取った人が読んだかどうかは示さない" : "whether a person read it is not shown"));
	return list;
}

static const char *outcome_word(const struct verifying *verifying)
{
	return verifying->outcome == PROVED ? "PROVED" : verifying->outcome == FALSE_PROOF ? "FALSE" : "UNDECIDED";
}

static json_t *report(struct verifying *verifying)
{
	json_t *json = json_pack("{s:s, s:s, s:s*, s:O, s:s, s:[], s:o}", "type", "verification", "result", outcome_word(verifying), "reason",
				 verifying->outcome == UNDECIDED ? verifying->undecided : NULL, "checks", verifying->checks, "clock", verifying->site,
				 "cosigners", "does_not_show", limits_json(verifying));

	if (json != NULL && verifying->outcome != FALSE_PROOF && verifying->entry.leaf.bytes[0] + verifying->entry.header.time_us != 0)
		json_object_set_new(json, "summary",
				    evidence_summary(verifying->entry.body, verifying->entry.header.type, verifying->entry.header.time_us,
						     verifying->entry.header.seq));
	if (json != NULL && json_array_size(verifying->said) > 0)
		json_object_set(json, "said", verifying->said);
	return json;
}

static bool read_file(struct verifying *verifying, const json_t *json)
{
	const char *type = field_text(json, "type");
	const json_t *opened = json_object_get(json, "opened");
	const ProtobufCMessage *message = NULL;

	if (opened != NULL && (!json_is_array(opened) || json_array_size(opened) > OPENED_PARTS_MAX))
		return false;
	if (type == NULL || strcmp(type, EVIDENCE_TYPE) != 0 || field_number(json, "version", 1000, 0) != EVIDENCE_VERSION ||
	    json_to_message(json_object_get(json, "proof"), &pb__receipt_proof__descriptor, &verifying->arena, &message, NULL, NULL) != ERR_OK)
		return false;
	verifying->proof = (const Pb__ReceiptProof *)message;
	verifying->opened = opened;
	return true;
}

int tsg_verify_json(const char *json, size_t length, const char *const *trusted_keys, size_t count, char **ret_json)
{
	struct verifying verifying = { .japanese = language_of_environment() == LANGUAGE_JA };
	struct failure failure = { 0 };
	json_t *parsed = NULL;
	int result = TSG_OK;

	if (json == NULL || ret_json == NULL || (count > 0 && trusted_keys == NULL))
		return TSG_USAGE;
	parsed = api_parse(&failure, json, length);
	arena_init(&verifying.arena, PROOF_BYTES);
	verifying.checks = json_array();
	verifying.said = json_array();
	if (parsed != NULL && read_file(&verifying, parsed))
		run(&verifying, trusted_keys, count);
	else
		undecided(&verifying, "not_a_receipt_file");
	result = api_give(&failure, report(&verifying), ret_json);
	if (result == TSG_OK && verifying.outcome != PROVED)
		result = verifying.outcome == FALSE_PROOF ? TSG_NOT_AUTHENTIC : TSG_UNDECIDED;
	json_decref(verifying.checks);
	json_decref(verifying.said);
	json_decref(parsed);
	arena_free(&verifying.arena);
	return result;
}
