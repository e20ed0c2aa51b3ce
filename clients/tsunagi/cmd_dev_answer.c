/* SPDX-License-Identifier: Apache-2.0 */
/* dev answer: takes what reaches an agency of a throw-away site, acknowledges it, and does what was asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tsunagi/dev_answer.h"
#include "tsunagi/dev_site.h"
#include "tsunagi/json_row.h"
#include "tsunagi/receiving.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

#define TURN_MS 200       /* how soon a signal, or the site's end, is seen */
#define LATER_DAYS 14     /* until a hold is looked at again */
#define DAY_S 86400
#define SITE_OFFSET_S (9 * 3600) /* a throw-away site's calendar is Asia/Tokyo's */

struct answering {
	const struct call *call;
	const struct dev_answer *answer;
	struct agency_client client;
	const char *bundle;
	uint64_t max, answered;
	int64_t wait_us; /* negative: as long as the site is there */
	enum outcome outcome;
};

static void day_of(time_t at, char day[11])
{
	struct tm parts;

	gmtime_r(&at, &parts);
	strftime(day, 11, "%Y-%m-%d", &parts);
}

/* Told, and what it came to; a refusal is told and the next message is taken all the same. */
static bool act(struct answering *answering, json_t *action)
{
	char name[60];
	json_t *receipt = NULL;
	enum outcome outcome;

	snprintf(name, sizeof name, "%s", json_row_text(action, "action"));
	outcome = agency_client_act(&answering->client, action, &receipt);
	if (outcome != OUTCOME_DONE) {
		answering->outcome = outcome;
		return false;
	}
	json_object_set_new(receipt, "action", json_string(name));
	test_site_mark(receipt);
	if (out_json_wanted())
		out_json_line(json_incref(receipt)); /* one of a stream */
	out_text("TEST: %s: %s %s\n", call_operand(answering->call, 0), name, json_row_text(receipt, "code"));
	json_decref(receipt);
	return true;
}

static bool act_on_request(struct answering *answering, const char *id, const char *step)
{
	time_t now = (time_t)(clock_wall_us() / 1000000) + SITE_OFFSET_S;
	char today[11], later[11];

	day_of(now, today);
	day_of(now + LATER_DAYS * DAY_S, later);
	return act(answering, dev_answer_request(answering->call, id, step, today, later));
}

static void respond(struct answering *answering, const json_t *delivery)
{
	const struct dev_answer *answer = answering->answer;
	const char *id = NULL;
	enum dev_arrival arrival = dev_arrival_of(delivery, &id);
	bool goes_on = true; /* what was refused has no next step, but was answered as well as could be */

	answering->answered += arrival == DEV_ARRIVAL_REQUEST ? answer->steps[0] != NULL :
			       arrival == DEV_ARRIVAL_ANSWER  ? answer->answered != NULL :
								arrival == DEV_ARRIVAL_CONFERENCE && answer->conference != NULL;
	for (size_t i = 0; goes_on && arrival == DEV_ARRIVAL_REQUEST && i < DEV_ANSWER_STEPS && answer->steps[i] != NULL; i++)
		goes_on = act_on_request(answering, id, answer->steps[i]);
	if (arrival == DEV_ARRIVAL_ANSWER && answer->answered != NULL)
		act_on_request(answering, id, answer->answered);
	if (arrival == DEV_ARRIVAL_CONFERENCE && answer->conference != NULL)
		act(answering, dev_answer_conference(answer, id));
}

/* As an agency that has stored it: acknowledged first, then acted upon. */
static void take(struct answering *answering, tsg_delivery *delivery)
{
	json_t *json = json_loads(tsg_delivery_json(delivery), 0, NULL);

	if (tsg_ack(delivery) == TSG_OK && json != NULL)
		respond(answering, json);
	json_decref(json);
}

/* Until as much was answered as was asked for, a signal came, nothing came any more, or the site is gone with its bundles. */
static enum outcome go_on(struct answering *answering)
{
	int64_t until_us = clock_mono_us() + answering->wait_us;

	while (answering->answered < answering->max && !receiving_stopped()) {
		tsg_delivery *delivery = NULL;
		int result = tsg_next(answering->client.tsg, TURN_MS, &delivery);

		if (result == TSG_OK) {
			take(answering, delivery);
			tsg_delivery_free(delivery);
			until_us = clock_mono_us() + answering->wait_us;
		} else if (result != TSG_TIMEOUT && result != TSG_UNREACHABLE) {
			return agency_client_problem(&answering->client, result);
		} else if (access(answering->bundle, F_OK) != 0 || (answering->wait_us >= 0 && clock_mono_us() >= until_us)) {
			break;
		} else if (result == TSG_UNREACHABLE) {
			tsg_client_dispatch(answering->client.tsg, TURN_MS);
		}
	}
	return answering->outcome;
}

static bool is_of_test_site(const struct agency_client *client)
{
	char *text = NULL;
	json_t *status;
	bool test;

	if (tsg_client_status_json(client->tsg, &text) != TSG_OK)
		return false;
	status = agency_json(text);
	test = test_site_is(json_row_text(status, "site"));
	json_decref(status);
	return test;
}

static enum outcome open_agency(struct answering *answering)
{
	const char *agency = call_operand(answering->call, 0);
	enum outcome outcome;
	char name[DEV_BUNDLE_NAME];

	dev_bundle_name(agency, name);
	if (args_text(&answering->call->args, "as") == NULL && getenv(name) == NULL)
		return call_usage(answering->call, words("%s is not set: call it within `tsunagi dev`, or name the bundle with --as FILE",
							 "%s がありません:「tsunagi dev」の中で使うか、--as ファイル でバンドルを指定してください"), name);
	if (args_text(&answering->call->args, "as") == NULL)
		setenv("TSUNAGI_BUNDLE", getenv(name), 1);
	answering->bundle = call_bundle(answering->call);
	outcome = agency_client_open(answering->call, &answering->client);
	if (outcome != OUTCOME_DONE || is_of_test_site(&answering->client))
		return outcome;
	agency_client_close(&answering->client);
	return out_problem(OUTCOME_REFUSED, "REAL_SITE", words("Make a throw-away site with `tsunagi dev`.", "「tsunagi dev」で使い捨ての拠点を作ってください。"), "%s",
			   words("Only an agency of a throw-away site answers by itself; this one is real.", "自動で応答するのは使い捨ての拠点の機関だけです。この機関は本物です。"));
}

enum outcome cmd_dev_answer(const struct call *call)
{
	struct answering answering = { .call = call, .answer = dev_answer_find(call_operand(call, 1)) };
	struct args_fault wrong;
	enum outcome outcome;

	if (answering.answer == NULL)
		return call_usage(call, words("%s is no answer: seen, ask, accept, decline, redirect, start, report, hold, complete or silence",
					      "%s という応答はありません:seen、ask、accept、decline、redirect、start、report、hold、complete、silence"),
				  call_operand(call, 1));
	if (strcmp(answering.answer->word, "redirect") == 0 && args_text(&call->args, "next") == NULL)
		return call_usage(call, "%s", words("redirect needs --next AGENCY", "redirect には --next 機関 が要ります"));
	if (args_count(&call->args, "max", 1, UINT64_MAX >> 1, UINT64_MAX >> 1, &answering.max, &wrong) != ERR_OK ||
	    args_duration(&call->args, "wait", -1, &answering.wait_us, &wrong) != ERR_OK)
		return call_fault(call, &wrong);
	outcome = open_agency(&answering);
	if (outcome != OUTCOME_DONE)
		return outcome;
	receiving_watch_signals();
	outcome = go_on(&answering);
	agency_client_close(&answering.client);
	return outcome;
}
