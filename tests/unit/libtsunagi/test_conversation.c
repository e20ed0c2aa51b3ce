/* SPDX-License-Identifier: Apache-2.0 */
/* The whole library against a broker that keeps its word. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "conversation.h"
#include "unit.h"

static void test_send_and_receive(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "URGENT", NULL);
	tsg_delivery *delivery = NULL;

	check_int(receipt.result, TSG_OK);
	check_text(receipt.state, "accepted");
	check_int(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery), TSG_OK);
	require(delivery != NULL);
	check_text(tsg_delivery_message_id(delivery), receipt.message_id);
	check_text(tsg_delivery_sender(delivery), "link@" STAGE_SITE);
	check_text(tsg_delivery_kind(delivery), "REQUEST");
	check_text(tsg_delivery_field(delivery, "sheet.person.name"), "例田 はるか");
	check(tsg_delivery_field(delivery, "sheet.person.kana") == NULL);
	check(tsg_delivery_field(delivery, "..") == NULL);
	check_int(tsg_delivery_redelivered(delivery), 0);
	check_int(tsg_ack(delivery), TSG_OK);
	check_int(tsg_ack(delivery), TSG_USAGE);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 1);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

static void test_several_recipients(void)
{
	struct talk talk = talk_begin();
	char *receipt = NULL;
	const char *message = "{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"to\":[\"desk\",\"third@chiba-city\"],\"take\":\"ANY_ONE\",\"basis\":{\"basis\":\"ANONYMOUS\"},"
			      "\"sheet\":{\"ward\":\"花見川区\",\"topics\":[{\"topic\":\"HOUSING\",\"mark\":\"MAIN\"}]}}";

	check_int(tsg_send_json(talk.sender, message, strlen(message), &receipt), TSG_OK);
	check(receipt != NULL && strstr(receipt, "desk@chiba-city") != NULL && strstr(receipt, "third@chiba-city") != NULL);
	tsg_free(receipt);
	stage_stop(talk.stage);
	check_uint(talk.stage->item_count, 2);
	/* Neither is told of the other: each View names itself alone. */
	check(memmem(talk.stage->items[0].statement.data, talk.stage->items[0].statement.len, "third", 5) == NULL);
	check(memmem(talk.stage->items[1].statement.data, talk.stage->items[1].statement.len, "desk@", 5) == NULL);
	talk_end(&talk);
}

/* What comes while a batch is unanswered travels together. */
static void test_batches_grow_under_load(void)
{
	struct talk talk = talk_begin();
	char *row = NULL;

	talk_know_directory(&talk);
	for (unsigned i = 0; i < 120; i++) {
		char key[32];

		snprintf(key, sizeof key, "row-%u", i);
		check_int(talk_enqueue(&talk, key), TSG_OK);
	}
	for (unsigned i = 0; i < 120; i++) {
		require(tsg_next_receipt(talk.sender, UNIT_PATIENCE_MS, &row) == TSG_OK);
		check(strstr(row, "\"state\":\"accepted\"") != NULL);
		tsg_free(row);
		row = NULL;
	}
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 120);
	check(stage_tally(talk.stage, TALLY_BATCHES) <= 120);
	check_int(tsg_next_receipt(talk.sender, 50, &row), TSG_TIMEOUT);
	talk_end(&talk);
}

static void test_acknowledged_together(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *deliveries[40];

	talk_know_directory(&talk);
	for (unsigned i = 0; i < 40; i++)
		check_int(talk_enqueue(&talk, NULL), TSG_OK);
	stage_hold(&talk, true);
	for (unsigned i = 0; i < 40; i++)
		talk_receipt(&talk);
	stage_hold(&talk, false);
	for (unsigned i = 0; i < 40; i++)
		require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &deliveries[i]) == TSG_OK);
	for (unsigned i = 0; i < 40; i++) {
		check_int(tsg_ack_later(deliveries[i]), TSG_OK);
		tsg_delivery_free(deliveries[i]);
	}
	talk_settle(&talk);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 40);
	check(stage_tally(talk.stage, TALLY_ACKNOWLEDGES) < 40);
	talk_end(&talk);
}

static void test_more_than_the_credit_window(void)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	for (unsigned i = 0; i < 200; i++)
		check_int(talk_enqueue(&talk, NULL), TSG_OK);
	for (unsigned i = 0; i < 200; i++)
		talk_receipt(&talk);
	for (unsigned i = 0; i < 200; i++) {
		tsg_delivery *delivery = NULL;

		require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
		check_int(tsg_ack(delivery), TSG_OK);
		tsg_delivery_free(delivery);
	}
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 200);
	talk_end(&talk);
}

static void test_keys_make_a_retry_the_same_message(void)
{
	struct talk talk = talk_begin();
	struct receipt first = talk_send(&talk, "SOON", "case-17");
	struct receipt again = talk_send(&talk, "SOON", "case-17");

	check_int(first.result, TSG_OK);
	check_int(again.result, TSG_OK);
	check_text(again.message_id, first.message_id);
	check(again.duplicate && !first.duplicate);
	check_int(talk_send(&talk, "URGENT", "case-17").result, TSG_REFUSED);
	check(strstr(tsg_last_error(talk.sender), "KEY_CONFLICT") != NULL);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 1);
	talk_end(&talk);
}

/* A session that ends between sending and answer: said again, and known as a repeat. */
static void test_a_lost_answer(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt;

	talk_know_directory(&talk);
	atomic_store(&talk.stage->lie, LIE_SILENT);
	tsg_client_set_timeout(talk.sender, 300);
	receipt = talk_send(&talk, "SOON", "lost");
	check_int(receipt.result, TSG_IN_OUTBOX);
	stage_wait(talk.stage, TALLY_SUBMITTED, 1);
	atomic_store(&talk.stage->lie, LIE_NONE);
	atomic_store(&talk.stage->hang_up, true);
	talk_receipt(&talk);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 1);
	check(stage_tally(talk.stage, TALLY_DUPLICATES) >= 1);
	talk_end(&talk);
}

static void test_passing_refusals_are_tried_again(void)
{
	static const int codes[] = { PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED, PB__REFUSAL_CODE__REFUSAL_CODE_STORE_FULL,
				     PB__REFUSAL_CODE__REFUSAL_CODE_MAILBOX_FULL, PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL };
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		unit_context("code %d", codes[i]);
		atomic_store(&talk.stage->refuse_code, codes[i]);
		atomic_store(&talk.stage->refuse_count, 2);
		check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	}
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 4);
	talk_end(&talk);
}

static void test_lasting_refusals_are_told(void)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_KIND_NOT_TAKEN);
	atomic_store(&talk.stage->refuse_count, 1);
	check_int(talk_send(&talk, "SOON", "k").result, TSG_REFUSED);
	check(strstr(tsg_last_error(talk.sender), "KIND_NOT_TAKEN") != NULL);
	check_uint(talk_outbox(&talk), 0);
	/* A refusal uses up nothing: the same key may be sent again. */
	check_int(talk_send(&talk, "SOON", "k").result, TSG_OK);
	talk_end(&talk);
}

static void test_a_stale_key_is_sealed_again(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;

	talk_know_directory(&talk);
	stage_stop(talk.stage);
	talk_know_lost(&talk);
	stage_rotate(talk.stage, talk.desk);
	stage_publish(talk.stage);
	talk_reopen_recipient(&talk);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_STALE_KEY);
	atomic_store(&talk.stage->refuse_count, 1);
	stage_start(talk.stage);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_text(tsg_delivery_field(delivery, "sheet.person.name"), "例田 はるか");
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* Sealed by the newest directory, and stale all the same: told, not tried for ever. */
static void test_a_stale_key_without_a_newer_directory(void)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_STALE_KEY);
	atomic_store(&talk.stage->refuse_count, 1000);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_REFUSED);
	check(strstr(tsg_last_error(talk.sender), "STALE_KEY") != NULL);
	check_uint(talk_outbox(&talk), 0);
	talk_end(&talk);
}

static void test_refusing_a_delivery(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_int(tsg_refuse(delivery, "NO_SUCH_REASON", "x"), TSG_USAGE);
	check_int(tsg_refuse(delivery, "RETRY_LATER", "bad \xff text"), TSG_USAGE);
	check_int(tsg_refuse(delivery, "RETRY_LATER", "disk full"), TSG_OK);
	tsg_delivery_free(delivery);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_int(tsg_delivery_redelivered(delivery), 1);
	check_int(tsg_refuse(delivery, "PROGRAM_FAILED", NULL), TSG_OK);
	tsg_delivery_free(delivery);
	check_int(tsg_next(talk.recipient, 100, &delivery), TSG_TIMEOUT);
	check_uint(stage_tally(talk.stage, TALLY_REFUSED), 2);
	talk_end(&talk);
}

/* In hand when the session is lost: it comes again, is not given twice, and its acknowledgement counts. */
static void test_in_hand_over_a_lost_session(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL, *other = NULL;

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	atomic_store(&talk.stage->hang_up, true);
	check(tsg_next(talk.recipient, 1500, &other) != TSG_OK);
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 1);
	talk_end(&talk);
}

/* The program said that it stored the message; the process ended before the broker heard: it is said at the next start, and the
 * message is not given again. */
static void test_an_acknowledgement_outlives_the_process(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	stage_stop(talk.stage);
	tsg_client_set_timeout(talk.recipient, 50);
	check_int(tsg_ack(delivery), TSG_TIMEOUT + 0 * tsg_client_fd(talk.recipient));
	tsg_delivery_free(delivery);
	talk_reopen_recipient(&talk);
	stage_start(talk.stage);
	check_int(tsg_next(talk.recipient, 1500, &delivery), TSG_TIMEOUT);
	stage_wait(talk.stage, TALLY_ACKNOWLEDGED, 1);
	talk_end(&talk);
}

static void test_a_delivery_outlives_its_client(void)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	tsg_client_close(talk.recipient);
	talk.recipient = NULL;
	check(strstr(tsg_delivery_json(delivery), "例田") != NULL);
	check_int(tsg_ack(delivery), TSG_USAGE);
	check_int(tsg_delivery_save(delivery, unit_folder()), TSG_USAGE);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

static void test_attachments(void)
{
	struct talk talk = talk_begin();
	char path[600], message[1200], saved[700];
	uint8_t *content = malloc(700000);
	char *receipt = NULL;
	tsg_delivery *delivery = NULL;
	struct buf read_back;

	unit_random_bytes(content, 700000);
	snprintf(path, sizeof path, "%s/report.bin", unit_folder());
	talk_write(path, bytes_of(content, 700000));
	snprintf(message, sizeof message, "{%s,\"attach\":[{\"path\":\"%s\",\"classes\":[\"HEALTH\"]}]}", TALK_SHEET, path);
	check_int(tsg_send_json(talk.sender, message, strlen(message), &receipt), TSG_OK);
	tsg_free(receipt);
	check_uint(stage_tally(talk.stage, TALLY_BLOBS), 3);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_uint(tsg_delivery_attachments(delivery), 1);
	snprintf(path, sizeof path, "%s/store", unit_folder());
	check_int(tsg_delivery_save(delivery, path), TSG_OK);
	check_int(tsg_delivery_save(delivery, path), TSG_OK);
	snprintf(saved, sizeof saved, "%s/%s/attachments/1-report.bin", path, tsg_delivery_message_id(delivery));
	buf_init(&read_back, 1000000);
	talk_read(saved, &read_back);
	check_bytes(buf_bytes(&read_back), bytes_of(content, 700000));
	buf_free(&read_back);
	/* Another's segment under the same name is found out. */
	stage_stop(talk.stage);
	talk.stage->blob_bytes[1].data[500] ^= 1;
	stage_start(talk.stage);
	snprintf(path, sizeof path, "%s/other-store", unit_folder());
	check_int(tsg_delivery_save(delivery, path), TSG_NOT_AUTHENTIC);
	snprintf(saved, sizeof saved, "%s/%s", path, tsg_delivery_message_id(delivery));
	check(access(saved, F_OK) != 0);
	tsg_delivery_free(delivery);
	free(content);
	talk_end(&talk);
}

static void test_segments_wait_for_a_full_store(void)
{
	struct talk talk = talk_begin();
	char path[600], message[1200];
	char *receipt = NULL;

	talk_know_directory(&talk);
	snprintf(path, sizeof path, "%s/small.txt", unit_folder());
	talk_write(path, bytes_of_text("enclosed"));
	snprintf(message, sizeof message, "{%s,\"attach\":[{\"path\":\"%s\",\"classes\":[\"HEALTH\"]}]}", TALK_SHEET, path);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_STORE_FULL);
	atomic_store(&talk.stage->refuse_count, 2);
	check_int(tsg_send_json(talk.sender, message, strlen(message), &receipt), TSG_OK);
	tsg_free(receipt);
	check_uint(stage_tally(talk.stage, TALLY_BLOBS), 3);
	talk_end(&talk);
}

/* A broker that lost a segment asks for it: all are sent again, then the message. */
static void test_a_missing_segment_is_sent_again(void)
{
	struct talk talk = talk_begin();
	char path[600], message[1200];
	char *receipt = NULL;

	talk_know_directory(&talk);
	snprintf(path, sizeof path, "%s/small.txt", unit_folder());
	talk_write(path, bytes_of_text("enclosed"));
	snprintf(message, sizeof message, "{%s,\"attach\":[{\"path\":\"%s\",\"classes\":[\"HEALTH\"]}]}", TALK_SHEET, path);
	check_int(tsg_enqueue_json(talk.sender, message, strlen(message), &receipt), TSG_OK);
	tsg_free(receipt);
	stage_wait(talk.stage, TALLY_BLOBS, 1);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_MISSING_BLOB);
	atomic_store(&talk.stage->refuse_count, 1);
	receipt = NULL;
	check_int(tsg_next_receipt(talk.sender, UNIT_PATIENCE_MS, &receipt), TSG_OK);
	tsg_free(receipt);
	check(stage_tally(talk.stage, TALLY_BLOBS) >= 1);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 1);
	talk_end(&talk);
}

static void test_reads_wait_for_a_busy_broker(void)
{
	struct talk talk = talk_begin();
	struct receipt receipt = talk_send(&talk, "SOON", NULL);
	char *evidence = NULL;

	check_int(receipt.result, TSG_OK);
	atomic_store(&talk.stage->refuse_reads, 3);
	check_int(tsg_receipt_json(talk.sender, receipt.message_id, &evidence), TSG_OK);
	check(evidence != NULL && strstr(evidence, receipt.message_id) != NULL);
	tsg_free(evidence);
	check_int(tsg_receipt_json(talk.sender, "01960000-0000-7000-8000-000000000000", &evidence), TSG_NOT_FOUND);
	talk_end(&talk);
}

static void test_outbox_over_a_restart(void)
{
	struct talk talk = talk_begin();
	char *json = NULL;

	talk_know_directory(&talk);
	stage_stop(talk.stage);
	check_int(talk_send(&talk, "SOON", "a").result, TSG_IN_OUTBOX);
	check_int(talk_send(&talk, "DANGER", "b").result, TSG_IN_OUTBOX);
	check_uint(talk_outbox(&talk), 2);
	talk_reopen_sender(&talk);
	check_uint(talk_outbox(&talk), 2);
	stage_start(talk.stage);
	check_int(tsg_outbox_flush(talk.sender, UNIT_PATIENCE_MS, &json), TSG_OK);
	check(json != NULL && strstr(json, "\"gone\":2") != NULL);
	tsg_free(json);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 2);
	check_uint(talk_outbox(&talk), 0);
	talk_end(&talk);
}

static void test_a_heartbeat_keeps_the_session(void)
{
	struct talk talk = talk_begin();
	int64_t until_us = clock_mono_us() + 2500000; /* the stage's heartbeat is one second */

	talk_know_directory(&talk);
	while (clock_mono_us() < until_us)
		check_int(tsg_client_dispatch(talk.sender, 100), TSG_OK);
	check_uint(stage_tally(talk.stage, TALLY_HELLOS), 1);
	/* And a broker that leaves pings unanswered is taken for dead. */
	stage_stop(talk.stage);
	for (until_us = clock_mono_us() + 4000000; clock_mono_us() < until_us;)
		tsg_client_dispatch(talk.sender, 100);
	stage_start(talk.stage);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/conversation", { "a message goes and comes", test_send_and_receive }, { "several recipients, none told of the others", test_several_recipients },
	   { "batches grow under load", test_batches_grow_under_load }, { "acknowledged together", test_acknowledged_together },
	   { "more than the credit's window", test_more_than_the_credit_window }, { "a key makes a retry the same message", test_keys_make_a_retry_the_same_message },
	   { "a lost answer", test_a_lost_answer }, { "passing refusals are tried again", test_passing_refusals_are_tried_again },
	   { "lasting refusals are told", test_lasting_refusals_are_told }, { "a stale key is sealed again", test_a_stale_key_is_sealed_again },
	   { "a stale key without a newer directory", test_a_stale_key_without_a_newer_directory }, { "refusing", test_refusing_a_delivery },
	   { "in hand over a lost session", test_in_hand_over_a_lost_session },
	   { "an acknowledgement outlives the process", test_an_acknowledgement_outlives_the_process },
	   { "a delivery outlives its client", test_a_delivery_outlives_its_client }, { "attachments", test_attachments },
	   { "segments wait for a full store", test_segments_wait_for_a_full_store }, { "a missing segment is sent again", test_a_missing_segment_is_sent_again },
	   { "reads wait for a busy broker", test_reads_wait_for_a_busy_broker }, { "the outbox over a restart", test_outbox_over_a_restart },
	   { "heartbeats", test_a_heartbeat_keeps_the_session });
