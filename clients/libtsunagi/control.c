/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/control.c - see frame.h for the contract. */
#include "libtsunagi/control.h"

#include "contract/limits.h"

enum err control_send(struct channel *channel, const Pb__FromClient *message, struct bytes data, struct buf *scratch)
{
	enum err err = ERR_OK;

	buf_clear(scratch);
	err = codec_pack(&message->base, scratch);
	if (err == ERR_OK)
		err = scratch->err;
	if (err == ERR_OK && scratch->len > LIMIT_CONTROL_BYTES)
		err = ERR_TOO_LARGE;
	return err == ERR_OK ? channel_send(channel, buf_bytes(scratch), data) : err;
}

enum err control_receive(struct channel *channel, struct arena *arena, const Pb__FromBroker **ret_message, struct bytes *ret_data)
{
	struct bytes control;
	enum err err = channel_receive(channel, &control, ret_data);

	if (err != ERR_OK)
		return err;
	if (control.len > LIMIT_CONTROL_BYTES || ret_data->len > LIMIT_DATA_BYTES)
		return ERR_TOO_LARGE;
	arena_reset(arena);
	return CODEC_DECODE(from_broker, control, arena, ret_message, NULL);
}
