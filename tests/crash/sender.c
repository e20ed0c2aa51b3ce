/* SPDX-License-Identifier: Apache-2.0 */
/* tests/crash/sender.c - an agency system that sends until it is killed: sender BUNDLE OUTBOX LOG COUNT TO...
 *
 * It keeps up to 32 messages in flight and writes to LOG, one write(2) a line, so that what it was told survives its own SIGKILL:
 *   queued MESSAGE_ID          safe in its outbox
 *   accepted MESSAGE_ID SEQ    its receipt says durable
 * COUNT messages (0: for ever); with COUNT "drain" it sends what its outbox holds and ends when that is empty. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tsunagi/tsunagi.h>

#define IN_FLIGHT 32

static int log_fd;

static void note(const char *word, const char *id, json_int_t seq)
{
	char line[128];
	int length = seq < 0 ? snprintf(line, sizeof(line), "%s %s\n", word, id)
			     : snprintf(line, sizeof(line), "%s %s %lld\n", word, id, (long long)seq);

	if (write(log_fd, line, (size_t)length) != length)
		exit(1);
}

static void fail(tsg_client *client, const char *what, int result)
{
	fprintf(stderr, "sender: %s: %s: %s\n", what, tsg_strerror(result), client == NULL ? "" : tsg_last_error(client));
	exit(1);
}

static char *make_message(const char *to, long number)
{
	char *json = NULL;

	if (asprintf(&json,
		     "{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"%s\"],\"urgency\":\"%s\","
		     "\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"ENTRUSTMENT_CONTRACT\",\"reason\":\"委託業務の引継ぎ\"},"
		     "\"sheet\":{\"received_on\":\"2026-11-20\",\"person\":{\"name\":\"試験 花子\",\"kana\":\"しけん はなこ\"},"
		     "\"history\":\"%ld 回目の相談\","
		     "\"topics\":[{\"topic\":\"HOUSING\",\"mark\":\"MAIN\"}],\"referral_reason\":\"住まいの相談\",\"expected_support\":\"支援の調整\",\"not_seen\":\"特になし\","
		     "\"text_classes\":[\"IDENTITY\"]}}",
		     to, number % 7 == 0 ? "SOON" : "ROUTINE", number) < 0)
		exit(1);
	return json;
}

static const char *member(json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	if (text == NULL) {
		fprintf(stderr, "sender: no %s in an answer\n", name);
		exit(1);
	}
	return text;
}

static void enqueue(tsg_client *client, const char *to, long number)
{
	char *message = make_message(to, number);
	char *answer = NULL;
	json_t *json;
	int result = tsg_enqueue_json(client, message, strlen(message), &answer);

	if (result != TSG_OK)
		fail(client, "enqueue", result);
	json = json_loads(answer, 0, NULL);
	note("queued", member(json, "message_id"), -1);
	json_decref(json);
	tsg_free(answer);
	free(message);
}

static int waiting(tsg_client *client)
{
	char *text = NULL;
	json_t *json;
	int count;

	if (tsg_outbox_json(client, &text) != TSG_OK)
		fail(client, "outbox", TSG_IO);
	json = json_loads(text, 0, NULL);
	count = (int)json_array_size(json_object_get(json, "messages"));
	json_decref(json);
	tsg_free(text);
	return count;
}

/* One receipt, when one came. */
static int take_receipt(tsg_client *client, int timeout_ms)
{
	char *text = NULL;
	json_t *json;
	int result = tsg_next_receipt(client, timeout_ms, &text);

	if (result == TSG_REFUSED)
		fail(client, "refused", result);
	if (result != TSG_OK)
		return 0;
	json = json_loads(text, 0, NULL);
	note("accepted", member(json, "message_id"), json_integer_value(json_object_get(json, "seq")));
	json_decref(json);
	tsg_free(text);
	return 1;
}

int main(int argc, char **argv)
{
	tsg_client *client = NULL;
	int drain = argc > 4 && strcmp(argv[4], "drain") == 0;
	long count = drain ? 0 : argc > 4 ? strtol(argv[4], NULL, 10) : 0;
	int in_flight;
	int result;

	if (argc < 5 || (!drain && argc < 6)) {
		fprintf(stderr, "usage: sender BUNDLE OUTBOX LOG COUNT|drain TO...\n");
		return 2;
	}
	log_fd = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	result = tsg_client_open(argv[1], argv[2], &client);
	if (log_fd < 0 || result != TSG_OK)
		fail(client, "open", result);
	in_flight = waiting(client);
	for (long number = 1; !drain && (count == 0 || number <= count); number++) {
		while (in_flight >= IN_FLIGHT)
			in_flight -= take_receipt(client, 1000);
		enqueue(client, argv[5 + number % (argc - 5)], number);
		in_flight++;
		while (in_flight > 0 && take_receipt(client, 0))
			in_flight--;
	}
	while (in_flight > 0)
		in_flight -= take_receipt(client, 1000);
	tsg_client_close(client);
	return 0;
}
