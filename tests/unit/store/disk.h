/* SPDX-License-Identifier: Apache-2.0 */
/* disk.h - a disk that can lose power, under one folder's files of this process: it stands in for libc's writes and syncs.
 *
 * What is written shows to everyone, as through the kernel's cache, and is on the disk once it is synced; the names in the folder are, once
 * that is synced.  One thread writes at a time.  Without disk_begin nothing is different. */
#pragma once
#include <stdbool.h>

/* From here on; what stands in the folder is on the disk. */
void disk_begin(const char *folder);
void disk_end(void);

/* The next sync of the file of that name fails; of ".", the folder, the next one after a name has changed.  dropped: what was to be synced never reaches the disk, though the cache goes on showing it;
 * else it may by a later sync. */
void disk_fail_sync(const char *name, bool dropped);

/* The next write to the file of that name finds no room. */
void disk_fill(const char *name);

/* From the so-manyth write on that many fail; with EIO, syncs as well, and what they were for may never reach the disk.  0: none. */
void disk_fail_some(unsigned from, unsigned count, int error);

/* That is done right after the next sync of the file of that name. */
void disk_after_sync(const char *name, void (*after)(void));

/* No sync of the file of that name ends before it is let go; one at a time. */
void disk_hold_sync(const char *name);
void disk_let_go(void);

/* What the disk has, in a new folder: what was synced; drawn: and any part of the rest, by sectors of 512 bytes and in any order. */
void disk_cut(const char *to, bool drawn);

/* The power fails within that many writes, syncs and changes of names: as disk_cut, drawn, and the process ends with 0. */
void disk_cut_after(unsigned steps, const char *to);

/* How many there were since disk_begin; at a sync more is at stake than elsewhere. */
unsigned disk_steps(void);
bool disk_step_is_sync(unsigned step);
