/* SPDX-License-Identifier: Apache-2.0 */
#include "front/trace_thread.h"

#include "base/id.h"
#include "broker/lookup.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "contract/codec.h"
#include "front/happenings.h"
#include "front/sent_message.h"

#define WALKED_MOST 2048u /* entries of a case looked at */
#define ARENA_MOST (32u * 1024u * 1024u)

struct walk {
	struct happenings happenings;
	size_t walked;
	uint64_t opened; /* told already */
};

/* ERR_BUSY ends the walk. */
static enum err visit(void *context, uint64_t seq)
{
	struct walk *walk = context;

	if (seq == walk->opened)
		return ERR_OK;
	if (walk->walked++ == WALKED_MOST || walk->happenings.reader->arena->used > ARENA_MOST)
		return ERR_BUSY;
	return happenings_add(&walk->happenings, seq);
}

/* The entry of the message that opened the thread, and then whatever followed it. */
static enum err walk_thread(struct walk *walk, const struct sent_message *message)
{
	const struct reader *reader = walk->happenings.reader;
	const uint8_t *id = walk->happenings.thread;
	uint64_t opened;
	enum err err = message_seq(reader->txn, id, message->entry->order->agency, &opened);

	if (err == ERR_NOT_FOUND) /* whoever acts on a request is not who sent it */
		err = message_seq(reader->txn, id, 0, &opened);
	if (err == ERR_OK)
		err = visit(walk, opened);
	walk->opened = err == ERR_OK ? opened : walk->opened;
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	return thread_entries_each(reader->txn, bytes_of_pb(message->entry->case_id), told_thread(bytes_of(id, ID_BYTES)),
				   err == ERR_OK ? opened : 0, visit, walk);
}

enum err trace_thread(const struct reader *reader, uint64_t seq, Pb__Trace *trace)
{
	struct walk walk = { .opened = UINT64_MAX };
	struct sent_message message;
	ProtobufCBinaryData id;
	bool kept_out = false;
	enum err err = sent_read(reader, seq, &message);

	if (err == ERR_OK)
		err = reader_is_kept_out(reader, bytes_of_pb(message.entry->case_id), &kept_out);
	if (err != ERR_OK || kept_out)
		return err;
	id = message.views[0]->thread_id.len == ID_BYTES ? message.views[0]->thread_id : message.views[0]->message_id;
	err = happenings_begin(reader, id.data, &walk.happenings);
	if (err == ERR_OK)
		err = walk_thread(&walk, &message);
	trace->thread = walk.happenings.rows;
	trace->n_thread = walk.happenings.count;
	trace->more = err == ERR_BUSY;
	return err == ERR_BUSY ? ERR_OK : err;
}
