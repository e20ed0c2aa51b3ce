/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/channel.h - the way to a broker: tries its endpoints one after another, tells which step fails, and after a failure
 * tries again by itself, later each time and with chance in it, so that a thousand desks do not come back at once.
 *
 * It carries pairs of frames and knows nothing of what they say.  Nothing here blocks but channel_wait and channel_free's linger. */
#pragma once
#include "libtsunagi/wire_socket.h"

enum channel_state {
	CHANNEL_IDLE,       /* not asked to connect */
	CHANNEL_WAITING,    /* failed; tries again at its time */
	CHANNEL_CONNECTING, /* name, TCP, handshake */
	CHANNEL_CONNECTED   /* admitted by a broker that proved its key */
};

/* Which step failed last. */
enum channel_fault {
	CHANNEL_FAULT_NONE,
	CHANNEL_FAULT_NAME,         /* the host's name cannot be resolved, or the endpoint is none */
	CHANNEL_FAULT_CONNECT,      /* nobody listens */
	CHANNEL_FAULT_BROKER_KEY,   /* something answers that does not prove the broker's key */
	CHANNEL_FAULT_NOT_ADMITTED, /* the broker does not admit our key */
	CHANNEL_FAULT_LOST,         /* it stood, and ended */
	CHANNEL_FAULT_DROPPED       /* we ended it: channel_drop */
};

struct channel;

/* endpoints and what they point to are borrowed for the channel's life; keys are copied.  ERR_NOMEM, ERR_BUSY (no descriptors). */
enum err channel_new(char *const *endpoints, size_t endpoint_count, const struct wire_keys *keys, struct channel **ret_channel);

/* Waits up to linger_ms for what was sent to leave.  NULL does nothing. */
void channel_free(struct channel *channel, int linger_ms);

/* Starts connecting if it is idle; if it waits, tries now. */
void channel_connect(struct channel *channel);

/* Ends the connection because of what was said on it; it is tried again later. */
void channel_drop(struct channel *channel);

/* Ends the connection; after linger_ms at most it is idle.  channel_connect starts anew, at once. */
void channel_end(struct channel *channel, int linger_ms);

/* Takes note of what happened to the connection and starts the next attempt when its time has come. */
void channel_work(struct channel *channel);

enum channel_state channel_state(const struct channel *channel);
enum channel_fault channel_fault(const struct channel *channel);
const char *channel_endpoint(const struct channel *channel); /* the one in use or tried last */
unsigned channel_failures(const struct channel *channel);    /* in a row */

/* As wire_send.  ERR_BUSY: not now; ERR_UNREACHABLE: not connected. */
enum err channel_send(struct channel *channel, zmq_msg_t *control, zmq_msg_t *data);
bool channel_can_send(struct channel *channel);

/* One message; control and data are borrowed until the next call.  ERR_TIMEOUT when nothing is there; ERR_FORMAT when it was not two frames. */
enum err channel_receive(struct channel *channel, struct bytes *ret_control, struct bytes *ret_data);

/* Tells the far side's greeting was answered: the next failure waits the shortest time again. */
void channel_settled(struct channel *channel);

/* A descriptor that is readable when channel_work or channel_receive has something to do; channel_set_timer adds a moment (monotonic
 * microseconds, INT64_MAX: none) at which it becomes readable too; channel_mark makes it readable until the next channel_work. */
int channel_fd(const struct channel *channel);
void channel_set_timer(struct channel *channel, int64_t at_us);
void channel_mark(struct channel *channel);

/* True when a message waits that the descriptor no longer tells of. */
bool channel_has_input(struct channel *channel);

/* Blocks until the descriptor is readable or until_us (monotonic) has come. */
void channel_wait(struct channel *channel, int64_t until_us);
