/* SPDX-License-Identifier: Apache-2.0 */
/* Agencies behind a proxy: the records that the site seals to it, made by the wire's definition. */
#include "contract/batch.h"
#include "contract/codec.h"
#include "crypto/seal.h"
#include "stage.h"
#include "unit.h"

struct records {
	Pb__ConfidentialRecords message;
	Pb__Agency agencies[STAGE_AGENCIES], *agency_list[STAGE_AGENCIES];
	Pb__Binding bindings[STAGE_AGENCIES], *binding_list[STAGE_AGENCIES];
};

static void add(struct records *records, const struct stage_agency *agency)
{
	size_t at = records->message.n_agencies;

	pb__agency__init(&records->agencies[at]);
	records->agencies[at].id = (char *)(uintptr_t)agency->id;
	records->agencies[at].proxy = (char *)(uintptr_t)agency->proxy;
	records->agencies[at].confidential = true;
	records->agency_list[at] = &records->agencies[at];
	records->message.n_agencies++;
	if (agency->binding_seq == 0)
		return;
	pb__binding__init(&records->bindings[at]);
	records->bindings[at].agency = (char *)(uintptr_t)agency->id;
	records->bindings[at].device = 1;
	records->bindings[at].signing_certificate = pb_of_bytes(certificate_der(agency->bundle->signing_certificate));
	records->bindings[at].sealing_certificate = pb_of_bytes(certificate_der(agency->bundle->sealing[0].certificate));
	records->bindings[at].seq = agency->binding_seq;
	records->binding_list[records->message.n_bindings++] = &records->bindings[at];
}

static void sign(const struct stage *stage, const char *proxy, struct bytes records, struct buf *out)
{
	struct digest digest = confidential_signed_digest(STAGE_SITE, proxy, records);
	Pb__SignedSnapshot sealed = PB__SIGNED_SNAPSHOT__INIT;
	uint8_t signature[ED25519_SIGNATURE];

	require_ok(signature_sign_ed25519(stage->checkpoint_key, digest_bytes(&digest), signature));
	sealed.snapshot = pb_of_bytes(records);
	sealed.signature = pb_of_bytes(bytes_of(signature, sizeof signature));
	require_ok(codec_pack(&sealed.base, out));
}

void stage_records(struct stage *stage, const char *proxy, const struct certificate *to, struct buf *out)
{
	struct records records = { .message = PB__CONFIDENTIAL_RECORDS__INIT };
	struct buf packed, clear;

	records.message.proxy = (char *)(uintptr_t)proxy;
	records.message.version = stage->directory_version;
	records.message.agencies = records.agency_list;
	records.message.bindings = records.binding_list;
	for (size_t i = 0; i < stage->agency_count; i++)
		if (stage->agencies[i].proxy != NULL && strcmp(stage->agencies[i].proxy, proxy) == 0)
			add(&records, &stage->agencies[i]);
	buf_init(&packed, 1 << 20);
	buf_init(&clear, 1 << 20);
	require_ok(codec_pack(&records.message.base, &packed));
	sign(stage, proxy, buf_bytes(&packed), &clear);
	require_ok(seal_to(buf_bytes(&clear), to, out));
	buf_free(&clear);
	buf_free(&packed);
}

void stage_read_records(struct stage *stage, const struct stage_frame *frame, uint64_t offset, Pb__ReadResult *result, struct bytes *ret_data)
{
	const struct stage_agency *reader = &stage->agencies[frame->session->agency - 1];
	size_t size;

	if (offset == 0) {
		buf_free(&stage->records);
		buf_init(&stage->records, 1 << 20);
		stage_records(stage, reader->id, reader->bundle->sealing[0].certificate, &stage->records);
	}
	size = offset >= stage->records.len ? 0 : stage->records.len - offset;
	result->result_case = PB__READ_RESULT__RESULT_CONFIDENTIAL_SIZE;
	result->confidential_size = stage->records.len;
	*ret_data = bytes_of(stage->records.data + offset, size > 300 ? 300 : size); /* small pieces, so that there are several */
}
