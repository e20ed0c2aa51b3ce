/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec.h"
#include "libtsunagi/answers.h"
#include "unit.h"

/* One reply "accepted" with an entry of this number, and nothing that proves it. */
static enum err hear(uint64_t seq, bool duplicate)
{
	uint8_t header[LEAF_HEADER_BYTES], body_hash[DIGEST_BYTES] = { 0 };
	const struct leaf_header fields = { .format = 1, .type = 16, .seq = seq, .time_us = 1 };
	struct knowledge knowledge = { .site = "chiba-city" };
	Pb__Replies replies = PB__REPLIES__INIT;
	Pb__Reply reply = PB__REPLY__INIT;
	Pb__Reply *pointers[] = { &reply };
	Pb__Accepted accepted = PB__ACCEPTED__INIT;
	struct answers answers = { .count = 99 };
	const char *reason = NULL;
	enum err err;

	leaf_header_encode(&fields, header);
	accepted.header = pb_of_bytes(bytes_of(header, sizeof header));
	accepted.body_hash = pb_of_bytes(bytes_of(body_hash, sizeof body_hash));
	accepted.duplicate = duplicate;
	reply.outcome_case = PB__REPLY__OUTCOME_ACCEPTED;
	reply.accepted = &accepted;
	replies.n_replies = 1;
	replies.replies = pointers;
	err = answers_verify(&replies, &knowledge, &answers, &reason);
	check(reason != NULL);
	check_uint(answers.count, 99); /* written on success only */
	return err;
}

/* Whatever number a broker claims, the least and the greatest too. */
static void test_unproved_numbers(void)
{
	static const uint64_t numbers[] = { 0, 1, 7, UINT64_MAX / 2, UINT64_MAX - 1, UINT64_MAX };

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		unit_context("entry %llu", (unsigned long long)numbers[i]);
		check_err(hear(numbers[i], false), ERR_AUTH);
		check_err(hear(numbers[i], true), ERR_AUTH);
	}
	unit_context(" ");
}

static void test_nothing_accepted(void)
{
	struct knowledge knowledge = { .site = "chiba-city" };
	Pb__Replies replies = PB__REPLIES__INIT;
	struct answers answers;
	const char *reason = NULL;

	require_ok(answers_verify(&replies, &knowledge, &answers, &reason));
	check_uint(answers.count, 0);
	check(!answers.has_checkpoint);
	answers_free(&answers);
}

UNIT_SUITE("libtsunagi/answers", { "numbers that nothing proves", test_unproved_numbers }, { "nothing was accepted", test_nothing_accepted });
