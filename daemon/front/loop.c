/* SPDX-License-Identifier: Apache-2.0 */
/* One turn takes a little of each source, so that none starves another: connections first, since they tell what descriptors mean; then
 * what the writer hands out, before anybody's key is asked about; then keys; then frames. */
#include "front/loop.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "front/fault.h"
#include "front/outtake.h"
#include "front/refusals.h"

#define FRAMES_A_TURN 64
#define OUTBOUND_A_TURN 64
#define KEYS_A_TURN 64
#define TICK_US INT64_C(250000)
#define TELL_EVERY_TICKS 4 /* seconds, nearly */
#define UNKNOWN_HEARTBEATS 3 /* a connection that has not said who it is by then is cut */

enum { POLL_ROUTER, POLL_ZAP, POLL_MONITOR, POLL_OUTBOUND, POLL_WAKE, POLL_COUNT };

static void connection_ended(void *context, uint64_t number)
{
	struct front *front = context;
	struct peer *peer = peer_by_number(&front->peers, number);

	/* Not ended at once: its last frames, a bye among them, may wait to be read. */
	if (peer != NULL)
		peer->gone = true;
}

void front_listen(struct front *front)
{
	guard_listen(&front->guard, front->endpoint.monitor, front->mono_us, connection_ended, front);
}

static void take_frames(struct front *front)
{
	for (unsigned i = 0; i < FRAMES_A_TURN; i++) {
		struct frame frame;
		enum err err = frame_receive(front->endpoint.router, &frame);

		if (err == ERR_NOT_FOUND)
			return;
		if (err == ERR_OK) {
			dispatch(front, &frame);
			continue;
		}
		front->tally.thrown_away++;
		guard_cut(&front->guard, frame.fd, 0);
	}
}

/* What the writer had said by then. */
static void take_news(void *context)
{
	struct front *front = context;
	size_t count = ring_count(broker_outbound(front->broker));

	if (count > 0)
		outtake(front, count);
}

static void answer_zap(struct front *front)
{
	size_t refused = 0;

	zap_answer(front->endpoint.zap, &front->keyring, (struct zap_news){ take_news, front }, front->site_us, KEYS_A_TURN, &refused);
	front->tally.refused_keys += refused;
}

/* Counts, not lines: whoever knocks a thousand times a second must not fill the disk with it. */
static void tell(struct front *front)
{
	struct tally *tally = &front->tally;
	uint64_t cut = front->guard.cut - tally->cut;
	uint64_t shakes = front->guard.refused - tally->refused_shakes;

	if (tally->refused_keys + tally->thrown_away + tally->overloaded + tally->bad_frames + cut + shakes == 0)
		return;
	log_warn("refused", "keys=%llu handshakes=%llu frames_without_identity=%llu bad_frames=%llu overloaded=%llu connections_cut=%llu "
			    "connections=%zu",
		 (unsigned long long)tally->refused_keys, (unsigned long long)shakes, (unsigned long long)tally->thrown_away,
		 (unsigned long long)tally->bad_frames, (unsigned long long)tally->overloaded, (unsigned long long)cut, front->guard.count);
	*tally = (struct tally){ .cut = front->guard.cut, .refused_shakes = front->guard.refused };
}

/* The writer's word to the journal: it tells nobody itself. */
static void tell_clock(struct front *front)
{
	struct broker_gauges gauges;

	broker_gauges(front->broker, &gauges);
	if (gauges.clock_frozen == front->told_frozen)
		return;
	front->told_frozen = gauges.clock_frozen;
	if (gauges.clock_frozen)
		log_error("clock_jumped", "by_s=%lld timers=frozen step=%s", (long long)(gauges.clock_off_us / 1000000),
			  "set the clock right, then tsunagi clock confirm");
	else
		log_info("clock_confirmed", "timers=run");
}

static void take_reload(struct front *front)
{
	pthread_mutex_lock(&front->reload_mutex);
	if (front->reload_due) {
		front->config = front->reload;
		front->reload_due = false;
	}
	pthread_mutex_unlock(&front->reload_mutex);
	atomic_store(&front->certificate_days, front->config.certificate_days);
	flow_bound(&front->pending, front->config.pending_bytes_max, front->config.pending_reserve);
	flow_bound(&front->sending, front->config.pending_bytes_max, front->config.pending_bytes_max / SENDING_RESERVE_SHARE);
}

static void tell_stopping(struct front *front)
{
	const Pb__Refusal stopping = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, NULL, 0, 0);
	struct peer *peer;
	size_t place = 0;

	while ((peer = peer_next(&front->peers, &place)) != NULL)
		if (peer->state == PEER_OPEN)
			reply_closing(front, peer, &stopping);
}

static void take_wake(struct front *front)
{
	eventfd_t count;

	eventfd_read(front->wake_fd, &count);
	take_reload(front);
	faults_begin(front);
	if (front_is_closing(front) && !front->told_closing) {
		front->told_closing = true;
		tell_stopping(front);
	}
}

/* How long a connection may be there and not say who it is: what is known to do so says it at once. */
static int64_t unknown_us(const struct config *config)
{
	uint64_t beats = UNKNOWN_HEARTBEATS * config->heartbeat;

	return (int64_t)(beats < config->session_timeout ? beats : config->session_timeout);
}

static void tick(struct front *front)
{
	static const int64_t tell_us = TELL_EVERY_TICKS * TICK_US;

	peers_tick(front);
	tell_clock(front);
	atomic_store(&front->connections, front->guard.count);
	guard_cut_silent(&front->guard, front->mono_us - unknown_us(&front->config));
	if (front->mono_us >= front->next_tell_us) {
		tell(front);
		front->next_tell_us = front->mono_us + tell_us;
	}
	front->next_tick_us = front->mono_us + TICK_US;
}

static void read_clocks(struct front *front)
{
	front->mono_us = clock_mono_us();
	front->wall_us = clock_wall_us();
	front->site_us = broker_wall_us(front->broker);
}

static int poll_all(zmq_pollitem_t items[POLL_COUNT], int64_t wait_us)
{
	return zmq_poll(items, POLL_COUNT, wait_us > 0 ? (long)(wait_us / 1000 + 1) : 0);
}

/* As zmq_poll, but that it stays awake for what comes soon after what came before. */
static int await(struct front *front, zmq_pollitem_t items[POLL_COUNT])
{
	int64_t start = clock_mono_us();
	int64_t wait_us = front->next_tick_us - start;
	int ready = 0;

	if (wait_us >= BRISK_US)
		do
			ready = poll_all(items, 0);
		while (ready == 0 && brisk_stays(&front->brisk, start));
	if (ready == 0)
		ready = poll_all(items, wait_us);
	brisk_learn(&front->brisk, start, ready > 0);
	return ready;
}

static bool wait(struct front *front)
{
	zmq_pollitem_t items[POLL_COUNT] = {
		[POLL_ROUTER] = { front->endpoint.router, 0, ZMQ_POLLIN, 0 },
		[POLL_ZAP] = { front->endpoint.zap, 0, ZMQ_POLLIN, 0 },
		[POLL_MONITOR] = { front->endpoint.monitor, 0, ZMQ_POLLIN, 0 },
		[POLL_OUTBOUND] = { NULL, ring_fd(broker_outbound(front->broker)), ZMQ_POLLIN, 0 },
		[POLL_WAKE] = { NULL, front->wake_fd, ZMQ_POLLIN, 0 },
	};

	if (await(front, items) < 0 && errno != EINTR) {
		front_end(front, ERR_IO, "the sockets cannot be polled: %s", zmq_strerror(errno));
		return false;
	}
	read_clocks(front);
	if (items[POLL_WAKE].revents != 0)
		take_wake(front);
	return true;
}

void *front_loop(void *context)
{
	struct front *front = context;

	pthread_setname_np(pthread_self(), "front");
	read_clocks(front);
	while (!atomic_load(&front->stop) && wait(front)) {
		front_listen(front);
		outtake(front, OUTBOUND_A_TURN);
		answer_zap(front);
		take_frames(front);
		if (front->mono_us >= front->next_tick_us)
			tick(front);
		atomic_fetch_add(&front->turns, 1);
	}
	outtake(front, SIZE_MAX); /* the writer has ended: the rest of what it said */
	return NULL;
}
