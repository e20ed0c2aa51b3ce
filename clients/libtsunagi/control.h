/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/control.h - control frames as messages, with the codec's bounds: whatever a broker sends costs at most LIMIT_DECODE_BYTES. */
#pragma once
#include "contract/codec.h"
#include "frame.pb-c.h"
#include "libtsunagi/channel.h"

/* Sends the message, and the runs back to back as its data.  ERR_BUSY: not now; ERR_UNREACHABLE; ERR_NOMEM; ERR_TOO_LARGE. */
enum err control_send(struct channel *channel, const Pb__FromClient *message, const struct bytes *runs, size_t count);

/* The next message, with what it has in the arena (which is reset here); it lives, as data does, until the next receive.
 * ERR_TIMEOUT nothing there; ERR_FORMAT, ERR_TOO_LARGE: what came makes no sense. */
enum err control_receive(struct channel *channel, struct arena *arena, const Pb__FromBroker **ret_message, struct bytes *ret_data);
