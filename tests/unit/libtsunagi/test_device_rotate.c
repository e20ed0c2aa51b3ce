/* SPDX-License-Identifier: Apache-2.0 */
/* New keys for a device, signed for by the old ones: what is under way, what goes wrong half-way, what the old keys still open. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "conversation.h"
#include "unit.h"

static int rotate(tsg_client *client, char **ret_json)
{
	static const char action[] = "{\"action\":\"rotate\"}";

	*ret_json = NULL;
	return tsg_act_json(client, action, strlen(action), ret_json);
}

static struct bundle *bundle_at(const char *path)
{
	struct bundle *bundle = NULL;
	const char *reason = NULL;

	if (bundle_read(path, &bundle, &reason) != ERR_OK)
		return NULL;
	return bundle;
}

static bool next_exists(const struct stage_agency *agency)
{
	char path[600];

	snprintf(path, sizeof path, "%s.next", agency->path);
	return access(path, F_OK) == 0;
}

static void test_rotated(void)
{
	struct talk talk = talk_begin();
	struct bundle *old = bundle_at(talk.desk->path), *new = NULL;
	tsg_delivery *delivery = NULL;
	char *json = NULL;

	require(old != NULL);
	talk_know_directory(&talk);
	stage_hold(&talk, true);
	require(talk_send(&talk, "SOON", NULL).result == TSG_OK); /* sealed to the keys of now */
	check_int(rotate(talk.recipient, &json), TSG_OK);
	check(json != NULL && strstr(json, "\"state\":\"rotated\"") != NULL);
	tsg_free(json);
	new = bundle_at(talk.desk->path);
	require(new != NULL);
	check(!new->pending);
	check(!bytes_equal(bytes_of(new->curve_public, CURVE_BYTES), bytes_of(old->curve_public, CURVE_BYTES)));
	require(check_uint(new->sealing_count, 2));
	check(digest_equal(certificate_digest(new->sealing[1].certificate), certificate_digest(old->sealing[0].certificate)));
	check(!digest_equal(certificate_digest(new->signing_certificate), certificate_digest(old->signing_certificate)));
	check(bundle_knows(new, certificate_digest(old->signing_certificate), certificate_digest(old->sealing[0].certificate)));
	check_ok(bundle_check(new, clock_wall_us()));
	check(!next_exists(talk.desk));
	stage_hold(&talk, false);
	require(tsg_next(talk.recipient, UNIT_PATIENCE_MS, &delivery) == TSG_OK); /* the old key opens it */
	check_text(tsg_delivery_field(delivery, "sheet.person.name"), "例田 はるか");
	check_int(tsg_ack(delivery), TSG_OK); /* and the new one signs for it */
	tsg_delivery_free(delivery);
	check_uint(stage_tally(talk.stage, TALLY_ACKNOWLEDGED), 1);
	bundle_free(old);
	bundle_free(new);
	talk_end(&talk);
}

/* Each rotation keeps what came before, newest first. */
static void test_rotated_twice(void)
{
	struct talk talk = talk_begin();
	struct bundle *first = bundle_at(talk.link->path), *third = NULL;
	char *json = NULL;

	talk_know_directory(&talk);
	check_int(rotate(talk.sender, &json), TSG_OK);
	tsg_free(json);
	check_int(rotate(talk.sender, &json), TSG_OK);
	tsg_free(json);
	third = bundle_at(talk.link->path);
	require(first != NULL && third != NULL);
	require(check_uint(third->sealing_count, 3));
	check(digest_equal(certificate_digest(third->sealing[2].certificate), certificate_digest(first->sealing[0].certificate)));
	check_uint(stage_tally(talk.stage, TALLY_BOUND), 2);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	talk_reopen_sender(&talk);
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK);
	bundle_free(first);
	bundle_free(third);
	talk_end(&talk);
}

/* The order is taken and the process hears nothing of it: the next call finds the new keys bound, and orders nothing again. */
static void test_gone_on_with(void)
{
	struct talk talk = talk_begin();
	struct bundle *bundle = NULL;
	char *json = NULL;

	talk_know_directory(&talk);
	atomic_store(&talk.stage->lie, LIE_SILENT);
	tsg_client_set_timeout(talk.sender, 400);
	check_int(rotate(talk.sender, &json), TSG_TIMEOUT);
	check(json == NULL);
	check(next_exists(talk.link));
	check_uint(stage_tally(talk.stage, TALLY_BOUND), 1);
	atomic_store(&talk.stage->lie, LIE_NONE);
	tsg_client_set_timeout(talk.sender, 5000);
	check_int(rotate(talk.sender, &json), TSG_OK);
	tsg_free(json);
	check_uint(stage_tally(talk.stage, TALLY_BOUND), 1);
	check(!next_exists(talk.link));
	bundle = bundle_at(talk.link->path);
	require(bundle != NULL);
	require(check_uint(bundle->sealing_count, 2));
	check_ok(bundle_check(bundle, clock_wall_us()));
	bundle_free(bundle);
	talk_end(&talk);
}

static void test_refused(void)
{
	struct talk talk = talk_begin();
	struct bundle *old = bundle_at(talk.link->path), *after = NULL;
	char *json = NULL;

	talk_know_directory(&talk);
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_NOT_YOURS);
	atomic_store(&talk.stage->refuse_count, 1);
	check_int(rotate(talk.sender, &json), TSG_REFUSED);
	check(strstr(tsg_last_error(talk.sender), "NOT_YOURS") != NULL);
	after = bundle_at(talk.link->path);
	require(old != NULL && after != NULL);
	check_bytes(bytes_of(after->curve_secret, CURVE_BYTES), bytes_of(old->curve_secret, CURVE_BYTES));
	check_int(talk_send(&talk, "SOON", NULL).result, TSG_OK); /* the old keys are as good as before */
	bundle_free(old);
	bundle_free(after);
	talk_end(&talk);
}

static void test_nobody_there(void)
{
	struct talk talk = talk_begin();
	char *json = NULL;

	talk_know_directory(&talk);
	stage_stop(talk.stage);
	tsg_client_set_timeout(talk.sender, 300);
	check(rotate(talk.sender, &json) != TSG_OK);
	check(json == NULL);
	check(strstr(tsg_last_error(talk.sender), "\"code\"") != NULL);
	check_uint(stage_tally(talk.stage, TALLY_BOUND), 0);
	talk_end(&talk);
}

/* BUNDLE.next of another agency is nobody's to go on with. */
static void test_a_foreign_next(void)
{
	struct talk talk = talk_begin();
	char path[600];
	struct bundle *foreign = NULL;
	char *json = NULL;

	talk_know_directory(&talk);
	snprintf(path, sizeof path, "%s.next", talk.link->path);
	require_ok(bundle_new("third@" STAGE_SITE, "x", &foreign));
	require_ok(bundle_write(foreign, path));
	check_int(rotate(talk.sender, &json), TSG_REFUSED);
	check(strstr(tsg_last_error(talk.sender), "BUNDLE_EXISTS") != NULL);
	check_int(access(path, F_OK), 0);
	check_uint(stage_tally(talk.stage, TALLY_BOUND), 0);
	bundle_free(foreign);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/device_rotate",
	{ "rotated, and the old key still opens", test_rotated },
	{ "rotated twice", test_rotated_twice },
	{ "gone on with after a lost answer", test_gone_on_with },
	{ "refused", test_refused },
	{ "nobody there", test_nobody_there },
	{ "a foreign BUNDLE.next", test_a_foreign_next });
