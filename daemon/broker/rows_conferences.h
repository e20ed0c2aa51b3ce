/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_conferences.h - the rows of conferences, action items and announcements, written by apply alone; conferences.h reads them.
 *
 *   CONFERENCES   the struct's fields, big-endian, then seats, then numbers of action items
 *   SEATS         for every seat that its agency still holds
 *   ACTION_ITEMS  the struct's fields; ended ones stay
 *   AGENCY_ITEMS  while an item is open, for its owner and its convener
 *
 * Each put replaces what stood there, its timer and its index rows included. */
#pragma once
#include "broker/conferences.h"
#include "broker/rows.h"

enum err conference_row_put(struct txn *txn, const struct conference *conference);
enum err action_item_row_put(struct txn *txn, const struct action_item *item);
/* With their timers and index rows; nothing where there is none. */
enum err conference_row_drop(struct txn *txn, uint64_t number);
enum err action_item_row_drop(struct txn *txn, uint64_t number);

void announcement_row_put(struct txn *txn, const struct announcement *announcement);
enum err announcement_row_drop(struct txn *txn, uint64_t number); /* with who signed up */
void sign_up_row_put(struct txn *txn, uint64_t announcement, uint32_t agency, uint32_t places); /* 0: it was told, and takes none */

/* Of all messages with that id, whoever sent them, the first that find knows by the number of its entry.  ERR_NOT_FOUND when it knows none. */
enum err message_find(struct txn *txn, const uint8_t id[ID_BYTES], enum err (*find)(struct txn *txn, uint64_t seq, void *to), void *to);
