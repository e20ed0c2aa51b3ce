/* SPDX-License-Identifier: Apache-2.0 */
/* The records of who is behind a proxy come with the directory, and again when it changed; nobody else finds anybody. */
#include "base/clock.h"
#include "conversation.h"
#include "libtsunagi/client.h"
#include "unit.h"

/* The desk is reached through link, whose client is the sender; the recipient is the desk's own, and third has a client too. */
static struct talk begin_hidden(void)
{
	struct talk talk = talk_begin();

	stage_stop(talk.stage);
	talk.desk->proxy = "link";
	stage_publish(talk.stage);
	stage_start(talk.stage);
	return talk;
}

static bool knows(tsg_client *client)
{
	return site_directory_agency(client->directory, bytes_of_text("desk")) != NULL;
}

static void test_the_proxy_sends(void)
{
	struct talk talk = begin_hidden();

	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK); /* to the desk */
	check(knows(talk.sender));
	check_uint(confidential_version(talk.sender->confidential), site_directory_version(talk.sender->directory));
	check(site_directory_bindings(talk.sender->directory, "desk", NULL, 0) == 1);
	talk_end(&talk);
}

static void test_others_do_not(void)
{
	struct talk talk = begin_hidden();
	tsg_client *third = NULL;
	char *receipt = NULL;
	char path[600];

	snprintf(path, sizeof path, "%s/outbox-third", unit_folder());
	require(tsg_client_open(talk.third->path, path, &third) == TSG_OK);
	check_int(tsg_send_json(third, "{" TALK_SHEET "}", strlen("{" TALK_SHEET "}"), &receipt), TSG_REFUSED);
	check(!knows(third));
	check_uint(confidential_version(third->confidential), site_directory_version(third->directory)); /* it asked: nobody */
	tsg_free(receipt);
	tsg_client_close(third);
	talk_end(&talk);
}

/* Asked for once a version, not once a session. */
static void test_kept(void)
{
	struct talk talk = begin_hidden();
	size_t reads;

	talk_know_directory(&talk);
	reads = talk_quiet(&talk);
	talk_reopen_sender(&talk);
	check(knows(talk.sender)); /* without a word to anybody */
	talk_work(talk.sender, 300, NULL);
	check_uint(stage_tally(talk.stage, TALLY_READS), reads);
	talk_end(&talk);
}

/* A broker that does not answer it so keeps nobody from the directory. */
static void test_refused(void)
{
	struct talk talk = begin_hidden();

	talk.desk->proxy = NULL;
	stage_publish(talk.stage);
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT); /* every read but the directory's is answered with something else */
	talk_know_directory(&talk);
	check_uint(confidential_version(talk.sender->confidential), 0);
	check(knows(talk.sender));
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/watching_records",
	{ "the proxy sends to who is behind it", test_the_proxy_sends },
	{ "others do not", test_others_do_not },
	{ "kept", test_kept },
	{ "a broker that does not know the question", test_refused });
