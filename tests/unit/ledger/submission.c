/* SPDX-License-Identifier: Apache-2.0 */
#include "submission.h"

#include <stdio.h>

#include "contract/batch.h"
#include "frame.pb-c.h"
#include "store/parts.h"

#define YEAR_US INT64_C(31557600000000)

void device_new(struct device *device, uint32_t agency, uint32_t number)
{
	struct private_key *root_key = NULL;
	struct certificate *root = NULL;
	struct buf request;

	*device = (struct device){ .agency = agency, .number = number };
	buf_init(&request, 4096);
	require_ok(private_key_new(KEY_P256, &root_key));
	require_ok(private_key_new(KEY_P256, &device->key));
	require_ok(certificate_root_new(SITE_NAME, root_key, SITE_START_US - YEAR_US, SITE_START_US + 10 * YEAR_US, &root));
	require_ok(certificate_request(device->key, "link@" SITE_NAME, "desk", &request));
	require_ok(certificate_issue(root, root_key, buf_bytes(&request), "link@" SITE_NAME, "desk", CERTIFICATE_SIGNS,
				     SITE_START_US - YEAR_US, SITE_START_US + YEAR_US, &device->signing));
	buf_free(&request);
	certificate_free(root);
	private_key_free(root_key);
}

void device_free(struct device *device)
{
	certificate_free(device->signing);
	private_key_free(device->key);
}

struct ledger_entry device_bind(struct site *site, const struct device *device)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__BindEntry bind = PB__BIND_ENTRY__INIT;

	bind.agency = device->agency;
	bind.device = device->number;
	bind.device_name = (char[]){ "desk" };
	bind.signing_certificate = pb_of_bytes(certificate_der(device->signing));
	body.body_case = PB__ENTRY_BODY__BODY_BIND;
	body.bind = &bind;
	return site_append_body(site, &body);
}

/* ---- content ---- */

struct bytes noise_of(size_t size)
{
	static uint8_t noise[300000];
	size_t at;

	require(size < sizeof noise / 2);
	if (noise[0] == 0)
		unit_random_bytes(noise, sizeof noise);
	at = unit_random_below(sizeof noise - size);
	return bytes_of(noise + at, size);
}

struct submission submission_draw(void)
{
	struct submission submission = { 0 };

	for (unsigned i = 0; i < SUBMISSION_VIEWS * SUBMISSION_PARTS; i++)
		submission.parts[i] = noise_of(40 + i);
	return submission;
}

/* ---- statements ---- */

struct statements {
	struct buf packed[SUBMISSION_VIEWS];
	struct bytes bytes[SUBMISSION_VIEWS];
};

static void pack_acknowledge(struct buf *out)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;

	statement.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	statement.acknowledge = &acknowledge;
	require_ok(codec_pack(&statement.base, out));
}

static void pack_view(const struct submission *submission, unsigned number, struct buf *out)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__View view = PB__VIEW__INIT;
	Pb__PartRef parts[SUBMISSION_PARTS];
	Pb__PartRef *part_list[SUBMISSION_PARTS];
	Pb__BlobRef blob = PB__BLOB_REF__INIT;
	Pb__BlobRef *blob_list[] = { &blob };
	struct digest digests[SUBMISSION_PARTS];
	struct digest segment = digest_of(submission->segment);
	uint8_t nonce[16];
	char recipient[40];

	unit_random_bytes(nonce, sizeof nonce);
	snprintf(recipient, sizeof recipient, "desk-%u@" SITE_NAME, number);
	for (unsigned i = 0; i < SUBMISSION_PARTS; i++) {
		struct bytes bytes = submission->parts[number * SUBMISSION_PARTS + i];

		digests[i] = digest_of(bytes);
		digests[i].bytes[0] ^= submission->wrong_part_digest && number == 1 && i == 1;
		parts[i] = (Pb__PartRef)PB__PART_REF__INIT;
		parts[i].sha256 = pb_of_bytes(digest_bytes(&digests[i]));
		parts[i].size = (uint32_t)bytes.len;
		part_list[i] = &parts[i];
	}
	view.sender = (char[]){ "link@" SITE_NAME };
	view.recipient = recipient;
	view.nonce = pb_of_bytes(bytes_of(nonce, sizeof nonce));
	view.n_parts = SUBMISSION_PARTS;
	view.parts = part_list;
	if (submission->segment.len > 0) {
		blob.sha256 = pb_of_bytes(digest_bytes(&segment));
		blob.size = (uint32_t)submission->segment.len;
		view.n_blobs = 1;
		view.blobs = blob_list;
	}
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &view;
	require_ok(codec_pack(&statement.base, out));
}

static void pack_statements(const struct submission *submission, struct statements *statements)
{
	for (unsigned i = 0; i < SUBMISSION_VIEWS; i++) {
		buf_init(&statements->packed[i], 65536);
		if (submission->not_a_view && i == 1)
			pack_acknowledge(&statements->packed[i]);
		else
			pack_view(submission, i, &statements->packed[i]);
		statements->bytes[i] = buf_bytes(&statements->packed[i]);
	}
}

/* ---- entries ---- */

struct batch_proof {
	struct digest hashes[BATCH_ORDERS_MAX];
	size_t count;
	struct digest certificate;
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t signature_len;
};

static void sign_batch(const struct device *device, struct batch_proof *proof)
{
	struct digest root = merkle_root(proof->hashes, proof->count);
	struct buf message;

	buf_init(&message, 1024);
	proof->certificate = *certificate_digest(device->signing);
	batch_signed_message(SITE_NAME, &proof->certificate, &root, &message);
	proof->signature_len = sizeof proof->signature;
	require_ok(signature_sign_p256(device->key, buf_bytes(&message), proof->signature, &proof->signature_len));
	buf_free(&message);
}

static void append_parts(struct site *site, uint64_t seq, const struct submission *submission)
{
	for (uint16_t i = 0; i < SUBMISSION_VIEWS * SUBMISSION_PARTS; i++)
		part_append(site->txn, seq, i, submission->parts[i]);
}

static void append_submission(struct site *site, const struct device *device, const struct submission *submission,
			      const struct statements *statements, const struct batch_proof *proof, size_t index)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__SubmitEntry submit = PB__SUBMIT_ENTRY__INIT;
	Pb__SignedOrder order = PB__SIGNED_ORDER__INIT;
	ProtobufCBinaryData list[SUBMISSION_VIEWS];
	struct digest path[MERKLE_PATH_MAX];
	size_t path_len = merkle_path(proof->hashes, proof->count, index, path);
	uint8_t signature[SIGNATURE_P256_MAX];
	uint64_t blob = submission->segment_number;

	for (unsigned i = 0; i < SUBMISSION_VIEWS; i++)
		list[i] = pb_of_bytes(statements->bytes[i]);
	memcpy(signature, proof->signature, proof->signature_len);
	signature[proof->signature_len - 1] ^= submission->wrong_signature;
	order.n_statements = SUBMISSION_VIEWS;
	order.statements = list;
	order.index = (uint32_t)index + submission->wrong_index;
	order.count = (uint32_t)proof->count;
	order.path = pb_of_bytes(bytes_of(path, path_len * DIGEST_BYTES));
	order.certificate_sha256 = pb_of_bytes(digest_bytes(&proof->certificate));
	order.signature = pb_of_bytes(bytes_of(signature, proof->signature_len));
	order.agency = device->agency + submission->wrong_agency;
	order.device = device->number;
	submit.order = &order;
	if (submission->segment.len > 0 && !submission->no_segment_number) {
		submit.n_blobs = 1;
		submit.blobs = &blob;
	}
	body.body_case = PB__ENTRY_BODY__BODY_SUBMIT;
	body.submit = &submit;
	append_parts(site, site_append_body(site, &body).header.seq, submission);
}

void submit_batch(struct site *site, const struct device *device, const struct submission *submissions, size_t count)
{
	struct statements statements[BATCH_ORDERS_MAX];
	struct batch_proof proof = { .count = count };

	require(count <= BATCH_ORDERS_MAX);
	for (size_t i = 0; i < count; i++) {
		pack_statements(&submissions[i], &statements[i]);
		proof.hashes[i] = order_hash(statements[i].bytes, SUBMISSION_VIEWS);
	}
	sign_batch(device, &proof);
	for (size_t i = 0; i < count; i++)
		append_submission(site, device, &submissions[i], &statements[i], &proof, i);
	for (size_t i = 0; i < count; i++)
		for (unsigned view = 0; view < SUBMISSION_VIEWS; view++)
			buf_free(&statements[i].packed[view]);
}

void store_segment(struct site *site, struct submission *submission)
{
	struct blob_head head = {
		.digest = digest_of(submission->segment), .size = (uint32_t)submission->segment.len, .agency = 1,
		.stored_at_us = SITE_START_US,
	};

	if (site->txn == NULL)
		require_ok(txn_begin_write(site->store, &site->txn));
	require_ok(blob_append(site->txn, &head, submission->segment, &submission->segment_number));
}
