/* SPDX-License-Identifier: Apache-2.0 */
#include "samples.h"

const ProtobufCMessageDescriptor *const sample_types[] = {
	&pb__view__descriptor,	  &pb__statement__descriptor,	       &pb__from_client__descriptor, &pb__from_broker__descriptor,
	&pb__content__descriptor, &pb__bound_part__descriptor,	       &pb__entry_body__descriptor,  &pb__directory_file__descriptor,
	&pb__order__descriptor,	  &pb__directory_snapshot__descriptor, &pb__admin_request__descriptor, &pb__admin_reply__descriptor,
	&pb__signed_snapshot__descriptor,
};
const size_t sample_type_count = sizeof(sample_types) / sizeof(*sample_types);

/* A message of a type, initialised, in the arena. */
static void *made(struct arena *arena, const ProtobufCMessageDescriptor *type)
{
	void *message = arena_alloc(arena, type->sizeof_message);

	require(message != NULL);
	protobuf_c_message_init(type, message);
	return message;
}

#define MADE(arena, lower) made(arena, &pb__##lower##__descriptor)

/* An array of one pointer. */
static void *one(struct arena *arena, void *element)
{
	void **array = arena_alloc(arena, sizeof(*array));

	require(array != NULL);
	array[0] = element;
	return array;
}

ProtobufCBinaryData sample_bytes(struct arena *arena, size_t len, uint8_t seed)
{
	uint8_t *data = arena_alloc(arena, len);

	require(data != NULL);
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(seed + 31 * i);
	return (ProtobufCBinaryData){ len, data };
}

static Pb__BasisClaim *sample_basis(struct arena *arena)
{
	Pb__BasisClaim *basis = MADE(arena, basis_claim);

	basis->basis = PB__BASIS__BASIS_CONSENT;
	basis->consent_id = sample_bytes(arena, 16, 7);
	return basis;
}

static Pb__PartRef *sample_part(struct arena *arena)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_CONTACT,
						 PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH };
	Pb__PartRef *part = MADE(arena, part_ref);

	part->sha256 = sample_bytes(arena, 32, 9);
	part->size = 1000;
	part->release = PB__RELEASE__RELEASE_ON_DELIVERY;
	part->classes = classes;
	part->n_classes = 4;
	return part;
}

Pb__View *sample_view(struct arena *arena)
{
	Pb__View *view = MADE(arena, view);

	view->message_id = sample_bytes(arena, 16, 1);
	view->kind = PB__KIND__KIND_REQUEST;
	view->sender = "hikikomori@chiba-city";
	view->recipient = "jiritsu-hanamigawa@chiba-city";
	view->case_id = sample_bytes(arena, 16, 2);
	view->urgency = PB__URGENCY__URGENCY_SOON;
	view->basis = sample_basis(arena);
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
	view->created_at_us = 1795344612345000;
	view->parts = one(arena, sample_part(arena));
	view->n_parts = 1;
	view->sealed_to = arena_calloc(arena, 3, sizeof(*view->sealed_to));
	require(view->sealed_to != NULL);
	for (uint8_t i = 0; i < 3; i++)
		view->sealed_to[i] = sample_bytes(arena, 32, (uint8_t)(20 + i));
	view->n_sealed_to = 3;
	view->nonce = sample_bytes(arena, 16, 5);
	view->directory_version = 17;
	return view;
}

Pb__Statement *sample_statement(struct arena *arena)
{
	Pb__Statement *statement = MADE(arena, statement);

	statement->body_case = PB__STATEMENT__BODY_VIEW;
	statement->view = sample_view(arena);
	return statement;
}

struct bytes sample_packed(const ProtobufCMessage *message, struct arena *arena)
{
	struct bytes packed;
	struct buf buf;

	buf_init(&buf, 1u << 24);
	require_ok(codec_pack(message, &buf));
	packed = bytes_of(arena_copy(arena, buf_bytes(&buf)), buf.len);
	buf_free(&buf);
	require(packed.data != NULL);
	return packed;
}

Pb__FromClient *sample_frame(struct arena *arena, size_t count)
{
	Pb__FromClient *frame = MADE(arena, from_client);
	Pb__Batch *batch = MADE(arena, batch);
	struct bytes statement = sample_packed(&sample_statement(arena)->base, arena);

	frame->body_case = PB__FROM_CLIENT__BODY_BATCH;
	frame->batch = batch;
	batch->number = 3;
	batch->certificate_sha256 = sample_bytes(arena, 32, 40);
	batch->signature = sample_bytes(arena, 71, 41);
	batch->orders = arena_calloc(arena, count, sizeof(*batch->orders));
	require(batch->orders != NULL);
	batch->n_orders = count;
	for (size_t i = 0; i < count; i++) {
		batch->orders[i] = MADE(arena, order);
		batch->orders[i]->n_statements = 1;
		batch->orders[i]->statements = arena_calloc(arena, 1, sizeof(ProtobufCBinaryData));
		require(batch->orders[i]->statements != NULL);
		batch->orders[i]->statements[0] = pb_of_bytes(statement);
	}
	return frame;
}

static Pb__Person *sample_person(struct arena *arena)
{
	Pb__Person *person = MADE(arena, person);

	person->name = "例示 花子";
	person->kana = "れいじ はなこ";
	person->sex = PB__SEX__SEX_FEMALE;
	person->birth_date = "1970-03-01";
	person->address = "千葉市花見川区架空台1-2-3";
	person->phone = "043-000-0000";
	person->email = "hanako@example.jp";
	return person;
}

static Pb__Topic *sample_topic(struct arena *arena)
{
	Pb__Topic *topic = MADE(arena, topic);

	topic->topic = PB__TOPIC_NAME__TOPIC_NAME_DEBT;
	topic->mark = PB__TOPIC_MARK__TOPIC_MARK_MAIN;
	topic->note = "支払いが3か月遅れている";
	return topic;
}

Pb__Content *sample_sheet(struct arena *arena)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FAMILY };
	Pb__Content *content = MADE(arena, content);
	Pb__Sheet *sheet = MADE(arena, sheet);
	Pb__HouseholdMember *mother = MADE(arena, household_member);

	content->body_case = PB__CONTENT__BODY_SHEET;
	content->sheet = sheet;
	sheet->received_on = "2026-11-04";
	sheet->person = sample_person(arena);
	mother->relation = "母";
	mother->age = 83;
	sheet->household = one(arena, mother);
	sheet->n_household = 1;
	sheet->topics = one(arena, sample_topic(arena));
	sheet->n_topics = 1;
	sheet->history = "1行目\n2行目\t終わり";
	sheet->text_classes = classes;
	sheet->n_text_classes = 2;
	return content;
}
