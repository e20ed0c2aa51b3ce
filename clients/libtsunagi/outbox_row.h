/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox_row.h - a message of the outbox as it stands in memory: its head and its state, not its bytes. */
#pragma once
#include <jansson.h>

#include "base/id.h"
#include "libtsunagi/attachments.h"
#include "libtsunagi/failure.h"

enum outbox_state {
	OUTBOX_READY,     /* may go to the batcher */
	OUTBOX_UPLOADING, /* its segments first */
	OUTBOX_TRAVELS,   /* its order is with the batcher */
	OUTBOX_STALE      /* to be sealed again once the directory is newer than the one it was sealed by */
};

struct outbox_message {
	struct outbox_message *next;
	struct id id;
	enum outbox_state state;
	uint8_t urgency;
	bool sent;               /* the broker may have it */
	bool collect;            /* its receipt is for tsg_next_receipt */
	unsigned attempts;
	int64_t since_us;        /* wall clock */
	int64_t not_before_us;   /* monotonic; the broker asked for a pause */
	uint64_t directory_version;
	struct digest content_hash;
	json_t *head;            /* to, key, case_id, kind, … as kept */
	struct segment *segments;
	size_t segment_count;
	size_t segment_next;     /* those before are stored at the broker */
	struct failure *last;    /* why it still waits; NULL: no attempt failed */
};

/* The row of a message whose head this is (a new reference is kept).  ERR_CORRUPT when the head lacks something. */
enum err outbox_row_of_head(const struct id *id, json_t *head, struct outbox_message **ret_message);
void outbox_message_free(struct outbox_message *message); /* NULL does nothing */
