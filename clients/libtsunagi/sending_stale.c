/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/sending_stale.c - see client.h: what was sealed to keys that changed meanwhile is sealed again, under the same id. */
#include "base/clock.h"
#include "libtsunagi/client.h"
#include "libtsunagi/sealing.h"

static int seal_again(struct tsg_client *client, struct outbox_message *message, struct failure *failure)
{
	struct order *old = NULL, *anew = NULL;
	enum err err = outbox_load(&client->outbox, message, NULL, &old);
	int result = err == ERR_OK ? reseal(old, client->bundle, client->directory, clock_wall_us(), &anew, failure) :
				     failure_err(failure, err, client->outbox.folder);

	if (result == TSG_OK) {
		err = outbox_replace(&client->outbox, message, site_directory_version(client->directory), anew);
		if (err != ERR_OK)
			result = failure_err(failure, err, client->outbox.folder);
	}
	order_free(old);
	order_free(anew);
	return result;
}

static void mend(struct tsg_client *client, struct outbox_message *message)
{
	struct failure failure = { 0 };

	if (seal_again(client, message, &failure) == TSG_OK) {
		message->state = OUTBOX_READY;
	} else if (failure.result == TSG_IO || failure.result == TSG_NO_MEMORY) {
		sending_pause(message, 0, &failure);
		message->state = OUTBOX_STALE;
	} else {
		sending_give_up(client, message, &failure);
	}
}

/* Those that a newer directory may help are sealed again; it may have come before the broker's refusal did. */
void sending_mend_stale(struct tsg_client *client)
{
	uint64_t version = site_directory_version(client->directory);
	int64_t now_us = clock_mono_us();
	struct outbox_message *next = NULL;

	for (struct outbox_message *message = client->outbox.first; message != NULL; message = next) {
		next = message->next;
		if (message->state == OUTBOX_STALE && message->directory_version < version && message->not_before_us <= now_us)
			mend(client, message);
	}
}

void sending_directory_came(struct tsg_client *client)
{
	uint64_t version = site_directory_version(client->directory);
	struct outbox_message *next = NULL;

	for (struct outbox_message *message = client->outbox.first; message != NULL; message = next) {
		struct failure failure;

		next = message->next;
		if (message->state != OUTBOX_STALE || message->directory_version < version || message->last == NULL)
			continue;
		failure = *message->last; /* sealed by the newest there is, and stale all the same */
		sending_give_up(client, message, &failure);
	}
}
