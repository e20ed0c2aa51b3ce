/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_consents.h - the rows of consents, and of what rests on them.  Reading and writing fail as rows.h says. */
#pragma once
#include "base/arena.h"
#include "contract/leaf.h"
#include "contract/limits.h"
#include "ledger.pb-c.h"
#include "rules/consent.h"
#include "store/txn.h"

/* CONSENTS: by the id of the message that registered it. */
struct consent_row {
	struct consent consent;  /* names in the arena */
	uint64_t seq;            /* entry that registered it: its timer's number */
	uint32_t registered_by;
	int64_t ended_at_us;     /* of the entry that last left it withdrawn or run out; 0: it is in force */
};

enum err consent_get(struct txn *txn, struct bytes consent_id, struct arena *arena, struct consent_row *ret_row);
bool consent_exists(struct txn *txn, struct bytes consent_id);

/* Writes it and sees to its timer; after: whole.  header: of the entry, which registers it where there is none yet.  ERR_CORRUPT when it does
 * not fit what is there. */
enum err consent_put(struct txn *txn, const struct leaf_header *header, const Pb__ConsentAfter *after);
enum err consent_drop(struct txn *txn, struct bytes consent_id);

/* A row as an entry keeps it, in the arena; NULL: out of memory. */
Pb__ConsentAfter *consent_after(struct arena *arena, const struct consent_row *row);

/* CONDITIONS: by item, of a message that rests on a consent. */
struct condition {
	uint64_t item;
	struct id consent;
	uint32_t agency;      /* that the consent must reach */
	uint8_t part_count;
	uint8_t held;         /* bit n: part n is ON_ACCEPT */
	uint8_t blocked;      /* bit n: part n is never handed out */
	uint8_t handed;       /* bit n: part n was handed out */
	int64_t handed_at_us; /* when first; 0: nothing was */
	uint16_t classes[LIMIT_PARTS]; /* of each part */
	uint32_t sizes[LIMIT_PARTS];
};

void condition_put(struct txn *txn, const struct condition *condition);
enum err condition_get(struct txn *txn, uint64_t item, struct condition *ret_condition);
void condition_drop(struct txn *txn, uint64_t item); /* with its use */

/* CONSENT_USES: which items rest on a consent. */
void consent_use_put(struct txn *txn, const struct id *consent, uint64_t item);

/* Calls each with every item from *from* on, in order, until it gives another result than ERR_OK.  It may write no rows. */
enum err consent_uses_each(struct txn *txn, const struct id *consent, uint64_t from, enum err (*each)(void *context, const struct condition *condition),
			   void *context);
