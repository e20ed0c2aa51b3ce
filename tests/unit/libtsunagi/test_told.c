/* SPDX-License-Identifier: Apache-2.0 */
/* What comes beside messages: parts released on acceptance, and the site's own word. */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "libtsunagi/client.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/id.h"
#include "contract/codec.h"
#include "conversation.h"
#include "unit.h"

static struct talk talk;
static struct id thread;

/* ---- helpers ---- */

static Pb__SiteNotice overdue(void)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	require_ok(id_new(&thread));
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE;
	notice.kind = PB__KIND__KIND_REQUEST;
	notice.thread_id = pb_of_bytes(bytes_of(thread.bytes, ID_BYTES));
	notice.agency = pb_of_text("third@" STAGE_SITE);
	notice.state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	notice.holder = PB__PARTY__PARTY_RECIPIENT;
	notice.due_at_us = 1796025600000000;
	return notice;
}

/* The site tells the desk something; its connections are lost meanwhile. */
static void tell(Pb__ItemWhat what, uint64_t about, const Pb__SiteNotice *notice)
{
	stage_stop(talk.stage);
	stage_tell(talk.stage, what, talk.desk, about, notice);
	stage_start(talk.stage);
}

static tsg_delivery *take(void)
{
	tsg_delivery *delivery = NULL;

	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK);
	return delivery;
}

/* Lets the client work until the stage has so many refusals: nothing comes for the program meanwhile. */
static void work_until_refused(size_t least)
{
	tsg_delivery *delivery = NULL;

	for (unsigned turn = 0; turn < 600 && stage_tally(talk.stage, TALLY_REFUSED) < least; turn++)
		check(tsg_next(talk.recipient, 100, &delivery) != TSG_OK);
	check(delivery == NULL);
	check_uint(stage_tally(talk.stage, TALLY_REFUSED), least);
}

static const char *field(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static const char *store(const char *inner)
{
	static char path[900];

	snprintf(path, sizeof path, "%s/store%s", unit_folder(), inner);
	return path;
}

static const char *saved(tsg_delivery *delivery, const char *name)
{
	char inner[200];

	snprintf(inner, sizeof inner, "/%s/%s", tsg_delivery_message_id(delivery), name);
	return store(inner);
}

static bool is_saved(tsg_delivery *delivery, const char *name)
{
	return access(saved(delivery, name), F_OK) == 0;
}

static void check_holds(const char *path, const char *text)
{
	struct buf content;

	buf_init(&content, 1u << 20);
	require_ok(file_read(path, &content));
	check(memmem(content.data, content.len, text, strlen(text)) != NULL);
	buf_free(&content);
}

/* ---- notices ---- */

static void test_notice(void)
{
	Pb__SiteNotice notice = overdue();
	tsg_delivery *delivery;
	char id[ID_TEXT];
	json_t *json;

	talk = talk_begin();
	tell(PB__ITEM_WHAT__ITEM_WHAT_NOTICE, 0, &notice);
	delivery = take();
	id_format(&thread, id);
	check(tsg_delivery_is_notice(delivery) && !tsg_delivery_released(delivery));
	check_text(tsg_delivery_message_id(delivery), "1");
	check_uint(tsg_delivery_item(delivery), 1);
	check_text(tsg_delivery_sender(delivery), STAGE_SITE);
	check_text(tsg_delivery_kind(delivery), "REQUEST");
	check(strstr(tsg_delivery_text(delivery), "third@" STAGE_SITE) != NULL);
	check_uint(tsg_delivery_attachments(delivery), 0);
	check(tsg_delivery_field(delivery, "sheet.person.name") == NULL);
	json = json_loads(tsg_delivery_json(delivery), 0, NULL);
	check_text(field(json, "type"), "notice");
	check_text(field(json, "what"), "ANSWER_OVERDUE");
	check_text(field(json, "thread"), id);
	check_text(field(json, "agency"), "third@" STAGE_SITE);
	check_text(field(json, "state"), "RECEIVED");
	check_text(field(json, "holder"), "RECIPIENT");
	check_text(field(json, "due"), "2026-11-30T17:00:00.000+09:00");
	check_text(field(json, "text"), tsg_delivery_text(delivery));
	check(field(json, "title") != NULL && json_object_get(json, "thread_id") == NULL);
	json_decref(json);
	check_int(tsg_ack(delivery), TSG_OK);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 1);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* About nothing that has a thread, such as a mailbox that nobody looks into. */
static void test_bare_notice(void)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	tsg_delivery *delivery;

	talk = talk_begin();
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_NOT_POLLED;
	notice.agency = pb_of_text("third@" STAGE_SITE);
	tell(PB__ITEM_WHAT__ITEM_WHAT_NOTICE, 0, &notice);
	delivery = take();
	check(tsg_delivery_kind(delivery) == NULL);
	check(tsg_delivery_text(delivery) != NULL);
	check_int(tsg_refuse(delivery, "PROGRAM_FAILED", "no room"), TSG_OK);
	check_uint(stage_tally(talk.stage, TALLY_REFUSED), 1);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* Items are counted anew in a restored site's next epoch: what was stored before must not pass for what comes now. */
static void test_notice_of_a_later_epoch(void)
{
	Pb__SiteNotice notice = overdue();
	tsg_delivery *first, *second;

	talk = talk_begin();
	tell(PB__ITEM_WHAT__ITEM_WHAT_NOTICE, 0, &notice);
	tell(PB__ITEM_WHAT__ITEM_WHAT_NOTICE, 0, &notice);
	first = take();
	require(tsg_delivery_save(first, store("")) == TSG_OK);
	talk.recipient->knowledge->epoch = 2; /* as a welcome in it leaves it */
	second = take();
	check_text(tsg_delivery_message_id(first), "1");
	check_text(tsg_delivery_message_id(second), "2-2");
	require(tsg_delivery_save(second, store("")) == TSG_OK);
	check_holds(store("/notices/1.json"), "ANSWER_OVERDUE");
	check_holds(store("/notices/2-2.json"), "ANSWER_OVERDUE");
	tsg_delivery_free(second);
	tsg_delivery_free(first);
	talk_end(&talk);
}

static void test_saved_notice(void)
{
	Pb__SiteNotice notice = overdue();
	tsg_delivery *delivery;

	talk = talk_begin();
	tell(PB__ITEM_WHAT__ITEM_WHAT_NOTICE, 0, &notice);
	delivery = take();
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check_holds(store("/notices/1.json"), "ANSWER_OVERDUE");
	require_ok(file_write(store("/notices/1.json"), bytes_of_text("the program's own"), 0600));
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check_holds(store("/notices/1.json"), "the program's own"); /* a complete one is left alone */
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* Of a later release, or no notice at all: refused, so that the operator sees it; what comes after it is not held up. */
static void test_not_understood(void)
{
	static const struct bytes rows[] = { { (const uint8_t *)"\x08\xe7\x07", 3 }, { (const uint8_t *)"\xff\xff", 2 },
					     { (const uint8_t *)"\x08\x02\x22\x03" "abc", 7 }, { (const uint8_t *)"\x10\x01", 2 } };
	Pb__SiteNotice notice = overdue();
	tsg_delivery *delivery;

	talk = talk_begin();
	stage_stop(talk.stage);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		stage_tell_bytes(talk.stage, PB__ITEM_WHAT__ITEM_WHAT_NOTICE, talk.desk, 0, rows[i]);
	stage_tell(talk.stage, PB__ITEM_WHAT__ITEM_WHAT_NOTICE, talk.desk, 0, &notice);
	stage_start(talk.stage);
	delivery = take();
	check_uint(tsg_delivery_item(delivery), 5);
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
	work_until_refused(4);
	talk_end(&talk);
}

/* ---- releases ---- */

/* Sends a request whose part is held, and takes its first delivery, acknowledged and saved. */
static void deliver_held(char message_id[ID_TEXT])
{
	static const char message[] = "{" TALK_SHEET ",\"release\":\"ON_ACCEPT\"}";
	tsg_delivery *delivery;
	char *receipt = NULL;
	json_t *json;

	require(tsg_send_json(talk.sender, message, strlen(message), &receipt) == TSG_OK);
	tsg_free(receipt);
	delivery = take();
	json = json_loads(tsg_delivery_json(delivery), 0, NULL);
	check(json_is_true(json_object_get(json_array_get(json_object_get(json, "parts"), 0), "withheld")));
	check(json_object_get(json, "sheet") == NULL && json_object_get(json, "released") == NULL);
	json_decref(json);
	snprintf(message_id, ID_TEXT, "%s", tsg_delivery_message_id(delivery));
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check(is_saved(delivery, "message.json") && !is_saved(delivery, "part-0.cms"));
	check_int(tsg_ack(delivery), TSG_OK);
	tsg_delivery_free(delivery);
}

static void test_release(void)
{
	char message_id[ID_TEXT];
	tsg_delivery *delivery;
	json_t *json;

	talk = talk_begin();
	deliver_held(message_id);
	tell(PB__ITEM_WHAT__ITEM_WHAT_RELEASE, 1, NULL);
	delivery = take();
	check(tsg_delivery_released(delivery) && !tsg_delivery_is_notice(delivery));
	check_text(tsg_delivery_message_id(delivery), message_id);
	check_uint(tsg_delivery_item(delivery), 2);
	check_text(tsg_delivery_field(delivery, "sheet.person.name"), "例田 はるか");
	check(tsg_delivery_text(delivery) == NULL);
	json = json_loads(tsg_delivery_json(delivery), 0, NULL);
	check(json_is_true(json_object_get(json, "released")));
	check_text(field(json, "type"), "delivery");
	json_decref(json);
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check(is_saved(delivery, "message.json") && is_saved(delivery, "part-0.cms"));
	check_holds(saved(delivery, "release.json"), "例田 はるか");
	check_int(tsg_ack(delivery), TSG_OK);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 2);
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* Killed between any two files: the next try makes it whole; once it is, it is left alone. */
static void test_release_half_saved(void)
{
	char message_id[ID_TEXT], making[1000];
	tsg_delivery *delivery;

	talk = talk_begin();
	deliver_held(message_id);
	tell(PB__ITEM_WHAT__ITEM_WHAT_RELEASE, 1, NULL);
	delivery = take();
	require_ok(file_write(saved(delivery, "part-0.cms"), bytes_of_text("half"), 0600)); /* moved, and no release.json yet */
	snprintf(making, sizeof making, "%s/.%s.part", store(""), message_id);
	require_ok(folder_make(making, 0700));
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check(access(making, F_OK) != 0);
	check(is_saved(delivery, "release.json"));
	require_ok(file_write(saved(delivery, "part-0.cms"), bytes_of_text("the program's own"), 0600));
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check_holds(saved(delivery, "part-0.cms"), "the program's own");
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* A program that moved its message away gets the release all the same, and a message that then comes again is stored beside it. */
static void test_release_alone(void)
{
	char message_id[ID_TEXT];
	tsg_delivery *delivery;

	talk = talk_begin();
	deliver_held(message_id);
	require_ok(folder_remove(store("")));
	tell(PB__ITEM_WHAT__ITEM_WHAT_RELEASE, 1, NULL);
	delivery = take();
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check(is_saved(delivery, "release.json") && !is_saved(delivery, "message.json"));
	tsg_delivery_free(delivery);
	stage_stop(talk.stage);
	talk.stage->items[0].dead = false;
	stage_start(talk.stage);
	talk_reopen_recipient(&talk); /* it knows no more what it acknowledged */
	do
		delivery = take();
	while (tsg_delivery_released(delivery));
	require(tsg_delivery_save(delivery, store("")) == TSG_OK);
	check(is_saved(delivery, "message.json") && is_saved(delivery, "release.json"));
	tsg_delivery_free(delivery);
	talk_end(&talk);
}

/* A released part that was altered is refused like any other. */
static void test_altered_release(void)
{
	char message_id[ID_TEXT];

	talk = talk_begin();
	deliver_held(message_id);
	atomic_store(&talk.stage->lie, LIE_CHANGED_PART);
	tell(PB__ITEM_WHAT__ITEM_WHAT_RELEASE, 1, NULL);
	work_until_refused(1);
	check(talk_warned(talk.recipient, "not_authentic"));
	talk_end(&talk);
}

static void test_nothing(void)
{
	check_uint(tsg_delivery_item(NULL), 0);
	check_int(tsg_delivery_is_notice(NULL), 0);
	check_int(tsg_delivery_released(NULL), 0);
	check(tsg_delivery_text(NULL) == NULL);
}

UNIT_SUITE("libtsunagi/told",
	{ "a notice", test_notice },
	{ "a notice about no thread", test_bare_notice },
	{ "a notice of a later epoch", test_notice_of_a_later_epoch },
	{ "a notice is saved once", test_saved_notice },
	{ "a notice that is not understood", test_not_understood },
	{ "a release", test_release },
	{ "a release half saved", test_release_half_saved },
	{ "a release without its message", test_release_alone },
	{ "a release that was altered", test_altered_release },
	{ "no delivery", test_nothing });
