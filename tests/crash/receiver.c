/* SPDX-License-Identifier: Apache-2.0 */
/* tests/crash/receiver.c - an agency system that receives until it is killed: receiver BUNDLE OUTBOX DIRECTORY LOG
 *
 * Stores each delivery under its message id, synced, and then acknowledges.  Into LOG, one write(2) a line:
 *   stored MESSAGE_ID REDELIVERED      on this disk
 *   acknowledged MESSAGE_ID            the broker has the acknowledgement durably
 * and the same with notice- before it for what the site itself tells (ITEM instead of MESSAGE_ID), release- for parts that came later.
 * SIGTERM ends it between two deliveries. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tsunagi/tsunagi.h>

static volatile sig_atomic_t ending;

static void end(int number)
{
	(void)number;
	ending = 1;
}

/* A message's line begins with the word itself; of a notice it names the item, of a release the message once more. */
static void note(int fd, const char *word, tsg_delivery *delivery, int mark)
{
	const char *what = tsg_delivery_is_notice(delivery) ? "notice-" : tsg_delivery_released(delivery) ? "release-" : "";
	char line[128];
	int length = snprintf(line, sizeof(line), "%s%s %s %d\n", what, word, tsg_delivery_message_id(delivery), mark);

	if (write(fd, line, (size_t)length) != length)
		exit(1);
}

/* TSG_OK, or what the library said; a broker that is away is waited for. */
static int take_one(tsg_client *client, const char *directory, int log_fd)
{
	tsg_delivery *delivery = NULL;
	int result = tsg_next(client, 200, &delivery);

	if (result != TSG_OK)
		return result;
	result = tsg_delivery_save(delivery, directory);
	if (result == TSG_OK) {
		note(log_fd, "stored", delivery, tsg_delivery_redelivered(delivery));
		result = tsg_ack(delivery);
	}
	if (result == TSG_OK)
		note(log_fd, "acknowledged", delivery, 0);
	tsg_delivery_free(delivery);
	return result;
}

int main(int argc, char **argv)
{
	tsg_client *client = NULL;
	int log_fd;
	int result;

	if (argc != 5) {
		fprintf(stderr, "usage: receiver BUNDLE OUTBOX DIRECTORY LOG\n");
		return 2;
	}
	signal(SIGTERM, end);
	log_fd = open(argv[4], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	result = tsg_client_open(argv[1], argv[2], &client);
	if (log_fd < 0 || result != TSG_OK) {
		fprintf(stderr, "receiver: %s: %s\n", argv[1], tsg_strerror(result));
		return 1;
	}
	while (!ending) {
		result = take_one(client, argv[3], log_fd);
		if (result != TSG_OK && result != TSG_TIMEOUT && result != TSG_UNREACHABLE) {
			fprintf(stderr, "receiver: %s: %s\n", tsg_strerror(result), tsg_last_error(client));
			return 1;
		}
	}
	tsg_client_close(client);
	return 0;
}
