/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows.h - the rows of this room's derived tables: fixed layouts, big-endian, written by apply alone.
 *
 * Reading gives ERR_CORRUPT when a row has not the length that its layout says, ERR_NOT_FOUND when there is none; what is read and
 * borrowed lasts until the next write in the transaction.  Writing fails as txn.h says: it sticks. */
#pragma once
#include "broker/lookup.h"
#include "contract/limits.h"
#include "ledger.pb-c.h"
#include "store/keys.h"

/* QUEUE: every delivery that was not acknowledged, open or undeliverable, with what the mailbox index needs of it.  What the site put into
 * a mailbox itself (told.h) never expires. */
struct queue_row {
	uint64_t item;
	uint64_t thread;          /* order key */
	uint64_t about;           /* RELEASE, SEAL_TASK: item of the message; else 0 */
	uint64_t told;            /* RELEASE, SEAL_TASK: the one before it about the same message; else 0 */
	uint32_t agency;          /* recipient */
	uint32_t sender;          /* of the message; 0: the site */
	uint32_t part_bytes;      /* what goes with a hand-out's data frame */
	uint32_t statement_bytes; /* what goes with its control frame */
	uint8_t lane;
	uint8_t state;            /* enum delivery_state */
	uint8_t what;             /* ItemWhat */
	bool conditional;         /* rests on a consent: it has a row in CONDITIONS */
	int64_t accepted_at_us;
	int64_t expires_at_us;    /* 0: never */
	struct digest view_hash;  /* what an acknowledgement names; of a NOTICE the leaf hash of its bytes */
};

void queue_row_append(struct txn *txn, const struct queue_row *row);
enum err queue_row_get(struct txn *txn, uint64_t item, struct queue_row *ret_row);
enum err queue_row_decode(struct bytes key, struct bytes value, struct queue_row *ret_row);

/* What happened to a delivery: into its row of QUEUE, which has room for it from the start and keeps what it was submitted with.  ERR_CORRUPT
 * sticks when it has none.  One that is acknowledged goes from there to DELIVERIES; what more is told about it then is written there. */
void delivery_put(struct txn *txn, const struct delivery *delivery);
void delivery_acknowledge(struct txn *txn, struct delivery *delivery, uint64_t seq);

/* A row of QUEUE as the delivery that it is. */
enum err delivery_decode(struct bytes key, struct bytes value, struct delivery *ret_delivery);

/* OPENERS: of an item that a device of its agency could not open, the devices that may still.  An item that all may try has no row. */
struct openers {
	uint32_t devices[LIMIT_DEVICES];
	size_t count;
};
void openers_put(struct txn *txn, uint64_t item, const struct openers *openers);
enum err openers_get(struct txn *txn, uint64_t item, struct openers *ret_openers);
enum err openers_forget(struct txn *txn, uint64_t item); /* also when there is none */
enum err openers_each(struct txn *txn, void (*each)(void *context, uint64_t item), void *context);

/* AGENCIES and AGENCY_IDS.  record: a packed Agency, as the directory had it last. */
struct agency_row {
	bool closed;
	struct bytes record;
};
void agency_row_put(struct txn *txn, uint32_t number, const struct agency_row *row);
enum err agency_row_get(struct txn *txn, uint32_t number, struct agency_row *ret_row);
enum err agency_row_decode(struct bytes value, struct agency_row *ret_row);
void agency_number_put(struct txn *txn, struct bytes id, uint32_t number);
enum err agency_number_get(struct txn *txn, struct bytes id, uint32_t *ret_number);

/* DEVICES: struct device of lookup.h. */
enum err device_put(struct txn *txn, const struct device *device);
enum err device_decode(struct bytes key, struct bytes value, struct device *ret_device);

/* CERTIFICATES: which binding a certificate came with, and when that ended. */
struct certificate_row {
	uint32_t agency, device;
	uint64_t seq;       /* the binding's entry */
	int64_t ends_at_us; /* 0: in force */
	bool compromised;
};
void certificate_row_put(struct txn *txn, const struct digest *digest, const struct certificate_row *row);
enum err certificate_row_get(struct txn *txn, const struct digest *digest, struct certificate_row *ret_row);

/* INVITATIONS: struct invitation of lookup.h. */
void invitation_put(struct txn *txn, const struct invitation *invitation);
enum err invitation_get(struct txn *txn, struct bytes curve_key, struct invitation *ret_invitation);
enum err invitation_decode(struct bytes key, struct bytes value, struct invitation *ret_invitation);

/* DIRECTORY: the current file, and the entry that last changed it or a binding. */
void directory_file_put(struct txn *txn, struct bytes file);
enum err directory_file_get(struct txn *txn, struct bytes *ret_file);
void directory_version_put(struct txn *txn, uint64_t version);
enum err directory_version_get(struct txn *txn, uint64_t *ret_version); /* 0 while there is none */
/* The ids of the routing rules in the file, as packed; ERR_OK where there is no file. */
enum err directory_rules_each(struct txn *txn, enum err (*each)(void *context, struct bytes id), void *context);
enum err directory_zone_get(struct txn *txn, int *ret_offset_minutes);  /* Asia/Tokyo's while the file names none that is known */

/* CALENDAR: the Cabinet Office's file of holidays, as it was loaded last. */
void holiday_file_put(struct txn *txn, struct bytes file);
enum err holiday_file_get(struct txn *txn, struct bytes *ret_file);

/* TIMERS: by due time, then kind and number of what is due. */
struct timer_row {
	int64_t due_at_us;
	Pb__TimerKind kind;
	uint64_t number; /* EXPIRES: item; LEG: leg; REQUEST, CONFERENCE, CONSENT: seq of the submission; ACTION_ITEM: its number */
};
void timer_put(struct txn *txn, const struct timer_row *timer);
void timer_drop(struct txn *txn, const struct timer_row *timer);
enum err timer_decode(struct bytes key, struct timer_row *ret_timer);
enum err timer_seek(struct cursor *cursor, const struct timer_row *least, struct bytes *ret_key, struct bytes *ret_value); /* of TIMERS: the first from least on */

/* MESSAGES: message id and sender give the submission's entry, which tells a repeat from a conflict: both are rare, messages are not. */
void message_put(struct txn *txn, struct bytes message_id, uint32_t sender, uint64_t seq);
enum err message_get(struct txn *txn, struct bytes message_id, uint32_t sender, uint64_t *ret_seq);
enum err message_row_decode(struct bytes value, uint64_t *ret_seq);
