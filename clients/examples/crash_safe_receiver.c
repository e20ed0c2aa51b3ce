/* SPDX-License-Identifier: Apache-2.0 */
/* crash_safe_receiver - receives referrals so that a crash or a power cut at any moment loses none and handles none twice.
 *
 *	crash_safe_receiver BUNDLE DIRECTORY [COUNT]
 *
 * The rule: store under sender and message id, sync, then acknowledge.
 *   - killed before the store is complete: the broker hands the message out again, and the unfinished store is made anew;
 *   - killed between store and acknowledgement: it comes again, "redelivered"; the store finds it complete and does nothing;
 *   - killed after the acknowledgement: it is done.
 * tsg_delivery_save does the storing: DIRECTORY/MESSAGE_ID appears whole or not at all, with all attachments, synced.  A program that
 * keeps messages in a database does the same in one transaction with sender, message id and "released" as its key (what was held
 * until acceptance comes under the same id), and acknowledges after the commit.
 *
 * Stops after COUNT messages, or on SIGTERM or SIGINT. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <tsunagi/tsunagi.h>

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

/* What could not be stored is left to come again; what cannot be right is refused, so that its sender hears of it. */
static void handle(tsg_client *client, tsg_delivery *delivery, const char *directory)
{
	int result = tsg_delivery_save(delivery, directory);

	if (result == TSG_OK)
		result = tsg_ack(delivery);
	else if (result == TSG_NOT_AUTHENTIC)
		result = tsg_refuse(delivery, "NOT_AUTHENTIC", "an attachment is not what was sealed");
	else
		result = tsg_refuse(delivery, "RETRY_LATER", "it could not be stored");
	printf("%s from %s%s: %s\n", tsg_delivery_message_id(delivery), tsg_delivery_sender(delivery),
	       tsg_delivery_redelivered(delivery) ? " (again)" : "", result == TSG_OK ? "done" : tsg_last_error(client));
	fflush(stdout);
}

static int receive(tsg_client *client, const char *directory, long most)
{
	long done = 0;

	while (!stopping && done < most) {
		tsg_delivery *delivery = NULL;
		int result = tsg_next(client, 1000, &delivery);

		if (result == TSG_OK) {
			handle(client, delivery, directory);
			tsg_delivery_free(delivery);
			done++;
		} else if (result != TSG_TIMEOUT && result != TSG_UNREACHABLE) { /* an unreachable broker is tried again by itself */
			fprintf(stderr, "crash_safe_receiver: %s\n", tsg_last_error(client));
			return 1;
		}
	}
	return 0;
}

int main(int count, char **arguments)
{
	tsg_client *client = NULL;
	char *error = NULL;
	int exit_code = 1;

	if (count < 3) {
		fprintf(stderr, "usage: crash_safe_receiver BUNDLE DIRECTORY [COUNT]\n");
		return 2;
	}
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	if (tsg_client_open_json(arguments[1], NULL, &client, &error) != TSG_OK)
		fprintf(stderr, "crash_safe_receiver: %s\n", error == NULL ? "cannot open the bundle" : error);
	else
		exit_code = receive(client, arguments[2], count > 3 ? atol(arguments[3]) : 1000000000L);
	tsg_client_close(client);
	tsg_free(error);
	return exit_code;
}
