/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/session.h - a device's session with its broker: greets, keeps both sides alive, begins again when it was lost.
 *
 * Its owner pulls events: session_next gives one at a time and never blocks; session_wait blocks until there may be one.  This is all
 * that a driver without outbox and bundle needs, together with batcher.h. */
#pragma once
#include "libtsunagi/control.h"

struct session_options {
	char *const *endpoints; /* borrowed for the session's life, as are the texts */
	size_t endpoint_count;
	struct wire_keys keys;
	const char *address;  /* agency@site */
	const char *site;
	const char *software;
};

enum session_event {
	SESSION_NOTHING, /* no event now */
	SESSION_OPENED,  /* the frame is a Welcome */
	SESSION_FRAME,   /* any other frame */
	SESSION_LOST     /* it stood, and ended: what is unanswered is to be said again after the next SESSION_OPENED */
};

enum session_fault {
	SESSION_FAULT_NONE,
	SESSION_FAULT_NAME, /* these as channel_fault */
	SESSION_FAULT_CONNECT,
	SESSION_FAULT_BROKER_KEY,
	SESSION_FAULT_NOT_ADMITTED,
	SESSION_FAULT_LOST,
	SESSION_FAULT_NO_WELCOME,
	SESSION_FAULT_VERSION,
	SESSION_FAULT_WRONG_SITE,
	SESSION_FAULT_REFUSED, /* session_refusal says why */
	SESSION_FAULT_TALK     /* what came made no sense */
};

/* What the broker's Welcome set. */
struct session_terms {
	uint32_t epoch;
	uint32_t heartbeat_ms;
	uint32_t batch_bytes_max;
	uint32_t batches_open_max;
};

struct session;

/* ERR_NOMEM, ERR_BUSY. */
enum err session_new(const struct session_options *options, struct session **ret_session);
void session_free(struct session *session, int linger_ms); /* says bye if it is open; NULL does nothing */

/* For the next Hello. */
void session_set_known(struct session *session, uint32_t epoch, uint64_t size);
void session_set_receives(struct session *session, bool receives);

void session_connect(struct session *session);
void session_bye(struct session *session);  /* ends it cleanly; session_connect begins another */
void session_drop(struct session *session, enum session_fault fault); /* ends it because of what was said; it begins again by itself later */

/* *ret_message (OPENED, FRAME) and *ret_data are borrowed until the next call. */
enum session_event session_next(struct session *session, const Pb__FromBroker **ret_message, struct bytes *ret_data);

/* Blocks until session_next may have something, or until_us (monotonic). */
void session_wait(struct session *session, int64_t until_us);

/* As control_send; ERR_UNREACHABLE unless it is open. */
enum err session_send_runs(struct session *session, const Pb__FromClient *message, const struct bytes *runs, size_t count);
enum err session_send(struct session *session, const Pb__FromClient *message, struct bytes data);

/* What the last Hello said of receiving. */
bool session_said_receives(const struct session *session);

bool session_is_open(const struct session *session);
bool session_can_send(struct session *session);
const struct session_terms *session_terms(const struct session *session);
enum session_fault session_fault(const struct session *session);         /* of the last attempt */
const Pb__Refusal *session_refusal(const struct session *session);       /* NULL: none was told */
unsigned session_failures(const struct session *session);                /* in a row */
struct channel *session_channel(struct session *session);

/* The moment until which session_next has nothing to do by itself. */
int64_t session_timer_us(const struct session *session);
