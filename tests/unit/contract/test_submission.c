/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/submission.h"

#include <stdlib.h>
#include <string.h>

#include "contract/codec.h"
#include "ledger.pb-c.h"
#include "frame.pb-c.h"
#include "unit.h"

#define VIEWS 3

/* A submission of three Views with 1, 2 and 3 parts; what is not looked at is there as well. */
struct sample {
	Pb__EntryBody body;
	Pb__SubmitEntry submit;
	Pb__SignedOrder order;
	Pb__SubmitEntry__Recipient recipients[VIEWS], *recipient_pointers[VIEWS];
	ProtobufCBinaryData statements[VIEWS];
	struct buf packed_statements[VIEWS];
	uint32_t sizes[VIEWS][VIEWS], held[2];
	uint8_t hashes[VIEWS][DIGEST_BYTES], digests[VIEWS][DIGEST_BYTES];
	uint8_t signature[70], certificate[DIGEST_BYTES], path[64];
	uint64_t blobs[2];
	struct buf packed;
};

static void pack_statement(struct sample *sample, size_t view)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__View said = PB__VIEW__INIT;
	Pb__PartRef parts[VIEWS], *pointers[VIEWS];
	Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH };

	for (size_t i = 0; i <= view; i++) {
		pb__part_ref__init(&parts[i]);
		parts[i].sha256 = pb_of_bytes(bytes_of(sample->digests[i], DIGEST_BYTES));
		parts[i].size = sample->sizes[view][i];
		parts[i].release = PB__RELEASE__RELEASE_ON_DELIVERY;
		parts[i].classes = classes;
		parts[i].n_classes = 2;
		pointers[i] = &parts[i];
	}
	said.message_id = pb_of_bytes(bytes_of(sample->hashes[0], 16));
	said.sender = (char *)(uintptr_t)"alpha@chiba-city";
	said.expires_at_us = INT64_MAX;
	said.parts = pointers;
	said.n_parts = view + 1;
	said.directory_version = 77;
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &said;
	buf_init(&sample->packed_statements[view], 10000);
	require_ok(codec_pack(&statement.base, &sample->packed_statements[view]));
	sample->statements[view] = pb_of_bytes(buf_bytes(&sample->packed_statements[view]));
}

static void make_recipient(struct sample *sample, size_t view)
{
	Pb__SubmitEntry__Recipient *recipient = &sample->recipients[view];

	pb__submit_entry__recipient__init(recipient);
	recipient->agency = 4;
	recipient->lane = PB__URGENCY__URGENCY_URGENT;
	recipient->thread = UINT64_MAX;
	recipient->expires_at_us = 5;
	recipient->view_hash = pb_of_bytes(bytes_of(sample->hashes[view], DIGEST_BYTES));
	recipient->part_sizes = sample->sizes[view];
	recipient->n_part_sizes = view + 1;
	sample->recipient_pointers[view] = recipient;
}

static void make_order(struct sample *sample)
{
	pb__signed_order__init(&sample->order);
	sample->order.statements = sample->statements;
	sample->order.n_statements = VIEWS;
	sample->order.index = 5;
	sample->order.count = 300;
	sample->order.path = pb_of_bytes(bytes_of(sample->path, sizeof sample->path));
	sample->order.certificate_sha256 = pb_of_bytes(bytes_of(sample->certificate, DIGEST_BYTES));
	sample->order.signature = pb_of_bytes(bytes_of(sample->signature, sizeof sample->signature));
	sample->order.agency = 9;
	sample->order.device = 1;
}

static void sample_pack(struct sample *sample)
{
	buf_free(&sample->packed);
	buf_init(&sample->packed, 100000);
	require_ok(codec_pack(&sample->body.base, &sample->packed));
}

static struct sample *sample_new(void)
{
	struct sample *sample = calloc(1, sizeof *sample);

	require(sample != NULL);
	unit_random_bytes(sample->hashes[0], sizeof sample->hashes);
	unit_random_bytes(sample->digests[0], sizeof sample->digests);
	unit_random_bytes(sample->signature, sizeof sample->signature);
	unit_random_bytes(sample->certificate, sizeof sample->certificate);
	unit_random_bytes(sample->path, sizeof sample->path);
	for (size_t view = 0; view < VIEWS; view++) {
		for (size_t i = 0; i < VIEWS; i++)
			sample->sizes[view][i] = 1 + (uint32_t)unit_random_below(LIMIT_PART_BYTES);
		pack_statement(sample, view);
		make_recipient(sample, view);
	}
	sample->held[0] = 1;
	sample->held[1] = 2;
	sample->recipients[2].held = sample->held;
	sample->recipients[2].n_held = 2;
	make_order(sample);
	pb__submit_entry__init(&sample->submit);
	sample->submit.order = &sample->order;
	sample->submit.message_id = pb_of_bytes(bytes_of(sample->hashes[1], 16));
	sample->submit.recipients = sample->recipient_pointers;
	sample->submit.n_recipients = VIEWS;
	sample->submit.blobs = sample->blobs;
	sample->submit.n_blobs = 2;
	pb__entry_body__init(&sample->body);
	sample->body.body_case = PB__ENTRY_BODY__BODY_SUBMIT;
	sample->body.submit = &sample->submit;
	sample_pack(sample);
	return sample;
}

static void sample_free(struct sample *sample)
{
	for (size_t view = 0; view < VIEWS; view++)
		buf_free(&sample->packed_statements[view]);
	buf_free(&sample->packed);
	free(sample);
}

static void test_every_view(void)
{
	struct sample *sample = sample_new();

	for (size_t view = 0; view < VIEWS; view++) {
		struct submission submission;

		unit_context("view %zu", view);
		require_ok(submission_read(buf_bytes(&sample->packed), view, &submission));
		check_bytes(submission.statement, buf_bytes(&sample->packed_statements[view]));
		check_uint(submission.view_count, VIEWS);
		for (size_t i = 0; i < VIEWS; i++)
			check_bytes(digest_bytes(&submission.view_hashes[i]), bytes_of(sample->hashes[i], DIGEST_BYTES));
		check_uint(submission.order_index, 5);
		check_uint(submission.order_count, 300);
		check_bytes(submission.order_path, bytes_of(sample->path, sizeof sample->path));
		check_bytes(submission.certificate, bytes_of(sample->certificate, DIGEST_BYTES));
		check_bytes(submission.signature, bytes_of(sample->signature, sizeof sample->signature));
		check_uint(submission.first_part, view * (view + 1) / 2);
		check_uint(submission.part_count, view + 1);
		check_uint(submission.held_count, view == 2 ? 2 : 0);
	}
	sample_free(sample);
}

static void test_parts(void)
{
	struct sample *sample = sample_new();

	for (size_t view = 0; view < VIEWS; view++) {
		struct submission_part parts[LIMIT_PARTS];
		size_t count = 0;

		require_ok(submission_parts(buf_bytes(&sample->packed_statements[view]), parts, &count));
		require(count == view + 1);
		for (size_t i = 0; i < count; i++) {
			check_uint(parts[i].size, sample->sizes[view][i]);
			check_bytes(digest_bytes(&parts[i].digest), bytes_of(sample->digests[i], DIGEST_BYTES));
		}
	}
	sample_free(sample);
}

static void test_what_it_is_not(void)
{
	static Pb__HandoutEntry handout = PB__HANDOUT_ENTRY__INIT;
	struct sample *sample = sample_new();
	struct submission_part parts[LIMIT_PARTS];
	struct submission submission;
	size_t count;

	check_err(submission_read(buf_bytes(&sample->packed), VIEWS, &submission), ERR_FORMAT); /* no such View */
	check_err(submission_read(bytes_of(NULL, 0), 0, &submission), ERR_FORMAT);
	check_err(submission_parts(bytes_of_text("\x12\x00"), parts, &count), ERR_FORMAT); /* an Acknowledge */
	sample->order.n_statements = 2;
	sample_pack(sample);
	check_err(submission_read(buf_bytes(&sample->packed), 0, &submission), ERR_FORMAT); /* statements and recipients disagree */
	sample->order.n_statements = VIEWS;
	sample->recipients[1].view_hash.len = 31;
	sample_pack(sample);
	check_err(submission_read(buf_bytes(&sample->packed), 0, &submission), ERR_FORMAT);
	sample->body.body_case = PB__ENTRY_BODY__BODY_HANDOUT;
	sample->body.handout = &handout;
	sample_pack(sample);
	check_err(submission_read(buf_bytes(&sample->packed), 0, &submission), ERR_FORMAT);
	sample_free(sample);
}

static void test_limits(void)
{
	struct sample *sample = sample_new();
	Pb__SubmitEntry__Recipient *many[LIMIT_RECIPIENTS + 1];
	uint32_t sizes[LIMIT_PARTS + 1] = { 1 };
	struct submission submission;

	for (size_t i = 0; i <= LIMIT_RECIPIENTS; i++)
		many[i] = &sample->recipients[0];
	sample->submit.recipients = many;
	sample->submit.n_recipients = LIMIT_RECIPIENTS + 1;
	sample_pack(sample);
	check_err(submission_read(buf_bytes(&sample->packed), 0, &submission), ERR_TOO_LARGE);
	sample->submit.n_recipients = VIEWS;
	sample->recipients[0].part_sizes = sizes;
	sample->recipients[0].n_part_sizes = LIMIT_PARTS + 1;
	sample_pack(sample);
	check_err(submission_read(buf_bytes(&sample->packed), 0, &submission), ERR_TOO_LARGE);
	sample_free(sample);
}

/* Cut anywhere, or with any bits turned, it is refused or read within its bytes (the sanitizers watch). */
static void test_damaged(void)
{
	struct sample *sample = sample_new();
	size_t len = sample->packed.len;
	uint8_t *exact;

	for (size_t cut = 0; cut < len; cut++) {
		struct submission submission;

		exact = malloc(cut > 0 ? cut : 1);
		require(exact != NULL);
		memcpy(exact, sample->packed.data, cut);
		check(submission_read(bytes_of(exact, cut), 1, &submission) != ERR_OK);
		free(exact);
	}
	exact = malloc(len);
	require(exact != NULL);
	for (unsigned round = 0; round < 20000; round++) {
		struct submission_part parts[LIMIT_PARTS];
		struct submission submission;
		size_t count;

		memcpy(exact, sample->packed.data, len);
		for (unsigned turned = 0; turned < 1 + round % 4; turned++)
			exact[unit_random_below(len)] ^= (uint8_t)(1u << unit_random_below(8));
		if (submission_read(bytes_of(exact, len), round % VIEWS, &submission) != ERR_OK)
			continue;
		check(submission.statement.data >= exact && submission.statement.data + submission.statement.len <= exact + len);
		if (submission_parts(submission.statement, parts, &count) == ERR_OK)
			check(count <= LIMIT_PARTS);
	}
	free(exact);
	sample_free(sample);
}

UNIT_SUITE("contract/submission",
	{ "each View of a submission", test_every_view },
	{ "the parts of a View", test_parts },
	{ "what is no submission", test_what_it_is_not },
	{ "limits", test_limits },
	{ "damaged bytes", test_damaged });
