/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/receiving_stdin.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define OPEN_MAX_DELIVERIES 256u /* handed to the program and not settled: beyond, no more are fetched */
#define LINE_BYTES 2048u
#define TURN_MS 200

struct open_delivery {
	struct open_delivery *next;
	tsg_delivery *delivery;
};

struct exchange {
	struct receiving *receiving;
	struct open_delivery *open;
	size_t open_count;
	char line[LINE_BYTES];
	size_t line_length;
	bool overlong;
	bool ended;    /* stdin */
	int problem;   /* TSG_OK, or why no more can be fetched */
	bool away;     /* the broker, when last asked */
	int64_t last_us; /* when something last came */
};

static bool is_number(const char *id)
{
	return *id != '\0' && strspn(id, "0123456789") == strlen(id);
}

static void answer(const char *type, const char *id)
{
	if (is_number(id))
		out_json_line(json_pack("{s:s,s:I}", "type", type, "item", (json_int_t)strtoull(id, NULL, 10)));
	else
		out_json_line(json_pack("{s:s,s:s}", "type", type, "message_id", id));
}

/* By its message's id, or by its number; a notice has that alone. */
static bool is_meant(tsg_delivery *delivery, const char *id)
{
	char item[24];

	snprintf(item, sizeof item, "%" PRIu64, tsg_delivery_item(delivery));
	return strcmp(tsg_delivery_message_id(delivery), id) == 0 || strcmp(item, id) == 0;
}

static struct open_delivery *take_open(struct exchange *exchange, const char *id)
{
	for (struct open_delivery **at = &exchange->open; *at != NULL; at = &(*at)->next) {
		struct open_delivery *found = *at;

		if (is_meant(found->delivery, id)) {
			*at = found->next;
			exchange->open_count--;
			return found;
		}
	}
	return NULL;
}

/* One line of stdin, without its end. */
static void settle(struct exchange *exchange, char *line)
{
	char *code = line + strcspn(line, " \t\r");
	char *text;
	struct open_delivery *open;

	if (*code != '\0')
		*code++ = '\0';
	code += strspn(code, " \t\r");
	text = code + strcspn(code, " \t\r");
	if (*text != '\0')
		*text++ = '\0';
	if (*line == '\0')
		return;
	open = take_open(exchange, line);
	if (open == NULL) {
		answer("unknown", line);
		return;
	}
	if (*code == '\0') {
		answer(receiving_acknowledge(exchange->receiving, open->delivery) ? "acknowledged" : "undecided", line);
	} else {
		receiving_refuse(exchange->receiving, open->delivery, code, text);
		answer("refused", line);
	}
	tsg_delivery_free(open->delivery);
	free(open);
}

static void take_byte(struct exchange *exchange, char byte)
{
	if (byte != '\n') {
		if (exchange->line_length + 1 < sizeof exchange->line)
			exchange->line[exchange->line_length++] = byte;
		else
			exchange->overlong = true;
		return;
	}
	exchange->line[exchange->line_length] = '\0';
	if (!exchange->overlong)
		settle(exchange, exchange->line);
	exchange->line_length = 0;
	exchange->overlong = false;
}

static void read_stdin(struct exchange *exchange)
{
	char bytes[4096];
	ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0) {
		if (exchange->line_length > 0)
			take_byte(exchange, '\n');
		exchange->ended = true;
		return;
	}
	for (ssize_t i = 0; i < got; i++)
		take_byte(exchange, bytes[i]);
	exchange->last_us = clock_mono_us();
}

static bool keep_open(struct exchange *exchange, tsg_delivery *delivery)
{
	struct open_delivery *open = malloc(sizeof *open);

	if (open == NULL)
		return false;
	*open = (struct open_delivery){ exchange->open, delivery };
	exchange->open = open;
	exchange->open_count++;
	return true;
}

/* Prints what there is to print. */
static void fetch(struct exchange *exchange)
{
	struct receiving *receiving = exchange->receiving;

	exchange->away = false;
	while (!exchange->ended && receiving->taken < receiving->max && exchange->open_count < OPEN_MAX_DELIVERIES && exchange->problem == TSG_OK) {
		tsg_delivery *delivery = NULL;
		int result = tsg_next(receiving->client.tsg, 0, &delivery);
		json_t *json;

		if (result == TSG_TIMEOUT)
			return;
		if (result == TSG_OK && receiving->directory != NULL)
			result = tsg_delivery_save(delivery, receiving->directory);
		if (result != TSG_OK || !keep_open(exchange, delivery)) {
			tsg_delivery_free(delivery);
			exchange->away = result == TSG_UNREACHABLE;
			if (!exchange->away)
				exchange->problem = result == TSG_OK ? TSG_NO_MEMORY : result;
			return;
		}
		receiving->taken++;
		exchange->last_us = clock_mono_us();
		json = json_loads(tsg_delivery_json(delivery), 0, NULL);
		out_json_line(json);
	}
}

static bool finished(const struct exchange *exchange)
{
	const struct receiving *receiving = exchange->receiving;

	if (exchange->ended || out_is_broken() || receiving_stopped() || exchange->problem != TSG_OK)
		return true;
	if (exchange->open_count > 0)
		return false;
	return receiving->taken >= receiving->max || clock_mono_us() - exchange->last_us > receiving->wait_us;
}

enum outcome receiving_by_stdin(struct receiving *receiving)
{
	struct exchange exchange = { .receiving = receiving, .last_us = clock_mono_us() };
	enum outcome outcome;

	fetch(&exchange);
	while (!finished(&exchange)) {
		struct pollfd polls[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = tsg_client_fd(receiving->client.tsg), .events = POLLIN } };

		poll(polls, 2, TURN_MS);
		tsg_client_dispatch(receiving->client.tsg, 0);
		if (polls[0].revents != 0)
			read_stdin(&exchange);
		fetch(&exchange);
	}
	if (exchange.problem == TSG_OK && exchange.away && !exchange.ended && !receiving_stopped()) /* the wait ran out on nobody */
		exchange.problem = TSG_UNREACHABLE;
	outcome = exchange.problem == TSG_OK ? OUTCOME_DONE : agency_client_problem(&receiving->client, exchange.problem);
	receiving->put_off += exchange.open_count;
	while (exchange.open != NULL) {
		struct open_delivery *next = exchange.open->next;

		tsg_delivery_free(exchange.open->delivery);
		free(exchange.open);
		exchange.open = next;
	}
	return outcome;
}
