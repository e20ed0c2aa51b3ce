/* SPDX-License-Identifier: Apache-2.0 */
/* The whole library against a broker that lies: each lie is found out, and afterwards the truth still gets through. */
#include <jansson.h>
#include <stdio.h>

#include "conversation.h"
#include "libtsunagi/client.h"
#include "unit.h"

/* ---- replies ---- */

static void check_false_receipt(enum lie lie)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	atomic_store(&talk.stage->lie, lie);
	tsg_client_set_timeout(talk.sender, 400);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_IN_OUTBOX);
	check_uint(talk_outbox(&talk), 1);
	check(talk_warned(talk.sender, "not_authentic"));
	atomic_store(&talk.stage->lie, LIE_NONE);
	talk_receipt(&talk);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 1);
	talk_end(&talk);
}

static void test_a_forged_checkpoint(void)
{
	check_false_receipt(LIE_FORGED_CHECKPOINT);
}

static void test_an_entry_outside_the_tree(void)
{
	check_false_receipt(LIE_OUTSIDE_TREE);
}

static void test_replies_to_another_batch(void)
{
	check_false_receipt(LIE_OTHER_BATCH);
}

static void test_too_few_replies(void)
{
	check_false_receipt(LIE_TOO_FEW_REPLIES);
}

static void check_garbage(enum lie lie)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	atomic_store(&talk.stage->lie, lie);
	tsg_client_set_timeout(talk.sender, 400);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_IN_OUTBOX);
	atomic_store(&talk.stage->lie, LIE_NONE);
	talk_receipt(&talk);
	talk_end(&talk);
}

static void test_random_bytes(void)
{
	check_garbage(LIE_GARBAGE);
}

static void test_one_frame_instead_of_two(void)
{
	check_garbage(LIE_ONE_FRAME);
}

/* ---- history ---- */

static void check_forked(struct talk *talk)
{
	tsg_delivery *delivery = NULL;
	char *json = NULL;
	const char *acknowledge = "{\"action\":\"acknowledge_warning\",\"code\":\"ledger_fork\"}";

	talk_work(talk->sender, UNIT_PATIENCE_MS, "ledger_fork");
	check_int(talk_send(talk, "SOON", NULL).result, TSG_NOT_AUTHENTIC);
	check(strstr(tsg_last_error(talk->sender), "LEDGER_FORK") != NULL);
	check_int(tsg_next(talk->sender, 100, &delivery), TSG_NOT_AUTHENTIC);
	check_int(tsg_inbox_json(talk->sender, &json), TSG_NOT_AUTHENTIC);
	check(talk_warned(talk->sender, "ledger_fork"));
	/* It is remembered, also by the next process. */
	talk_reopen_sender(talk);
	check(talk_warned(talk->sender, "ledger_fork"));
	check_int(talk_send(talk, "SOON", NULL).result, TSG_NOT_AUTHENTIC);
	check_int(tsg_act_json(talk->sender, acknowledge, strlen(acknowledge), &json), TSG_OK);
	tsg_free(json);
}

static void test_history_rewritten(void)
{
	struct talk talk = talk_begin();

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	stage_stop(talk.stage);
	talk.stage->leaves[0].bytes[0] ^= 1;
	stage_start(talk.stage);
	check_forked(&talk);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_end(&talk);
}

static void test_history_cut_off(void)
{
	struct talk talk = talk_begin();

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	stage_stop(talk.stage);
	buf_free(&talk.stage->entries[--talk.stage->entry_count].body);
	stage_start(talk.stage);
	check_forked(&talk);
	talk_end(&talk);
}

static void test_no_proof_of_consistency(void)
{
	struct talk talk = talk_begin();

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_reopen_sender(&talk);
	stage_stop(talk.stage);
	atomic_store(&talk.stage->lie, LIE_NO_CONSISTENCY);
	stage_append(talk.stage, PB__ENTRY_TYPE__ENTRY_TYPE_ACCESS, &(Pb__EntryBody)PB__ENTRY_BODY__INIT);
	stage_start(talk.stage);
	check_forked(&talk);
	talk_end(&talk);
}

static void check_greeting(enum lie lie, const char *code)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;

	atomic_store(&talk.stage->lie, lie);
	for (unsigned turn = 0; turn < 300; turn++) {
		check(tsg_next(talk.recipient, 200, &delivery) != TSG_OK);
		if (strstr(tsg_last_error(talk.recipient), code) != NULL)
			break;
	}
	check(strstr(tsg_last_error(talk.recipient), code) != NULL);
	talk_end(&talk);
}

static void test_another_site(void)
{
	check_greeting(LIE_OTHER_SITE, "WRONG_SITE");
}

static void test_another_version(void)
{
	check_greeting(LIE_OTHER_VERSION, "VERSION");
}

static void test_a_greeting_without_a_checkpoint(void)
{
	check_greeting(LIE_GARBAGE_WELCOME, "LEDGER_FORK");
}

/* ---- the directory and our own certificates ---- */

static void test_a_forged_directory(void)
{
	struct talk talk = talk_begin();

	stage_stop(talk.stage);
	talk.stage->directory.data[talk.stage->directory.len / 2] ^= 1;
	stage_start(talk.stage);
	tsg_client_set_timeout(talk.sender, 1000);
	check(talk_send(&talk, "SOON", NULL).result != TSG_OK);
	check_uint(talk_outbox(&talk), 0);
	check_uint(stage_tally(talk.stage, TALLY_SUBMITTED), 0);
	talk_end(&talk);
}

static void test_a_certificate_that_we_did_not_make(void)
{
	struct talk talk = talk_begin();

	atomic_store(&talk.stage->lie, LIE_OWN_BINDING);
	talk_work(talk.sender, UNIT_PATIENCE_MS, "unknown_binding");
	check(talk_warned(talk.sender, "unknown_binding"));
	check(!talk_warned(talk.sender, "binding_missing"));
	/* An alarm, not a standstill. */
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_end(&talk);
}

static void test_our_certificate_is_gone(void)
{
	struct talk talk = talk_begin();

	atomic_store(&talk.stage->lie, LIE_NO_BINDINGS);
	talk_work(talk.sender, UNIT_PATIENCE_MS, "binding_missing");
	check(talk_warned(talk.sender, "binding_missing"));
	talk_end(&talk);
}

/* ---- hand-outs ---- */

static void check_turned_away(enum lie lie, const char *warning)
{
	struct talk talk = talk_begin();

	unit_context("lie %d", lie);
	stage_hold(&talk, true);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	if (lie == LIE_MOVED_PART) {
		stage_stop(talk.stage);
		talk.stage->items[0].dead = true; /* the second is handed out with the first one's part */
		stage_start(talk.stage);
	}
	atomic_store(&talk.stage->lie, lie);
	stage_hold(&talk, false);
	talk_turned_away(talk.recipient, warning);
	talk_settle(&talk);
	/* What the broker itself changed it does not know again: our word names the bytes that reached us. */
	if (lie != LIE_CHANGED_STATEMENT)
		check(stage_tally(talk.stage, TALLY_REFUSED) >= 1);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 0);
	talk_end(&talk);
}

static void test_a_changed_part(void)
{
	check_turned_away(LIE_CHANGED_PART, "not_authentic");
}

static void test_a_moved_part(void)
{
	check_turned_away(LIE_MOVED_PART, "not_authentic");
}

static void test_a_changed_statement(void)
{
	check_turned_away(LIE_CHANGED_STATEMENT, "not_authentic");
}

static void test_a_changed_signature(void)
{
	check_turned_away(LIE_CHANGED_SIGNATURE, "not_authentic");
}

static void test_another_path(void)
{
	check_turned_away(LIE_OTHER_PATH, "not_authentic");
}

static void test_an_unknown_signer(void)
{
	check_turned_away(LIE_UNKNOWN_SIGNER, "not_authentic");
}

static void test_what_is_for_another(void)
{
	struct talk talk = talk_begin();
	const char *message = "{\"kind\":\"NOTE\",\"to\":[\"third\"],\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"x\"},"
			      "\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}";
	char *receipt = NULL;

	check_int(tsg_send_json(talk.sender, message, strlen(message), &receipt), TSG_OK);
	tsg_free(receipt);
	atomic_store(&talk.stage->lie, LIE_OTHER_RECIPIENT);
	talk_turned_away(talk.recipient, "not_authentic");
	talk_end(&talk);
}

/* What does not even hang together ends the session; the truth is heard in the next one. */
static void check_nonsense(enum lie lie)
{
	struct talk talk = talk_begin();
	tsg_delivery *delivery = NULL;

	stage_hold(&talk, true);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	check_int(tsg_next(talk.recipient, 200, &delivery), TSG_TIMEOUT);
	atomic_store(&talk.stage->lie, lie);
	stage_hold(&talk, false);
	check(tsg_next(talk.recipient, 400, &delivery) != TSG_OK);
	atomic_store(&talk.stage->lie, LIE_NONE);
	atomic_store(&talk.stage->hang_up, true);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

static void test_data_too_short(void)
{
	check_nonsense(LIE_DATA_TOO_SHORT);
}

static void test_more_than_credit(void)
{
	check_nonsense(LIE_MORE_THAN_CREDIT);
}

static void test_a_hand_out_of_random_bytes(void)
{
	check_nonsense(LIE_GARBAGE);
}

/* The operator swapped the recipient's certificate in the directory: what is sealed to it is not ours to open, and we say so. */
static void test_a_certificate_swapped_by_the_operator(void)
{
	struct talk talk = talk_begin();
	struct stage_agency *desk = talk.desk;
	char path[600];
	struct buf kept;

	buf_init(&kept, 100000);
	talk_read(desk->path, &kept);
	stage_stop(talk.stage);
	stage_rotate(talk.stage, desk); /* keys that the desk's people never saw */
	stage_publish(talk.stage);
	snprintf(path, sizeof path, "%s", desk->path);
	talk_write(path, buf_bytes(&kept)); /* the desk's own bundle */
	stage_start(talk.stage);
	talk_know_directory(&talk);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_turned_away(talk.recipient, "foreign_certificate");
	check(talk_warned(talk.recipient, "unknown_binding"));
	buf_free(&kept);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/hostile", { "a forged checkpoint", test_a_forged_checkpoint },
	   { "an entry outside the tree", test_an_entry_outside_the_tree }, { "replies to another batch", test_replies_to_another_batch },
	   { "too few replies", test_too_few_replies }, { "random bytes", test_random_bytes },
	   { "one frame instead of two", test_one_frame_instead_of_two }, { "history rewritten", test_history_rewritten },
	   { "history cut off", test_history_cut_off }, { "no proof of consistency", test_no_proof_of_consistency }, { "another site", test_another_site },
	   { "another version", test_another_version }, { "a greeting without a checkpoint", test_a_greeting_without_a_checkpoint },
	   { "a forged directory", test_a_forged_directory }, { "a certificate that we did not make", test_a_certificate_that_we_did_not_make },
	   { "our certificate is gone", test_our_certificate_is_gone }, { "a changed part", test_a_changed_part },
	   { "a part moved from another message", test_a_moved_part }, { "a changed statement", test_a_changed_statement },
	   { "a changed signature", test_a_changed_signature }, { "another path", test_another_path }, { "an unknown signer", test_an_unknown_signer },
	   { "what is for another", test_what_is_for_another }, { "data too short", test_data_too_short },
	   { "more than credit", test_more_than_credit }, { "a hand-out of random bytes", test_a_hand_out_of_random_bytes },
	   { "a certificate swapped by the operator", test_a_certificate_swapped_by_the_operator });
