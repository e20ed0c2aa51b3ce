/* SPDX-License-Identifier: Apache-2.0 */
/* The reserve against real full file systems: a tmpfs and an ext4 in a file, mounted by the test where it may. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "fixture.h"

#define ROW_BYTES 3000
#define BATCH_ROWS 20

/* ---- small file systems ---- */

struct disk {
	char mount_point[1000];
	bool mounted;
};

static bool mount_tmpfs(struct disk *disk)
{
	return mount("tmpfs", disk->mount_point, "tmpfs", 0, "size=64m") == 0;
}

static bool mount_ext4(struct disk *disk)
{
	char command[5000];

	snprintf(command, sizeof command,
		 "truncate -s 64M '%s.image' && mkfs.ext4 -q '%s.image' && mount -o loop '%s.image' '%s'", disk->mount_point,
		 disk->mount_point, disk->mount_point, disk->mount_point);
	return system(command) == 0;
}

static struct disk disk_open(const char *name, bool (*mount_it)(struct disk *disk))
{
	struct disk disk = { 0 };

	snprintf(disk.mount_point, sizeof disk.mount_point, "%s/disk", unit_folder());
	require(mkdir(disk.mount_point, 0700) == 0);
	disk.mounted = mount_it(&disk);
	if (!disk.mounted)
		printf("skipped: no %s can be mounted here\n", name);
	return disk;
}

/* Tests below check and never require while a disk is mounted, so that this is always reached. */
static void disk_close(const struct disk *disk)
{
	if (disk->mounted)
		check_int(umount2(disk->mount_point, MNT_DETACH), 0);
}

static uint64_t free_bytes(const struct disk *disk)
{
	struct statvfs status;

	check_int(statvfs(disk->mount_point, &status), 0);
	return (uint64_t)status.f_bavail * status.f_frsize;
}

/* Somebody else takes everything that is left. */
static void fill(const struct disk *disk)
{
	static const uint8_t zeros[65536];
	char path[1100];
	int fd;
	size_t len = sizeof zeros;

	snprintf(path, sizeof path, "%s/of-others", disk->mount_point);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	check(fd >= 0);
	while (len > 0)
		if (write(fd, zeros, len) <= 0)
			len /= 2;
	check(fsync(fd) == 0 || errno == ENOSPC);
	close(fd);
	check(free_bytes(disk) < 65536);
}

static void unfill(const struct disk *disk)
{
	char path[1100];

	snprintf(path, sizeof path, "%s/of-others", disk->mount_point);
	check_int(unlink(path), 0);
}

/* ---- a store on one ---- */

static enum err open_on(const struct disk *disk, struct store **ret_store)
{
	struct store_options options = fixture_options(disk->mount_point);

	options.map_bytes = 1024 * MIB;
	options.reserve_bytes = 8 * MIB;
	return store_open(&options, ret_store);
}

/* Commits one batch of rows from *next on. */
static enum err commit_batch(struct store *store, uint64_t *next)
{
	static uint8_t row[ROW_BYTES];
	struct txn *txn = NULL;
	enum err err = txn_begin_write(store, &txn);

	if (err != ERR_OK)
		return err;
	for (unsigned i = 0; i < BATCH_ROWS; i++) {
		struct key key = key_u64(*next + i);

		memset(row, (int)((*next + i) % 251), sizeof row);
		txn_append(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(row, sizeof row));
	}
	err = txn_commit(txn);
	if (err == ERR_OK)
		*next += BATCH_ROWS;
	return err;
}

static void check_rows(struct store *store, uint64_t count)
{
	struct txn *txn = NULL;
	uint64_t wrong = 0;

	if (!check_ok(txn_begin_read(store, &txn)))
		return;
	check_uint(txn_rows(txn, TABLE_ENTRIES), count);
	for (uint64_t number = 0; number < count; number++) {
		struct key key = key_u64(number);
		struct bytes row = { 0 };

		wrong += txn_get(txn, TABLE_ENTRIES, key_bytes(&key), &row) != ERR_OK || row.len != ROW_BYTES ||
			 row.data[0] != number % 251 || row.data[ROW_BYTES - 1] != number % 251;
	}
	check_uint(wrong, 0);
	txn_abort(txn);
}

/* Batches go on while there is room; gives up after limit of them. */
static void submit_until_tight(struct store *store, uint64_t *next, unsigned limit, struct store_room *room)
{
	check_ok(store_make_room(store, room));
	for (unsigned i = 0; i < limit && !room->tight; i++) {
		check_ok(commit_batch(store, next));
		check_ok(store_make_room(store, room));
	}
}

/* P10: the disk is full to the last byte, and the whole reserve can still be committed. */
static void use_up_reserve(const struct disk *disk, struct store *store, uint64_t *next)
{
	struct store_room room;
	uint64_t used;
	uint64_t reserved;

	fill(disk);
	submit_until_tight(store, next, 1000, &room);
	check(room.tight);
	used = room.used_bytes;
	reserved = room.reserve_bytes;
	check(reserved + 256 * 1024 > 8 * MIB); /* told within one batch of its being touched */
	while (room.used_bytes + 256 * 1024 < used + reserved) {
		if (!check_ok(commit_batch(store, next)))
			return;
		check_ok(store_make_room(store, &room));
		check(room.tight);
		check(room.reserve_bytes < 8 * MIB);
	}
}

static void check_beyond_the_end(struct store *store, uint64_t *next)
{
	enum err err = ERR_OK;

	for (unsigned i = 0; i < 1000 && err == ERR_OK; i++)
		err = commit_batch(store, next);
	check_err(err, ERR_NOSPC); /* and not ERR_IO, after which nothing may be written */
	check_rows(store, *next);
}

static void check_relief(const struct disk *disk, struct store *store, uint64_t *next)
{
	struct store_room room;

	unfill(disk);
	check_ok(store_make_room(store, &room));
	check(!room.tight);
	check(room.reserve_bytes >= 8 * MIB);
	for (unsigned i = 0; i < 50; i++)
		check_ok(commit_batch(store, next));
	check_rows(store, *next);
}

static void run_full_disk(const char *name, bool (*mount_it)(struct disk *disk))
{
	struct disk disk = disk_open(name, mount_it);
	struct store *store = NULL;
	uint64_t next = 0;

	if (disk.mounted && check_ok(open_on(&disk, &store))) {
		for (unsigned i = 0; i < 20; i++)
			check_ok(commit_batch(store, &next));
		use_up_reserve(&disk, store, &next);
		check_beyond_the_end(store, &next);
		check_relief(&disk, store, &next);
		store_close(store);
	}
	disk_close(&disk);
}

static void test_full_tmpfs(void)
{
	run_full_disk("tmpfs", mount_tmpfs);
}

static void test_full_ext4(void)
{
	run_full_disk("ext4", mount_ext4);
}

/* A daemon that starts on a full disk still holds the reserve of its last run. */
static void run_restart(const char *name, bool (*mount_it)(struct disk *disk))
{
	struct disk disk = disk_open(name, mount_it);
	struct store *store = NULL;
	struct store_room room = { 0 };
	uint64_t next = 0;

	if (disk.mounted && check_ok(open_on(&disk, &store))) {
		check_ok(commit_batch(store, &next));
		fill(&disk);
		submit_until_tight(store, &next, 1000, &room);
		check(room.tight);
		store_close(store);
		store = NULL;
		fill(&disk); /* what the journal had */
		if (check_ok(open_on(&disk, &store))) {
			check_ok(store_look_at_room(store, &room));
			check(room.tight);
			check(room.reserve_bytes > 7 * MIB);
			for (unsigned i = 0; i < 80; i++)
				check_ok(commit_batch(store, &next));
			check_rows(store, next);
			check_relief(&disk, store, &next);
			store_close(store);
		}
	}
	disk_close(&disk);
}

static void test_restart_tmpfs(void)
{
	run_restart("tmpfs", mount_tmpfs);
}

static void test_restart_ext4(void)
{
	run_restart("ext4", mount_ext4);
}

static void test_create_on_full(void)
{
	struct disk disk = disk_open("tmpfs", mount_tmpfs);
	struct store *store = NULL;

	if (disk.mounted) {
		fill(&disk);
		check_err(open_on(&disk, &store), ERR_NOSPC); /* and no SIGBUS from a lock file without blocks */
		unfill(&disk);
		if (check_ok(open_on(&disk, &store)))
			store_close(store);
	}
	disk_close(&disk);
}

/* ---- anywhere ---- */

static void test_reserve_is_kept_ahead(void)
{
	struct store *store = fixture_open(); /* 1 MiB */
	struct store_room room;
	struct stat status;
	char path[1100];
	uint64_t next = 0;
	uint64_t used = 0;

	for (unsigned i = 0; i < 100; i++) {
		check_ok(store_make_room(store, &room));
		check(!room.tight);
		check(room.reserve_bytes >= MIB);
		check(room.used_bytes >= used);
		used = room.used_bytes;
		check_ok(commit_batch(store, &next));
	}
	check(used > 4 * MIB);
	check_uint(room.map_bytes, 64 * MIB);
	check(room.disk_free_bytes > 0);
	snprintf(path, sizeof path, "%s/data.mdb", unit_folder());
	check_int(stat(path, &status), 0);
	check((uint64_t)status.st_blocks * 512 >= used + MIB);
	check_rows(store, next);
	store_close(store);
}

static void test_full_map_is_tight(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;
	struct store_room room = { 0 };
	uint64_t next = 0;

	options.map_bytes = 4 * MIB;
	require_ok(store_open(&options, &store));
	submit_until_tight(store, &next, 1000, &room);
	check(room.tight);
	check(next > 0);
	check(room.used_bytes + MIB > 4 * MIB);
	for (unsigned i = 0; i < 6; i++) /* the reserve is still there to be used */
		check_ok(commit_batch(store, &next));
	check_rows(store, next);
	store_close(store);
}

static void test_look_changes_nothing(void)
{
	struct store *store = fixture_open();
	struct store_room made, seen;
	uint64_t next = 0;

	check_ok(store_make_room(store, &made));
	check_ok(commit_batch(store, &next));
	check_ok(store_look_at_room(store, &seen));
	check(seen.used_bytes > made.used_bytes);
	check_uint(seen.used_bytes + seen.reserve_bytes, made.used_bytes + made.reserve_bytes);
	check_uint(seen.map_bytes, made.map_bytes);
	check(!seen.tight);
	check(seen.disk_free_bytes > 0);
	store_close(store);
}

static void test_look_read_only(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = fixture_open();
	struct store_room made, seen;

	check_ok(store_make_room(store, &made));
	store_close(store);
	options.read_only = true;
	store = NULL;
	require_ok(store_open(&options, &store));
	check_ok(store_look_at_room(store, &seen));
	check_uint(seen.used_bytes, made.used_bytes);
	check(seen.reserve_bytes >= MIB);
	check(!seen.tight);
	check_err(store_make_room(store, &seen), ERR_PERMISSION);
	store_close(store);
}

static void test_no_reserve(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;
	struct store_room room;
	uint64_t next = 0;

	options.reserve_bytes = 0;
	require_ok(store_open(&options, &store));
	check_ok(commit_batch(store, &next));
	check_ok(store_make_room(store, &room));
	check(!room.tight);
	check_rows(store, next);
	store_close(store);
}

UNIT_SUITE("store/reserve",
	{ "blocks are held ahead of what is in use", test_reserve_is_kept_ahead },
	{ "a full map is tight", test_full_map_is_tight },
	{ "looking changes nothing", test_look_changes_nothing },
	{ "a reader sees the reserve in the file", test_look_read_only },
	{ "without a reserve nothing is held", test_no_reserve },
	{ "full tmpfs: the reserve commits, relief comes by itself", test_full_tmpfs },
	{ "full ext4: the reserve commits, relief comes by itself", test_full_ext4 },
	{ "full tmpfs: a restart keeps the reserve", test_restart_tmpfs },
	{ "full ext4: a restart keeps the reserve", test_restart_ext4 },
	{ "a store cannot be made on a full disk", test_create_on_full });
