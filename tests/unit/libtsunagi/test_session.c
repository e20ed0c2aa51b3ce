/* SPDX-License-Identifier: Apache-2.0 */
/* The greeting, what ends a session and what begins another. */
#include "libtsunagi/session.h"

#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "crypto/digest.h"
#include "libtsunagi/bundle_session.h"
#include "stage.h"
#include "unit.h"

struct line {
	struct stage *stage;
	struct stage_agency *link;
	struct session *session;
	unsigned opened, lost, frames;
};

static struct line begin(void)
{
	struct line line = { .stage = stage_new() };

	line.link = stage_agency(line.stage, "link");
	stage_agency(line.stage, "desk");
	require_ok(bundle_session_new(line.link->bundle, NULL, 0, &line.session));
	return line;
}

static void end(struct line *line)
{
	session_free(line->session, 100);
	stage_free(line->stage);
}

static void turn(struct line *line)
{
	const Pb__FromBroker *message = NULL;
	struct bytes data;

	switch (session_next(line->session, &message, &data)) {
	case SESSION_OPENED:
		line->opened++;
		check_int(message->body_case, PB__FROM_BROKER__BODY_WELCOME);
		check_text(message->welcome->site, STAGE_SITE);
		break;
	case SESSION_LOST:
		line->lost++;
		break;
	case SESSION_FRAME:
		line->frames++;
		break;
	case SESSION_NOTHING:
		break;
	}
}

static void work_until(struct line *line, const unsigned *counter, unsigned least)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (*counter < least && clock_mono_us() < until_us) {
		turn(line);
		session_wait(line->session, clock_mono_us() + 20000);
	}
	require(check_uint(*counter, least));
}

static void work_until_failed(struct line *line, unsigned failures)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (session_failures(line->session) < failures && clock_mono_us() < until_us) {
		turn(line);
		session_wait(line->session, clock_mono_us() + 20000);
	}
	require(session_failures(line->session) >= failures);
}

static void test_opened(void)
{
	struct line line = begin();
	Pb__FromClient ping = PB__FROM_CLIENT__INIT;

	check(!session_is_open(line.session) && !session_can_send(line.session));
	check_int(session_fault(line.session), SESSION_FAULT_NONE);
	check(session_timer_us(line.session) == INT64_MAX); /* nothing to do by itself */
	ping.body_case = PB__FROM_CLIENT__BODY_PING;
	check_err(session_send(line.session, &ping, bytes_of(NULL, 0)), ERR_UNREACHABLE);
	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	check(session_is_open(line.session) && session_can_send(line.session));
	check_uint(session_failures(line.session), 0);
	check_uint(session_terms(line.session)->epoch, 1);
	check_uint(session_terms(line.session)->heartbeat_ms, 1000);
	check_uint(session_terms(line.session)->batches_open_max, 4);
	check_uint(session_terms(line.session)->batch_bytes_max, LIMIT_DATA_BYTES);
	check(session_refusal(line.session) == NULL);
	check(!session_said_receives(line.session));
	check(session_timer_us(line.session) < INT64_MAX);
	check_ok(session_send(line.session, &ping, bytes_of(NULL, 0)));
	check_uint(stage_tally(line.stage, TALLY_HELLOS), 1);
	end(&line);
}

/* A bye ends it cleanly, and what is known is said by the next greeting. */
static void test_bye_and_again(void)
{
	struct line line = begin();

	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	session_bye(line.session);
	stage_wait(line.stage, TALLY_BYES, 1);
	turn(&line);
	check(!session_is_open(line.session));
	session_set_receives(line.session, true);
	session_set_known(line.session, 1, 1);
	session_connect(line.session);
	work_until(&line, &line.opened, 2);
	check(session_said_receives(line.session));
	check_uint(stage_tally(line.stage, TALLY_HELLOS), 2);
	end(&line);
}

/* Lost, told once, and begun again by itself. */
static void test_lost_and_found(void)
{
	struct line line = begin();

	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	stage_stop(line.stage);
	work_until(&line, &line.lost, 1);
	check(!session_is_open(line.session));
	check(session_failures(line.session) > 0);
	stage_start(line.stage);
	work_until(&line, &line.opened, 2);
	check_uint(line.lost, 1);
	check_uint(session_failures(line.session), 0);
	end(&line);
}

static void test_greetings_that_do_not_do(void)
{
	static const struct {
		enum lie lie;
		enum session_fault fault;
	} rows[] = {
		{ LIE_OTHER_VERSION, SESSION_FAULT_VERSION }, { LIE_OTHER_SITE, SESSION_FAULT_WRONG_SITE },
		{ LIE_ONE_FRAME, SESSION_FAULT_TALK }, { LIE_GARBAGE, SESSION_FAULT_TALK },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line = begin();

		unit_context("lie %d", rows[i].lie);
		atomic_store(&line.stage->lie, (int)rows[i].lie);
		stage_start(line.stage);
		session_connect(line.session);
		work_until_failed(&line, 1);
		check_int(session_fault(line.session), rows[i].fault);
		check_uint(line.opened, 0);
		atomic_store(&line.stage->lie, LIE_NONE); /* it is tried again, and then it does */
		work_until(&line, &line.opened, 1);
		check_int(session_fault(line.session), SESSION_FAULT_NONE);
		end(&line);
	}
}

/* What its owner found false in what was said ends it, under that name. */
static void test_dropped_by_its_owner(void)
{
	struct line line = begin();

	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	session_drop(line.session, SESSION_FAULT_TALK);
	check_int(session_fault(line.session), SESSION_FAULT_TALK);
	work_until(&line, &line.lost, 1);
	check_uint(session_failures(line.session), 1);
	work_until(&line, &line.opened, 2);
	check_int(session_fault(line.session), SESSION_FAULT_NONE);
	end(&line);
}

static void test_nobody_there(void)
{
	struct line line = begin();

	session_connect(line.session);
	work_until_failed(&line, 1);
	check_int(session_fault(line.session), SESSION_FAULT_CONNECT);
	check_uint(line.opened + line.lost, 0); /* what never stood is not lost */
	end(&line);
	session_free(NULL, 0);
}

/* Silence is not death while pings are answered; an idle session stays. */
static void test_heartbeats_keep_it(void)
{
	struct line line = begin();
	int64_t until_us = 0;

	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	for (until_us = clock_mono_us() + 1600000; clock_mono_us() < until_us;) {
		turn(&line);
		session_wait(line.session, until_us);
	}
	check_uint(line.lost, 0);
	check_uint(line.frames, 0); /* pongs are the session's own */
	check_uint(stage_tally(line.stage, TALLY_HELLOS), 1);
	end(&line);
}

/* The data arrives as its runs laid end to end, whichever of them are empty. */
static void test_runs_of_data(void)
{
	const struct bytes runs[] = { bytes_of(NULL, 0), bytes_of_text("one"), bytes_of_text(""), bytes_of_text("two"), bytes_of_text("three") };
	struct digest digest = digest_of(bytes_of_text("onetwothree"));
	struct line line = begin();
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__BlobPut blob = PB__BLOB_PUT__INIT;

	blob.sha256 = pb_of_bytes(digest_bytes(&digest));
	blob.size = 11;
	message.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	message.blob_put = &blob;
	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	check_ok(session_send_runs(line.session, &message, runs, 5));
	work_until(&line, &line.frames, 1);
	stage_stop(line.stage);
	check_uint(line.stage->blob_count, 1);
	check_bytes(buf_bytes(&line.stage->blob_bytes[0]), bytes_of_text("onetwothree"));
	end(&line);
}

/* What the wire does not carry is said to whoever made it, and the session goes on. */
static void test_frames_too_large(void)
{
	struct line line = begin();
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__BlobPut blob = PB__BLOB_PUT__INIT;
	uint8_t *large = calloc(1, LIMIT_DATA_BYTES);
	struct bytes runs[] = { bytes_of(large, LIMIT_DATA_BYTES), bytes_of_text("x") };

	require(large != NULL);
	message.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	message.blob_put = &blob;
	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	check_err(session_send_runs(line.session, &message, runs, 2), ERR_TOO_LARGE);
	blob.sha256 = pb_of_bytes(bytes_of(large, LIMIT_CONTROL_BYTES));
	check_err(session_send(line.session, &message, bytes_of(NULL, 0)), ERR_TOO_LARGE);
	message.body_case = PB__FROM_CLIENT__BODY_PING;
	message.ping = 1;
	check_ok(session_send(line.session, &message, bytes_of(NULL, 0)));
	check(session_is_open(line.session));
	end(&line);
	free(large);
}

/* What the broker answered before the connection ended is not lost with it. */
static void test_heard_before_it_is_lost(void)
{
	struct line line = begin();
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__BlobPut blob = PB__BLOB_PUT__INIT;
	int64_t until_us = 0;

	message.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	message.blob_put = &blob;
	stage_start(line.stage);
	session_connect(line.session);
	work_until(&line, &line.opened, 1);
	check_ok(session_send(line.session, &message, bytes_of(NULL, 0)));
	for (until_us = clock_mono_us() + UNIT_PATIENCE_US; !channel_has_input(session_channel(line.session)) && clock_mono_us() < until_us;)
		poll(NULL, 0, 1);
	stage_stop(line.stage);
	poll(NULL, 0, 100); /* the end is known by then; nothing but time can be awaited without taking it */
	turn(&line);
	check_uint(line.frames, 1);
	check_uint(line.lost, 0);
	work_until(&line, &line.lost, 1);
	end(&line);
}

UNIT_SUITE("libtsunagi/session",
	{ "opened", test_opened },
	{ "bye, and again", test_bye_and_again },
	{ "lost and found", test_lost_and_found },
	{ "greetings that do not do", test_greetings_that_do_not_do },
	{ "dropped by its owner", test_dropped_by_its_owner },
	{ "nobody there", test_nobody_there },
	{ "heartbeats keep it", test_heartbeats_keep_it },
	{ "runs of data", test_runs_of_data },
	{ "frames too large", test_frames_too_large },
	{ "heard before it is lost", test_heard_before_it_is_lost });
