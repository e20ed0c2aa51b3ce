/* SPDX-License-Identifier: Apache-2.0 */
/* broker/broker.h - the writer: one thread that turns commands into durable entries, in batches, and tells the world afterwards.
 *
 * Per batch, in one transaction: decide each command by pure rules over the open transaction, record its entries, apply them to
 * the tables; then timers that are due and hand-outs; then sign the checkpoint and commit.  Only then do replies and hand-outs leave (P1).
 * A batch that fails is aborted whole; memory is loaded again from what is committed. */
#pragma once
#include "base/ring.h"
#include "broker/inbound.h"
#include "broker/outbound.h"
#include "crypto/certificate.h"
#include "store/store.h"

struct broker;

struct broker_options {
	const char *site;
	const char *local_government_code;
	const struct private_key *checkpoint_key; /* borrowed for the broker's life */
	const struct certificate *site_certificate;
	size_t ring_slots;          /* inbound and outbound */
	size_t ring_reserve;        /* of them for acknowledgements and danger */
	size_t batch_orders;        /* orders in one commit */
	size_t batch_bytes;         /* bytes of parts and statements in one commit */
	uint32_t attempts_max;      /* failures until an item is a dead letter */
	int64_t lease_us;           /* an unacknowledged hand-out goes back after this */
	uint64_t mailbox_items_max; /* waiting items of one agency; danger to life is exempt */
	uint64_t items_max;         /* waiting items of all: bounds the index in memory */
	int64_t unpolled_us;        /* open time after which a mailbox that nobody looks into is told; 0: never */
	uint32_t body_years;        /* that bodies of entries are, at most RETENTION_BODY_YEARS_MAX; 0: for ever */
	size_t erase_piece;         /* entries that one entry destroys at most; 0: LIMIT_ERASED_ENTRIES */
	uint32_t part_days;         /* that parts are kept after everything of their thread ended, at most RETENTION_PART_DAYS_MAX; 0: for ever */
	bool test_site;             /* a new ledger is marked as a throw-away site's, for ever; what an existing one says counts */
};

/* Opens the ledger (a new one begins with its genesis entry), loads registry and mailboxes.  Not yet running.
 *
 * ERR_CONFLICT  the store is of another site or another checkpoint key
 * ERR_CORRUPT   what is stored does not hold; in this one case *ret_broker is set too, and good for broker_fault and broker_close alone */
enum err broker_open(const struct broker_options *options, struct store *store, struct broker **ret_broker);

/* What broker_open found damaged, and where; "" when it cannot tell more than the error. */
const char *broker_fault(const struct broker *broker);

/* Derives every table anew from the entries; the store must not be in use.  progress may be NULL.  One that is cut short is done again
 * by the next broker_open.  ERR_CORRUPT when an entry does not parse or does not fit those before it. */
enum err broker_rebuild(const struct broker_options *options, struct store *store,
			void (*progress)(void *context, uint64_t done, uint64_t of), void *context);

enum err broker_start(struct broker *broker);          /* starts the writer's thread */
void broker_stop(struct broker *broker);               /* takes what waits, commits, joins; late offers are refused */
void broker_close(struct broker *broker);

/* Any thread.  ERR_BUSY when the ring is full (the caller refuses with OVERLOADED and keeps ownership), ERR_STOPPED after stop.
 * privileged: acknowledgements, refusals, danger to life, session ends, operators. */
enum err broker_offer(struct broker *broker, struct inbound *inbound, bool privileged);

/* Where the front takes struct outbound * from; its ring_fd is for polling. */
struct ring *broker_outbound(struct broker *broker);

/* What gauges and `status` show; a consistent copy, any thread. */
struct broker_gauges {
	uint64_t entries;
	uint64_t waiting[5];     /* by Urgency */
	uint64_t leased, frozen, quarantined, dead;
	int64_t oldest_waiting_us; /* accepted at; 0: none */
	uint64_t commits;
	uint64_t batch_errors;
	double entries_per_second;
	uint32_t receiving_sessions;
	struct store_room room;
	size_t index_bytes;      /* memory of the mailbox index */
	int32_t holidays_until;  /* last year that the holiday file speaks of; 0: none was loaded */
	bool clock_frozen, clock_moving;
	int64_t clock_off_us;    /* machine's wall clock, as moved, against the site's time */
	int64_t clock_moved_us;
};
void broker_gauges(struct broker *broker, struct broker_gauges *ret_gauges);

/* Which of these items are leased now; any thread. */
void broker_leased(struct broker *broker, const uint64_t *items, size_t count, bool *ret_leased);

/* Now by the site's clock: the machine's, ahead by what a test site's was moved; any thread. */
int64_t broker_wall_us(const struct broker *broker);

/* Whether the ledger says that this is a throw-away site. */
bool broker_is_test(const struct broker *broker);

/* Waiting items of one agency; any thread. */
uint64_t broker_waiting(struct broker *broker, uint32_t agency);
