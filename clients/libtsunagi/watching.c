/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/watching.c - see client.h: the site's history, directory and our own certificates are watched, not believed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "contract/fingerprint.h"
#include "contract/json.h"
#include "libtsunagi/client.h"
#include "libtsunagi/proof.h"
#include "libtsunagi/tasks.h"

#define SKEW_TOLD_US 60000000LL
#define DIRECTORY_FAULTS_MAX 3

/* ---- our own certificates ---- */

static void warn_binding(struct tsg_client *client, uint32_t device, const struct bundle_binding *binding, const char *detail)
{
	char subject[100], print[FINGERPRINT_TEXT];

	fingerprint(digest_bytes(&binding->signing), digest_bytes(&binding->sealing), print);
	snprintf(subject, sizeof subject, "device %u %s", device, print);
	knowledge_warn(client->knowledge, WARNING_UNKNOWN_BINDING, subject, detail);
}

/* A binding of ours that our people may not have made: the ledger's entry tells who ordered it. */
static void check_binding(struct tsg_client *client, const Pb__Binding *binding)
{
	struct asked what = { .purpose = ASK_BINDING, .device = binding->device };
	Pb__Read read = PB__READ__INIT;

	what.binding.signing = digest_of(bytes_of_pb(binding->signing_certificate));
	what.binding.sealing = digest_of(bytes_of_pb(binding->sealing_certificate));
	if (strcmp(binding->agency, client->bundle->agency) != 0 ||
	    bundle_knows(client->bundle, &what.binding.signing, &what.binding.sealing))
		return;
	read.what_case = PB__READ__WHAT_RECEIPT_SEQ;
	read.receipt_seq = binding->seq;
	if (asking_ask(client, &read, &what) != ERR_OK)
		warn_binding(client, binding->device, &what.binding, "its entry could not be asked for");
}

static struct proof_entry entry_of(const Pb__ReceiptProof *proof)
{
	return (struct proof_entry){ bytes_of_pb(proof->header), bytes_of_pb(proof->body_hash), bytes_of_pb(proof->salt), bytes_of_pb(proof->body),
				     bytes_of_pb(proof->inclusion) };
}

/* A device of ours that we know ordered exactly these certificates. */
static enum err ordered_by_ours(struct tsg_client *client, const struct asked *asked, const Pb__ReceiptProof *proof, struct arena *arena,
				const char **ret_reason)
{
	const struct proof_entry entry = entry_of(proof);
	const Pb__SignedOrder *order = NULL;
	struct certificate *signer = NULL;
	struct checkpoint checkpoint;
	struct proved_entry proved;
	struct digest sealing;
	uint32_t agency = 0;
	enum err err = knowledge_heard(client->knowledge, bytes_of_text(proof->checkpoint), &checkpoint);

	*ret_reason = "its proof is not the site's";
	if (err == ERR_OK)
		err = proof_check_entry(&entry, &checkpoint, arena, &proved, ret_reason);
	if (err == ERR_OK)
		err = proof_check_binding(&proved, &asked->binding.signing, &agency, ret_reason);
	if (err != ERR_OK)
		return err;
	*ret_reason = "no device of ours ordered it";
	sealing = digest_of(bytes_of_pb(proved.body->bind->sealing_certificate));
	order = proved.body->bind->order;
	if (order == NULL || !digest_equal(&sealing, &asked->binding.sealing) ||
	    certificate_from_der(bytes_of_pb(proof->certificate), &signer) != ERR_OK)
		return ERR_AUTH;
	err = bundle_knows_signer(client->bundle, certificate_digest(signer)) ?
		      proof_check_order(order, client->bundle->site, signer, ret_reason) : ERR_AUTH;
	certificate_free(signer);
	return err;
}

void watching_binding_proof(struct tsg_client *client, const struct asked *asked, const Pb__ReadResult *result)
{
	const char *reason = "its entry is not shown";
	struct arena arena;
	enum err err = ERR_AUTH;

	if (asking_not_now(result))
		return; /* looked at again at the next welcome */
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (result->result_case == PB__READ_RESULT__RESULT_RECEIPT)
		err = ordered_by_ours(client, asked, result->receipt, &arena, &reason);
	arena_free(&arena);
	if (err != ERR_OK) {
		warn_binding(client, asked->device, &asked->binding, reason);
		return;
	}
	bundle_learn(client->bundle, &asked->binding.signing, &asked->binding.sealing);
	/* If it cannot be kept, it is asked for again the next time. */
	if (bundle_write(client->bundle, client->bundle_path) != ERR_OK)
		failure_tell(&client->failure, PROBLEM_FILE, client->bundle_path, "cannot be written");
}

static void check_bindings(struct tsg_client *client, Pb__Binding *const *bindings, size_t count)
{
	const struct digest *own = certificate_digest(client->bundle->signing_certificate);
	bool own_there = false;

	for (size_t i = 0; i < count; i++) {
		struct digest signing = digest_of(bytes_of_pb(bindings[i]->signing_certificate));

		own_there = own_there || digest_equal(&signing, own);
		check_binding(client, bindings[i]);
	}
	if (!own_there)
		knowledge_warn(client->knowledge, WARNING_BINDING_MISSING, client->bundle->address, "not among the bindings in force");
}

/* ---- welcome and notices ---- */

static void check_clock(struct tsg_client *client, int64_t now_us)
{
	char detail[64];

	client->clock_skew_us = now_us - clock_wall_us();
	if (llabs(client->clock_skew_us) <= SKEW_TOLD_US) {
		knowledge_acknowledge(client->knowledge, WARNING_CLOCK_SKEW, NULL);
		return;
	}
	snprintf(detail, sizeof detail, "%lld s", (long long)(client->clock_skew_us / 1000000));
	knowledge_warn(client->knowledge, WARNING_CLOCK_SKEW, client->bundle->site, detail);
}

enum err watching_welcome(struct tsg_client *client, const Pb__Welcome *welcome)
{
	enum err err = ERR_OK;

	if (knowledge_forked(client->knowledge))
		return ERR_AUTH; /* until someone has looked into it */
	err = knowledge_welcome(client->knowledge, welcome->epoch, bytes_of_text(welcome->checkpoint), bytes_of_pb(welcome->consistency));
	if (err != ERR_OK)
		return err;
	check_clock(client, welcome->now_us);
	signers_ask_again(&client->signers);
	check_bindings(client, welcome->bindings, welcome->n_bindings);
	client->directory_faults = 0;
	watching_want_directory(client, welcome->directory_version);
	return ERR_OK;
}

static void dead_letter(struct tsg_client *client, const Pb__Notice *notice)
{
	const char *reason = NULL;
	char subject[sizeof client->knowledge->warnings.rows[0].subject], text[ID_TEXT];
	struct id id;

	if (id_from_bytes(bytes_of_pb(notice->message_id), &id) != ERR_OK)
		return;
	id_format(&id, text);
	reason = json_word(&pb__refuse_reason__descriptor, (int)notice->reason);
	snprintf(subject, sizeof subject, "%s %.100s", text, notice->recipient);
	knowledge_warn(client->knowledge, WARNING_DEAD_LETTER, subject, reason == NULL ? "" : reason);
}

void watching_notice(struct tsg_client *client, const Pb__Notice *notice)
{
	switch (notice->kind) {
	case PB__NOTICE_KIND__NOTICE_KIND_DIRECTORY:
		watching_want_directory(client, notice->version);
		signers_ask_again(&client->signers);
		break;
	case PB__NOTICE_KIND__NOTICE_KIND_BINDING:
		if (notice->binding != NULL && notice->binding->ends_at_us == 0)
			check_binding(client, notice->binding);
		break;
	case PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER:
		dead_letter(client, notice);
		break;
	default:
		break;
	}
}

void watching_lost(struct tsg_client *client)
{
	client->directory_coming = false;
	site_directory_begin(client->directory);
	watching_records_lost(client);
	signers_ask_again(&client->signers);
}

/* ---- the directory ---- */

void watching_want_directory(struct tsg_client *client, uint64_t version)
{
	if (version > client->directory_wanted)
		client->directory_wanted = version;
}

static void ask_directory(struct tsg_client *client)
{
	const struct asked what = { .purpose = ASK_DIRECTORY };
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_DIRECTORY_OFFSET;
	read.directory_offset = site_directory_had(client->directory);
	client->directory_coming = asking_ask(client, &read, &what) == ERR_OK;
}

void watching_feed(struct tsg_client *client)
{
	if (client->directory_coming)
		return;
	if (client->records_coming || watching_records_due(client)) {
		watching_records_feed(client);
		return;
	}
	if (client->directory_wanted > site_directory_version(client->directory) &&
	    client->directory_faults < DIRECTORY_FAULTS_MAX && client->directory_not_before_us <= clock_mono_us()) {
		site_directory_begin(client->directory);
		ask_directory(client);
	}
}

void watching_came(struct tsg_client *client)
{
	if (client->directory_wanted > site_directory_version(client->directory) || watching_records_due(client))
		return;
	sending_directory_came(client);
	tasks_directory_came(client);
}

static void directory_failed(struct tsg_client *client, enum err err)
{
	client->directory_faults++;
	site_directory_begin(client->directory);
	if (err == ERR_AUTH && client->directory_faults == DIRECTORY_FAULTS_MAX)
		knowledge_warn(client->knowledge, WARNING_DIRECTORY_FORGED, client->bundle->site, "its signature does not hold");
}

void watching_directory_piece(struct tsg_client *client, const Pb__ReadResult *result, struct bytes data)
{
	bool complete = false;
	enum err err = ERR_FORMAT;

	client->directory_coming = false;
	if (asking_not_now(result)) {
		client->directory_not_before_us = clock_mono_us() + (int64_t)(result->refusal->retry_after_ms + 1) * 1000;
		return;
	}
	if (result->result_case == PB__READ_RESULT__RESULT_DIRECTORY_SIZE)
		err = site_directory_piece(client->directory, result->directory_size, data, &complete);
	if (err != ERR_OK) {
		directory_failed(client, err);
	} else if (complete) {
		client->directory_wanted = 0; /* this is the newest there is */
		client->directory_faults = 0;
		watching_came(client);
	} else {
		ask_directory(client);
	}
}

/* ---- signers ---- */

void watching_signer(struct tsg_client *client, const struct digest *certificate)
{
	const Pb__Binding *binding = site_directory_signer(client->directory, certificate);
	struct asked what = { .purpose = ASK_SIGNER, .certificate = *certificate };
	Pb__Read read = PB__READ__INIT;

	if (signers_find(&client->signers, certificate) != NULL)
		return;
	if (binding != NULL && signers_learn(&client->signers, binding) == ERR_OK)
		return;
	read.what_case = PB__READ__WHAT_CERTIFICATE_SHA256;
	read.certificate_sha256 = pb_of_bytes(digest_bytes(certificate));
	if (asking_ask(client, &read, &what) == ERR_OK)
		signers_note(&client->signers, certificate, SIGNER_ASKED);
}

void watching_signer_answer(struct tsg_client *client, const struct asked *asked, const Pb__ReadResult *result)
{
	enum err err = ERR_NOT_FOUND;

	if (result->result_case == PB__READ_RESULT__RESULT_CERTIFICATE) {
		struct digest digest = digest_of(bytes_of_pb(result->certificate->signing_certificate));

		if (digest_equal(&digest, &asked->certificate))
			err = signers_learn(&client->signers, result->certificate);
	}
	if (err == ERR_OK)
		return;
	if (err == ERR_NOMEM || asking_not_now(result))
		signers_forget(&client->signers, &asked->certificate); /* it says nothing of the signer: asked again */
	else
		signers_note(&client->signers, &asked->certificate, SIGNER_ABSENT);
}
