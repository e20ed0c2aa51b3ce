/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/tasks.h - what the site asks of this agency's software, and no program sees: to seal a message of ours to a further agency,
 * since nobody else can.
 *
 * A task stays in its list until the message made for it is accepted, or refused for good; then it is acknowledged, or refused with the
 * reason.  The message goes through the outbox under a key made of the task's number: a task that comes again, after a lost session or a
 * crash, finds it there, or its receipt, and makes no second one. */
#pragma once
#include "libtsunagi/client.h"

/* Takes the arrival over. */
void tasks_add(struct tsg_client *client, struct arrival *task);
bool tasks_have(const struct tsg_client *client, uint64_t item);

void tasks_feed(struct tsg_client *client);
void tasks_directory_came(struct tsg_client *client);

/* An outcome of the outbox; true when the message was made for a task: nobody else need hear of it. */
bool tasks_finish(struct tsg_client *client, const struct outbox_message *message, int result, const struct failure *failure);

/* Before this moment none of them can go on by itself; monotonic, INT64_MAX: none waits for the clock. */
int64_t tasks_moment(const struct tsg_client *client);

/* The session is lost: they come again. */
void tasks_lost(struct tsg_client *client);

/* seal_further.c: opens our own copy and puts a message into the outbox that seals it to this agency (agency@site), under this key.
 * TSG_OK, or the failure's result: nothing is kept then. */
int seal_further(struct tsg_client *client, const struct arrival *task, const char *agency, const char *key,
		 struct outbox_message **ret_message, struct failure *failure);
