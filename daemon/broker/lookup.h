/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup.h - reading the derived tables, in any transaction: what the front and the operators' socket need to know. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "contract/limits.h"
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "directory.pb-c.h"
#include "store/txn.h"

/* An agency's row. */
struct agency {
	uint32_t number;
	bool closed;              /* no longer in the directory */
	const Pb__Agency *record; /* in the arena */
};

enum err agency_by_id(struct txn *txn, struct bytes id, struct arena *arena, struct agency *ret_agency);
enum err agency_by_number(struct txn *txn, uint32_t number, struct arena *arena, struct agency *ret_agency);

/* agency@site, whoever it is: for what no other party reads. */
enum err agency_address(struct txn *txn, const char *site, uint32_t number, struct arena *arena, char **ret_address);

/* The address under which reader (one; "": an operator) is shown that agency; NULL: it is not shown. */
enum err agency_shown_as(struct txn *txn, const char *site, uint32_t number, const char *reader, struct arena *arena, const char **ret_address);

/* A device's binding. */
struct device {
	uint32_t agency, device;
	char name[64];
	uint8_t curve_key[CURVE_BYTES];
	struct bytes signing_certificate; /* DER, borrowed from txn */
	struct bytes sealing_certificate;
	uint64_t seq;
	int64_t bound_at_us;
	int64_t ends_at_us;               /* 0: in force */
	bool compromised;
};

enum err device_get(struct txn *txn, uint32_t agency, uint32_t device, struct device *ret_device);

/* By a certificate's digest, also one no longer in force: its binding's entry tells. */
enum err certificate_binding(struct txn *txn, const struct digest *digest, struct arena *arena, const Pb__Binding **ret_binding);

/* Calls each for every device in force (agency 0: of every agency), in key order, until it gives another result than ERR_OK. */
enum err device_each(struct txn *txn, uint32_t agency, enum err (*each)(void *context, const struct device *device), void *context);

struct invitation {
	uint8_t curve_key[CURVE_BYTES];
	uint32_t agency;
	int64_t expires_at_us;
	bool used;
};
enum err invitation_each(struct txn *txn, enum err (*each)(void *context, const struct invitation *invitation), void *context);

/* Items are numbered by the entry that made them and its Views: never twice, ascending, and without a counter to keep. */
static inline uint64_t item_number(uint64_t seq, size_t recipient)
{
	return seq * LIMIT_RECIPIENTS + recipient;
}

static inline uint64_t item_seq(uint64_t item)
{
	return item / LIMIT_RECIPIENTS;
}

static inline uint16_t item_recipient(uint64_t item)
{
	return (uint16_t)(item % LIMIT_RECIPIENTS);
}

/* One item's delivery: a View's, or what the site put into a mailbox itself. */
enum delivery_state {
	DELIVERY_WAITING = 1,
	DELIVERY_FROZEN,
	DELIVERY_DEAD,
	DELIVERY_ACKNOWLEDGED,
	DELIVERY_UNDELIVERABLE,
	DELIVERY_QUARANTINED
};

struct delivery {
	uint64_t item;
	uint64_t seq;            /* the message's submission, whose View and parts are handed out; of a NOTICE the entry that told it */
	uint16_t recipient;      /* index of the View in it; of a NOTICE the item's place in its entry */
	uint32_t agency;         /* recipient */
	uint32_t sender;         /* of the message; 0: the site */
	uint8_t what;            /* ItemWhat */
	bool conditional;        /* rests on a consent: looked at again at every hand-out */
	uint8_t lane;            /* Urgency */
	enum delivery_state state;
	uint8_t reason;          /* RefuseReason of the last failure */
	uint32_t attempts;
	uint32_t handouts;
	uint64_t last_handout_seq;
	uint64_t failed_seq;     /* entry that counted the last failure; a hand-out counts one failure at most */
	uint64_t ended_seq;      /* acknowledgement, or what ended it; 0: open */
	int64_t expires_at_us;   /* 0: never */
	uint64_t about;          /* RELEASE, SEAL_TASK: item of the message; else 0 */
	uint64_t told;           /* the newest RELEASE or SEAL_TASK about this message; of such an item the one before it; 0: none */
	struct digest view_hash; /* what an acknowledgement names; of a NOTICE the leaf hash of its bytes */
};

enum err delivery_get(struct txn *txn, uint64_t item, struct delivery *ret_delivery);

/* The same of what that agency says that it was handed, by the hash of what it read: ERR_NOT_FOUND of another's, and where the hash is another of
 * what was never handed out; ERR_CONFLICT: it was, and reads otherwise.  Numbers are easily counted through, and would tell how many were written to
 * with one message, and that something is held back. */
enum err delivery_of(struct txn *txn, uint64_t item, uint32_t agency, struct bytes view_hash, struct delivery *ret_delivery);

/* Open deliveries (waiting, frozen, quarantined, dead) with item > after, in item order; agency 0: all. */
enum err delivery_each_open(struct txn *txn, uint32_t agency, uint64_t after,
			    enum err (*each)(void *context, const struct delivery *delivery), void *context);

/* All deliveries with item >= from, in item order, until each gives another result than ERR_OK, which is given back. */
enum err delivery_each(struct txn *txn, uint64_t from, enum err (*each)(void *context, const struct delivery *delivery), void *context);

/* The submission of (sender, message id); ERR_NOT_FOUND.  sender 0: any sender's (operators). */
enum err message_seq(struct txn *txn, const uint8_t message_id[16], uint32_t sender, uint64_t *ret_seq);

/* The newest message with that short code's bits (base/id.h) that accept takes (ERR_OK; ERR_NOT_FOUND: another one), among the MESSAGES_BY_CODE
 * newest: no table leads there, and a person reads out what is in their hands.  ERR_NOT_FOUND: none. */
#define MESSAGES_BY_CODE 200000u
enum err message_by_code(struct txn *txn, uint64_t tail, enum err (*accept)(void *context, uint64_t seq), void *context, uint8_t ret_message_id[16]);

/* The current DirectoryFile, decoded into the arena, and the entry that last changed the directory or a binding. */
enum err directory_current(struct txn *txn, struct arena *arena, const Pb__DirectoryFile **ret_file, uint64_t *ret_version);

/* The days of the holiday file as YYYY-MM-DD, ascending; none while no file was loaded. */
enum err holiday_dates(struct txn *txn, struct arena *arena, char ***ret_dates, size_t *ret_count);

/* What an agency said of itself, of the services that its record names; ERR_NOT_FOUND: nothing. */
enum err agency_standing(struct txn *txn, uint32_t number, const Pb__Agency *record, struct arena *arena, Pb__Standing **ret_standing);

/* The same of all agencies of a file, in its order; those that said nothing are left out. */
enum err directory_standings(struct txn *txn, const Pb__DirectoryFile *file, struct arena *arena, Pb__Standing ***ret_standings,
			     size_t *ret_count);

/* A binding in force as readers are shown it; agency: its id.  What it points to is borrowed from device's transaction, or in the arena. */
enum err binding_shown(const struct device *device, const char *agency, struct arena *arena, Pb__Binding **ret_binding);

/* The records of the confidential agencies whose proxy is that agency, serialised, appended to out; of most there are none. */
enum err confidential_records(struct txn *txn, const char *proxy, struct buf *out);

/* Builds the snapshot that the site signs: public agencies and their bindings in force; serialised, appended to out. */
enum err directory_snapshot(struct txn *txn, struct buf *out, uint64_t *ret_version);
