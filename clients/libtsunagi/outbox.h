/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox.h - messages sealed and safe on this device's disk until the broker has them.
 *
 * One file per message in `messages/`: "TSGO", be32 length of the head, the head (JSON), statements, parts, and SHA-256 of all before.
 * Its segments, if it has attachments, are in `segments/ID/`.  A message is on disk, synced, before anything of it travels, and goes
 * only after its outcome is kept (sent_keys.h) or told.  `ID.sent` tells that the broker may have it. */
#pragma once
#include "libtsunagi/order.h"
#include "libtsunagi/outbox_row.h"

struct outbox {
	char *folder;            /* messages */
	char *segments_folder;
	struct outbox_message *first;
	size_t count;
};

/* Makes the folders and reads the heads of all messages.  on_damaged hears of each file that is set aside as FILE.damaged. */
enum err outbox_open(const char *folder, struct outbox *ret_outbox, void (*on_damaged)(void *context, const char *file), void *context);
void outbox_close(struct outbox *outbox);

/* Where the segments of a new message go: makes the folder.  Allocated. */
enum err outbox_segments_folder(struct outbox *outbox, const struct id *id, char **ret_folder);

/* Writes a message durably and adds it.  head is borrowed; segments copied.  After a failure nothing of it is left. */
enum err outbox_put(struct outbox *outbox, const struct id *id, json_t *head, const struct digest *content_hash, const struct order *order,
		    const struct segment *segments, size_t segment_count, struct outbox_message **ret_message);

/* Its order, read and verified; owner as given.  ERR_CORRUPT. */
enum err outbox_load(const struct outbox *outbox, const struct outbox_message *message, void *owner, struct order **ret_order);

/* Replaces its order (sealed again). */
enum err outbox_replace(struct outbox *outbox, struct outbox_message *message, uint64_t directory_version, const struct order *order);

/* Notes that the broker may have it; cheap, survives the process but perhaps not a power cut. */
void outbox_mark_sent(struct outbox *outbox, struct outbox_message *message);

/* Removes it durably, with its segments, and frees it. */
enum err outbox_remove(struct outbox *outbox, struct outbox_message *message);

struct outbox_message *outbox_find(const struct outbox *outbox, const struct id *id);         /* NULL: not there */
struct outbox_message *outbox_find_key(const struct outbox *outbox, const char *key);

/* The most urgent of those READY whose pause is over, the oldest of these; NULL: none. */
struct outbox_message *outbox_next(const struct outbox *outbox, int64_t now_mono_us);

/* One of its segments, appended to out.  ERR_CORRUPT when the file is not what it was. */
enum err outbox_segment(const struct outbox *outbox, const struct outbox_message *message, size_t index, struct buf *out);

/* Removes segment folders that belong to no message: left by a crash between sealing and writing the message. */
void outbox_sweep(struct outbox *outbox);

/* ---- between outbox.c and outbox_scan.c ---- */

/* Puts a row in its place: older messages first. */
void outbox_insert(struct outbox *outbox, struct outbox_message *message);

/* folder/ID + ending; allocated, NULL when memory is short. */
char *outbox_path(const struct outbox *outbox, const struct id *id, const char *ending);
