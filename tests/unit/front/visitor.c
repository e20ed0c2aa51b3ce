/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/id.h"
#include "contract/batch.h"
#include "contract/limits.h"
#include "contract/replies.h"
#include "house.h"

#define MESSAGE_BYTES (8u << 20)
#define WAIT_MS UNIT_PATIENCE_MS /* a disk that others write to may keep a commit for many seconds */

void visitor_new(struct visitor *visitor, struct house *house, const char *id)
{
	*visitor = (struct visitor){ .house = house };
	snprintf(visitor->id, sizeof visitor->id, "%s", id);
	snprintf(visitor->address, sizeof visitor->address, "%s@%s", id, HOUSE_SITE);
	require_ok(curve_key_new(visitor->curve_public, visitor->curve_secret));
	require_ok(private_key_new(KEY_P256, &visitor->signing));
	require_ok(private_key_new(KEY_P256, &visitor->sealing));
	arena_init(&visitor->arena, MESSAGE_BYTES);
	buf_init(&visitor->data, MESSAGE_BYTES);
}

void visitor_hang_up(struct visitor *visitor)
{
	if (visitor->socket != NULL)
		zmq_close(visitor->socket);
	visitor->socket = NULL;
}

void visitor_free(struct visitor *visitor)
{
	visitor_hang_up(visitor);
	private_key_free(visitor->signing);
	private_key_free(visitor->sealing);
	certificate_free(visitor->signing_certificate);
	certificate_free(visitor->sealing_certificate);
	arena_free(&visitor->arena);
	buf_free(&visitor->data);
}

void visitor_connect(struct visitor *visitor, const uint8_t public_key[CURVE_BYTES], const uint8_t secret_key[CURVE_BYTES])
{
	static const int one = 1;
	int linger = 0;

	visitor_hang_up(visitor);
	visitor->socket = zmq_socket(visitor->house->context, ZMQ_DEALER);
	require(visitor->socket != NULL);
	zmq_setsockopt(visitor->socket, ZMQ_LINGER, &linger, sizeof linger);
	zmq_setsockopt(visitor->socket, ZMQ_CURVE_SERVERKEY, visitor->house->keys.curve_public, CURVE_BYTES);
	zmq_setsockopt(visitor->socket, ZMQ_CURVE_PUBLICKEY, public_key, CURVE_BYTES);
	zmq_setsockopt(visitor->socket, ZMQ_CURVE_SECRETKEY, secret_key, CURVE_BYTES);
	if (visitor->lazy)
		require(zmq_setsockopt(visitor->socket, ZMQ_RCVHWM, &one, sizeof one) == 0);
	require(zmq_connect(visitor->socket, visitor->house->endpoint) == 0);
}

void visitor_send_raw(struct visitor *visitor, struct bytes control, struct bytes data)
{
	require(zmq_send(visitor->socket, control.data, control.len, ZMQ_SNDMORE) >= 0);
	require(zmq_send(visitor->socket, data.data, data.len, 0) >= 0);
}

void visitor_send(struct visitor *visitor, const Pb__FromClient *message, struct bytes data)
{
	struct buf control;

	buf_init(&control, MESSAGE_BYTES);
	require_ok(codec_pack(&message->base, &control));
	visitor_send_raw(visitor, buf_bytes(&control), data);
	buf_free(&control);
}

const Pb__FromBroker *visitor_receive(struct visitor *visitor, int timeout_ms)
{
	zmq_pollitem_t item = { visitor->socket, 0, ZMQ_POLLIN, 0 };
	const Pb__FromBroker *message = NULL;
	zmq_msg_t control, data;

	if (zmq_poll(&item, 1, timeout_ms) != 1)
		return NULL;
	zmq_msg_init(&control);
	zmq_msg_init(&data);
	require(zmq_msg_recv(&control, visitor->socket, 0) >= 0 && zmq_msg_more(&control));
	require(zmq_msg_recv(&data, visitor->socket, 0) >= 0 && !zmq_msg_more(&data));
	arena_reset(&visitor->arena);
	buf_clear(&visitor->data);
	buf_put(&visitor->data, bytes_of(zmq_msg_data(&data), zmq_msg_size(&data)));
	require_ok(CODEC_DECODE(from_broker, bytes_of(zmq_msg_data(&control), zmq_msg_size(&control)), &visitor->arena, &message, NULL));
	zmq_msg_close(&control);
	zmq_msg_close(&data);
	return message;
}

const Pb__FromBroker *visitor_await(struct visitor *visitor, Pb__FromBroker__BodyCase body)
{
	const Pb__FromBroker *message;

	while ((message = visitor_receive(visitor, WAIT_MS)) != NULL)
		if (message->body_case == body)
			return message;
	check(message != NULL); /* nothing of that kind came in time */
	unit_stop();
}

/* ---- enrolling ---- */

static void make_request(const struct visitor *visitor, const struct private_key *key, struct buf *request)
{
	buf_init(request, LIMIT_REQUEST_BYTES);
	require_ok(certificate_request(key, visitor->address, "desk-1", request));
}

void visitor_invite(struct visitor *visitor, const uint8_t invitation[CURVE_BYTES])
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminAgencyAdd add = PB__ADMIN_AGENCY_ADD__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	add.agency = visitor->id;
	add.curve_key = pb_of_bytes(bytes_of(invitation, CURVE_BYTES));
	add.expires_at_us = clock_wall_us() + 60000000;
	request.body_case = PB__ADMIN_REQUEST__BODY_AGENCY_ADD;
	request.agency_add = &add;
	reply = house_ask(visitor->house, &request, &arena);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_DONE);
	arena_free(&arena);
}

const Pb__Enrolled *visitor_enrol_with(struct visitor *visitor, const uint8_t public_key[CURVE_BYTES], const uint8_t secret_key[CURVE_BYTES])
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Enrol enrol = PB__ENROL__INIT;
	struct buf signing, sealing;
	const Pb__Enrolled *enrolled;

	visitor_connect(visitor, public_key, secret_key);
	make_request(visitor, visitor->signing, &signing);
	make_request(visitor, visitor->sealing, &sealing);
	enrol.device_name = (char *)(uintptr_t)"desk-1";
	enrol.curve_key = pb_of_bytes(bytes_of(visitor->curve_public, CURVE_BYTES));
	enrol.signing_request = pb_of_bytes(buf_bytes(&signing));
	enrol.sealing_request = pb_of_bytes(buf_bytes(&sealing));
	message.body_case = PB__FROM_CLIENT__BODY_ENROL;
	message.enrol = &enrol;
	visitor_send(visitor, &message, bytes_of(NULL, 0));
	enrolled = visitor_await(visitor, PB__FROM_BROKER__BODY_ENROLLED)->enrolled;
	buf_free(&signing);
	buf_free(&sealing);
	return enrolled;
}

void visitor_enrol(struct visitor *visitor)
{
	uint8_t public_key[CURVE_BYTES], secret_key[CURVE_BYTES];
	const Pb__Enrolled *enrolled;

	require_ok(curve_key_new(public_key, secret_key));
	visitor_invite(visitor, public_key);
	enrolled = visitor_enrol_with(visitor, public_key, secret_key);
	require(enrolled->refusal == NULL);
	require_ok(certificate_from_der(bytes_of_pb(enrolled->signing_certificate), &visitor->signing_certificate));
	require_ok(certificate_from_der(bytes_of_pb(enrolled->sealing_certificate), &visitor->sealing_certificate));
	visitor->signer = *certificate_digest(visitor->signing_certificate);
	visitor_connect(visitor, visitor->curve_public, visitor->curve_secret);
	visitor_hello(visitor);
}

void visitor_say_hello(struct visitor *visitor, uint64_t known_size, const char *agency, uint32_t version)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Hello hello = PB__HELLO__INIT;

	hello.version_min = version;
	hello.version_max = version;
	hello.software = (char *)(uintptr_t)"visitor";
	hello.agency = (char *)(uintptr_t)agency;
	hello.known_epoch = 1;
	hello.known_size = known_size;
	hello.receives = true;
	message.body_case = PB__FROM_CLIENT__BODY_HELLO;
	message.hello = &hello;
	visitor_send(visitor, &message, bytes_of(NULL, 0));
	visitor->granted_items = 0;
	visitor->granted_bytes = 0;
}

const Pb__Welcome *visitor_hello(struct visitor *visitor)
{
	visitor_say_hello(visitor, 0, visitor->address, WIRE_VERSION);
	return visitor_await(visitor, PB__FROM_BROKER__BODY_WELCOME)->welcome;
}

void visitor_credit(struct visitor *visitor, uint64_t items, uint64_t bytes)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Credit credit = PB__CREDIT__INIT;

	credit.items = visitor->granted_items += items;
	credit.bytes = visitor->granted_bytes += bytes;
	message.body_case = PB__FROM_CLIENT__BODY_CREDIT;
	message.credit = &credit;
	visitor_send(visitor, &message, bytes_of(NULL, 0));
}

const Pb__ReadResult *visitor_read(struct visitor *visitor, const Pb__Read *read)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;

	message.body_case = PB__FROM_CLIENT__BODY_READ;
	message.read = (Pb__Read *)(uintptr_t)read;
	visitor_send(visitor, &message, bytes_of(NULL, 0));
	return visitor_await(visitor, PB__FROM_BROKER__BODY_READ_RESULT)->read_result;
}

/* ---- batches ---- */

void parcels_begin(struct parcels *parcels)
{
	*parcels = (struct parcels){ 0 };
	buf_init(&parcels->data, MESSAGE_BYTES);
}

void parcels_free(struct parcels *parcels)
{
	for (size_t i = 0; i < parcels->statement_count; i++)
		buf_free(&parcels->statements[i]);
	buf_free(&parcels->data);
}

static void add_statement(struct parcels *parcels, const Pb__Statement *statement)
{
	struct buf *packed = &parcels->statements[parcels->statement_count++];

	require(parcels->statement_count <= 64);
	buf_init(packed, MESSAGE_BYTES);
	require_ok(codec_pack(&statement->base, packed));
}

void parcels_statement(struct parcels *parcels, const Pb__Statement *statement)
{
	add_statement(parcels, statement);
	parcels->of_order[parcels->order_count++] = 1;
}

static void add_part(struct parcels *parcels, size_t bytes, Pb__PartRef *part, struct digest *digest)
{
	static Pb__DisclosureClass class = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION;
	uint8_t *made = buf_grow(&parcels->data, bytes);

	require(made != NULL);
	unit_random_bytes(made, bytes);
	*digest = digest_of(bytes_of(made, bytes));
	pb__part_ref__init(part);
	part->sha256 = pb_of_bytes(digest_bytes(digest));
	part->size = (uint32_t)bytes;
	part->release = PB__RELEASE__RELEASE_ON_DELIVERY;
	part->classes = &class;
	part->n_classes = 1;
}

/* held_bytes: of a second part, released on acceptance; 0: there is none. */
static void add_view(struct parcels *parcels, const struct visitor *from, const struct visitor *to, size_t part_bytes, size_t held_bytes,
		     uint8_t id[16], int64_t now_us, void (*change)(Pb__View *view))
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__View view = PB__VIEW__INIT;
	Pb__PartRef part[2], *parts[] = { &part[0], &part[1] };
	Pb__BasisClaim basis = PB__BASIS_CLAIM__INIT;
	ProtobufCBinaryData sealed_to[2];
	uint8_t nonce[16], case_id[16];
	struct digest digests[2];

	add_part(parcels, part_bytes, &part[0], &digests[0]);
	if (held_bytes > 0) {
		add_part(parcels, held_bytes, &part[1], &digests[1]);
		part[1].release = PB__RELEASE__RELEASE_ON_ACCEPT;
	}
	unit_random_bytes(nonce, sizeof nonce);
	memcpy(case_id, id, 16);
	case_id[15] ^= (uint8_t)from->address[0]; /* the sender's own: an id may be another's too */
	basis.basis = PB__BASIS__BASIS_ANONYMOUS;
	sealed_to[0] = pb_of_bytes(digest_bytes(certificate_digest(to->sealing_certificate)));
	sealed_to[1] = pb_of_bytes(digest_bytes(certificate_digest(from->sealing_certificate)));
	view.message_id = pb_of_bytes(bytes_of(id, 16));
	view.case_id = pb_of_bytes(bytes_of(case_id, 16));
	view.kind = held_bytes > 0 ? PB__KIND__KIND_REQUEST : PB__KIND__KIND_NOTE; /* nothing else is ever accepted */
	view.ask = held_bytes > 0 ? PB__ASK__ASK_REFER : PB__ASK__ASK_UNSPECIFIED;
	view.sender = (char *)(uintptr_t)from->address;
	view.recipient = (char *)(uintptr_t)to->address;
	view.urgency = PB__URGENCY__URGENCY_ROUTINE;
	view.basis = &basis;
	view.created_at_us = now_us;
	view.parts = parts;
	view.n_parts = held_bytes > 0 ? 2 : 1;
	view.sealed_to = sealed_to;
	view.n_sealed_to = 2;
	view.nonce = pb_of_bytes(bytes_of(nonce, sizeof nonce));
	if (change != NULL)
		change(&view);
	statement.body_case = PB__STATEMENT__BODY_VIEW;
	statement.view = &view;
	add_statement(parcels, &statement);
}

void parcels_note(struct parcels *parcels, const struct visitor *from, const struct visitor *const *to, size_t count, size_t part_bytes,
		  uint8_t ret_id[16], void (*change)(Pb__View *view))
{
	int64_t now_us = clock_wall_us();
	struct id id;

	require_ok(id_new(&id));
	memcpy(ret_id, id.bytes, 16);
	for (size_t i = 0; i < count; i++)
		add_view(parcels, from, to[i], part_bytes, 0, ret_id, now_us, change);
	parcels->of_order[parcels->order_count++] = count;
}

void parcels_held_note(struct parcels *parcels, const struct visitor *from, const struct visitor *to, size_t part_bytes, size_t held_bytes,
		       uint8_t ret_id[16])
{
	struct id id;

	require_ok(id_new(&id));
	memcpy(ret_id, id.bytes, 16);
	add_view(parcels, from, to, part_bytes, held_bytes, ret_id, clock_wall_us(), NULL);
	parcels->of_order[parcels->order_count++] = 1;
}

void parcels_acknowledge(struct parcels *parcels, uint64_t item, struct bytes statement)
{
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Acknowledge__Item one = PB__ACKNOWLEDGE__ITEM__INIT, *items = &one;
	struct digest hash = merkle_leaf(statement);

	one.item = item;
	one.view_hash = pb_of_bytes(digest_bytes(&hash));
	acknowledge.items = &items;
	acknowledge.n_items = 1;
	said.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	said.acknowledge = &acknowledge;
	parcels_statement(parcels, &said);
}

static void sign(struct visitor *visitor, const struct digest *root, uint8_t signature[SIGNATURE_P256_MAX], size_t *len)
{
	struct buf message;

	buf_init(&message, 1000);
	batch_signed_message(HOUSE_SITE, &visitor->signer, root, &message);
	*len = SIGNATURE_P256_MAX;
	require_ok(signature_sign_p256(visitor->signing, buf_bytes(&message), signature, len));
	buf_free(&message);
}

void visitor_send_batch(struct visitor *visitor, const struct parcels *parcels, void (*change)(Pb__Batch *batch))
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Batch batch = PB__BATCH__INIT;
	Pb__Order orders[64], *pointers[64];
	ProtobufCBinaryData statements[64];
	struct bytes bytes[64];
	struct digest hashes[64], root;
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len, at = 0;

	for (size_t i = 0; i < parcels->order_count; i++) {
		pb__order__init(&orders[i]);
		orders[i].statements = &statements[at];
		orders[i].n_statements = parcels->of_order[i];
		for (size_t j = 0; j < parcels->of_order[i]; j++) {
			bytes[at + j] = buf_bytes(&parcels->statements[at + j]);
			statements[at + j] = pb_of_bytes(bytes[at + j]);
		}
		hashes[i] = order_hash(&bytes[at], parcels->of_order[i]);
		at += parcels->of_order[i];
		pointers[i] = &orders[i];
	}
	root = merkle_root(hashes, parcels->order_count);
	sign(visitor, &root, signature, &len);
	batch.number = ++visitor->batches;
	batch.certificate_sha256 = pb_of_bytes(digest_bytes(&visitor->signer));
	batch.signature = pb_of_bytes(bytes_of(signature, len));
	batch.orders = pointers;
	batch.n_orders = parcels->order_count;
	if (change != NULL)
		change(&batch);
	message.body_case = PB__FROM_CLIENT__BODY_BATCH;
	message.batch = &batch;
	visitor_send(visitor, &message, buf_bytes(&parcels->data));
}

const Pb__Replies *visitor_replies(struct visitor *visitor)
{
	Pb__Replies *replies = visitor_await(visitor, PB__FROM_BROKER__BODY_REPLIES)->replies;

	require_ok(replies_expand(replies, &visitor->arena));
	return replies;
}
