/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/tasks.c - see tasks.h for the contract. */
#include "libtsunagi/tasks.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/sent_keys.h"

#define KEY_PREFIX "tsunagi-seal-task "
#define KEY_BYTES 64u
#define PAUSE_US 1000000LL

/* Numbers are given once per epoch of the site. */
static void key_of(const struct tsg_client *client, uint64_t item, char key[KEY_BYTES])
{
	snprintf(key, KEY_BYTES, KEY_PREFIX "%" PRIu32 "/%" PRIu64, client->knowledge->epoch, item);
}

void tasks_add(struct tsg_client *client, struct arrival *task)
{
	struct arrival **place = &client->tasks;

	while (*place != NULL)
		place = &(*place)->next;
	task->next = NULL;
	*place = task;
}

bool tasks_have(const struct tsg_client *client, uint64_t item)
{
	for (const struct arrival *task = client->tasks; task != NULL; task = task->next)
		if (task->item == item)
			return true;
	return false;
}

void tasks_lost(struct tsg_client *client)
{
	struct arrival *task = NULL;

	while ((task = client->tasks) != NULL) {
		client->tasks = task->next;
		arrival_free(task);
	}
}

static void drop(struct tsg_client *client, struct arrival *task)
{
	struct arrival **place = &client->tasks;

	while (*place != task)
		place = &(*place)->next;
	*place = task->next;
	receiving_give_back(client, task);
	arrival_free(task);
}

/* Our word on the task; without memory for it the task stays leased, comes again, and is settled then. */
static void settle(struct tsg_client *client, struct arrival *task, Pb__RefuseReason reason, const char *detail)
{
	if (settling_note(client, task->item, &task->view_hash, reason, detail) == NULL)
		failure_tell(&client->failure, PROBLEM_MEMORY, "a task", NULL);
	drop(client, task);
}

static void fail(struct tsg_client *client, struct arrival *task, const struct failure *failure)
{
	char id[ID_TEXT], detail[160];
	struct id message;

	memcpy(message.bytes, task->view->message_id.data, ID_BYTES);
	id_format(&message, id);
	snprintf(detail, sizeof detail, "sealing to %.100s: %.40s", task->notice->next_agency, failure->code);
	knowledge_warn(client->knowledge, WARNING_SEND_REFUSED, id, detail);
	settle(client, task, PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED, detail);
}

/* ---- doing one ---- */

/* Whether the message was made before: it waits in the outbox, or was accepted. */
static bool is_made(struct tsg_client *client, struct arrival *task, const char *key)
{
	struct sent_key sent;

	if (outbox_find_key(&client->outbox, key) != NULL)
		return true;
	if (sent_key_read(client->folder, key, &sent) != ERR_OK)
		return false;
	json_decref(sent.receipt);
	settle(client, task, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, NULL);
	return true;
}

static bool directory_may_help(const struct failure *failure)
{
	return failure->problem == PROBLEM_NO_DIRECTORY || failure->problem == PROBLEM_UNKNOWN_AGENCY || failure->problem == PROBLEM_NOT_ENROLLED;
}

static void could_not(struct tsg_client *client, struct arrival *task, const struct failure *failure)
{
	if (directory_may_help(failure) && task->directory == DIRECTORY_KEPT) {
		task->directory = DIRECTORY_AWAITED;
		watching_want_directory(client, site_directory_version(client->directory) + 1);
	} else if (failure->result == TSG_IO || failure->result == TSG_NO_MEMORY) {
		task->not_before_us = clock_mono_us() + PAUSE_US;
	} else {
		fail(client, task, failure);
	}
}

static void make(struct tsg_client *client, struct arrival *task, const char *key)
{
	struct outbox_message *message = NULL;
	struct failure failure = { 0 };

	if (seal_further(client, task, task->notice->next_agency, key, &message, &failure) != TSG_OK)
		could_not(client, task, &failure);
}

static void work_on(struct tsg_client *client, struct arrival *task)
{
	char key[KEY_BYTES];

	if (task->directory == DIRECTORY_AWAITED || task->not_before_us > clock_mono_us())
		return;
	key_of(client, task->item, key);
	if (is_made(client, task, key))
		return;
	switch (receiving_examine(client, task)) {
	case EXAMINED_GENUINE:
		make(client, task, key);
		break;
	case EXAMINED_LATER:
		break;
	case EXAMINED_TURNED_AWAY:
		drop(client, task);
		break;
	}
}

void tasks_feed(struct tsg_client *client)
{
	struct arrival *next = NULL;

	for (struct arrival *task = client->tasks; task != NULL; task = next) {
		next = task->next;
		work_on(client, task);
	}
}

void tasks_directory_came(struct tsg_client *client)
{
	for (struct arrival *task = client->tasks; task != NULL; task = task->next)
		if (task->directory == DIRECTORY_AWAITED)
			task->directory = DIRECTORY_NEWEST;
}

int64_t tasks_moment(const struct tsg_client *client)
{
	int64_t moment = INT64_MAX;

	for (const struct arrival *task = client->tasks; task != NULL; task = task->next)
		if (task->not_before_us > clock_mono_us() && task->not_before_us < moment)
			moment = task->not_before_us;
	return moment;
}

/* ---- its message's outcome ---- */

/* The leg does not wait for it any more: another device of ours was faster, or it ended. */
static bool is_moot(const struct failure *failure)
{
	return strcmp(failure->code, "NOT_NOW") == 0 || strcmp(failure->code, "CONFLICT") == 0;
}

bool tasks_finish(struct tsg_client *client, const struct outbox_message *message, int result, const struct failure *failure)
{
	const char *key = field_text(message->head, "key");

	if (key == NULL || strncmp(key, KEY_PREFIX, strlen(KEY_PREFIX)) != 0)
		return false;
	for (struct arrival *task = client->tasks; task != NULL; task = task->next) {
		char own[KEY_BYTES];

		key_of(client, task->item, own);
		if (strcmp(own, key) != 0)
			continue;
		if (result == TSG_OK || is_moot(failure))
			settle(client, task, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, NULL);
		else
			fail(client, task, failure);
		break;
	}
	return true; /* a task that is not here comes again, and finds the receipt, or makes the message anew */
}
