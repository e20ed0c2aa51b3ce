/* SPDX-License-Identifier: Apache-2.0 */
/* What each asker hears when the batch that its question was in could not be made durable. */
#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob;
static const char *const ids[] = { "alice", "bob", "carol" };

static Pb__RefusalCode operator_heard;
static unsigned operator_answers;

static void take_answer(struct inbound *inbound, const Pb__AdminReply *reply)
{
	(void)inbound;
	operator_answers++;
	operator_heard = reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL ? reply->refusal->code : 0;
}

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 3);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	operator_answers = 0;
}

/* As a failed batch does, after it was undone; what is told is in site.out. */
static void refuse(struct inbound *const *inbound, size_t count, enum err err)
{
	struct batch *batch = &site.broker->batch;
	void *item;

	for (size_t i = 0; i < site.out_count; i++)
		outbound_free(site.out[i]);
	site.out_count = 0;
	batch->inbound = inbound;
	batch->count = count;
	batch_refuse_all(batch, err);
	batch->inbound = NULL;
	batch->count = 0;
	while (ring_take(broker_outbound(site.broker), &item, 1) == 1)
		site.out[site.out_count++] = item;
	for (size_t i = 0; i < count; i++)
		inbound[i]->release(inbound[i]);
}

/* Two submissions and an acknowledgement, of a session each. */
static struct inbound *frame_of_three(void)
{
	struct draft draft = site_draft(&site, &alice, &bob);
	struct draft second = site_draft(&site, &alice, &bob);
	struct inbound *frame = frame_new(&alice);
	struct digest hash = { { 1 } };
	uint64_t item = 1;

	frame_submit(frame, &draft);
	frame_acknowledge(frame, &item, &hash, 1);
	frame_submit(frame, &second);
	return frame;
}

static const struct {
	enum err err;
	Pb__RefusalCode submission, other;
} rows[] = {
	{ ERR_NOSPC, REFUSE(STORE_FULL), REFUSE(OVERLOADED) },
	{ ERR_NOMEM, REFUSE(OVERLOADED), REFUSE(OVERLOADED) },
	{ ERR_IO, REFUSE(STOPPING), REFUSE(STOPPING) },
	{ ERR_STOPPED, REFUSE(STOPPING), REFUSE(STOPPING) },
};

/* A full disk is a submission's own bad luck; an acknowledgement is only told to come again. */
static void test_frames(void)
{
	set_up();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct inbound *frame = frame_of_three();

		unit_context("%s", err_name(rows[i].err));
		frame->batch.number = 70 + i;
		refuse(&frame, 1, rows[i].err);
		require(site_replies(&site, 0) != NULL);
		check_uint(site_replies(&site, 0)->batch, 70 + i);
		require(site_replies(&site, 0)->n_replies == 3);
		check_int(site_refusal(&site, 0), rows[i].submission);
		check_int(site_refusal(&site, 1), rows[i].other);
		check_int(site_refusal(&site, 2), rows[i].submission);
		check_uint(site.out_count, 1);
		check_uint(site.out[0]->session, alice.session);
	}
	site_close(&site);
}

static void test_when_to_come_again(void)
{
	struct inbound *frame;
	const Pb__Refusal *refusal;

	set_up();
	frame = frame_of_three();
	refuse(&frame, 1, ERR_NOSPC);
	refusal = site_reply(&site, 1)->refusal;
	check(refusal->retry_after_ms > 0);
	refusal = site_reply(&site, 0)->refusal; /* names the value and the bound */
	check_int(refusal->value, (int64_t)site.broker->batch.world.room.disk_free_bytes);
	check_int(refusal->bound, (int64_t)site.broker->batch.world.room.reserve_bytes);
	site_close(&site);
}

static void test_segments(void)
{
	set_up();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct inbound *blob = site_blob(&alice, bytes_of_text("a segment"));
		const Pb__FromBroker *frame;

		unit_context("%s", err_name(rows[i].err));
		blob->blob.number = 5 + i;
		refuse(&blob, 1, rows[i].err);
		require(site.out_count == 1 && site.out[0]->frame != NULL);
		frame = site.out[0]->frame;
		require(frame->body_case == PB__FROM_BROKER__BODY_BLOB_STORED && frame->blob_stored->refusal != NULL);
		check_uint(frame->blob_stored->number, 5 + i);
		check_int(frame->blob_stored->refusal->code, rows[i].submission);
	}
	site_close(&site);
}

/* A device that enrols by invitation hears it on its session; one enrolled by hand is the operator's. */
static void test_enrolment(void)
{
	static const uint8_t key[32] = { 7 };
	struct desk_device carol;
	struct inbound *bind;

	set_up();
	site_make_device(&site, "carol", &carol);
	carol.session = 4444;
	bind = site_bind(&carol, key);
	bind->answer = NULL;
	refuse(&bind, 1, ERR_NOSPC);
	require(site.out_count == 1 && site.out[0]->frame != NULL);
	require(site.out[0]->frame->body_case == PB__FROM_BROKER__BODY_ENROLLED && site.out[0]->frame->enrolled->refusal != NULL);
	check_int(site.out[0]->frame->enrolled->refusal->code, REFUSE(OVERLOADED));
	check_uint(operator_answers, 0);
	bind = site_bind(&carol, key);
	bind->answer = take_answer;
	refuse(&bind, 1, ERR_NOSPC);
	check_uint(operator_answers, 1);
	check_int(operator_heard, REFUSE(STORE_FULL));
	check_uint(site.out_count, 0);
	site_close(&site);
}

static void test_operators(void)
{
	set_up();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct inbound *act = site_revoke("bob", false);

		unit_context("%s", err_name(rows[i].err));
		act->answer = take_answer;
		refuse(&act, 1, rows[i].err);
		check_uint(operator_answers, i + 1);
		check_int(operator_heard, rows[i].submission);
		check_uint(site.out_count, 0);
	}
	site_run(&site, frame_of_three()); /* nothing of it happened: bob is there still */
	check_int(site_refusal(&site, 0), 0);
	site_close(&site);
}

/* A session of which the writer knows nothing is closed, so that its device says Hello again; one that ends needs no word. */
static void test_sessions(void)
{
	struct inbound *inbound;

	set_up();
	inbound = site_hello(&site, &alice, true);
	refuse(&inbound, 1, ERR_NOSPC);
	require(site.out_count == 1);
	check_int(site.out[0]->type, OUTBOUND_CLOSE);
	check_uint(site.out[0]->session, alice.session);
	inbound = site_bye(&bob, true);
	refuse(&inbound, 1, ERR_NOSPC);
	check_uint(site.out_count, 0);
	check(sessions_find(site.broker->sessions, bob.session) == NULL);
	inbound = site_credit(&bob, 1, 1); /* asks nothing, and hears nothing */
	refuse(&inbound, 1, ERR_NOSPC);
	check_uint(site.out_count, 0);
	site_close(&site);
}

/* Everybody hears, in the order of asking. */
static void test_all_of_a_batch(void)
{
	struct inbound *inbound[4];

	set_up();
	inbound[0] = frame_of_three();
	inbound[1] = site_blob(&bob, bytes_of_text("a segment"));
	inbound[2] = site_revoke("bob", false);
	inbound[2]->answer = take_answer;
	inbound[3] = site_hello(&site, &bob, false);
	refuse(inbound, 4, ERR_NOMEM);
	require(site.out_count == 3);
	check_int(site.out[0]->frame->body_case, PB__FROM_BROKER__BODY_REPLIES);
	check_int(site.out[1]->frame->body_case, PB__FROM_BROKER__BODY_BLOB_STORED);
	check_int(site.out[2]->type, OUTBOUND_CLOSE);
	check_uint(operator_answers, 1);
	site_close(&site);
}

UNIT_SUITE("broker/batch_refuse",
	{ "frames of orders", test_frames },
	{ "when to come again, and what was lacking", test_when_to_come_again },
	{ "segments", test_segments },
	{ "enrolment", test_enrolment },
	{ "operators", test_operators },
	{ "sessions", test_sessions },
	{ "all of a batch", test_all_of_a_batch });
