/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/pump.c - see client.h: each event of the session goes to whose it is; then everyone may say what is due. */
#include <stdio.h>

#include "base/clock.h"
#include "libtsunagi/client.h"
#include "libtsunagi/tasks.h"

#define EVENTS_A_TURN 1000 /* then the program gets its turn, however fast frames come */

static void opened(struct tsg_client *client, const Pb__Welcome *welcome)
{
	client->welcomed = true;
	if (watching_welcome(client, welcome) != ERR_OK) {
		session_drop(client->session, SESSION_FAULT_TALK);
		return;
	}
	receiving_welcome(client);
}

static void lost(struct tsg_client *client)
{
	asking_lost(client);
	watching_lost(client);
	uploading_lost(client);
	sending_lost(client);
	receiving_lost(client);
}

static void frame(struct tsg_client *client, const Pb__FromBroker *message, struct bytes data)
{
	switch (message->body_case) {
	case PB__FROM_BROKER__BODY_REPLIES:
		sending_answered(client, message->replies);
		break;
	case PB__FROM_BROKER__BODY_HANDOUT:
		receiving_handout(client, message->handout, data);
		break;
	case PB__FROM_BROKER__BODY_READ_RESULT:
		asking_answered(client, message->read_result, data);
		break;
	case PB__FROM_BROKER__BODY_BLOB_STORED:
		uploading_stored(client, message->blob_stored);
		break;
	case PB__FROM_BROKER__BODY_NOTICE:
		watching_notice(client, message->notice);
		break;
	default: /* a newer broker may say what we need not know */
		break;
	}
}

/* True when there was an event. */
static bool take_event(struct tsg_client *client)
{
	const Pb__FromBroker *message = NULL;
	struct bytes data = bytes_of(NULL, 0);

	session_set_known(client->session, client->knowledge->epoch, client->knowledge->has_checkpoint ? client->knowledge->checkpoint.size : 0);
	session_set_receives(client->session, client->receives);
	switch (session_next(client->session, &message, &data)) {
	case SESSION_OPENED:
		opened(client, message->welcome);
		return true;
	case SESSION_FRAME:
		frame(client, message, data);
		return true;
	case SESSION_LOST:
		lost(client);
		return true;
	case SESSION_NOTHING:
		break;
	}
	return false;
}

/* The next moment at which something waits for the clock alone. */
static int64_t next_moment(struct tsg_client *client)
{
	int64_t moment = session_timer_us(client->session);
	int64_t task_us = tasks_moment(client);
	int64_t now_us = clock_mono_us();

	if (client->directory_not_before_us > now_us && client->directory_not_before_us < moment)
		moment = client->directory_not_before_us;
	if (client->settlements.not_before_us > now_us && client->settlements.not_before_us < moment)
		moment = client->settlements.not_before_us;
	if (task_us < moment)
		moment = task_us;
	for (const struct outbox_message *message = client->outbox.first; message != NULL; message = message->next)
		if (message->not_before_us > now_us && message->not_before_us < moment)
			moment = message->not_before_us;
	return moment;
}

static void feed(struct tsg_client *client)
{
	if (!session_is_open(client->session) || knowledge_forked(client->knowledge))
		return;
	watching_feed(client);
	tasks_feed(client);
	uploading_feed(client);
	settling_feed(client);
	sending_feed(client);
	receiving_grant(client);
	/* What could not be packed or signed still waits, and is tried again at the next turn. */
	if (batcher_send(client->batcher, client->session) == ERR_CRYPTO)
		failure_tell(&client->failure, PROBLEM_CRYPTO, "signing a batch", NULL);
}

void client_work(struct tsg_client *client)
{
	struct channel *channel = session_channel(client->session);

	if (channel_state(channel) == CHANNEL_IDLE)
		session_connect(client->session);
	for (unsigned turn = 0; turn < EVENTS_A_TURN && take_event(client); turn++)
		;
	feed(client);
	settling_reap(client);
	channel_set_timer(channel, next_moment(client));
	/* Deliveries and receipts that wait inside us, and frames that the descriptor no longer tells of, keep it readable. */
	if (client->arrivals != NULL || client->results != NULL || channel_has_input(channel))
		channel_mark(channel);
}

bool client_wait(struct tsg_client *client, int64_t until_us)
{
	if (clock_mono_us() >= until_us)
		return false;
	session_wait(client->session, until_us);
	client_work(client);
	return true;
}

int64_t client_now_us(const struct tsg_client *client)
{
	return clock_wall_us() + client->clock_skew_us;
}

int64_t client_deadline(int timeout_ms)
{
	return timeout_ms < 0 ? INT64_MAX : clock_mono_us() + (int64_t)timeout_ms * 1000;
}

int client_trusts(struct tsg_client *client)
{
	if (!knowledge_forked(client->knowledge))
		return TSG_OK;
	return failure_tell(&client->failure, PROBLEM_LEDGER_FORK, client->bundle->site, NULL);
}

static enum problem problem_of(enum session_fault fault)
{
	switch (fault) {
	case SESSION_FAULT_NAME:
		return PROBLEM_NAME;
	case SESSION_FAULT_CONNECT:
		return PROBLEM_CONNECT;
	case SESSION_FAULT_BROKER_KEY:
		return PROBLEM_BROKER_KEY;
	case SESSION_FAULT_NOT_ADMITTED:
		return PROBLEM_NOT_ADMITTED;
	case SESSION_FAULT_NO_WELCOME:
		return PROBLEM_NO_WELCOME;
	case SESSION_FAULT_VERSION:
		return PROBLEM_VERSION;
	case SESSION_FAULT_WRONG_SITE:
		return PROBLEM_WRONG_SITE;
	case SESSION_FAULT_TALK:
		return PROBLEM_BROKER_TALK;
	default:
		return PROBLEM_CONNECTION_LOST;
	}
}

int client_tell_connection(struct tsg_client *client, const char *what)
{
	const char *endpoint = channel_endpoint(session_channel(client->session));
	const Pb__Refusal *refusal = session_refusal(client->session);

	if (session_is_open(client->session))
		return failure_tell(&client->failure, PROBLEM_NO_ANSWER, what, NULL);
	if (session_fault(client->session) == SESSION_FAULT_NONE)
		return failure_tell(&client->failure, PROBLEM_CONNECT, endpoint, NULL);
	if (refusal != NULL && session_fault(client->session) == SESSION_FAULT_REFUSED) {
		failure_refused(&client->failure, refusal);
		client->failure.result = TSG_UNREACHABLE;
		return TSG_UNREACHABLE;
	}
	return failure_tell(&client->failure, problem_of(session_fault(client->session)), endpoint, client->bundle->site);
}

json_t *client_connection_json(struct tsg_client *client)
{
	struct channel *channel = session_channel(client->session);
	json_t *json = json_pack("{s:s, s:s}", "state", session_is_open(client->session) ? "open" : client->welcomed ? "lost" : "none", "endpoint",
				 channel_endpoint(channel));
	struct failure kept = client->failure;

	if (json != NULL && !session_is_open(client->session) && session_fault(client->session) != SESSION_FAULT_NONE) {
		client_tell_connection(client, "status");
		json_object_set_new(json, "fault", failure_json(&client->failure));
		json_object_set_new(json, "attempts", json_integer((json_int_t)session_failures(client->session)));
		client->failure = kept;
	}
	return json;
}
