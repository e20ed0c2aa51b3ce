/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tsunagi/receiving.h"
#include "tsunagi/receiving_exec.h"
#include "tsunagi/receiving_stdin.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define FIRST_US (2 * INT64_C(1000000)) /* without --wait: for the first, once connected */
#define NEXT_US (500 * INT64_C(1000))   /* and then for each further one */
#define TURN_MS 200                     /* how soon a signal is seen */

/* Stored and synced first; acknowledged only then. */
static enum outcome store(struct receiving *receiving, tsg_delivery *delivery)
{
	char directory[4200];
	int result = tsg_delivery_save(delivery, receiving->directory);

	if (result != TSG_OK) {
		receiving->put_off++;
		return agency_client_problem(&receiving->client, result);
	}
	receiving_place(delivery, receiving->directory, directory, sizeof directory);
	receiving_tell(delivery, receiving_acknowledge(receiving, delivery) ? "acknowledged" : "undecided", directory);
	return OUTCOME_DONE;
}

/* The next delivery within the wait; TSG_TIMEOUT also when a signal came.  Asking is the last that is done: the client's failure tells why. */
static int next(struct receiving *receiving, int64_t wait_us, tsg_delivery **ret_delivery)
{
	int64_t until = clock_mono_us() + wait_us, connected_by = clock_mono_us() + receiving->client.timeout_ms * INT64_C(1000);
	int result = TSG_TIMEOUT;

	while (!receiving_stopped()) {
		int64_t left = until - clock_mono_us();
		int turn_ms = left <= 0 ? 0 : left / 1000 < TURN_MS ? (int)(left / 1000) + 1 : TURN_MS;

		if (receiving->wait_us < 0 && clock_mono_us() < connected_by && agency_client_is_connecting(&receiving->client))
			until = clock_mono_us() + wait_us;
		result = tsg_next(receiving->client.tsg, turn_ms, ret_delivery);
		if ((result != TSG_TIMEOUT && result != TSG_UNREACHABLE) || clock_mono_us() >= until)
			break;
		if (result == TSG_UNREACHABLE) /* it reconnects by itself; meanwhile do not spin */
			tsg_client_dispatch(receiving->client.tsg, turn_ms);
	}
	return result;
}

static enum outcome take_all(struct receiving *receiving)
{
	bool patient = receiving->wait_us >= 0;
	enum outcome outcome = OUTCOME_DONE;
	int result = TSG_OK;

	while (outcome == OUTCOME_DONE && receiving->taken < receiving->max) {
		tsg_delivery *delivery = NULL;

		result = next(receiving, patient ? receiving->wait_us : receiving->taken == 0 ? FIRST_US : NEXT_US, &delivery);
		if (result != TSG_OK)
			break;
		receiving->taken++;
		if (receiving->program != NULL)
			receiving_exec(receiving, delivery);
		else
			outcome = store(receiving, delivery);
		tsg_delivery_free(delivery);
	}
	if (result != TSG_OK && result != TSG_TIMEOUT)
		return agency_client_problem(&receiving->client, result);
	return outcome;
}

static enum outcome conclude(const struct call *call, const struct receiving *receiving, enum outcome outcome)
{
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (receiving->taken == 0 && args_has(&call->args, "wait") && !receiving_stopped())
		return out_problem(OUTCOME_NOT_THERE, "NOTHING_CAME", NULL, "%s", words("Nothing came within the wait.", "待ち時間内に何も届きませんでした。"));
	if (receiving->taken == 0)
		out_text("%s\n", words("Nothing waits.", "待っている連絡はありません。"));
	if (receiving->refused > 0 || receiving->put_off > 0)
		out_note(words("%" PRIu64 " acknowledged, %" PRIu64 " sent back, %" PRIu64 " left for later",
			       "受領 %" PRIu64 " 件、差し戻し %" PRIu64 " 件、後回し %" PRIu64 " 件"),
			 receiving->acknowledged, receiving->refused, receiving->put_off);
	if (receiving->undecided > 0)
		return OUTCOME_UNDECIDED;
	return receiving->refused > 0 || receiving->put_off > 0 ? OUTCOME_REFUSED : OUTCOME_DONE;
}

enum outcome cmd_receive(const struct call *call)
{
	bool by_stdin = args_has(&call->args, "ack-from-stdin");
	struct receiving receiving = { .directory = args_text(&call->args, "out"), .program = args_text(&call->args, "exec") };
	struct args_fault fault;
	enum outcome outcome;

	if ((receiving.program != NULL) + (receiving.directory != NULL || by_stdin) != 1)
		return call_usage(call, "%s", words("say what becomes of it: --out DIR, --exec CMD or --ack-from-stdin",
						    "扱いを指定してください:--out DIR、--exec CMD、--ack-from-stdin のどれか"));
	if (args_count(&call->args, "max", 1, UINT64_MAX >> 1, UINT64_MAX >> 1, &receiving.max, &fault) != ERR_OK ||
	    args_duration(&call->args, "wait", -1, &receiving.wait_us, &fault) != ERR_OK)
		return call_fault(call, &fault);
	outcome = agency_client_open(call, &receiving.client);
	if (outcome != OUTCOME_DONE)
		return outcome;
	receiving_watch_signals();
	if (by_stdin && receiving.wait_us < 0)
		receiving.wait_us = FIRST_US;
	outcome = by_stdin ? receiving_by_stdin(&receiving) : take_all(&receiving);
	outcome = conclude(call, &receiving, outcome);
	agency_client_close(&receiving.client);
	return outcome;
}
