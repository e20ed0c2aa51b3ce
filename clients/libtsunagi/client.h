/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/client.h - a device of an agency at work: what tsg_client is made of, for the files of this room alone.
 *
 * One idea a file: pump.c turns frames into events; sending.c, uploading.c and settling.c say things; asking.c reads; receiving.c takes
 * in; watching.c looks after directory and bindings.  None of them blocks but client_wait: what must wait for the broker is a state, and
 * pump's turn moves it on. */
#pragma once
#include "libtsunagi/answers.h"
#include "libtsunagi/arrival.h"
#include "libtsunagi/batcher.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/confidential.h"
#include "libtsunagi/failure.h"
#include "libtsunagi/knowledge.h"
#include "libtsunagi/outbox.h"
#include "libtsunagi/session.h"
#include "libtsunagi/signers.h"
#include "libtsunagi/site_directory.h"
#include "tsunagi/tsunagi.h"

/* ---- what an order in the batcher is about ---- */

enum cargo_kind { CARGO_MESSAGE, CARGO_SETTLEMENTS, CARGO_SAYING };

/* A statement said for its own sake (BindDevice, UnbindDevice): someone waits for the answer. */
struct saying {
	bool answered, accepted;
	struct failure failure;
	uint64_t seq;
};

struct cargo {
	enum cargo_kind kind;
	struct outbox_message *message;   /* borrowed from the outbox */
	struct settlement *settlements;   /* list by next_in_order: borrowed from the settlements */
	struct saying *saying;            /* borrowed from who waits; NULL: nobody any more */
};

/* ---- acknowledging and refusing ---- */

enum settlement_state { SETTLEMENT_WAITS, SETTLEMENT_TRAVELS, SETTLEMENT_DONE, SETTLEMENT_REFUSED };

struct settlement {
	struct settlement *next, *next_in_order;
	uint64_t item;
	struct digest view_hash;
	enum settlement_state state;
	bool alone;   /* to be said by itself: said with others it was refused */
	bool awaited; /* a call waits: it is not to be freed yet */
	Pb__RefuseReason reason; /* UNSPECIFIED: an acknowledgement */
	char detail[200];
	struct failure failure;  /* REFUSED */
};

#define SETTLED_REMEMBERED 4096

struct settlements {
	struct settlement *first;
	size_t waiting; /* WAITS or TRAVELS */
	bool travels;   /* acknowledgements are under way: what comes meanwhile is said together */
	int64_t not_before_us; /* the broker asked for a pause; monotonic */
	int marks;      /* the file `acknowledged`: what a crash must not forget */
	struct {
		uint64_t item;
		struct digest view_hash;
	} remembered[SETTLED_REMEMBERED]; /* acknowledged lately: if handed out again, acknowledged again */
	size_t remembered_count, remembered_next;
};

/* ---- asking ---- */

enum ask_purpose { ASK_DIRECTORY, ASK_CONFIDENTIAL, ASK_SIGNER, ASK_BINDING, ASK_CALLER };

struct asked {
	uint64_t number;
	enum ask_purpose purpose;
	struct digest certificate;             /* ASK_SIGNER */
	struct bundle_binding binding;         /* ASK_BINDING */
	uint32_t device;
};

#define ASKED_MAX 64

/* What a call waits for. */
struct answer_read {
	bool done;
	struct arena arena;
	const Pb__ReadResult *result;
	struct buf data;
};

struct asking {
	struct asked rows[ASKED_MAX];
	size_t count;
	uint64_t number;
	struct answer_read *caller; /* borrowed; NULL: nobody waits */
};

/* ---- the client ---- */

#define RECEIPTS_MAX 65536u
#define CREDIT_ITEMS 64u
#define CREDIT_BYTES (8u * 1024u * 1024u)

struct result_text {
	struct result_text *next;
	char *json;
	int result;
	struct failure failure;
};

struct tsg_client {
	struct bundle *bundle;
	char *bundle_path;
	char *folder;
	struct knowledge *knowledge;
	struct site_directory *directory;
	struct confidential *confidential;
	struct session *session;
	struct batcher *batcher;
	struct outbox outbox;
	struct signers signers;
	struct settlements settlements;
	struct asking asking;
	struct failure failure;
	char *failure_json;
	int timeout_ms;

	/* sending */
	struct result_text *results, **results_end; /* for tsg_next_receipt */
	size_t result_count;
	struct id awaited;                          /* tsg_send_json waits for this one */
	bool awaiting;
	struct result_text *awaited_result;
	uint64_t blob_number, blob_last;            /* of the BlobPut under way (0: none), and the last one given */
	struct outbox_message *blob_message;        /* whose segment it is */

	/* receiving */
	bool receives;
	struct arrival *arrivals, **arrivals_end;
	size_t arrival_count;
	struct arrival *tasks;                      /* tasks.h: none of the program's business */
	uint64_t taken_items, taken_bytes, granted_items, granted_bytes; /* since Hello */
	uint64_t extra_items;                       /* credit beyond the window, while one item is looked for among many */
	struct tsg_delivery *deliveries;            /* given to the program */

	/* watching */
	uint64_t directory_wanted;                  /* a version that someone spoke of; fetched when newer than ours */
	bool directory_coming;
	unsigned directory_faults;
	int64_t directory_not_before_us;            /* the broker asked for a pause; monotonic */
	uint64_t records_asked, records_awaited;    /* the directory's version for which the records of who is behind us came, and come */
	bool records_coming;
	unsigned records_faults;
	int64_t records_not_before_us;              /* as directory_not_before_us */
	int64_t clock_skew_us;                      /* the site's clock less ours, as it last said; 0 before */
	struct id last_id;                          /* of a message: the outbox sends in the order of ids */
	bool welcomed;                              /* at least once */
};

/* ---- pump.c ---- */

/* Connects if need be and does all there is to do now, without waiting. */
void client_work(struct tsg_client *client);

/* client_work, then waits for something to happen until until_us (monotonic), then client_work.  False when the time had come. */
bool client_wait(struct tsg_client *client, int64_t until_us);

/* The time of day that dates and hours are held against: by the site's clock, once it was heard. */
int64_t client_now_us(const struct tsg_client *client);

/* The moment timeout_ms from now. */
int64_t client_deadline(int timeout_ms);

/* Fills in failure with why there is no session, or that the time ran out; TSG_UNREACHABLE or TSG_TIMEOUT. */
int client_tell_connection(struct tsg_client *client, const char *what);

/* TSG_OK unless the ledger forked and nobody acknowledged it. */
int client_trusts(struct tsg_client *client);

/* A word for the connection's state and the step that fails, for status. */
json_t *client_connection_json(struct tsg_client *client);

/* ---- sending.c ---- */

void sending_feed(struct tsg_client *client);
void sending_answered(struct tsg_client *client, const Pb__Replies *replies);
void sending_lost(struct tsg_client *client);
void sending_free(struct tsg_client *client);
void cargo_free(struct cargo *cargo);

/* It is tried again after that time; 0: after the usual one. */
void sending_pause(struct outbox_message *message, uint32_t retry_after_ms, const struct failure *why);

/* It ends so, for good. */
void sending_give_up(struct tsg_client *client, struct outbox_message *message, const struct failure *failure);

/* The broker refused it, or one of its segments: paused where that passes by itself, sealed or uploaded again where that helps, else
 * finished and removed. */
void sending_refused(struct tsg_client *client, struct outbox_message *message, const Pb__Refusal *refusal);

/* ---- sending_stale.c ---- */

/* Those that a newer directory may help are sealed again; one came. */
void sending_mend_stale(struct tsg_client *client);
void sending_directory_came(struct tsg_client *client);

/* ---- sending_results.c ---- */

/* An outcome for the program: to who waits for it, or to tsg_next_receipt. */
void sending_finish(struct tsg_client *client, struct outbox_message *message, json_t *receipt, int result, const struct failure *failure);
void sending_results_free(struct tsg_client *client);

/* ---- uploading.c ---- */

void uploading_feed(struct tsg_client *client);
void uploading_stored(struct tsg_client *client, const Pb__BlobStored *stored);
void uploading_lost(struct tsg_client *client);

/* ---- settling.c ---- */

enum err settling_open(struct tsg_client *client);
void settling_close(struct tsg_client *client);

/* Notes what is to be said of an item; NULL when memory is short.  The same item once: a second call gives the first. */
struct settlement *settling_note(struct tsg_client *client, uint64_t item, const struct digest *view_hash, Pb__RefuseReason reason,
				 const char *detail);
void settling_feed(struct tsg_client *client);
void settling_answered(struct tsg_client *client, struct cargo *cargo, const Pb__Reply *reply);
void settling_reap(struct tsg_client *client);

/* True when the item needs no delivery: it is being settled, or was acknowledged lately (and then is again). */
bool settling_knows(struct tsg_client *client, const struct arrival *arrival);

/* ---- asking.c ---- */

/* ERR_BUSY: too much is asked already; the session's errors. */
enum err asking_ask(struct tsg_client *client, Pb__Read *read, const struct asked *what);
void asking_answered(struct tsg_client *client, const Pb__ReadResult *result, struct bytes data);
void asking_lost(struct tsg_client *client);

/* Asks and waits.  TSG_OK: *ret_answer is to be freed with asking_free; a broker's refusal and silence are failures. */
int asking_wait(struct tsg_client *client, Pb__Read *read, const char *what, int64_t until_us, struct answer_read *ret_answer);
void asking_free(struct answer_read *answer);

/* True for an answer that says nothing but "not now". */
bool asking_not_now(const Pb__ReadResult *result);

/* ---- receiving.c ---- */

void receiving_handout(struct tsg_client *client, const Pb__Handout *handout, struct bytes data);
void receiving_lost(struct tsg_client *client);
void receiving_welcome(struct tsg_client *client);

/* From now on this session asks for hand-outs. */
void receiving_start(struct tsg_client *client);

/* The next item for the program that is genuine and open, taken out of the queue; NULL: none now. */
struct arrival *receiving_take(struct tsg_client *client);

/* Whether an item is genuine and can be opened.  LATER: not known yet; TURNED_AWAY: it is not, and that is said already. */
enum examined { EXAMINED_GENUINE, EXAMINED_LATER, EXAMINED_TURNED_AWAY };
enum examined receiving_examine(struct tsg_client *client, struct arrival *arrival);

/* It left the queue: its credit may be given again. */
void receiving_give_back(struct tsg_client *client, const struct arrival *arrival);

void receiving_grant(struct tsg_client *client);
void receiving_free(struct tsg_client *client);

/* ---- watching.c ---- */

/* ERR_AUTH: the session must not go on. */
enum err watching_welcome(struct tsg_client *client, const Pb__Welcome *welcome);
void watching_notice(struct tsg_client *client, const Pb__Notice *notice);
void watching_feed(struct tsg_client *client);
void watching_lost(struct tsg_client *client);
void watching_directory_piece(struct tsg_client *client, const Pb__ReadResult *result, struct bytes data);
/* A part of what we wanted to know of the site's agencies is in place: when nothing of it is missing, who waits for it is told. */
void watching_came(struct tsg_client *client);
void watching_binding_proof(struct tsg_client *client, const struct asked *asked, const Pb__ReadResult *result);
void watching_want_directory(struct tsg_client *client, uint64_t version);
void watching_signer(struct tsg_client *client, const struct digest *certificate);
void watching_signer_answer(struct tsg_client *client, const struct asked *asked, const Pb__ReadResult *result);

/* ---- watching_records.c ---- */

/* Whether there may be newer records of the confidential agencies behind us than those that we have. */
bool watching_records_due(const struct tsg_client *client);
void watching_records_feed(struct tsg_client *client);
void watching_records_lost(struct tsg_client *client);
void watching_records_piece(struct tsg_client *client, const Pb__ReadResult *result, struct bytes data);
