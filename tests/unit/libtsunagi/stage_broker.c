/* SPDX-License-Identifier: Apache-2.0 */
/* stage_broker.c - see stage.h: the thread that speaks on the socket. */
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "contract/codec.h"
#include "stage.h"
#include "unit.h"

/* ---- the socket ---- */

static bool bind_router(struct stage *stage)
{
	int one = 1, zero = 0, interval = 1000;

	stage->router = zmq_socket(stage->context, ZMQ_ROUTER);
	zmq_setsockopt(stage->router, ZMQ_CURVE_SERVER, &one, sizeof one);
	zmq_setsockopt(stage->router, ZMQ_CURVE_SECRETKEY, stage->curve_secret, CURVE_BYTES);
	zmq_setsockopt(stage->router, ZMQ_LINGER, &zero, sizeof zero);
	zmq_setsockopt(stage->router, ZMQ_HANDSHAKE_IVL, &interval, sizeof interval);
	for (unsigned tries = 0; tries < 200; tries++) {
		if (zmq_bind(stage->router, stage->endpoint) == 0)
			return true;
		usleep(5000); /* the closed socket's address is freed by another thread of libzmq */
	}
	return false;
}

static void close_router(struct stage *stage)
{
	zmq_close(stage->router);
	for (size_t i = 0; i < STAGE_SESSIONS; i++) {
		struct stage_session *session = &stage->sessions[i];

		buf_free(&session->routing);
		*session = (struct stage_session){ 0 };
	}
	for (size_t i = 0; i < stage->item_count; i++)
		stage->items[i].out = false;
}

void stage_send(struct stage *stage, struct stage_session *session, const Pb__FromBroker *message, struct bytes data)
{
	struct buf control;

	buf_init(&control, LIMIT_CONTROL_BYTES);
	if (codec_pack(&message->base, &control) == ERR_OK) {
		zmq_send(stage->router, session->routing.data, session->routing.len, ZMQ_SNDMORE);
		if (atomic_load(&stage->lie) == LIE_GARBAGE)
			random_bytes(control.data, control.len);
		if (atomic_load(&stage->lie) == LIE_ONE_FRAME) {
			zmq_send(stage->router, control.data, control.len, 0);
		} else {
			zmq_send(stage->router, control.data, control.len, ZMQ_SNDMORE);
			zmq_send(stage->router, data.data == NULL ? (const void *)"" : data.data, data.len, 0);
		}
	}
	buf_free(&control);
}

/* ---- greetings ---- */

static struct stage_session *session_of(struct stage *stage, struct bytes routing, bool make)
{
	struct stage_session *free_one = NULL;

	for (size_t i = 0; i < STAGE_SESSIONS; i++) {
		struct stage_session *session = &stage->sessions[i];

		if (session->routing.len > 0 && bytes_equal(buf_bytes(&session->routing), routing))
			return session;
		if (session->routing.len == 0 && free_one == NULL)
			free_one = session;
	}
	if (!make || free_one == NULL)
		return NULL;
	buf_init(&free_one->routing, 256);
	buf_put(&free_one->routing, routing);
	return free_one;
}

static uint32_t agency_number(const struct stage *stage, const char *address)
{
	for (size_t i = 0; i < stage->agency_count; i++)
		if (strcmp(stage->agencies[i].address, address) == 0)
			return stage->agencies[i].number;
	return 0;
}

static void fill_binding(const struct stage *stage, uint32_t number, uint32_t device, Pb__Binding *binding, const char *agency)
{
	const struct stage_agency *from = &stage->agencies[number - 1];

	pb__binding__init(binding);
	binding->agency = (char *)(uintptr_t)agency;
	binding->device = device;
	binding->seq = from->binding_seq;
	binding->signing_certificate = pb_of_bytes(certificate_der(from->bundle->signing_certificate));
	binding->sealing_certificate = pb_of_bytes(certificate_der(from->bundle->sealing[0].certificate));
}

static void prove_consistency(struct stage *stage, const Pb__Hello *hello, int lie, struct buf *proof)
{
	if (hello->known_size > 0 && hello->known_size <= stage->entry_count && lie != LIE_NO_CONSISTENCY)
		proof->err = merkle_prove_consistency(stage_read_tree, stage, hello->known_size, stage->entry_count, proof);
}

static void welcome(struct stage *stage, struct stage_session *session, const Pb__Hello *hello)
{
	int lie = atomic_load(&stage->lie);
	const struct stage_agency *agency = &stage->agencies[session->agency - 1];
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Welcome welcome = PB__WELCOME__INIT;
	Pb__Binding bindings[2], *list[2] = { &bindings[0], &bindings[1] };
	struct buf note, proof;

	buf_init(&note, 16384);
	buf_init(&proof, 2 * MERKLE_PATH_MAX * DIGEST_BYTES);
	stage_checkpoint(stage, stage->checkpoint_key, &note);
	prove_consistency(stage, hello, lie, &proof);
	fill_binding(stage, session->agency, 1, &bindings[0], agency->id);
	if (lie == LIE_OWN_BINDING)
		fill_binding(stage, session->agency == 1 ? 2 : 1, 2, &bindings[1], agency->id);
	welcome.version = lie == LIE_OTHER_VERSION ? 99 : WIRE_VERSION;
	welcome.site = (char *)(uintptr_t)(lie == LIE_OTHER_SITE ? "elsewhere" : STAGE_SITE);
	welcome.epoch = 1;
	welcome.now_us = clock_wall_us() + (lie == LIE_OTHER_CLOCK ? 120000000 : 0);
	welcome.agency = hello->agency;
	welcome.device = 1;
	welcome.checkpoint = (char *)(uintptr_t)buf_text(&note);
	welcome.consistency = pb_of_bytes(buf_bytes(&proof));
	welcome.directory_version = stage->directory_version;
	welcome.n_bindings = lie == LIE_NO_BINDINGS ? 0 : lie == LIE_OWN_BINDING ? 2 : 1;
	welcome.bindings = list;
	welcome.heartbeat_ms = 1000;
	welcome.batch_bytes_max = LIMIT_DATA_BYTES;
	welcome.batches_open_max = 4;
	message.body_case = PB__FROM_BROKER__BODY_WELCOME;
	message.welcome = &welcome;
	if (lie == LIE_GARBAGE_WELCOME)
		welcome.checkpoint = (char *)(uintptr_t)"no note at all";
	stage_send(stage, session, &message, bytes_of(NULL, 0));
	buf_free(&note);
	buf_free(&proof);
}

static void put_blob(struct stage *stage, struct stage_session *session, const Pb__BlobPut *blob, struct bytes data)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__BlobStored stored = PB__BLOB_STORED__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	int left = atomic_load(&stage->refuse_count);

	stored.number = blob->number;
	if (left > 0) {
		atomic_store(&stage->refuse_count, left - 1);
		refusal.code = (Pb__RefusalCode)atomic_load(&stage->refuse_code);
		refusal.retry_after_ms = 30;
		stored.refusal = &refusal;
	} else if (stage->blob_count < STAGE_BLOBS) {
		stage->blobs[stage->blob_count] = digest_of(data);
		buf_init(&stage->blob_bytes[stage->blob_count], LIMIT_BLOB_BYTES);
		buf_put(&stage->blob_bytes[stage->blob_count++], data);
	}
	message.body_case = PB__FROM_BROKER__BODY_BLOB_STORED;
	message.blob_stored = &stored;
	stage_send(stage, session, &message, bytes_of(NULL, 0));
	atomic_fetch_add(&stage->tallies[TALLY_BLOBS], 1);
}

static void end_session(struct stage *stage, struct stage_session *session)
{
	for (size_t i = 0; i < stage->item_count; i++)
		if (stage->items[i].agency == session->agency)
			stage->items[i].out = false;
	buf_free(&session->routing);
	*session = (struct stage_session){ 0 };
	atomic_fetch_add(&stage->tallies[TALLY_BYES], 1);
}

static void pong(struct stage *stage, struct stage_session *session, uint64_t number)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;

	message.body_case = PB__FROM_BROKER__BODY_PONG;
	message.pong = number;
	stage_send(stage, session, &message, bytes_of(NULL, 0));
}

static void dispatch(struct stage *stage, const struct stage_frame *frame)
{
	struct stage_session *session = frame->session;

	switch (frame->message->body_case) {
	case PB__FROM_CLIENT__BODY_HELLO:
		session->agency = agency_number(stage, frame->message->hello->agency);
		session->receives = frame->message->hello->receives;
		atomic_fetch_add(&stage->tallies[TALLY_HELLOS], 1);
		if (session->agency != 0 && stage->agencies[session->agency - 1].binding_seq != 0 && atomic_load(&stage->lie) != LIE_SILENT)
			welcome(stage, session, frame->message->hello);
		break;
	case PB__FROM_CLIENT__BODY_ENROL:
		stage_enrol(stage, frame);
		break;
	case PB__FROM_CLIENT__BODY_BATCH:
		stage_batch(stage, frame);
		break;
	case PB__FROM_CLIENT__BODY_CREDIT:
		session->credit_items = frame->message->credit->items;
		session->credit_bytes = frame->message->credit->bytes;
		break;
	case PB__FROM_CLIENT__BODY_BLOB_PUT:
		put_blob(stage, session, frame->message->blob_put, frame->data);
		break;
	case PB__FROM_CLIENT__BODY_READ:
		stage_read(stage, frame);
		break;
	case PB__FROM_CLIENT__BODY_PING:
		pong(stage, session, frame->message->ping);
		break;
	case PB__FROM_CLIENT__BODY_BYE:
		end_session(stage, session);
		break;
	default:
		break;
	}
}

static void take_frame(struct stage *stage)
{
	zmq_msg_t parts[3];
	struct arena arena;
	int count = 0;

	do {
		zmq_msg_init(&parts[count]);
		if (zmq_msg_recv(&parts[count], stage->router, ZMQ_DONTWAIT) < 0)
			break;
	} while (zmq_msg_more(&parts[count]) && ++count < 3);
	arena_init(&arena, 4 * LIMIT_DECODE_BYTES);
	if (count == 2) {
		struct stage_frame frame = { .arena = &arena, .data = bytes_of(zmq_msg_data(&parts[2]), zmq_msg_size(&parts[2])) };

		frame.session = session_of(stage, bytes_of(zmq_msg_data(&parts[0]), zmq_msg_size(&parts[0])), true);
		if (frame.session != NULL &&
		    CODEC_DECODE(from_client, bytes_of(zmq_msg_data(&parts[1]), zmq_msg_size(&parts[1])), &arena, &frame.message, NULL) == ERR_OK &&
		    (frame.session->agency != 0 || frame.message->body_case == PB__FROM_CLIENT__BODY_HELLO ||
		     frame.message->body_case == PB__FROM_CLIENT__BODY_ENROL))
			dispatch(stage, &frame);
	}
	for (int i = 0; i <= count && i < 3; i++)
		zmq_msg_close(&parts[i]);
	arena_free(&arena);
}

static void *run(void *argument)
{
	struct stage *stage = argument;

	while (!atomic_load(&stage->stop)) {
		zmq_pollitem_t item = { .socket = stage->router, .events = ZMQ_POLLIN };

		if (atomic_exchange(&stage->hang_up, false)) {
			close_router(stage);
			if (!bind_router(stage))
				return NULL;
			continue;
		}
		if (zmq_poll(&item, 1, 2) > 0)
			take_frame(stage);
		stage_notify(stage, atomic_exchange(&stage->notice, 0));
		for (size_t i = 0; i < STAGE_SESSIONS; i++)
			if (stage->sessions[i].agency != 0)
				stage_hand_out(stage, &stage->sessions[i]);
	}
	return NULL;
}

void stage_start(struct stage *stage)
{
	stage->context = zmq_ctx_new();
	require(bind_router(stage));
	atomic_store(&stage->stop, false);
	require(pthread_create(&stage->thread, NULL, run, stage) == 0);
	stage->running = true;
}

void stage_stop(struct stage *stage)
{
	if (!stage->running)
		return;
	atomic_store(&stage->stop, true);
	pthread_join(stage->thread, NULL);
	close_router(stage);
	zmq_ctx_term(stage->context);
	stage->running = false;
}
