/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/desk_arrivals.h"
#include "tsunagi/desk_replies.h"
#include "tsunagi/desk_sending.h"
#include "tsunagi/receiving.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define TURN_MS 1000            /* how soon a file that was saved is looked at, and a signal seen */
#define FIRST_MS 3000           /* --once: for what waits at the broker, once connected */
#define SETTLE_US 2200000       /* --once: a file that was written a moment ago settles meanwhile */
#define TOLD_US (600 * INT64_C(1000000)) /* an outage is told again after so long */

struct desk {
	struct desk_folder folder;
	struct agency_client client;
	struct desk_results results;
	struct desk_arrivals arrivals;
	int64_t told_us; /* when an outage was told; 0: none is */
};

/* An outage is a line now and then, not one a second; its end is a line too. */
static void note_outage(struct desk *desk, int result)
{
	int64_t now_us = clock_mono_us();

	if (result == TSG_OK || result == TSG_TIMEOUT) {
		if (desk->told_us != 0)
			out_note("%s", words("tsunagi: the broker answers again.", "tsunagi: ブローカーとつながりました。"));
		desk->told_us = 0;
	} else if (desk->told_us == 0 || now_us - desk->told_us > TOLD_US) {
		agency_client_problem(&desk->client, result);
		desk->told_us = now_us;
	}
}

static void turn(struct desk *desk, int wait_ms)
{
	int result = desk_arrivals_take(&desk->arrivals, wait_ms);

	note_outage(desk, result);
	if (result != TSG_OK && result != TSG_TIMEOUT)
		tsg_client_dispatch(desk->client.tsg, wait_ms);
	desk_replies_carry_out(&desk->folder, &desk->client, &desk->results);
	desk_sending_send(&desk->folder, &desk->client, &desk->results);
	desk_results_write(&desk->results);
}

static enum outcome work(struct desk *desk, bool once)
{
	int64_t until_us = clock_mono_us() + SETTLE_US, connected_by_us = clock_mono_us() + desk->client.timeout_ms * INT64_C(1000);

	if (!once)
		out_note(words("tsunagi: at work in %s; end it with SIGTERM or Ctrl-C.", "tsunagi: %s で受付中です。SIGTERM か Ctrl-C で終わります。"), desk->folder.path);
	do {
		turn(desk, once ? FIRST_MS / 3 : TURN_MS);
		if (clock_mono_us() < connected_by_us && agency_client_is_connecting(&desk->client))
			until_us = clock_mono_us() + SETTLE_US;
	} while (!receiving_stopped() && (!once || clock_mono_us() < until_us));
	if (json_array_size(desk->results.waiting) > 0)
		return out_problem(OUTCOME_REFUSED, "RESULTS", words("Close result.csv, or make room.", "result.csv を閉じるか、空きを作ってください。"),
				   words("%s could not be written.", "%s に書けませんでした。"), desk->folder.results);
	return desk->told_us != 0 ? OUTCOME_UNREACHABLE : OUTCOME_DONE;
}

enum outcome cmd_desk(const struct call *call)
{
	struct desk desk = { 0 };
	int encoding = 0;
	enum outcome outcome = csv_sheets_encoding(call, &encoding);

	if (outcome == OUTCOME_DONE)
		outcome = desk_folder_open(call_operand(call, 0), (enum csv_encoding)encoding, &desk.folder);
	if (outcome == OUTCOME_DONE)
		outcome = agency_client_open(call, &desk.client);
	if (outcome == OUTCOME_DONE && desk_results_start(&desk.results, &desk.folder)) {
		receiving_watch_signals();
		desk.arrivals = (struct desk_arrivals){ &desk.folder, &desk.client, &desk.results, args_text(&call->args, "print") };
		outcome = work(&desk, args_has(&call->args, "once"));
		desk_results_end(&desk.results);
	}
	if (desk.client.tsg != NULL)
		agency_client_close(&desk.client);
	if (desk.folder.path != NULL)
		desk_folder_free(&desk.folder);
	return outcome;
}
