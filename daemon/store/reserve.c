/* SPDX-License-Identifier: Apache-2.0 */
/* store/reserve.c - blocks held ahead of the last page in use, so that nobody else can take what acknowledgements need (P10).
 *
 * Invariant: every byte of the file below allocated_end has its blocks.  LMDB only ever writes at pages up to the last in use and
 * takes new ones right behind it, so while allocated_end is reserve_bytes ahead, that many bytes of commits cannot meet a full disk. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/environment.h"
#include "store/store.h"

/* Taken at once beyond what is needed, so that most batches find enough. */
#define STEP_BYTES (UINT64_C(16) * 1024 * 1024)

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int data_fd(const struct store *store)
{
	int fd = -1;

	(void)mdb_env_get_fd(store->env, &fd);
	return fd;
}

/* Gives the file blocks for all of [from, to), and its length with them. */
static enum err allocate(const struct store *store, uint64_t from, uint64_t to)
{
	int rc;

	do
		rc = fallocate(data_fd(store), 0, (off_t)from, (off_t)(to - from));
	while (rc != 0 && errno == EINTR);
	if (rc == 0)
		return ERR_OK;
	return errno == EFBIG ? ERR_NOSPC : err_from_errno(errno); /* EFBIG: the process's or the file system's bound of a file */
}

/* Moves allocated_end to the first of the ends that can be had.  ERR_NOSPC when none can. */
static enum err allocate_first(struct store *store, uint64_t from, const uint64_t *ends, size_t count)
{
	enum err err = ERR_NOSPC;

	for (size_t i = 0; i < count && err == ERR_NOSPC; i++) {
		if (ends[i] <= from)
			continue;
		err = allocate(store, from, ends[i]);
		if (err == ERR_OK)
			atomic_store(&store->allocated_end, ends[i]);
	}
	return err;
}

static enum err look_at_disk(struct store *store)
{
	uint64_t bytes_free;
	enum err err = store_disk_free(store, &bytes_free);

	if (err == ERR_OK)
		atomic_store(&store->free_seen, bytes_free);
	return err;
}

/* Without fallocate nothing can be held: what is free now is all there is to judge by. */
static enum err judge_by_free(struct store *store)
{
	enum err err = look_at_disk(store);

	if (err == ERR_OK)
		atomic_store(&store->tight, atomic_load(&store->free_seen) < store->reserve_bytes);
	return err;
}

/* While tight: trying again fails again and costs more than a look, so see first whether the disk could hold what is missing. */
static enum err look_for_relief(struct store *store, uint64_t used, uint64_t need, bool *ret_hope)
{
	struct stat status;
	int fd = data_fd(store);
	uint64_t held;
	enum err err = look_at_disk(store);

	if (err != ERR_OK)
		return err;
	if (fstat(fd, &status) != 0)
		return err_from_errno(errno);
	/* LMDB lengthens the file itself now, but leaves out pages at its end that were freed before they were written; readers of
	 * other processes would take that for a file cut off. */
	if ((uint64_t)status.st_size < used && ftruncate(fd, (off_t)used) != 0)
		return err_from_errno(errno);
	held = (uint64_t)status.st_blocks * 512;
	*ret_hope = held >= need || atomic_load(&store->free_seen) >= need - held;
	return ERR_OK;
}

/* need: where allocated_end should be at least. */
static enum err top_up(struct store *store, uint64_t used, uint64_t need)
{
	uint64_t from = atomic_load(&store->allocated_end);
	uint64_t ends[] = { least(need + least(STEP_BYTES, store->reserve_bytes), store->map_bytes), need };
	enum err err = ERR_OK;
	bool hope = true;

	if (atomic_load(&store->tight))
		err = look_for_relief(store, used, need, &hope);
	if (err != ERR_OK || !hope)
		return err;
	err = allocate_first(store, from, ends, 2);
	if (err == ERR_USAGE) {
		store->can_allocate = false;
		return judge_by_free(store);
	}
	atomic_store(&store->tight, err == ERR_NOSPC);
	if (err == ERR_OK || err == ERR_NOSPC)
		return look_at_disk(store);
	return err;
}

static enum err keep_reserve(struct store *store, uint64_t used)
{
	uint64_t need = used + store->reserve_bytes;

	if (store->reserve_bytes == 0)
		return ERR_OK;
	if (need > store->map_bytes) {
		atomic_store(&store->tight, true); /* the map is as full as a disk can be */
		return ERR_OK;
	}
	if (!store->can_allocate)
		return judge_by_free(store);
	if (atomic_load(&store->allocated_end) < need)
		return top_up(store, used, need);
	atomic_store(&store->tight, false);
	return ERR_OK;
}

static void tell(const struct store *store, uint64_t used, uint64_t allocated_end, struct store_room *ret_room)
{
	*ret_room = (struct store_room){
		.used_bytes = used,
		.map_bytes = store->map_bytes,
		.disk_free_bytes = atomic_load(&store->free_seen),
		.reserve_bytes = allocated_end > used ? allocated_end - used : 0,
		.tight = atomic_load(&store->tight),
	};
}

enum err store_make_room(struct store *store, struct store_room *ret_room)
{
	uint64_t used = store_used_end(store);
	enum err err;

	if (store->read_only)
		return ERR_PERMISSION;
	err = keep_reserve(store, used);
	if (err == ERR_OK)
		tell(store, used, atomic_load(&store->allocated_end), ret_room);
	return err;
}

/* What is allocated already, the last run's reserve too, is claimed before anything more: on a full disk that much still works.
 * Claiming it also fills the holes that pages freed before they were written have left. */
static enum err claim_what_is_there(struct store *store)
{
	struct stat status;
	enum err err;

	if (fstat(data_fd(store), &status) != 0)
		return err_from_errno(errno);
	err = allocate(store, 0, (uint64_t)status.st_size);
	if (err == ERR_OK)
		atomic_store(&store->allocated_end, (uint64_t)status.st_size);
	else if (err == ERR_USAGE)
		store->can_allocate = false;
	return err == ERR_NOSPC || err == ERR_USAGE ? ERR_OK : err;
}

enum err store_reserve_open(struct store *store)
{
	MDB_envinfo info;
	struct store_room room;
	enum err err;

	(void)mdb_env_info(store->env, &info);
	store->map_bytes = info.me_mapsize;
	store->can_allocate = true;
	if (store->read_only)
		return ERR_OK;
	err = look_at_disk(store);
	if (err == ERR_OK)
		err = claim_what_is_there(store);
	return err == ERR_OK ? store_make_room(store, &room) : err;
}

enum err store_look_at_room(struct store *store, struct store_room *ret_room)
{
	uint64_t used = store_used_end(store);
	uint64_t allocated_end = atomic_load(&store->allocated_end);
	uint64_t bytes_free;
	struct stat status;
	enum err err = store_disk_free(store, &bytes_free);

	if (err != ERR_OK)
		return err;
	if (store->read_only) { /* beside a writer, or on a copy: what the file itself shows */
		if (fstat(data_fd(store), &status) != 0)
			return err_from_errno(errno);
		allocated_end = (uint64_t)status.st_blocks * 512;
	}
	tell(store, used, allocated_end, ret_room);
	ret_room->disk_free_bytes = bytes_free;
	if (store->read_only)
		ret_room->tight = ret_room->reserve_bytes < store->reserve_bytes;
	return ERR_OK;
}
