/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/session.c - see session.h for the contract.
 *
 * A broker is taken for dead when it has left one of our pings unanswered, not when it was merely silent: a program that did not call
 * us for an hour then finds the pong waiting and has lost nothing. */
#include "libtsunagi/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "contract/limits.h"
#include "contract/replies.h"
#include "crypto/digest.h"

#define WELCOME_WAIT_US 10000000LL
#define HEARTBEAT_LEAST_MS 100u
#define HEARTBEAT_MOST_MS 600000u
#define PING_ANSWERS 3 /* heartbeats that a ping may stay unanswered */

enum session_state { STATE_AWAY, STATE_CONNECTED, STATE_GREETED, STATE_OPEN };

struct session {
	struct session_options options;
	struct channel *channel;
	enum session_state state;
	enum session_fault fault; /* ours; NONE: the channel's counts */
	struct session_terms terms;
	uint32_t known_epoch;
	uint64_t known_size;
	bool receives, said_receives;
	int64_t state_since_us;
	int64_t said_at_us;
	int64_t ping_since_us; /* of the oldest unanswered ping; 0: none */
	uint64_t pings;
	Pb__Refusal refusal; /* texts in refusal_subject */
	bool refused;
	char refusal_subject[LIMIT_SHORT_TEXT + 1];
	struct arena arena; /* the frame last received */
};

enum err session_new(const struct session_options *options, struct session **ret_session)
{
	struct session *session = calloc(1, sizeof *session);
	enum err err = ERR_OK;

	if (session == NULL)
		return ERR_NOMEM;
	session->options = *options;
	pb__refusal__init(&session->refusal);
	arena_init(&session->arena, LIMIT_DECODE_BYTES);
	err = channel_new(options->endpoints, options->endpoint_count, &options->keys, &session->channel);
	if (err != ERR_OK) {
		session_free(session, 0);
		return err;
	}
	*ret_session = session;
	return ERR_OK;
}

static void say_bye(struct session *session)
{
	Pb__FromClient bye = PB__FROM_CLIENT__INIT;

	bye.body_case = PB__FROM_CLIENT__BODY_BYE;
	if (session->state == STATE_OPEN && control_send(session->channel, &bye, NULL, 0) != ERR_OK)
		return; /* the broker notices by the silence */
}

void session_free(struct session *session, int linger_ms)
{
	if (session == NULL)
		return;
	if (session->channel != NULL)
		say_bye(session);
	channel_free(session->channel, linger_ms);
	arena_free(&session->arena);
	secret_wipe(&session->options.keys, sizeof session->options.keys);
	free(session);
}

void session_set_known(struct session *session, uint32_t epoch, uint64_t size)
{
	session->known_epoch = epoch;
	session->known_size = size;
}

void session_set_receives(struct session *session, bool receives)
{
	session->receives = receives;
}

void session_connect(struct session *session)
{
	channel_connect(session->channel);
}

void session_bye(struct session *session)
{
	say_bye(session);
	channel_end(session->channel, 200);
}

void session_drop(struct session *session, enum session_fault fault)
{
	session->fault = fault;
	channel_drop(session->channel);
}

static void enter(struct session *session, enum session_state state)
{
	session->state = state;
	session->state_since_us = clock_mono_us();
	session->ping_since_us = 0;
}

enum err session_send_runs(struct session *session, const Pb__FromClient *message, const struct bytes *runs, size_t count)
{
	enum err err = ERR_UNREACHABLE;

	if (session->state == STATE_OPEN)
		err = control_send(session->channel, message, runs, count);
	if (err == ERR_OK)
		session->said_at_us = clock_mono_us();
	return err;
}

enum err session_send(struct session *session, const Pb__FromClient *message, struct bytes data)
{
	return session_send_runs(session, message, &data, 1);
}

static void greet(struct session *session)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Hello hello = PB__HELLO__INIT;

	hello.version_min = WIRE_VERSION;
	hello.version_max = WIRE_VERSION;
	hello.software = pb_of_text(session->options.software);
	hello.agency = pb_of_text(session->options.address);
	hello.known_epoch = session->known_epoch;
	hello.known_size = session->known_size;
	hello.receives = session->receives;
	message.body_case = PB__FROM_CLIENT__BODY_HELLO;
	message.hello = &hello;
	if (control_send(session->channel, &message, NULL, 0) == ERR_OK) {
		enter(session, STATE_GREETED);
		session->said_receives = session->receives;
		session->said_at_us = session->state_since_us;
	}
}

static void keep_refusal(struct session *session, const Pb__Refusal *refusal)
{
	session->refused = refusal != NULL;
	if (refusal == NULL)
		return;
	snprintf(session->refusal_subject, sizeof session->refusal_subject, "%s", refusal->subject);
	session->refusal = *refusal;
	session->refusal.base.n_unknown_fields = 0;
	session->refusal.base.unknown_fields = NULL;
	session->refusal.subject = session->refusal_subject;
}

/* A welcome that this session cannot go on with drops it. */
static bool take_welcome(struct session *session, const Pb__Welcome *welcome)
{
	if (welcome->version != WIRE_VERSION) {
		session_drop(session, SESSION_FAULT_VERSION);
		return false;
	}
	if (strcmp(welcome->site, session->options.site) != 0 || strcmp(welcome->agency, session->options.address) != 0) {
		session_drop(session, SESSION_FAULT_WRONG_SITE);
		return false;
	}
	session->terms.epoch = welcome->epoch;
	session->terms.heartbeat_ms = welcome->heartbeat_ms < HEARTBEAT_LEAST_MS   ? HEARTBEAT_LEAST_MS
				      : welcome->heartbeat_ms > HEARTBEAT_MOST_MS ? HEARTBEAT_MOST_MS
										  : welcome->heartbeat_ms;
	session->terms.batch_bytes_max = welcome->batch_bytes_max > LIMIT_DATA_BYTES || welcome->batch_bytes_max == 0 ? LIMIT_DATA_BYTES
													      : welcome->batch_bytes_max;
	session->terms.batches_open_max = welcome->batches_open_max == 0 ? 1 : welcome->batches_open_max;
	enter(session, STATE_OPEN);
	session->fault = SESSION_FAULT_NONE;
	session->refused = false;
	channel_settled(session->channel);
	return true;
}

/* What the session itself takes note of; true when its owner is to see the frame too. */
static bool take_frame(struct session *session, const Pb__FromBroker *message)
{
	if (message->body_case == PB__FROM_BROKER__BODY_PONG) {
		session->ping_since_us = 0;
		return false;
	}
	if (message->body_case == PB__FROM_BROKER__BODY_NOTICE && message->notice->kind == PB__NOTICE_KIND__NOTICE_KIND_CLOSING) {
		keep_refusal(session, message->notice->refusal);
		session_drop(session, message->notice->refusal != NULL &&
					      message->notice->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_VERSION
					      ? SESSION_FAULT_VERSION
					      : SESSION_FAULT_REFUSED);
		return false;
	}
	return session->state == STATE_OPEN;
}

/* Says something often enough, and ends what is dead. */
static void keep_alive(struct session *session, int64_t now_us)
{
	int64_t heartbeat_us = (int64_t)session->terms.heartbeat_ms * 1000;
	Pb__FromClient ping = PB__FROM_CLIENT__INIT;

	if (session->state == STATE_GREETED && now_us - session->state_since_us > WELCOME_WAIT_US) {
		session_drop(session, SESSION_FAULT_NO_WELCOME);
		return;
	}
	if (session->state != STATE_OPEN)
		return;
	if (session->ping_since_us != 0 && now_us - session->ping_since_us > PING_ANSWERS * heartbeat_us) {
		session_drop(session, SESSION_FAULT_LOST);
		return;
	}
	if (now_us - session->said_at_us < heartbeat_us / 2)
		return;
	ping.body_case = PB__FROM_CLIENT__BODY_PING;
	ping.ping = ++session->pings;
	if (session_send(session, &ping, bytes_of(NULL, 0)) == ERR_OK && session->ping_since_us == 0)
		session->ping_since_us = now_us;
}

int64_t session_timer_us(const struct session *session)
{
	if (session->state == STATE_GREETED)
		return session->state_since_us + WELCOME_WAIT_US;
	if (session->state == STATE_OPEN)
		return session->said_at_us + (int64_t)session->terms.heartbeat_ms * 500;
	return INT64_MAX;
}

/* Follows the channel's state; SESSION_LOST when an open session ended. */
static enum session_event follow_channel(struct session *session)
{
	bool connected = channel_state(session->channel) == CHANNEL_CONNECTED;
	bool was_open = session->state == STATE_OPEN;

	if (!connected && session->state != STATE_AWAY) {
		enter(session, STATE_AWAY);
		return was_open ? SESSION_LOST : SESSION_NOTHING;
	}
	if (connected && session->state == STATE_AWAY)
		enter(session, STATE_CONNECTED);
	if (session->state == STATE_CONNECTED)
		greet(session);
	return SESSION_NOTHING;
}

/* Receives until there is something for the owner. */
static enum session_event receive(struct session *session, const Pb__FromBroker **ret_message, struct bytes *ret_data)
{
	for (;;) {
		enum err err = control_receive(session->channel, &session->arena, ret_message, ret_data);

		if (err == ERR_TIMEOUT || err == ERR_UNREACHABLE)
			return SESSION_NOTHING;
		if (err != ERR_OK) {
			session_drop(session, SESSION_FAULT_TALK);
			return SESSION_NOTHING;
		}
		if ((*ret_message)->body_case == PB__FROM_BROKER__BODY_WELCOME && session->state == STATE_GREETED)
			return take_welcome(session, (*ret_message)->welcome) ? SESSION_OPENED : SESSION_NOTHING;
		if ((*ret_message)->body_case == PB__FROM_BROKER__BODY_REPLIES &&
		    replies_expand((*ret_message)->replies, &session->arena) != ERR_OK) {
			session_drop(session, SESSION_FAULT_TALK);
			return SESSION_NOTHING;
		}
		if (take_frame(session, *ret_message))
			return SESSION_FRAME;
	}
}

/* While it is open, what has come is taken before the connection is looked at: that takes system calls, which are made once for all frames
 * of a wake, and what the broker said before it was lost is heard. */
enum session_event session_next(struct session *session, const Pb__FromBroker **ret_message, struct bytes *ret_data)
{
	bool was_open = session->state == STATE_OPEN;
	enum session_event event = was_open ? receive(session, ret_message, ret_data) : SESSION_NOTHING;

	if (event != SESSION_NOTHING)
		return event;
	channel_work(session->channel);
	event = follow_channel(session);
	if (event == SESSION_NOTHING && !was_open)
		event = receive(session, ret_message, ret_data);
	if (event != SESSION_NOTHING)
		return event;
	keep_alive(session, clock_mono_us());
	return follow_channel(session);
}

void session_wait(struct session *session, int64_t until_us)
{
	int64_t timer_us = session_timer_us(session);

	if (!channel_has_input(session->channel))
		channel_wait(session->channel, timer_us < until_us ? timer_us : until_us);
}

bool session_said_receives(const struct session *session)
{
	return session->said_receives;
}

bool session_is_open(const struct session *session)
{
	return session->state == STATE_OPEN;
}

bool session_can_send(struct session *session)
{
	return session->state == STATE_OPEN && channel_can_send(session->channel);
}

const struct session_terms *session_terms(const struct session *session)
{
	return &session->terms;
}

enum session_fault session_fault(const struct session *session)
{
	if (session->fault != SESSION_FAULT_NONE && channel_fault(session->channel) == CHANNEL_FAULT_DROPPED)
		return session->fault;
	switch (channel_fault(session->channel)) {
	case CHANNEL_FAULT_NAME:
		return SESSION_FAULT_NAME;
	case CHANNEL_FAULT_CONNECT:
		return SESSION_FAULT_CONNECT;
	case CHANNEL_FAULT_BROKER_KEY:
		return SESSION_FAULT_BROKER_KEY;
	case CHANNEL_FAULT_NOT_ADMITTED:
		return SESSION_FAULT_NOT_ADMITTED;
	case CHANNEL_FAULT_LOST:
	case CHANNEL_FAULT_DROPPED:
		return SESSION_FAULT_LOST;
	case CHANNEL_FAULT_NONE:
		break;
	}
	return SESSION_FAULT_NONE;
}

const Pb__Refusal *session_refusal(const struct session *session)
{
	return session->refused ? &session->refusal : NULL;
}

unsigned session_failures(const struct session *session)
{
	return channel_failures(session->channel);
}

struct channel *session_channel(struct session *session)
{
	return session->channel;
}
