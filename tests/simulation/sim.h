/* SPDX-License-Identifier: Apache-2.0 */
/* sim.h - one simulated site: the real broker in its folder, agencies that use it as their libraries would, and a model of what should
 * be true.
 *
 *   people     letters.c, walk.c, operate.c: what agencies and operators mean to do, rightly and wrongly, again and late
 *   machine    episode.c, machine.c: batches run under a virtual clock; restarts, torn and lost ones, clocks that jump
 *   model      follow*.c: every entry, as it appears, held against what the rules allow and what the model knew before
 *   judge      judge.c: every answer held against the model at its place in the batch: what was done, or why not
 *   whole      whole.c: every table held against the whole model, now and then
 *
 * The model shares no code with the broker but the contract's tables, which both ends know.  What does not hold ends the program with
 * the seed and the command. */
#pragma once
#include "chance.h"
#include "map.h"
#include "site.h"

typedef unsigned long long ull; /* what printf takes */

#define SIM_DESKS 26u
#define SIM_DEVICES 60u /* that a desk ever has */
#define SIM_RECIPIENTS 5u
#define SIM_DEEDS 6u    /* orders in a frame */
#define SIM_COMING 10u  /* inbounds in a batch */
#define SIM_HELD 256u   /* items in one device's hands */

/* ---- agencies ---- */

struct place { /* one device of a desk, with the keys of one binding */
	struct desk_device keys; /* session 0: not connected */
	struct desk *desk;
	struct real *real;       /* real.h; NULL: its certificates are bytes of chance */
	uint64_t bit;            /* among its desk's places */
	bool bound;              /* in force */
	bool receives;
	uint64_t granted;        /* items, since Hello */
	struct { uint64_t item; struct digest hash; } held[SIM_HELD];
	size_t held_count;
};

struct desk { /* an agency */
	char id[64];
	uint32_t number;
	bool closed;             /* the directory no longer names it */
	uint64_t closed_in;      /* the last batch in which it was, or was revoked for good */
	bool closable;           /* nobody's coordinator or proxy */
	struct place *places[SIM_DEVICES];
	size_t place_count;
	uint64_t bound;          /* bits of the places in force */
	uint32_t last_device;
	struct desk *proxy;      /* of a confidential one */
	bool confidential;
	uint32_t kinds;          /* bit n: takes messages of Kind n */
	uint64_t living;         /* items that wait, are leased or frozen */
	int64_t said_at_us;      /* what it last said of itself, by its clock; 0: nothing yet */
	uint64_t said_seq;
	bool silent;             /* its coordinator was told that nobody looks into its mailbox, and nobody has since */
};

/* ---- messages ---- */

struct item {
	uint64_t number, thread;
	uint64_t case_number;    /* that it is of; 0: none */
	struct desk *to, *from;  /* from NULL: the site */
	Pb__ItemWhat what;
	Pb__Urgency lane, lifted; /* lifted: at most, by what comes after it in its thread */
	const struct item *about; /* RELEASE, SEAL_TASK: the message whose parts it brings */
	const struct letter *letter; /* that its parts are of; NULL: a notice */
	size_t index;            /* of the View */
	uint8_t state;           /* enum delivery_state */
	uint8_t reason;
	uint32_t attempts, handouts;
	uint64_t last_handout_seq, failed_seq, ended_seq;
	int64_t expires_at_us;
	struct digest hash;
	struct item *before;     /* of its thread, to the same desk */
	uint64_t session;        /* in whose hands; 0: in nobody's */
	uint8_t must_stay;       /* parts that its last hand-out must keep back */
	bool gone;               /* erased with its case */
	uint8_t parts_left;      /* MESSAGE that rests on a consent: those that ever left, released ones too */
	int64_t lease_over_us;
};

/* What a message does to legs; action 0 and close 0: nothing. */
struct said {
	Pb__LegAction action;
	Pb__Reason reason;
	Pb__Outcome outcome, close;
	char on[16];             /* "": no day */
	struct desk *next;
	bool none_known, purge;
	uint64_t leg;            /* that is named; 0: none */
};

/* What a message does to a consent; action 0: nothing. */
struct consenting {
	Pb__ConsentAction action;
	uint32_t classes;        /* bit n for DisclosureClass n */
	uint64_t agencies;       /* bits by the desks' places in desks */
	int64_t until_us;
};

#define CONFERRED_ITEMS 2u

/* What a message does in a conference. */
struct conferring {
	bool is_one;
	Pb__ConferenceAction action; /* 0: to the one action item */
	Pb__Law law;             /* of a support meeting's proposal; 0: a case conference */
	int64_t starts_at_us, ends_at_us; /* 0: no date */
	Pb__ConferenceAnswer answer;
	struct desk *next;
	Pb__Reason reason;
	struct conferred_item {
		Pb__ActionItemAction action;
		uint64_t number;     /* 0: a new one */
		struct desk *owner;
		char due_on[16];
		Pb__Reason reason;
	} items[CONFERRED_ITEMS];
	size_t item_count;
};

/* What a message does to an announcement. */
struct announcing {
	bool is_one;
	uint32_t places;         /* that there are; 0: no limit */
	uint32_t wanted;         /* in its thread: taken in all */
	bool cancels;            /* gives them back */
};

/* What somebody means to send: the same bytes whenever it is sent. */
struct letter {
	uint64_t number;         /* the tail of its id */
	uint64_t nonces;
	struct place *from;
	struct desk *to[SIM_RECIPIENTS];
	uint64_t sealed_to[SIM_RECIPIENTS]; /* bits of the recipient's places */
	uint64_t sealed_from;
	size_t to_count;
	int64_t made_at_us, expires_at_us;
	struct letter *thread;   /* that opened it; NULL: this one does */
	Pb__Kind kind;
	Pb__Urgency urgency;
	Pb__Ask ask;
	Pb__Take take;
	uint64_t case_number;    /* 0: none */
	size_t parts, part_bytes; /* the second and later parts are ON_ACCEPT */
	uint32_t classes[2];     /* of each part, bit n for DisclosureClass n; 0: EMPLOYMENT */
	const struct letter *consent; /* that it rests on, by the letter that registered it */
	const struct letter *meeting; /* likewise, by the letter that proposed it; neither: it is ANONYMOUS */
	Pb__Law law;             /* by which it says that the meeting was called */
	struct said said;
	struct consenting consenting;
	struct conferring conferring;
	struct announcing announcing;
	struct sealed *sealed;   /* real.h; NULL: its parts are bytes that follow from it */
	bool dropped;            /* never sent: there was nothing to say */
	/* what came of it */
	bool accepted;
	bool erased;             /* since */
	bool pruned;             /* its parts are gone */
	bool to_review;          /* reviews.h */
	uint64_t reviewed_seq;   /* 0: not yet */
	bool awaited;            /* keeping.c: somebody is still to take something of it */
	unsigned rested;         /* keeping.c: for so many looks nobody had to do with its thread */
	int64_t accepted_at_us;
	bool altered;            /* the accepted one is its other version */
	uint64_t seq;
	uint8_t header[20];
	struct item *items[SIM_RECIPIENTS];
};

/* ---- what is said ---- */

enum deed_kind { DEED_SUBMIT, DEED_ACKNOWLEDGE, DEED_REFUSE, DEED_BIND, DEED_UNBIND, DEED_PURGED, DEED_MARK, DEED_STANDING };

struct deed {
	enum deed_kind kind;
	struct letter *letter;   /* SUBMIT */
	bool altered;            /* SUBMIT: other content under the same id */
	uint64_t items[8];       /* ACKNOWLEDGE, REFUSE; PURGED: action items */
	struct digest hashes[8];
	size_t count;
	Pb__RefuseReason reason;
	uint32_t device;         /* BIND, UNBIND */
	struct place *fresh;     /* BIND */
	bool compromised;
	uint64_t case_number, kept_out; /* MARK: bits by the desks' places in desks */
	bool protected;
	Pb__Places places;       /* STANDING */
	bool unknown_service;
	int64_t at_us;
};

struct frame {
	struct place *by;
	struct deed deeds[SIM_DEEDS];
	size_t count;
	uint64_t session;        /* by which it was sent */
	int64_t due_us;          /* monotonic: a delayed one arrives then */
};

enum coming_kind { COMING_FRAME, COMING_HELLO, COMING_BYE, COMING_CREDIT, COMING_BLOB, COMING_ACT, COMING_REVIEW, COMING_INVITE, COMING_ENROL };

/* One thing that comes in, and what was answered. */
struct coming {
	enum coming_kind kind;
	struct inbound *inbound;
	struct frame frame;
	struct place *place;     /* HELLO, BYE, CREDIT, ENROL */
	struct desk *desk;       /* INVITE */
	uint64_t session;
	bool clean;
	Pb__QueueAct act;        /* 0: an act of another kind */
	uint64_t items[8];       /* of mailboxes; REVIEW: entries */
	size_t item_count;
	bool answered;
	Pb__RefusalCode code;    /* of an operator's act or an enrolment */
	uint64_t seq;
	uint64_t number;         /* of the frame */
};

struct sim {
	struct site site;
	const char *directory_path;
	uint64_t seed, commands, wanted, batches;
	struct chance chance;
	bool talks;
	bool real;               /* devices have keys, sign their frames and seal their parts */

	struct arena directory_arena;
	const Pb__DirectoryFile *file; /* with all desks */
	struct desk desks[SIM_DESKS];
	size_t desk_count;
	uint64_t hurried;        /* hand-outs that were looked at for something more urgent left behind */

	struct letter **letters;
	size_t letter_count, letter_room;
	struct item **all;       /* items, in the order of their numbers */
	size_t all_count, all_room;
	struct desk strangers;   /* to whom the site writes and whom nobody plays */
	struct map items;        /* number -> item */
	struct map tails;        /* thread and desk -> its last item */
	struct map sessions;     /* number -> place, while open */
	struct { uint64_t session; struct place *place; } ended[64]; /* closed by the broker, whose end the front has yet to report */
	size_t ended_count;
	struct map known_cases;  /* cases.h, by their numbers */
	struct map case_ids;     /* the same by the heads of their ids */
	struct map action_items; /* action_items.h, by their numbers */
	struct conferences *conferences; /* conferences.h */
	struct announcements *announcements; /* announcements.h */
	struct consents *consents; /* consents.h */
	struct legs *legs;       /* legs.h */
	struct frame late[64];
	size_t late_count;
	uint64_t cases;

	struct coming coming[SIM_COMING];
	size_t coming_count;
	uint64_t frames;
	uint64_t audited;        /* entries that the model has followed */
	uint64_t batch_first;    /* first entry of the batch */
	uint64_t calendars;    /* files of holidays loaded */
	size_t chores[12];     /* of each kind: how many were asked for and are not done */
	bool lost;               /* what the last batch told reaches nobody */
	bool settled;            /* the last batch was committed: nothing is due that was not seen to */
	uint64_t silences, erasures, retired, pruned, reviewable, reviewed, met; /* met: messages that rest on a meeting */
	struct m_hand_over { uint64_t seq, reviewed_seq; uint32_t gone; } *hand_overs; /* an operator's words, and when they were reviewed */
	size_t hand_over_count, hand_over_room;
	uint64_t *erasing;       /* erasures.c: what the entries of one erasure have named so far */
	size_t erasing_count, erasing_room, erasing_items;
	bool no_room;            /* a write found none: submissions may be refused for it */
	uint64_t counts[64];     /* entries by type */
	uint64_t refused[128];   /* orders by code */
	uint64_t opened;         /* items whose parts were read */
	uint64_t cases_owned;  /* by another than before */
	uint64_t marks, sayings, purged, kept_away; /* cases marked, standings, purges confirmed, items that were kept from who is kept out */
	uint64_t restarts, torn, lost_batches, jumps, refusals, repeats;
	int64_t began_us;
};

/* Ends the program: something does not hold. */
_Noreturn void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define HOLDS(condition, ...) ((condition) ? (void)0 : sim_fail(__VA_ARGS__))

extern struct sim *sim_running; /* for sim_fail and for callbacks without a context */

/* ---- desks.c ---- */
void desks_open(struct sim *sim);                     /* loads the directory and enrols them */
struct inbound *desks_load(const struct sim *sim, const struct desk *without); /* NULL: all of them */
struct place *place_new(struct sim *sim, struct desk *desk);
struct desk *desk_by_number(struct sim *sim, uint32_t number); /* NULL: none of the simulated */
struct place *desk_place(struct sim *sim, const struct desk *desk); /* some place in force; NULL: none */

/* ---- letters.c ---- */
struct letter *letter_new(struct sim *sim, struct place *from);
void letter_write(struct sim *sim, struct inbound *frame, struct letter *letter, bool altered);
void letter_id(const struct letter *letter, uint8_t id[16]);
bool letter_has_id(const struct letter *letter, struct bytes id);
struct digest letter_case(const struct sim *sim, uint64_t number); /* its first 16 bytes are the case's id */

/* ---- frames.c ---- */
struct inbound *frame_build(struct sim *sim, const struct frame *frame, uint64_t number);

/* ---- walk.c, operate.c ---- */
void walk_gather(struct sim *sim);                    /* what comes in with the next batch */
void operate_answered(struct coming *coming); /* its answer is kept in it */
void operate_one(struct sim *sim, struct coming *coming);

/* ---- items.c ---- */
struct item *item_make(struct sim *sim, uint64_t number, uint64_t thread, struct desk *to); /* waits */
void items_told(struct sim *sim, const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count);
void item_lift(struct item *item, Pb__Urgency lane); /* it comes into that lane, and lifts what is before it */
void item_set(struct item *item, enum delivery_state state);
struct item *item_of(struct sim *sim, uint64_t seq, uint64_t number); /* that an entry names */
bool item_lives(const struct item *item);
bool item_is_alive(const struct item *item);  /* that, or in quarantine */

/* ---- follow.c, follow_queue.c ---- */
void follow_next(struct sim *sim, struct txn *txn, uint64_t seq); /* the next entry */
void follow_delivery(struct sim *sim, const struct leaf_header *header, const Pb__EntryBody *body);

/* ---- observe.c, judge.c ---- */
void observe_batch(struct sim *sim);                  /* after one that was committed */
void judge_refused(struct sim *sim, const struct frame *frame, const struct deed *deed, const Pb__Refusal *refusal);

/* ---- whole.c, rebuild.c ---- */
void whole_check(struct sim *sim);
void whole_rebuild(struct sim *sim);

/* ---- episode.c ---- */
struct digest episode_run(const char *directory, uint64_t seed, uint64_t commands, bool talks); /* of all entries but the first */
void episode_batch(struct sim *sim);   /* with what is in coming */
void episode_restart(struct sim *sim); /* the process ends, and another begins from what was committed */

/* ---- drain.c ---- */
void drain(struct sim *sim);
void drain_round(struct sim *sim); /* leases run out, and everyone takes what there is */
void drain_enrol(struct sim *sim, struct desk *desk);
void drain_confirm(struct sim *sim); /* that the wall clock is right after it jumped */
