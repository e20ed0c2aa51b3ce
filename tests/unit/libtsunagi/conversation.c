/* SPDX-License-Identifier: Apache-2.0 */
/* conversation.c - see conversation.h. */
#include "conversation.h"

#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "libtsunagi/client.h"
#include "unit.h"

struct talk talk_begin(void)
{
	struct talk talk = { .stage = stage_new() };

	talk.link = stage_agency(talk.stage, "link");
	talk.desk = stage_agency(talk.stage, "desk");
	talk.third = stage_agency(talk.stage, "third");
	stage_publish(talk.stage);
	stage_start(talk.stage);
	require(tsg_client_open(talk.link->path, NULL, &talk.sender) == TSG_OK);
	require(tsg_client_open(talk.desk->path, NULL, &talk.recipient) == TSG_OK);
	tsg_client_set_timeout(talk.sender, 5000);
	tsg_client_set_timeout(talk.recipient, 5000);
	return talk;
}

void talk_end(struct talk *talk)
{
	tsg_client_close(talk->sender);
	tsg_client_close(talk->recipient);
	stage_free(talk->stage);
}

static void message_text(char *text, size_t size, const char *urgency, const char *key)
{
	if (key == NULL)
		snprintf(text, size, "{%s,\"urgency\":\"%s\"}", TALK_SHEET, urgency);
	else
		snprintf(text, size, "{%s,\"urgency\":\"%s\",\"key\":\"%s\"}", TALK_SHEET, urgency, key);
}

struct receipt talk_send(struct talk *talk, const char *urgency, const char *key)
{
	struct receipt receipt = { 0 };
	char text[2000];
	char *json = NULL;
	json_t *parsed = NULL;
	const char *word = NULL;

	message_text(text, sizeof text, urgency, key);
	receipt.result = tsg_send_json(talk->sender, text, strlen(text), &json);
	if (json == NULL)
		return receipt;
	parsed = json_loads(json, 0, NULL);
	word = json_string_value(json_object_get(parsed, "message_id"));
	snprintf(receipt.message_id, sizeof receipt.message_id, "%s", word == NULL ? "" : word);
	word = json_string_value(json_object_get(parsed, "state"));
	snprintf(receipt.state, sizeof receipt.state, "%s", word == NULL ? "" : word);
	receipt.duplicate = json_is_true(json_object_get(parsed, "duplicate"));
	json_decref(parsed);
	tsg_free(json);
	return receipt;
}

int talk_enqueue(struct talk *talk, const char *key)
{
	char text[2000];
	char *json = NULL;
	int result = TSG_OK;

	message_text(text, sizeof text, "SOON", key);
	result = tsg_enqueue_json(talk->sender, text, strlen(text), &json);
	tsg_free(json);
	return result;
}

void talk_receipt(struct talk *talk)
{
	char *json = NULL;

	require(tsg_next_receipt(talk->sender, UNIT_PATIENCE_MS, &json) == TSG_OK);
	check(strstr(json, "\"state\":\"accepted\"") != NULL);
	tsg_free(json);
}

void talk_settle(struct talk *talk)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (tsg_client_unanswered(talk->recipient) > 0 && clock_mono_us() < until_us)
		tsg_client_dispatch(talk->recipient, 50);
	check_uint(tsg_client_unanswered(talk->recipient), 0);
}

size_t talk_outbox(struct talk *talk)
{
	char *json = NULL;
	json_t *parsed = NULL;
	size_t count = 0;

	require(tsg_outbox_json(talk->sender, &json) == TSG_OK);
	parsed = json_loads(json, 0, NULL);
	count = json_array_size(json_object_get(parsed, "messages"));
	json_decref(parsed);
	tsg_free(json);
	return count;
}

void talk_client_knows(const struct talk *talk, tsg_client *client)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (site_directory_version(client->directory) < talk->stage->directory_version && clock_mono_us() < until_us)
		tsg_client_dispatch(client, 50);
	require(site_directory_version(client->directory) == talk->stage->directory_version);
}

void talk_know_directory(struct talk *talk)
{
	talk_client_knows(talk, talk->sender);
}

void talk_know_lost(struct talk *talk)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (session_is_open(talk->sender->session) && clock_mono_us() < until_us)
		tsg_client_dispatch(talk->sender, 50);
	require(!session_is_open(talk->sender->session));
}

static void reopen(tsg_client **client, const struct stage_agency *agency)
{
	tsg_client_close(*client);
	*client = NULL;
	require(tsg_client_open(agency->path, NULL, client) == TSG_OK);
	tsg_client_set_timeout(*client, 5000);
}

void talk_reopen_sender(struct talk *talk)
{
	reopen(&talk->sender, talk->link);
}

void talk_reopen_recipient(struct talk *talk)
{
	reopen(&talk->recipient, talk->desk);
}

void stage_hold(struct talk *talk, bool hold)
{
	atomic_store(&talk->stage->hold_handouts, hold);
}

void talk_write(const char *path, struct bytes content)
{
	require_ok(file_write(path, content, 0600));
}

void talk_read(const char *path, struct buf *out)
{
	require_ok(file_read(path, out));
}

bool talk_warned(tsg_client *client, const char *code)
{
	char *json = NULL;
	json_t *parsed = NULL, *row = NULL;
	size_t index = 0;
	bool found = false;

	require(tsg_client_status_json(client, &json) == TSG_OK);
	parsed = json_loads(json, 0, NULL);
	json_array_foreach(json_object_get(parsed, "warnings"), index, row)
		found = found || strcmp(json_string_value(json_object_get(row, "code")), code) == 0;
	json_decref(parsed);
	tsg_free(json);
	return found;
}

void talk_turned_away(tsg_client *client, const char *warning)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;
	tsg_delivery *delivery = NULL;

	while (!talk_warned(client, warning) && clock_mono_us() < until_us)
		require(tsg_next(client, 20, &delivery) != TSG_OK);
	require(talk_warned(client, warning));
	check(tsg_next(client, 200, &delivery) != TSG_OK);
}

size_t talk_quiet(struct talk *talk)
{
	size_t before = 0, now = 0;

	for (unsigned turn = 0; turn < 20 && (turn == 0 || before != now); turn++) {
		before = stage_tally(talk->stage, TALLY_READS);
		talk_work(talk->sender, 200, NULL);
		now = stage_tally(talk->stage, TALLY_READS);
	}
	check_uint(before, now);
	return now;
}

void talk_work(tsg_client *client, int ms, const char *until_warned)
{
	int64_t until_us = clock_mono_us() + (int64_t)ms * 1000;

	while (clock_mono_us() < until_us && (until_warned == NULL || !talk_warned(client, until_warned)))
		tsg_client_dispatch(client, 20);
}
