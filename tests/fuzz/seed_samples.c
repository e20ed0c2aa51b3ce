/* SPDX-License-Identifier: Apache-2.0 */
#include "seeds.h"

#include <stdlib.h>

#include "contract/merkle.h"
#include "crypto/seal.h"

uint8_t sample_id[16] = { 1, 0xa1, 0xb2, 0, 0, 0, 0x70, 1, 0x80, 2, 3, 4, 5, 6, 7, 8 };

static struct arena kept;

struct bytes sample_kept(struct buf *buf)
{
	size_t len = buf->len;
	uint8_t *copy;

	if (kept.limit == 0)
		arena_init(&kept, 16u * SEED_MAX);
	copy = arena_copy(&kept, buf_bytes(buf));
	must(buf->err == ERR_OK && copy != NULL, "memory");
	buf_free(buf);
	return bytes_of(copy, len);
}

void samples_free(void)
{
	arena_free(&kept);
}

struct bytes sample_packed(const ProtobufCMessage *message)
{
	struct buf packed;

	buf_init(&packed, SEED_MAX);
	must(codec_pack(message, &packed) == ERR_OK, message->descriptor->name);
	return sample_kept(&packed);
}

static ProtobufCBinaryData id(void)
{
	return (ProtobufCBinaryData){ sizeof(sample_id), sample_id };
}

const Pb__Content *sample_content(void)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY };
	static Pb__Person person = PB__PERSON__INIT;
	static Pb__Topic topic = PB__TOPIC__INIT;
	static Pb__Topic *topics[] = { &topic };
	static Pb__Sheet sheet = PB__SHEET__INIT;
	static Pb__Content content = PB__CONTENT__INIT;

	person.name = pb_of_text("試験 花子");
	person.kana = pb_of_text("しけん はなこ");
	person.birth_date = pb_of_text("1970-03-01");
	topic.topic = PB__TOPIC_NAME__TOPIC_NAME_DEBT;
	topic.mark = PB__TOPIC_MARK__TOPIC_MARK_MAIN;
	sheet.received_on = pb_of_text("2026-11-20");
	sheet.person = &person;
	sheet.n_topics = 1;
	sheet.topics = topics;
	sheet.history = pb_of_text("三回目の相談");
	sheet.n_text_classes = 1;
	sheet.text_classes = classes;
	content.body_case = PB__CONTENT__BODY_SHEET;
	content.sheet = &sheet;
	return &content;
}

static Pb__DisclosureClass declared[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY,
					  PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE };

struct bytes sample_part(void)
{
	static struct bytes part;
	const struct certificate *recipients[] = { seed_keys()->sealing };
	Pb__BoundPart bound = PB__BOUND_PART__INIT;
	Pb__PartBinding binding = PB__PART_BINDING__INIT;
	struct buf sealed;

	if (part.len > 0)
		return part;
	binding.message_id = id();
	binding.sender = binding.recipient = pb_of_text(SEED_ADDRESS);
	binding.case_id = id();
	binding.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	binding.release = PB__RELEASE__RELEASE_ON_DELIVERY;
	binding.n_classes = sizeof(declared) / sizeof(*declared);
	binding.classes = declared;
	bound.binding = &binding;
	bound.content = pb_of_bytes(sample_packed(&sample_content()->base));
	buf_init(&sealed, SEED_MAX);
	must(seal_part(sample_packed(&bound.base), seed_keys()->signing, seed_keys()->signing_key, recipients, 1, &sealed) == ERR_OK, "seal");
	part = sample_kept(&sealed);
	return part;
}

struct bytes sample_segment(void)
{
	static const uint8_t key[SEAL_KEY_BYTES] = "a key for segments, published 32";
	struct buf sealed;

	buf_init(&sealed, SEED_MAX);
	must(seal_segment(key, 0, 1, bytes_of_text("a plan of support"), &sealed) == ERR_OK, "segment");
	return sample_kept(&sealed);
}

static Pb__PartRef *part_ref(void)
{
	static struct digest digest;
	static Pb__PartRef ref = PB__PART_REF__INIT;

	digest = digest_of(sample_part());
	ref.sha256 = (ProtobufCBinaryData){ DIGEST_BYTES, digest.bytes };
	ref.size = (uint32_t)sample_part().len;
	ref.release = PB__RELEASE__RELEASE_ON_DELIVERY;
	ref.n_classes = sizeof(declared) / sizeof(*declared);
	ref.classes = declared;
	return &ref;
}

struct bytes sample_notice(void)
{
	static struct bytes notice;
	Pb__SiteNotice said = PB__SITE_NOTICE__INIT;

	if (notice.len > 0)
		return notice;
	said.what = PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE;
	said.at_us = said.due_at_us = SEED_NOW_US;
	said.kind = PB__KIND__KIND_REQUEST;
	said.thread_id = said.case_id = id();
	said.opened_by = said.agency = said.next_agency = pb_of_text(SEED_ADDRESS);
	said.state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	said.holder = PB__PARTY__PARTY_RECIPIENT;
	notice = sample_packed(&said.base);
	return notice;
}

Pb__Statement *sample_view(void)
{
	static Pb__BasisClaim basis = PB__BASIS_CLAIM__INIT;
	static Pb__PartRef *parts[1];
	static ProtobufCBinaryData sealed_to[1];
	static Pb__View view = PB__VIEW__INIT;
	static Pb__Statement statement = PB__STATEMENT__INIT;

	basis.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	basis.law = PB__LAW__LAW_ENTRUSTMENT_CONTRACT;
	basis.reason = pb_of_text("委託業務の引継ぎ");
	parts[0] = part_ref();
	sealed_to[0] = pb_of_bytes(digest_bytes(certificate_digest(seed_keys()->sealing)));
	view.message_id = view.case_id = view.nonce = id();
	view.kind = PB__KIND__KIND_REQUEST;
	view.ask = PB__ASK__ASK_REFER;
	view.take = PB__TAKE__TAKE_ALL;
	view.sender = view.recipient = pb_of_text(SEED_ADDRESS);
	view.urgency = PB__URGENCY__URGENCY_ROUTINE;
	view.basis = &basis;
	view.created_at_us = SEED_NOW_US;
	view.n_parts = 1;
	view.parts = parts;
	view.n_sealed_to = 1;
	view.sealed_to = sealed_to;
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &view;
	return &statement;
}

struct bytes sample_statement(void)
{
	static struct bytes packed;

	if (packed.len == 0)
		packed = sample_packed(&sample_view()->base);
	return packed;
}

static Pb__SignedOrder *signed_order(void)
{
	static ProtobufCBinaryData statements[1];
	static Pb__SignedOrder order = PB__SIGNED_ORDER__INIT;

	statements[0] = pb_of_bytes(sample_statement());
	order.n_statements = 1;
	order.statements = statements;
	order.agency = 4;
	order.device = 1;
	seed_sign_order(&order);
	return &order;
}

Pb__EntryBody *sample_submit(void)
{
	static Pb__SubmitEntry__Recipient recipient = PB__SUBMIT_ENTRY__RECIPIENT__INIT;
	static Pb__SubmitEntry__Recipient *recipients[] = { &recipient };
	static Pb__SubmitEntry submit = PB__SUBMIT_ENTRY__INIT;
	static Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	static struct digest view_hash;
	static uint32_t sizes[1];

	view_hash = merkle_leaf(sample_statement());
	sizes[0] = (uint32_t)sample_part().len;
	recipient.agency = 4;
	recipient.lane = PB__URGENCY__URGENCY_ROUTINE;
	recipient.thread = be64_get(sample_id + 8);
	recipient.view_hash = (ProtobufCBinaryData){ DIGEST_BYTES, view_hash.bytes };
	recipient.n_part_sizes = 1;
	recipient.part_sizes = sizes;
	submit.order = signed_order();
	submit.message_id = id();
	submit.n_recipients = 1;
	submit.recipients = recipients;
	body.body_case = PB__ENTRY_BODY__BODY_SUBMIT;
	body.submit = &submit;
	return &body;
}

Pb__EntryBody *sample_bind(void)
{
	static uint8_t key[32] = { 9 };
	static Pb__BindEntry bind = PB__BIND_ENTRY__INIT;
	static Pb__EntryBody body = PB__ENTRY_BODY__INIT;

	bind.agency = 4;
	bind.device = 1;
	bind.device_name = pb_of_text("desk");
	bind.invitation = bind.curve_key = (ProtobufCBinaryData){ 32, key };
	bind.signing_certificate = pb_of_bytes(certificate_der(seed_keys()->signing));
	bind.sealing_certificate = pb_of_bytes(certificate_der(seed_keys()->sealing));
	body.body_case = PB__ENTRY_BODY__BODY_BIND;
	body.bind = &bind;
	return &body;
}

struct seed_ledger *sample_ledger(void)
{
	static struct seed_ledger ledger;

	if (ledger.count > 0)
		return &ledger;
	seed_ledger_add(&ledger, PB__ENTRY_TYPE__ENTRY_TYPE_BIND, sample_packed(&sample_bind()->base));
	seed_ledger_add(&ledger, PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT, sample_packed(&sample_submit()->base));
	seed_ledger_seal(&ledger);
	return &ledger;
}
