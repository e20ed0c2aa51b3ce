/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal_file.h - the journal's file: small transactions one behind another, each durable by one write and one sync; for this room alone.
 *
 * All in sectors of 512 bytes, which a disk writes whole or not at all.  A page with the file's head, two with a slot each, whose content is the
 * caller's (confirm.h), then blocks, each from a page's start:
 *
 *   head     magic u64, salt 16
 *   slot     a sector: magic u64, record, seal 16
 *   block    a sector: magic u64, generation u64, number u32, length u32, seal 16, then a sum of 8 bytes for each sector of records;
 *            then the records.  The seal is over salt and sector, a sum over its sector: both are SHA-256, cut short
 *
 * Behind the last block all is blank: the salt over and over, so that neither a lost sector, which reads as zeros, nor a changed byte looks like
 * it.  So a block that a power cut has torn has sectors that are still blank, and one that was damaged since it was told to be durable has none
 * where its sum is wrong: the first was never told to anyone and is passed over, the second is never guessed at (P5).  Blocks of an earlier
 * generation are those whose records stand in the trees. */
#pragma once
#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

#define JOURNAL_FILE "journal"
#define JOURNAL_SALT_BYTES 16
#define JOURNAL_BLOCK_BYTES (16u * 1024u) /* of records in one block */
#define JOURNAL_BYTES (256u * 1024u)      /* and in all of them */
#define JOURNAL_BLOCKS 32u
#define JOURNAL_SECTOR 512u
#define JOURNAL_SLOTS 2u
#define JOURNAL_SLOT_BYTES 488u /* of a slot's record; what is shorter ends in zeros */

struct journal_file {
	int fd; /* -1: closed */
	uint8_t salt[JOURNAL_SALT_BYTES];
	uint8_t blank[JOURNAL_SECTOR];
	uint64_t last;  /* where the last block begins; end when there is none */
	uint64_t end;   /* where the next block goes */
	uint8_t *image; /* of what is being written; NULL: opened to read */
};

/* Takes the place of what has the name, all of its bytes allocated and on the disk; no link is followed.  ERR_NOSPC, ERR_IO. */
enum err journal_file_create(int directory, struct journal_file *ret_file);

/* ERR_CORRUPT: it is not there, a link, of another release, or of another store: it has another salt.  salt NULL: whosesoever it is. */
enum err journal_file_open(int directory, const uint8_t *salt, bool read_only, struct journal_file *ret_file);

void journal_file_close(struct journal_file *file); /* a closed one: nothing */

/* Out of the directory, which is not synced; what has not the name any more is nobody's.  Not there: ERR_OK; it cannot be: ERR_IO. */
enum err journal_file_remove(int directory);

/* What the blocks of one generation hold, one behind another. */
struct journal_content {
	uint8_t *records; /* the caller's room of JOURNAL_BYTES */
	size_t len;
	unsigned blocks;
	bool rest; /* something stands behind them that was never told to anyone, or stands in the trees: to be cleared before the next block */
};

/* ERR_BUSY: of a later generation than that, so the caller looked too early; ERR_CORRUPT.  The next block goes behind what was read. */
enum err journal_file_read(struct journal_file *file, uint64_t generation, struct journal_content *content);

/* What was read is durable on return of ERR_OK.  Before, it need not be: who wrote it may have been killed between its write and its sync, or
 * have died of a sync that failed, after which the kernel shows what the disk does not have.  So the writer writes the last block once more,
 * the only one that can be concerned; a reader beside it has no more than a sync. */
enum err journal_file_settle(struct journal_file *file);
enum err journal_file_sync(const struct journal_file *file);

/* Durable on return of ERR_OK.  ERR_NOSPC: it was not written, and is to be cleared; any other failure of a write is for good. */
enum err journal_file_append(struct journal_file *file, uint64_t generation, uint32_t number, struct bytes records);

/* Durable on return of ERR_OK; any failure is for good.  A slot is as it was or as it is told to be, whatever happens meanwhile. */
enum err journal_file_put_slot(const struct journal_file *file, unsigned slot, struct bytes record);
/* ERR_NOT_FOUND: nothing was put there; ERR_CORRUPT. */
enum err journal_file_get_slot(const struct journal_file *file, unsigned slot, uint8_t record[JOURNAL_SLOT_BYTES]);

/* Blank, durable: behind what was read, to the end of the file; or where blocks were appended, and one more. */
enum err journal_file_clear_rest(struct journal_file *file);
enum err journal_file_clear(struct journal_file *file);
