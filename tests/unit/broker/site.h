/* SPDX-License-Identifier: Apache-2.0 */
/* site.h - a whole broker in a folder of its own, without its thread: batches are run by hand, under a clock of the test's own.
 *
 * Everything that cannot fail in a sound test is required inside. */
#pragma once
#include "broker/batch.h"
#include "broker/lookup.h"
#include "store/store.h"

#define SITE_NAME "chiba-city"
#define SITE_NOW_US 4102444800000000 /* 2100-01-01: later than the genesis entry, which is of the real clock */
#define SITE_OUT_MAX 4096

struct site {
	struct store *store;
	struct broker *broker;
	struct broker_options options;
	struct private_key *checkpoint_key;
	struct private_key *root_key;
	struct certificate *root;
	uint64_t map_bytes;
	struct clocks clocks;
	uint64_t last_session;
	uint64_t last_id;
	struct outbound *out[SITE_OUT_MAX]; /* what the last batch told */
	size_t out_count;
	Pb__AdminReply *answer;             /* to the last operator's act, in answer_arena */
	struct arena answer_arena;
};

/* One device, with a session. */
struct desk_device {
	char id[64];
	char address[128];
	uint32_t agency;
	uint32_t device;
	uint64_t session;
	uint8_t curve_key[32];
	uint8_t signing[48]; /* stands for a certificate: the broker looks at digests alone */
	uint8_t sealing[48];
};

void site_open(struct site *site);
void site_reopen(struct site *site); /* as after a restart */
void site_close(struct site *site);

/* Runs one batch and takes what it tells into out; the former content is freed. */
enum err site_try(struct site *site, struct inbound *const *inbound, size_t count);
void site_run(struct site *site, struct inbound *inbound); /* NULL: nothing came in */
void site_pass(struct site *site, int64_t us);             /* both clocks go on */

/* Records what decide decides, in a batch of its own: its entry's number. */
typedef enum err (*site_decide)(struct world *world, void *context, struct decision *ret_decision);
uint64_t site_settle(struct site *site, site_decide decide, void *context);

/* Records that the site told these, beside a silent View of an agency to itself: the entry's number, whose first told item is 16 * it + 1. */
struct site_tale {
	uint32_t author; /* 0: 1 */
	enum err (*tell)(struct world *world, void *context, Pb__Told **ret_told); /* NULL: leaves none out */
	void *context;
};
uint64_t site_tell(struct site *site, const struct site_tale *tales, size_t count);

/* ---- operators ---- */
extern void (*site_change_agency)(Pb__Agency *agency); /* last word on each agency of a directory; NULL: none */
void site_directory(struct site *site, const char *const *ids, size_t count);
struct inbound *site_load(const char *const *ids, size_t count);
struct inbound *site_add(const char *id, const uint8_t key[32], int64_t expires_at_us);
struct inbound *site_revoke(const char *id, bool compromised);
struct inbound *site_act(Pb__QueueAct act, const uint64_t *items, size_t count);
struct inbound *site_trace(const uint8_t message_id[16]);
void site_operate(struct site *site, struct inbound *inbound); /* the reply is in site->answer */

/* ---- agencies ---- */
struct inbound *site_bind(const struct desk_device *device, const uint8_t *invitation);
void site_make_device(const struct site *site, const char *id, struct desk_device *ret_device); /* keys, not yet bound */
struct desk_device site_enrol(struct site *site, const char *id); /* invited, bound, with an open session that receives */
struct inbound *site_hello(struct site *site, struct desk_device *device, bool receives); /* a new session */
struct inbound *site_bye(const struct desk_device *device, bool clean);
struct inbound *site_credit(const struct desk_device *device, uint64_t items, uint64_t bytes);
struct inbound *site_blob(const struct desk_device *device, struct bytes bytes);

/* ---- orders ---- */
struct draft {
	const struct desk_device *from;
	const struct desk_device *to[LIMIT_RECIPIENTS];
	size_t to_count;
	uint8_t id[16];
	uint8_t thread[16];        /* all zero: opens its own */
	uint8_t case_id[16];       /* all zero: its thread's */
	Pb__Urgency urgency;       /* 0: ROUTINE */
	Pb__Kind kind;             /* 0: NOTE; a REQUEST of several parts is a REFER */
	int64_t expires_at_us;
	size_t part_bytes;         /* 0: 100 */
	bool no_parts;             /* a word alone */
	size_t parts;              /* 0: 1; a request's second and later ones are ON_ACCEPT */
	const struct digest *blob; /* of one segment; NULL: none */
	uint32_t blob_size;
	void (*change)(Pb__View *view, size_t index); /* last word on each View; NULL: none */
};

struct draft site_draft(struct site *site, const struct desk_device *from, const struct desk_device *to);

/* Puts together one frame: orders are added, then it is run. */
struct inbound *frame_new(const struct desk_device *device);
void frame_submit(struct inbound *frame, const struct draft *draft);
void frame_acknowledge(struct inbound *frame, const uint64_t *items, const struct digest *view_hashes, size_t count);
void frame_refuse(struct inbound *frame, uint64_t item, const struct digest *view_hash, Pb__RefuseReason reason);
void frame_statement(struct inbound *frame, const Pb__Statement *statement); /* any other, as an order of its own */
void frame_bind(struct inbound *frame, uint32_t device, const struct desk_device *keys);
void frame_purged(struct inbound *frame, const uint64_t *items, size_t count);
void frame_unbind(struct inbound *frame, uint32_t device, bool compromised);
void frame_mark(struct inbound *frame, const uint8_t case_id[16], bool protected, const char *const *kept_out, size_t count);

/* Runs the frame of one draft; the reply is site_reply(site, 0). */
void site_submit(struct site *site, const struct draft *draft);

/* ---- what was told ---- */
const struct outbound *site_told(const struct site *site, enum outbound_type type, size_t nth); /* NULL: no such */
const Pb__Replies *site_replies(const struct site *site, size_t nth);
const Pb__Reply *site_reply(const struct site *site, size_t index); /* of the first frame of replies */
Pb__RefusalCode site_refusal(const struct site *site, size_t index); /* 0: accepted */
const Pb__Notice *site_notice(const struct site *site, Pb__NoticeKind kind, size_t nth);
size_t site_handed(const struct site *site, uint64_t session, uint64_t *items, size_t max); /* items handed to it by the last batch */

/* ---- tables ---- */
struct txn *site_read(struct site *site); /* to be ended with txn_abort */
struct delivery site_delivery(struct site *site, uint64_t item);

/* Items ever made: how many, and the nth of them, from 1. */
size_t site_item_count(struct site *site);
uint64_t site_item(struct site *site, size_t nth);
struct digest site_table_digest(struct site *site, enum table table, uint64_t *ret_rows);
