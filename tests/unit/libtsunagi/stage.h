/* SPDX-License-Identifier: Apache-2.0 */
/* stage.h - a whole site in a test's hands: root, agencies with their bundles, a ledger in memory, and a broker on a thread that
 * speaks the wire over a real socket and may be told to lie.
 *
 * It is written against the wire's definition, not against the daemon, and keeps nothing: what it accepts is in its memory. */
#pragma once
#include <pthread.h>
#include <jansson.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "contract/leaf.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "frame.pb-c.h"
#include "ledger.pb-c.h"
#include "libtsunagi/bundle.h"

#define STAGE_SITE "chiba-city"
#define STAGE_AGENCIES 8
#define STAGE_ENTRIES 4096
#define STAGE_ITEMS 2048
#define STAGE_SESSIONS 32
#define STAGE_BLOBS 256
#define STAGE_SHELF 8
#define STAGE_PAGE 2 /* conferences or action items in one answer */

enum lie {
	LIE_NONE,
	LIE_FORGED_CHECKPOINT,   /* replies carry a checkpoint of another key */
	LIE_OUTSIDE_TREE,        /* an accepted entry is not in the tree */
	LIE_OTHER_BATCH,         /* replies to a batch that was not sent */
	LIE_TOO_FEW_REPLIES,
	LIE_NO_CONSISTENCY,      /* the welcome's proof is missing */
	LIE_REWRITTEN,           /* the ledger's history was changed since */
	LIE_FORGED_DIRECTORY,
	LIE_GARBAGE_WELCOME,
	LIE_OTHER_SITE,
	LIE_OTHER_VERSION,
	LIE_CHANGED_PART,        /* a bit of a sealed part */
	LIE_MOVED_PART,          /* the part of the message before */
	LIE_CHANGED_STATEMENT,
	LIE_CHANGED_SIGNATURE,
	LIE_OTHER_PATH,
	LIE_UNKNOWN_SIGNER,      /* the broker denies the certificate */
	LIE_OTHER_RECIPIENT,     /* what was sent to another agency */
	LIE_DATA_TOO_SHORT,
	LIE_MORE_THAN_CREDIT,
	LIE_OWN_BINDING,         /* the welcome names a device that our people did not make */
	LIE_NO_BINDINGS,
	LIE_SILENT,              /* takes everything and says nothing */
	LIE_GARBAGE,             /* answers are random bytes */
	LIE_ONE_FRAME,
	LIE_OTHER_CLOCK,         /* the welcome's clock is two minutes ahead */
	LIE_NO_SUCH_RESULT,      /* reads are answered with what was not asked */
	LIE_SAME_PAGE,           /* a list's page leads to itself */
	LIE_ENROL_OTHER_AGENCY,  /* the answer to an enrolment is another's */
	LIE_ENROL_OTHER_KEYS,    /* it names a checkpoint key that the invitation does not */
	LIE_ENROL_OTHER_ROOT,    /* its certificates are of another root */
	LIE_ENROL_UNRECORDED,    /* it does not stand in the ledger */
	LIE_ENROL_LOST           /* the device is bound, and the answer does not arrive */
};

struct stage_agency {
	char id[64];
	char address[128];
	char path[512];          /* of its bundle's file */
	struct bundle *bundle;
	uint32_t number;
	const char *proxy;       /* set before stage_publish: the agency is confidential, and reached through that one */
	uint64_t binding_seq;    /* 0: invited only; its bundle has no certificate yet */
};

struct stage_entry {
	uint8_t header[LEAF_HEADER_BYTES];
	uint8_t salt[LEAF_SALT_BYTES];
	struct buf body;
	struct digest body_hash;
};

struct stage_item {
	uint64_t number, seq;
	Pb__ItemWhat what;
	uint64_t about;          /* number of the message's item */
	struct buf notice;       /* serialised; its memory is ours */
	uint32_t agency;         /* recipient; 0: gone */
	struct bytes statement;  /* these are allocated */
	struct buf parts;
	struct buf view_path, order_path, signature;
	struct digest certificate, view_hash;
	uint32_t view_index, view_count, order_index, order_count;
	uint32_t attempts;
	bool out, dead;
	bool redelivered;
};

struct stage_session {
	struct buf routing;
	uint32_t agency;
	bool receives;
	uint64_t credit_items, credit_bytes, used_items, used_bytes;
};

enum stage_tally { TALLY_HELLOS, TALLY_BATCHES, TALLY_SUBMITTED, TALLY_DUPLICATES, TALLY_ACKNOWLEDGED, TALLY_ACKNOWLEDGES, TALLY_REFUSED, TALLY_BLOBS,
		   TALLY_BYES, TALLY_READS, TALLY_BOUND, TALLY_COUNT };

struct stage {
	char endpoint[512];
	struct private_key *root_key, *checkpoint_key, *other_key;
	struct certificate *root;
	uint8_t curve_public[CURVE_BYTES], curve_secret[CURVE_BYTES];
	uint8_t checkpoint_public[ED25519_BYTES];
	struct stage_agency agencies[STAGE_AGENCIES];
	size_t agency_count;

	struct stage_entry *entries;
	struct digest *leaves;
	uint64_t entry_count;
	uint64_t directory_version;
	bool with_rules; /* the directory routes debts to agency desk, and all else to third */
	struct buf directory;    /* a serialised SignedSnapshot */
	struct buf records;      /* those sealed last */

	struct stage_item *items;
	size_t item_count;
	struct stage_session sessions[STAGE_SESSIONS];
	struct digest blobs[STAGE_BLOBS];
	struct buf blob_bytes[STAGE_BLOBS];
	size_t blob_count;

	struct buf shelf[STAGE_SHELF]; /* serialised ReadResults, see stage_show */
	struct buf said;         /* the last statement that is no View and about no item */

	pthread_t thread;
	bool running;
	void *context, *router;
	atomic_int lie;
	atomic_int refuse_code, refuse_count; /* the next orders, or blobs */
	atomic_int refuse_reads;
	atomic_int notice;       /* a NoticeKind to tell every session, once; its message and recipient are made up */
	atomic_bool stop, hang_up, hold_handouts;
	atomic_size_t tallies[TALLY_COUNT];
};

/* A site without agencies, in the running test's folder; freed with stage_free. */
struct stage *stage_new(void);
void stage_free(struct stage *stage);

/* An agency with one device, in the ledger and in the next directory; its bundle is written. */
struct stage_agency *stage_agency(struct stage *stage, const char *id);

/* An agency that is invited and has no device: its invitation, an object to change and to write with json_file_write.  New reference. */
json_t *stage_invite(struct stage *stage, const char *id);

struct stage_authority {
	const struct certificate *root;
	const struct private_key *key;
};

/* Certificates of an authority for a device's two requests (DER), in its agency's name; false (checked) when they are none. */
bool stage_certify(struct stage_authority authority, const char *address, struct bytes signing, struct bytes sealing, struct certificate **ret_signing,
		   struct certificate **ret_sealing);
struct stage_authority stage_authority(const struct stage *stage); /* the site's own */

/* New sealing and signing keys for it, as a rotation leaves them; its bundle keeps the old ones to open with, and is written. */
void stage_rotate(struct stage *stage, struct stage_agency *agency);

/* Signs the directory anew, with the bindings of now, as a newer version. */
void stage_publish(struct stage *stage);

/* The broker's thread: from here to stage_stop the ledger, items and sessions are its own. */
void stage_start(struct stage *stage);
void stage_stop(struct stage *stage);

size_t stage_tally(struct stage *stage, enum stage_tally tally);

/* Waits until a tally has reached least; fails the test after ten seconds. */
void stage_wait(struct stage *stage, enum stage_tally tally, size_t least);

/* ---- the ledger (stage_ledger.c) ---- */

uint64_t stage_append(struct stage *stage, uint16_t type, const Pb__EntryBody *body);
void stage_checkpoint(const struct stage *stage, const struct private_key *key, struct buf *out);
enum err stage_read_tree(void *reader, unsigned level, uint64_t start, struct digest *ret_hash);
void stage_inclusion(struct stage *stage, uint64_t seq, struct buf *out);

/* The verifier's key as it is published. */
void stage_trusted_key(const struct stage *stage, struct buf *out);

/* What a receipt of an entry holds; lives as long as the arena. */
const Pb__ReceiptProof *stage_receipt(struct stage *stage, uint64_t seq, const struct stage_agency *signer, struct arena *arena);

/* ---- the broker's answers (stage_orders.c, stage_items.c) ---- */

struct stage_frame {
	struct stage_session *session;
	const Pb__FromClient *message;
	struct bytes data;
	struct arena *arena;
};

void stage_batch(struct stage *stage, const struct stage_frame *frame);
void stage_hand_out(struct stage *stage, struct stage_session *session);
void stage_send(struct stage *stage, struct stage_session *session, const Pb__FromBroker *message, struct bytes data);
void stage_read(struct stage *stage, const struct stage_frame *frame);

/* ---- confidential agencies (stage_confidential.c) ---- */

/* What is behind proxy, signed, and sealed to a certificate; appended to out. */
void stage_records(struct stage *stage, const char *proxy, const struct certificate *to, struct buf *out);
void stage_read_records(struct stage *stage, const struct stage_frame *frame, uint64_t offset, Pb__ReadResult *result, struct bytes *ret_data);

/* ---- legs (stage_legs.c) ---- */

void stage_read_legs(struct stage *stage, const struct stage_frame *frame, Pb__ReadResult *result);

/* ---- what it shows of everything else (stage_shelf.c) ---- */

/* From now on a question that this result answers gets it, in the place of the one before; what is not shown is not there.  json: a ReadResult, such
 * as {"case_shown":{"case_id":"...","owner":"link@chiba-city"}}. */
void stage_show(struct stage *stage, const char *json);
void stage_read_shelf(struct stage *stage, const struct stage_frame *frame, Pb__ReadResult *result);

/* Keeps a statement, and the last one kept, decoded into the arena; NULL: none was. */
void stage_keep_said(struct stage *stage, struct bytes statement);
const Pb__Statement *stage_said(struct stage *stage, struct arena *arena);

/* The nth of the last message's Views (from 0), decoded into the arena; NULL: it has fewer. */
const Pb__View *stage_view(struct stage *stage, size_t nth, struct arena *arena);

/* ---- devices (stage_devices.c) ---- */

void stage_enrol(struct stage *stage, const struct stage_frame *frame);

/* What a device's signed order to bind makes: the entry, and from now on the agency's certificates unless it is a further device.
 * 0: it holds no requests. */
uint64_t stage_bind(struct stage *stage, struct stage_agency *agency, const Pb__BindDevice *said);

/* ---- what the site puts into mailboxes itself (stage_told.c), while its thread is stopped ---- */

/* The number of the new item.  agency: its recipient.  about: RELEASE, SEAL_TASK: the message's item.  notice: NOTICE, SEAL_TASK. */
uint64_t stage_tell(struct stage *stage, Pb__ItemWhat what, const struct stage_agency *agency, uint64_t about, const Pb__SiteNotice *notice);
uint64_t stage_tell_bytes(struct stage *stage, Pb__ItemWhat what, const struct stage_agency *agency, uint64_t about, struct bytes notice);

/* The parts that an item brings, appended to data; the indexes of the others into ret_withheld, whose number is returned. */
size_t stage_parts(const struct stage_item *item, uint32_t ret_withheld[LIMIT_PARTS], struct buf *data);

/* ---- notices (stage_notices.c) ---- */

/* The message that a notice of a dead letter names. */
#define STAGE_DEAD_LETTER "01960000-0000-7000-8000-00000000dead"

void stage_notify(struct stage *stage, int kind);
