/* SPDX-License-Identifier: Apache-2.0 */
/* broker/world.h - what a rule may look at, and what it may say.
 *
 * A verb's decide reads the world and an order and gives a decision; it changes nothing, and it reads no clock, randomness, file or
 * network (P9).  Its apply turns the entry into rows, from the entry's header and body alone (P2). */
#pragma once
#include "base/arena.h"
#include "broker/clock_watch.h"
#include "broker/inbound.h"
#include "broker/mailbox.h"
#include "broker/registry.h"
#include "contract/codec.h"
#include "contract/leaf.h"
#include "ledger.pb-c.h"
#include "rules/holidays.h"
#include "store/store.h"

/* Options that rules depend on. */
struct rules {
	const char *site;
	uint32_t attempts_max;
	uint64_t mailbox_items_max;
	uint64_t items_max;
	uint32_t part_days; /* that parts are kept after everything of their thread ended; 0: for ever */
	uint32_t body_years; /* that bodies of entries are kept after everything of their case or thread ended; 0: for ever */
	int64_t unpolled_us; /* of its open time that an agency may leave its mailbox alone while something waits; 0: for ever */
	size_t erase_piece; /* entries that one entry destroys at most */
	bool test_site; /* as the ledger's first entry says */
};

/* What an entry had to tell and had no room for (notices.h). */
struct untold {
	Pb__Told *told;
	ProtobufCBinaryData case_id;
	struct untold *next;
};

struct world {
	struct txn *txn;
	const struct registry *registry;
	const struct holidays *holidays; /* NULL: no file was loaded (business_time.h) */
	const struct mailbox *mailbox; /* its counts only */
	const struct rules *rules;
	struct arena *arena;           /* what a decision points to lives here until the batch ends */
	struct untold *untold;         /* by the decision that is being made; NULL: nothing */
	struct schedules *schedules;   /* leg_clock.c's, of this batch; NULL: none yet, or hours or holidays have changed */
	int64_t now_us;                /* the site's time */
	int64_t wall_us;               /* what the machine's clock shows, believed or not (clock_watch.h) */
	const struct clock_watch *clock;
	bool tight;                    /* admit nothing that can wait: the reserve is touched */
	struct store_room room;
};

/* An order of a batch, and who ordered it: checked already, in force now. */
struct signer {
	const struct registry_agency *agency;
	const struct registry_device *device;
	const struct inbound_batch *batch;
	size_t index;                      /* of the order in the batch */
	const struct inbound_order *order;
	const struct registry_agency *const *recipients; /* of a new submission, by View: looked up once; NULL in it: there is no such agency */
};

enum decision_kind {
	DECISION_ENTRY,     /* body is to be recorded */
	DECISION_DUPLICATE, /* the entry at seq did it already */
	DECISION_NOTHING,   /* nothing is left to do, and nothing did it */
	DECISION_REFUSED
};

struct decision {
	enum decision_kind kind;
	Pb__EntryBody *body;
	uint64_t seq;
	const Pb__Refusal *refusal;
};

/* Each gives ERR_OK with the decision made, or ERR_NOMEM. */
enum err decide_entry(struct world *world, Pb__EntryBody__BodyCase type, void *entry, struct decision *ret_decision);
enum err decide_refusal(struct world *world, Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound,
			struct decision *ret_decision);

/* What a check found; code 0: nothing. */
struct objection {
	Pb__RefusalCode code;
	const char *subject; /* constant, or in the order or the registry */
	int64_t value, bound;
};
enum err decide_objection(struct world *world, const struct objection *objection, struct decision *ret_decision);
void decide_duplicate(uint64_t seq, struct decision *ret_decision);
void decide_nothing(struct decision *ret_decision);

/* Shorter names for what rules say most. */
#define REFUSE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define OBJECT(name, ...) ((struct objection){ REFUSE(name), __VA_ARGS__ })

/* The order as its entry keeps it; borrows the order's bytes.  NULL: out of memory. */
Pb__SignedOrder *world_signed_order(struct world *world, const struct signer *signer);

/* A zeroed array or struct in the world's arena; NULL: out of memory. */
void *world_alloc(struct world *world, size_t count, size_t size);

/* The same as it happens to be, for what its caller fills at once. */
void *world_room(struct world *world, size_t count, size_t size);
