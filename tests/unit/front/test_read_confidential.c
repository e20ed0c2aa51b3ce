/* SPDX-License-Identifier: Apache-2.0 */
/* The records of confidential agencies: to their proxy alone, and sealed. */
#include "contract/batch.h"
#include "crypto/seal.h"
#include "trio.h"

static struct trio trio; /* beta is confidential; gamma is its proxy */

static const Pb__ReadResult *ask(struct visitor *visitor, uint64_t offset)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_CONFIDENTIAL_OFFSET;
	read.confidential_offset = offset;
	return visitor_read(visitor, &read);
}

/* What it is told, opened with its own key and held against the site's. */
static const Pb__ConfidentialRecords *opened(struct visitor *visitor)
{
	const Pb__ReadResult *result = ask(visitor, 0);
	const Pb__ConfidentialRecords *records;
	const Pb__SignedSnapshot *signed_records;
	uint8_t key[ED25519_BYTES];
	struct digest digest;
	struct buf clear;

	require(result->result_case == PB__READ_RESULT__RESULT_CONFIDENTIAL_SIZE);
	check_uint(visitor->data.len, result->confidential_size);
	buf_init(&clear, 1 << 20);
	require_ok(open_sealed(buf_bytes(&visitor->data), visitor->sealing_certificate, visitor->sealing, &clear));
	require_ok(CODEC_DECODE(signed_snapshot, buf_bytes(&clear), &trio.arena, &signed_records, NULL));
	buf_free(&clear);
	require_ok(ed25519_public(trio.house.keys.checkpoint, key));
	digest = confidential_signed_digest(HOUSE_SITE, visitor->id, bytes_of_pb(signed_records->snapshot));
	check_ok(ed25519_verify(key, digest_bytes(&digest), bytes_of_pb(signed_records->signature)));
	require_ok(CODEC_DECODE(confidential_records, bytes_of_pb(signed_records->snapshot), &trio.arena, &records, NULL));
	check_text(records->proxy, visitor->id);
	return records;
}

static void test_to_the_proxy(void)
{
	const Pb__ConfidentialRecords *records;

	trio_open(&trio, NULL);
	trio_hide_beta(&trio);
	records = opened(&trio.gamma);
	require(records->n_agencies == 1 && records->n_bindings == 1);
	check_text(records->agencies[0]->id, "beta");
	check_bytes(bytes_of_pb(records->bindings[0]->sealing_certificate), certificate_der(trio.beta.sealing_certificate));
	check(memmem(trio.gamma.data.data, trio.gamma.data.len, "beta", 4) == NULL);
	trio_close(&trio);
}

static void test_to_nobody_else(void)
{
	trio_open(&trio, NULL);
	trio_hide_beta(&trio);
	check_uint(opened(&trio.alpha)->n_agencies, 0);
	check_uint(opened(&trio.beta)->n_agencies, 0);
	trio_close(&trio);
}

/* Sealing costs: a session has it once in a while; and what was given away is not kept. */
static void test_bounded(void)
{
	const Pb__ReadResult *result;
	unsigned refused = 0;

	trio_open(&trio, NULL);
	trio_hide_beta(&trio);
	opened(&trio.gamma);
	result = ask(&trio.gamma, 1);
	check(result->result_case == PB__READ_RESULT__RESULT_REFUSAL && result->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM);
	for (unsigned i = 0; i < 20; i++) {
		result = ask(&trio.gamma, 0);
		if (result->result_case != PB__READ_RESULT__RESULT_REFUSAL)
			continue;
		check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
		refused++;
	}
	check(refused >= 10);
	result = ask(&trio.gamma, UINT64_MAX);
	check_int(result->result_case, PB__READ_RESULT__RESULT_REFUSAL);
	trio_close(&trio);
}

UNIT_SUITE("front/read_confidential",
	{ "to the proxy", test_to_the_proxy },
	{ "to nobody else", test_to_nobody_else },
	{ "bounded", test_bounded });
