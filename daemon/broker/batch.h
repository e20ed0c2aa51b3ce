/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch.h - for the writer's own files: one batch, from what came in to what goes out.
 *
 *   begin     room, transaction
 *   inbound   each in turn: decide, record (batch_inbound.c, batch_orders.c, operator_act.c)
 *   compromise  what was sent with keys just revoked (batch_quarantine.c)
 *   consents  what those that changed no longer cover (batch_consents.c)
 *   legs      what all that led to for legs of requests (batch_legs.c), and what had to be told and found no room (notices.h)
 *   chores    a piece of what is more than one batch's (batch_chores.c)
 *   due       timers, leases that ran out, hand-outs (batch_due.c, batch_handout.c)
 *   seal      checkpoint; replies with their proofs (replies.c)
 *   commit    handed over to the disk: from here on it is next, and the one before it is durable; until here everything can be undone
 *   publish   effects on memory; once it is durable, which the next batch need not wait for: messages to the front, answers to operators
 *
 * The registry and the mailbox index change while the batch runs, so that each rule sees what the one before did; when the batch
 * fails they are loaded anew.  Leases, credit used and sessions that end with their device change only after the commit. */
#pragma once
#include "base/id.h"
#include "broker/broker.h"
#include "broker/clock_watch.h"
#include "broker/leases.h"
#include "broker/outbox.h"
#include "broker/retire.h"
#include "broker/rows.h"
#include "broker/sessions.h"
#include "broker/verbs.h"
#include "broker/world.h"
#include "ledger/ledger.h"

#include <pthread.h>
#include <stdatomic.h>

#define BATCH_ARENA_BYTES (512u * 1024u * 1024u) /* a directory load decodes its file here; orders take some KiB each */
#define SCRATCH_ARENA_BYTES (16u * 1024u * 1024u)
#define BATCH_BODY_BYTES (64u * 1024u * 1024u)   /* one packed entry */
#define SALTS 1024u                              /* drawn at once */
#define SESSIONS_MAX 65536u
#define CHORE_ROWS_MAX 512u   /* legs or requests looked at in one batch for what is done piece by piece */
#define FROZEN_ROWS_MAX 8192u /* timers looked at in one batch while they stand still */

/* What became of one order or act. */
struct outcome {
	struct decision decision;
	uint64_t seq; /* of the entry that did it, now or before */
	uint8_t header[LEAF_HEADER_BYTES];
	struct digest body_hash;
	const Pb__AdminReply *reply; /* operators' acts */
};

/* What a commit does to leases and sessions. */
enum effect_type { EFFECT_LEASE, EFFECT_END, EFFECT_REST, EFFECT_CREDIT, EFFECT_CLOSE };

struct effect {
	enum effect_type type;
	uint64_t item;    /* LEASE, END, REST; CREDIT: items used */
	uint64_t session; /* LEASE, CREDIT, CLOSE */
	uint64_t number;  /* REST: failures; CREDIT: bytes used */
};

struct effects {
	struct effect *items;
	size_t count;
	size_t room;
};

struct compromised {
	struct compromise compromise;
	struct compromised *next;
};

/* A consent that was narrowed, withdrawn or ran out. */
struct consent_change {
	struct id consent;
	struct consent_change *next;
};

/* What an entry leads to for legs; worked off after all that came in (batch_legs.c). */
enum leg_work_kind {
	LEG_WORK_TAKEN,              /* leg: it was accepted */
	LEG_WORK_REDIRECTED,         /* leg */
	LEG_WORK_DEAD,               /* item: a dead letter */
	LEG_WORK_REQUEUED,           /* item */
	LEG_WORK_EXPIRED,            /* item: given up by an operator */
	LEG_WORK_CASE_MARKED,        /* entry that marked a case: who is kept out of it has legs there no more */
	LEG_WORK_KEEP_OUT            /* leg of one */
};

struct leg_work {
	enum leg_work_kind kind;
	uint64_t number;
	struct leg_work *next;
};

struct batch {
	struct broker *broker;
	struct clocks machine;          /* as the machine's clocks were */
	struct clocks clocks;           /* wall: the site's time */
	struct world world;
	struct arena arena;
	struct arena scratch;           /* for one entry read back, emptied after each */
	struct buf body;                /* an entry's body, packed */
	struct inbound *const *inbound;
	size_t count;
	struct outcome **outcomes;      /* per inbound: one per order, or one */
	struct effects effects;
	struct outbox replies, news, handouts;
	uint64_t first_seq;             /* of the batch */
	bool once_more;                 /* it found no room: without what needs more of it than the rest, and can wait */
	bool wrote;                     /* something that is no entry */
	bool keys_changed;
	struct compromised *compromised; /* in the arena: keys revoked as compromised in this batch; NULL: none */
	struct consent_change *consents_changed; /* in the arena; NULL: all that follows from it is done */
	struct untold *untold;          /* in the arena; NULL: all was told */
	struct leg_work *leg_work, *leg_work_last; /* in the arena; NULL: nothing is left to do */
	const uint32_t *erased_tell;    /* in the arena: who is still to be told that erased_case was erased */
	size_t erased_tell_count;
	ProtobufCBinaryData erased_case;
	uint64_t version;               /* of the directory, when it changed; else 0 */
	struct bytes note;              /* newest checkpoint */
	uint64_t note_size;             /* its tree */
};

struct broker {
	struct broker_options options;
	struct rules rules;
	uint32_t epoch;
	struct store *store;
	struct ledger *ledger;
	struct registry *registry;
	struct holidays *holidays; /* NULL: no file was loaded */
	struct clock_watch clock;
	struct mailbox *mailbox;
	struct sessions *sessions;
	struct leases *leases;
	struct batch batch;
	uint8_t salts[SALTS][LEAF_SALT_BYTES];
	size_t salts_used;
	int64_t next_timer_us;  /* the site's time; 0: to be looked up; INT64_MAX: none */
	int64_t next_unpolled_us; /* the site's time: when to look for mailboxes that nobody looks into */
	struct timer_row frozen_from; /* where that look goes on; zero: at the first */
	int64_t next_frozen_us; /* monotonic: when to look for timers of danger while the others stand still */
	_Atomic int64_t moved_us; /* of a test site's clock; for other threads */
	int64_t next_prune_us;  /* monotonic */
	int64_t next_retention_us; /* monotonic: when parts that were kept long enough are looked for; 0: now */
	uint64_t retention_at;  /* entry from which on */
	int64_t next_retire_us; /* monotonic: when bodies that were kept long enough are looked for; 0: now */
	struct retire_at retire_at;
	bool chores;            /* something is left to do piece by piece; it may be that there is nothing */
	int64_t next_look_us;   /* monotonic: whether there is room again; INT64_MAX: there is */

	struct outbox untold;   /* of a batch that was handed over, until it is durable */

	struct ring *inbound;
	struct ring *outbound;
	pthread_t thread;
	bool started;
	_Atomic bool stopping;  /* no more offers; the thread ends when nothing waits */
	_Atomic bool ended;     /* the thread has ended: nobody takes what is offered */
	bool deaf;              /* the front took nothing for too long while stopping */
	char fault[400];        /* what broker_open found damaged */

	pthread_mutex_t gauges_mutex;
	struct broker_gauges gauges;
	struct { int64_t second; uint64_t entries; } rate[16]; /* entries made in each of the last seconds */
};

/* Runs one batch with these inbounds, none or more, and whatever is due.  Releases them all.
 * ERR_OK also when all of it was refused for want of room; else the writer must stop: what the store said. */
enum err batch_run(struct broker *broker, struct clocks clocks, struct inbound *const *inbound, size_t count);

/* Whether a batch that was run is not durable yet; and waits until it is, and tells.  The error is for good: what the store said. */
bool batch_is_untold(const struct broker *broker);
enum err batch_tell(struct broker *broker);

/* Refuses them all with STOPPING, and releases them. */
void batch_refuse(struct broker *broker, struct clocks clocks, struct inbound *const *inbound, size_t count);

/* Makes an empty ledger's first entry. */
enum err batch_genesis(struct broker *broker, struct clocks clocks, const Pb__GenesisEntry *genesis);

/* When there will be something to do without anything coming in; 0: now.  INT64_MAX: never.  Microseconds from clocks. */
int64_t batch_due_in(const struct broker *broker, struct clocks clocks);

/* Hands a message to the front, waiting while its ring is full; takes it over. */
void writer_tell(struct broker *broker, struct outbound *outbound);

/* ---- parts of a batch; each gives an error only when the batch must be given up ---- */
enum err batch_inbound(struct batch *batch, size_t index);
enum err batch_orders(struct batch *batch, const struct inbound *inbound, struct outcome *outcomes);
enum err operator_act(struct batch *batch, const struct inbound *inbound, struct decision *ret_decision);
enum err batch_compromised(struct batch *batch, uint64_t seq, const Pb__UnbindEntry *entry); /* to be seen to by batch_quarantine */
enum err batch_quarantine(struct batch *batch);
enum err batch_retention(struct batch *batch); /* parts and bodies that were kept long enough (batch_retention.c) */
enum err batch_erasure_told(struct batch *batch); /* who is still to be told of an erasure (batch_erase.c) */
enum err batch_erase(struct batch *batch, const struct inbound *inbound, struct decision *ret_decision);
struct erasing;
enum err batch_erasing(struct batch *batch, struct erasing *erasing, struct decision *decision); /* records all pieces but the last, which is left in decision */
enum err batch_consent_changed(struct batch *batch, ProtobufCBinaryData id); /* to be seen to by batch_consents */
enum err batch_consents(struct batch *batch);
enum err batch_legs(struct batch *batch); /* works off what entries led to for legs */
enum err batch_chores(struct batch *batch); /* a piece of what the site has still to do */
enum err batch_leg_work(struct batch *batch, enum leg_work_kind kind, uint64_t number);

/* batch_clock.c: the clocks are looked at; a jump is recorded; an entry about the clock is followed; how it stands is read from the tables. */
void batch_clock_look(struct batch *batch, struct clocks machine);
enum err batch_clock_jumped(struct batch *batch);
void batch_clock_follow(struct batch *batch, const Pb__ClockEntry *entry);
enum err batch_clock_load(struct broker *broker, struct txn *txn);

/* batch_frozen.c: while timers stand still, those of danger to life that are due. */
enum err batch_frozen_timers(struct batch *batch);
enum err batch_timer(struct batch *batch, const struct timer_row *timer); /* what its turn brings, recorded */
enum err batch_leases_over(struct batch *batch);
enum err batch_timers(struct batch *batch);
enum err batch_unpolled(struct batch *batch);
enum err batch_prune(struct batch *batch);
enum err batch_handouts(struct batch *batch);

/* For a restricted item, about to be taken for *session; taken: others were taken for it already. */
enum suit {
	SUIT_TAKE,  /* it may have it */
	SUIT_STOP,  /* it may not: hand out what was taken, the item's turn is with the next batch */
	SUIT_AGAIN  /* look again: *session is another now, or the item was set aside */
};
enum err batch_suit(struct batch *batch, const struct mailbox_item *item, bool taken, struct session **session, enum suit *ret_suit);
enum err batch_replies(struct batch *batch);
void batch_refuse_all(struct batch *batch, enum err err); /* answers for a batch that cannot be */

/* Records what was decided, if it is an entry; ret_outcome tells all. */
enum err batch_settle(struct batch *batch, const struct decision *decision, struct outcome *ret_outcome);

/* Lets memory follow an entry just recorded. */
enum err batch_follow(struct batch *batch, const struct leaf_header *header, const Pb__EntryBody *body);

enum err batch_effect(struct batch *batch, const struct effect *effect);

/* ---- news: notices to agencies ---- */
enum err news_dead(struct batch *batch, uint64_t item, uint64_t session); /* session 0: the sender's sessions */
enum err news_dead_letters(struct batch *batch, const struct session *session);
enum err news_bound(struct batch *batch, const Pb__BindEntry *entry);
enum err news_unbound(struct batch *batch, const Pb__UnbindEntry *entry);
enum err news_changes(struct batch *batch); /* keys and directory, once a batch */
enum err news_close(struct batch *batch, uint64_t session, uint32_t agency, Pb__RefusalCode code);

/* ---- memory.c ---- */
enum err memory_load(struct broker *broker, struct txn *txn); /* registry and mailbox from the tables; leases stay */
void memory_add_row(struct mailbox *mailbox, const struct queue_row *row);
void memory_apply_effects(struct batch *batch);
