/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/control.c - see control.h for the contract. */
#include "libtsunagi/control.h"

#include "contract/limits.h"

static enum err frame_new(zmq_msg_t *frame, size_t size, size_t most)
{
	if (size > most)
		return ERR_TOO_LARGE;
	return zmq_msg_init_size(frame, size) == 0 ? ERR_OK : ERR_NOMEM;
}

static enum err frame_of_message(zmq_msg_t *frame, const ProtobufCMessage *message)
{
	size_t size = codec_size(message);
	enum err err = frame_new(frame, size, LIMIT_CONTROL_BYTES);

	if (err == ERR_OK)
		codec_pack_into(message, zmq_msg_data(frame), size);
	return err;
}

static enum err frame_of_runs(zmq_msg_t *frame, const struct bytes *runs, size_t count)
{
	uint8_t *at = NULL;
	size_t size = 0;
	enum err err = ERR_OK;

	for (size_t i = 0; i < count; i++)
		size += runs[i].len;
	err = frame_new(frame, size, LIMIT_DATA_BYTES);
	if (err != ERR_OK)
		return err;
	at = zmq_msg_data(frame);
	for (size_t i = 0; i < count; at += runs[i++].len)
		if (runs[i].len > 0)
			memcpy(at, runs[i].data, runs[i].len);
	return ERR_OK;
}

/* Both are made where libzmq takes them from: a batch is hundreds of kilobytes, and each copy less is felt. */
enum err control_send(struct channel *channel, const Pb__FromClient *message, const struct bytes *runs, size_t count)
{
	zmq_msg_t control, data;
	enum err err = frame_of_message(&control, &message->base);

	if (err != ERR_OK)
		return err;
	err = frame_of_runs(&data, runs, count);
	if (err == ERR_OK) {
		err = channel_send(channel, &control, &data);
		zmq_msg_close(&data);
	}
	zmq_msg_close(&control);
	return err;
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
	return CODEC_DECODE_WITHIN(from_broker, control, arena, ret_message, NULL);
}
