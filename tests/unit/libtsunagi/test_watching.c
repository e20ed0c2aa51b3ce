/* SPDX-License-Identifier: Apache-2.0 */
/* What a client is told unasked: dead letters, a newer directory, the broker's end; and whose clock is wrong. */
#include "base/clock.h"
#include "conversation.h"
#include "libtsunagi/client.h"
#include "unit.h"

static bool status_has(tsg_client *client, const char *text)
{
	char *json = NULL;
	bool found = false;

	require(tsg_client_status_json(client, &json) == TSG_OK);
	found = strstr(json, text) != NULL;
	tsg_free(json);
	return found;
}

/* A person must hear that a message did not arrive, and which; also after a restart, until it was looked into. */
static void test_a_dead_letter(void)
{
	static const char seen[] = "{\"action\":\"acknowledge_warning\",\"code\":\"dead_letter\"}";
	struct talk talk = talk_begin();
	char *json = NULL;

	talk_know_directory(&talk);
	check(!talk_warned(talk.sender, "dead_letter"));
	atomic_store(&talk.stage->notice, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER);
	talk_work(talk.sender, UNIT_PATIENCE_MS, "dead_letter");
	require(talk_warned(talk.sender, "dead_letter"));
	check(status_has(talk.sender, STAGE_DEAD_LETTER) && status_has(talk.sender, "PROGRAM_FAILED"));
	talk_reopen_sender(&talk);
	check(talk_warned(talk.sender, "dead_letter"));
	check_int(tsg_act_json(talk.sender, seen, strlen(seen), &json), TSG_OK);
	check(json != NULL && strstr(json, "\"count\":1") != NULL);
	tsg_free(json);
	check(!talk_warned(talk.sender, "dead_letter"));
	talk_end(&talk);
}

/* Told of a newer directory, a client asks for it without being asked to; one that is not newer in the end does no harm. */
static void test_a_newer_directory(void)
{
	struct talk talk = talk_begin();
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;
	size_t reads = 0;

	talk_know_directory(&talk);
	reads = talk_quiet(&talk); /* what it has is not asked for again */
	atomic_store(&talk.stage->notice, PB__NOTICE_KIND__NOTICE_KIND_DIRECTORY);
	while (stage_tally(talk.stage, TALLY_READS) == reads && clock_mono_us() < until_us)
		tsg_client_dispatch(talk.sender, 50);
	check(stage_tally(talk.stage, TALLY_READS) > reads);
	talk_work(talk.sender, 200, NULL);
	check_uint(site_directory_version(talk.sender->directory), 1);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_end(&talk);
}

/* A broker that says that it stops is believed, with its reason, and is come back to. */
static void test_the_broker_closes(void)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	atomic_store(&talk.stage->notice, PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	talk_know_lost(&talk);
	check(status_has(talk.sender, "STOPPING"));
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	check(stage_tally(talk.stage, TALLY_HELLOS) >= 2);
	talk_end(&talk);
}

/* A clock that is two minutes off is told, on whichever side it is; and no longer once it is right. */
static void test_clocks(void)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	check(!talk_warned(talk.sender, "clock_skew"));
	atomic_store(&talk.stage->lie, LIE_OTHER_CLOCK);
	atomic_store(&talk.stage->hang_up, true);
	talk_work(talk.sender, UNIT_PATIENCE_MS, "clock_skew");
	require(talk_warned(talk.sender, "clock_skew"));
	atomic_store(&talk.stage->lie, LIE_NONE);
	atomic_store(&talk.stage->hang_up, true);
	stage_wait(talk.stage, TALLY_HELLOS, 2);
	for (unsigned turn = 0; turn < 1200 && talk_warned(talk.sender, "clock_skew"); turn++)
		tsg_client_dispatch(talk.sender, 50);
	check(!talk_warned(talk.sender, "clock_skew"));
	talk_end(&talk);
}

/* What a newer broker may tell and we do not know is no fault. */
static void test_an_unknown_notice(void)
{
	struct talk talk = talk_begin();

	talk_know_directory(&talk);
	atomic_store(&talk.stage->notice, PB__NOTICE_KIND__NOTICE_KIND_BINDING); /* and names none */
	talk_work(talk.sender, 300, NULL);
	check_uint(stage_tally(talk.stage, TALLY_HELLOS), 1);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/watching",
	{ "a dead letter", test_a_dead_letter },
	{ "a newer directory", test_a_newer_directory },
	{ "the broker closes", test_the_broker_closes },
	{ "clocks", test_clocks },
	{ "a notice that names nothing", test_an_unknown_notice });
