/* SPDX-License-Identifier: Apache-2.0 */
/* store/confirm.h - which of LMDB's commits is durable; for this room alone.
 *
 * LMDB's own commit waits for two syncs, and nothing else can be done meanwhile.  So LMDB commits without them (MDB_NOSYNC), the syncs are
 * ours, and the next transaction may go on before they are over - but not commit.  What LMDB promises by the order of its writes is kept so:
 *
 *   commit N    pages and meta page N reach the system, in no order; then data.mdb is synced; then the journal's file says that N is confirmed,
 *               with what meta page N says, and is synced; then N may be told
 *   commit N+1  only now: it overwrites the meta page of N-1, and pages that N-1 reached and N does not
 *
 * So whatever the disk has after a power cut, it has all that the last confirmed commit reaches, and its meta page.  An opener that finds the
 * other meta page to say something else overwrites it: that commit may lack pages, and nobody was told of it. */
#pragma once
#include <stdint.h>

#include "base/err.h"
#include "store/journal_file.h"

/* A file that has one, and where its pages end. */
struct confirm_data {
	int fd;
	uint32_t page_bytes;
};

/* The data file is synced; ERR_IO. */
enum err confirm_sync(const struct confirm_data *data);

/* Durable on return of ERR_OK: data's commit of that number is; it is synced, and the last.  ERR_CORRUPT: its meta page is the one confirmed before. */
enum err confirm_write(const struct journal_file *file, const struct confirm_data *data, uint64_t number);

/* The last one confirmed.  ERR_NOT_FOUND: none was; ERR_CORRUPT. */
enum err confirm_read(const struct journal_file *file, uint64_t *ret_number);

/* As a writer opens, and LMDB's last commit is of that number: confirmed, and that on the disk whatever became of who wrote it.  ERR_CORRUPT:
 * none of data's meta pages says what was confirmed last. */
enum err confirm_settle(const struct journal_file *file, const struct confirm_data *data, uint64_t number);

/* Before LMDB opens the directory's data.mdb: undoes a commit that was not confirmed, where the journal's file there is its own.  read_only: not
 * where a writer has it.  ERR_OK also where there is nothing to undo, or no such file. */
enum err confirm_recover(int directory, bool read_only);
