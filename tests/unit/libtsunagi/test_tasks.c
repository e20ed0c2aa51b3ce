/* SPDX-License-Identifier: Apache-2.0 */
/* The site asks to seal a message further: done once, whatever happens, and never shown to the program. */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "contract/codec.h"
#include "conversation.h"
#include "unit.h"

#define TASK 2 /* the item's number: behind the message's */

static struct talk talk;

/* A request from link to desk, and the task to seal it to this agency. */
static void open_with_task(const char *agency)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	talk = talk_begin();
	require(talk_send(&talk, "SOON", NULL).result == TSG_OK);
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_SEAL_DUE;
	notice.next_agency = pb_of_text(agency);
	stage_stop(talk.stage);
	require(stage_tell(talk.stage, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK, talk.link, 1, &notice) == TASK);
	stage_start(talk.stage);
}

static void work(void)
{
	tsg_delivery *delivery = NULL;
	int result = tsg_next(talk.sender, 100, &delivery);

	check(result == TSG_TIMEOUT || result == TSG_UNREACHABLE);
	check(delivery == NULL); /* none of the program's business */
}

static void work_until(enum stage_tally tally, size_t least)
{
	for (unsigned turn = 0; turn < 600 && stage_tally(talk.stage, tally) < least; turn++)
		work();
	require(stage_tally(talk.stage, tally) >= least);
}

/* The View that was made for the task, in a stopped stage; NULL: none. */
static const Pb__View *made_view(struct arena *arena)
{
	for (size_t i = TASK; i < talk.stage->item_count; i++) {
		const Pb__Statement *statement = NULL;

		require_ok(CODEC_DECODE(statement, talk.stage->items[i].statement, arena, &statement, NULL));
		return statement->view;
	}
	return NULL;
}

static const Pb__View *message_view(struct arena *arena)
{
	const Pb__Statement *statement = NULL;

	require_ok(CODEC_DECODE(statement, talk.stage->items[0].statement, arena, &statement, NULL));
	return statement->view;
}

static void test_sealed(void)
{
	const Pb__View *made, *message;
	tsg_client *third = NULL;
	tsg_delivery *delivery = NULL;
	struct arena arena;

	open_with_task("third@" STAGE_SITE);
	work_until(TALLY_ACKNOWLEDGED, 1); /* the task, once its message is accepted */
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 2);
	check_uint(talk_outbox(&talk), 0);
	check_int(tsg_client_open(talk.third->path, NULL, &third), TSG_OK);
	require(tsg_next(third, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_text(tsg_delivery_field(delivery, "sheet.person.name"), "例田 はるか"); /* it opens, and was sealed for this agency and message */
	tsg_delivery_free(delivery);
	tsg_client_close(third);
	stage_stop(talk.stage);
	check(talk.stage->items[TASK - 1].dead);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	message = message_view(&arena);
	made = made_view(&arena);
	require(made != NULL);
	check_text(made->recipient, "third@" STAGE_SITE);
	check_int(made->kind, PB__KIND__KIND_REQUEST);
	check_int(made->ask, message->ask);
	check_int(made->urgency, message->urgency);
	check_bytes(bytes_of_pb(made->case_id), bytes_of_pb(message->case_id));
	check_bytes(bytes_of_pb(made->thread_id), bytes_of_pb(message->message_id));
	check(!bytes_equal(bytes_of_pb(made->message_id), bytes_of_pb(message->message_id)));
	check_int(made->basis->basis, message->basis->basis);
	require(made->leg_act != NULL && made->n_parts == message->n_parts);
	check_int(made->leg_act->action, PB__LEG_ACTION__LEG_ACTION_SEAL);
	check_text(made->leg_act->next_agency, "third@" STAGE_SITE);
	check_int(made->parts[0]->release, message->parts[0]->release);
	check_uint(made->parts[0]->n_classes, message->parts[0]->n_classes);
	arena_free(&arena);
	talk_end(&talk);
}

/* What is held until acceptance is held for the further agency too. */
static void test_sealed_held(void)
{
	static const char text[] = "{" TALK_SHEET ",\"release\":\"ON_ACCEPT\"}";
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	struct arena arena;
	char *receipt = NULL;

	talk = talk_begin();
	require(tsg_send_json(talk.sender, text, strlen(text), &receipt) == TSG_OK);
	tsg_free(receipt);
	notice.next_agency = pb_of_text("third@" STAGE_SITE);
	stage_stop(talk.stage);
	stage_tell(talk.stage, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK, talk.link, 1, &notice);
	stage_start(talk.stage);
	work_until(TALLY_ACKNOWLEDGED, 1);
	stage_stop(talk.stage);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	require(made_view(&arena) != NULL);
	check_int(made_view(&arena)->parts[0]->release, PB__RELEASE__RELEASE_ON_ACCEPT);
	arena_free(&arena);
	talk_end(&talk);
}

/* The process ends with the message in its outbox, or just accepted, and the task not acknowledged: it makes no second one. */
static void test_once_over_a_crash(void)
{
	open_with_task("third@" STAGE_SITE);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	atomic_store(&talk.stage->refuse_count, 1000000);
	for (unsigned turn = 0; turn < 100 && talk_outbox(&talk) == 0; turn++)
		work();
	require(talk_outbox(&talk) == 1);
	talk_reopen_sender(&talk);
	require(talk_outbox(&talk) == 1);
	for (unsigned turn = 0; turn < 5; turn++)
		work(); /* the task came again: the message waits already */
	check_uint(talk_outbox(&talk), 1);
	atomic_store(&talk.stage->refuse_count, 0);
	work_until(TALLY_ACKNOWLEDGED, 1);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 2);
	stage_stop(talk.stage);
	talk.stage->items[TASK - 1].dead = false; /* as if the acknowledgement had not arrived */
	stage_start(talk.stage);
	talk_reopen_sender(&talk);
	work_until(TALLY_ACKNOWLEDGED, 2);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 2);
	talk_end(&talk);
}

static void refuse_next(int code)
{
	atomic_store(&talk.stage->refuse_code, code);
	atomic_store(&talk.stage->refuse_count, 1);
}

/* For good: the operator and the sender's people hear of it. */
static void test_refused(void)
{
	open_with_task("third@" STAGE_SITE);
	refuse_next(PB__REFUSAL_CODE__REFUSAL_CODE_BASIS);
	work_until(TALLY_REFUSED, 1);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 0);
	check_uint(talk_outbox(&talk), 0);
	check(talk_warned(talk.sender, "send_refused"));
	talk_end(&talk);
}

/* The leg ended meanwhile, or another device of ours was faster: nothing is left to do, and nobody is alarmed. */
static void test_moot(void)
{
	static const int codes[] = { PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW, PB__REFUSAL_CODE__REFUSAL_CODE_CONFLICT };

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		open_with_task("third@" STAGE_SITE);
		refuse_next(codes[i]);
		work_until(TALLY_ACKNOWLEDGED, 1);
		check_uint(stage_tally(talk.stage, TALLY_REFUSED), 0);
		check(!talk_warned(talk.sender, "send_refused"));
		talk_end(&talk);
	}
}

/* Not even the newest directory knows it. */
static void test_unknown_agency(void)
{
	open_with_task("nobody@" STAGE_SITE);
	work_until(TALLY_REFUSED, 1);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 1);
	talk_end(&talk);
}

/* A task that does not say to whom, one about another agency's message: not ours to do. */
static void test_false_tasks(void)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	open_with_task("");
	work_until(TALLY_REFUSED, 1);
	stage_stop(talk.stage);
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_SEAL_DUE;
	notice.next_agency = pb_of_text("third@" STAGE_SITE);
	stage_tell(talk.stage, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK, talk.third, 1, &notice);
	stage_start(talk.stage);
	tsg_client_close(talk.sender);
	talk.sender = NULL;
	require(tsg_client_open(talk.third->path, NULL, &talk.sender) == TSG_OK);
	work_until(TALLY_REFUSED, 2);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 1);
	talk_end(&talk);
}

/* A message waits behind the task in the same mailbox: the program gets it at once, whatever the task waits for. */
static void test_others_go_on(void)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	tsg_delivery *delivery = NULL;

	open_with_task("third@" STAGE_SITE);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	atomic_store(&talk.stage->refuse_count, 1000000);
	for (unsigned turn = 0; turn < 100 && talk_outbox(&talk) == 0; turn++)
		work();
	stage_stop(talk.stage);
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_DECISION_DUE;
	stage_tell(talk.stage, PB__ITEM_WHAT__ITEM_WHAT_NOTICE, talk.link, 0, &notice);
	stage_start(talk.stage);
	require(tsg_next(talk.sender, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check(tsg_delivery_is_notice(delivery));
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/tasks",
	{ "sealed to a further agency", test_sealed },
	{ "held parts stay held", test_sealed_held },
	{ "once, over a crash", test_once_over_a_crash },
	{ "refused for good", test_refused },
	{ "nothing is left to do", test_moot },
	{ "an agency that nobody knows", test_unknown_agency },
	{ "false tasks", test_false_tasks },
	{ "what comes behind it goes on", test_others_go_on });
