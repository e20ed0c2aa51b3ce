/* SPDX-License-Identifier: Apache-2.0 */
/* store/tables.h - every table, once.  Primary tables hold what cannot be derived; derived ones can be dropped and replayed (P2).
 *
 * Keys are big-endian, so that LMDB's byte order is number order, and nearly all grow at their right end: a write touches pages
 * that the batch has dirtied anyway.  A row of the journal names its table by its place in the list: a new one goes to the end. */
#pragma once

enum table_kind { TABLE_PRIMARY, TABLE_DERIVED };

/*     name               kind           key                               value */
#define TABLE_LIST(X)                                                                                                   \
	X(TABLE_ENTRIES, TABLE_PRIMARY, "entries") /* seq u64                  header(20) salt(32) body */               \
	X(TABLE_CHECKPOINTS, TABLE_PRIMARY, "checkpoints") /* size u64         signed note */                            \
	X(TABLE_PARTS, TABLE_PRIMARY, "parts") /* seq u64, part u8, chunk u8   bytes; part counts over all Views */      \
	X(TABLE_BLOBS, TABLE_PRIMARY, "blobs") /* number u64, chunk u16        chunk 0: head; others: bytes */           \
	X(TABLE_META, TABLE_PRIMARY, "meta") /* name                           value */                                  \
	X(TABLE_TREE, TABLE_DERIVED, "tree") /* seq u64                        leaf hash, then subtrees it completes */  \
	X(TABLE_MESSAGES, TABLE_DERIVED, "messages") /* message id, sender u32 seq u64 */                                \
	X(TABLE_QUEUE, TABLE_DERIVED, "queue") /* item u64                     a delivery that was not acknowledged */   \
	X(TABLE_DELIVERIES, TABLE_DERIVED, "deliveries") /* item u64           one that was acknowledged */              \
	X(TABLE_AGENCIES, TABLE_DERIVED, "agencies") /* number u32             state and directory record */             \
	X(TABLE_AGENCY_IDS, TABLE_DERIVED, "agency_ids") /* id                 number u32 */                             \
	X(TABLE_DEVICES, TABLE_DERIVED, "devices") /* agency u32, device u32   binding */                                \
	X(TABLE_CERTIFICATES, TABLE_DERIVED, "certificates") /* sha256         its binding, and when it ended */          \
	X(TABLE_INVITATIONS, TABLE_DERIVED, "invitations") /* CURVE key        agency, expiry, used */                   \
	X(TABLE_DIRECTORY, TABLE_DERIVED, "directory") /* "file"               current DirectoryFile and version */      \
	X(TABLE_BLOB_INDEX, TABLE_DERIVED, "blob_index") /* sha256             number u64, references u32 */             \
	X(TABLE_TIMERS, TABLE_DERIVED, "timers") /* due u64 us, kind u8, u64    empty; the number is of what its kind says */ \
	X(TABLE_OPENERS, TABLE_DERIVED, "openers") /* item u64                 devices u32 that may still open it */      \
	X(TABLE_REQUESTS, TABLE_DERIVED, "requests") /* seq u64                a request and its legs: where they stand */ \
	X(TABLE_LEGS, TABLE_DERIVED, "legs") /* item u64                       request u64, leg u64: that no submission opened, or by which one was sealed */ \
	X(TABLE_AGENCY_LEGS, TABLE_DERIVED, "agency_legs") /* agency u32, block u64   places u16: legs it sent, has or holds */ \
	X(TABLE_CASES, TABLE_DERIVED, "cases") /* case id                      owner, members, protection */             \
	X(TABLE_CASE_ENTRIES, TABLE_DERIVED, "case_entries") /* case id, seq u64    empty: what more the ledger holds of it */ \
	X(TABLE_ERASED, TABLE_DERIVED, "erased") /* mark 16 bytes              seq u64 of the entry that erased it, years u8 */ \
	X(TABLE_ACCESSES, TABLE_DERIVED, "accesses") /* seq u64                empty: who was shown envelopes */         \
	X(TABLE_KEPT_OUT, TABLE_DERIVED, "kept_out") /* address, 0, case id    empty: it is kept out of that protected case */ \
	X(TABLE_CONSENTS, TABLE_DERIVED, "consents") /* consent id             what may be shared, with whom */          \
	X(TABLE_CONSENT_USES, TABLE_DERIVED, "consent_uses") /* consent id, item u64 what was sent on it */              \
	X(TABLE_CONDITIONS, TABLE_DERIVED, "conditions") /* item u64           the consent it rests on, what left already */ \
	X(TABLE_CONFERENCES, TABLE_DERIVED, "conferences") /* seq u64          state, seats */                           \
	X(TABLE_SEATS, TABLE_DERIVED, "seats") /* agency u32, seq u64          empty: it has a seat there */             \
	X(TABLE_ACTION_ITEMS, TABLE_DERIVED, "action_items") /* item u64       owner, state, due time */                 \
	X(TABLE_AGENCY_ITEMS, TABLE_DERIVED, "agency_items") /* agency u32, item u64 empty: owner or convener */         \
	X(TABLE_ANNOUNCEMENTS, TABLE_DERIVED, "announcements") /* seq u64      places, how many are taken */             \
	X(TABLE_SIGN_UPS, TABLE_DERIVED, "sign_ups") /* seq u64, agency u32    places u32 */                             \
	X(TABLE_THREAD_ENTRIES, TABLE_DERIVED, "thread_entries") /* thread u64, seq u64  empty: what the ledger holds of one without a case */ \
	X(TABLE_REVIEWS, TABLE_DERIVED, "reviews") /* seq u64                  a message that is to be reviewed, and when it was */ \
	X(TABLE_POLLS, TABLE_DERIVED, "polls") /* agency u32                 when it last took something, and whether its silence was told */ \
	X(TABLE_STANDINGS, TABLE_DERIVED, "standings") /* agency u32           what it last said of itself */            \
	X(TABLE_CHORES, TABLE_DERIVED, "chores") /* seq u64, chore u8, agency u32  after u64: what that entry asks for, as far as it is done */ \
	X(TABLE_CALENDAR, TABLE_DERIVED, "calendar") /* name                   the holiday file; whether timers stand still */

enum table {
#define X(symbol, kind, name) symbol,
	TABLE_LIST(X)
#undef X
	TABLE_COUNT
};

const char *table_name(enum table table);
enum table_kind table_kind(enum table table);
