/* SPDX-License-Identifier: Apache-2.0 */
/* Promise P5: in a copied store, every single byte of every entry, tree row, checkpoint, part and segment is changed in the file
 * itself, one after another, and each time the walk names exactly what was changed. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/parts.h"
#include "submission.h"

/* The copy, its file mapped for writing beside LMDB's own view of it. */
struct copy {
	struct store *store;
	uint8_t *file;
	size_t len;
};

static void fill(struct site *site)
{
	struct device device;
	struct submission submissions[3];

	site_open(site);
	device_new(&device, 10, 1);
	site_append_access(site, "trace");
	device_bind(site, &device);
	site_commit(site);
	for (unsigned i = 0; i < 3; i++)
		submissions[i] = submission_draw();
	submissions[1].parts[2] = noise_of(3000); /* on pages of its own */
	submissions[2].segment = noise_of(100);
	store_segment(site, &submissions[2]);
	submit_batch(site, &device, submissions, 2);
	site_commit(site);
	submit_batch(site, &device, submissions + 2, 1);
	site_append_access(site, "queue show");
	site_commit(site);
	device_free(&device);
}

static void copy_open(struct site *site, struct copy *copy)
{
	char folder[1000], path[1100];
	struct store_options options = { .directory = folder, .readers_max = 4, .read_only = true };
	struct stat status;
	int fd;

	snprintf(folder, sizeof folder, "%s/copy", unit_folder());
	snprintf(path, sizeof path, "%s/data.mdb", folder);
	require(mkdir(folder, 0700) == 0);
	require_ok(store_copy(site->store, folder));
	require_ok(store_open(&options, &copy->store));
	fd = open(path, O_RDWR | O_CLOEXEC);
	require(fd >= 0 && fstat(fd, &status) == 0);
	copy->len = (size_t)status.st_size;
	copy->file = mmap(NULL, copy->len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	require(copy->file != MAP_FAILED);
}

static void copy_close(struct copy *copy)
{
	munmap(copy->file, copy->len);
	store_close(copy->store);
}

/* Where the row's value stands in the file.  The same bytes may stand in the unused part of a page as well, left by an earlier row:
 * the value is where a change shows through the store's own mapping. */
static uint8_t *find_in_file(const struct copy *copy, struct bytes value)
{
	uint8_t *found = memmem(copy->file, copy->len, value.data, value.len);

	while (found != NULL) {
		const volatile uint8_t *seen = value.data;
		uint8_t before = *seen;
		bool is_it;

		*found ^= 1;
		is_it = *seen != before;
		*found ^= 1;
		if (is_it)
			break;
		found = memmem(found + 1, copy->len - (size_t)(found + 1 - copy->file), value.data, value.len);
	}
	require(found != NULL);
	return found;
}

static void check_flip(struct site *site, const struct copy *copy, const char *what, uint64_t number, unsigned part)
{
	struct verdict verdict = site_verify_store(site, copy->store);

	check(verdict.err == ERR_CORRUPT && strcmp(verdict.first.what, what) == 0 && verdict.first.number == number &&
	      verdict.first.part == part && verdict.result.faults == 1);
}

/* Changes every byte of the value, or every step-th of a long one. */
static void flip_row(struct site *site, const struct copy *copy, const char *what, uint64_t number, unsigned part, struct bytes value,
		     size_t step)
{
	uint8_t *at = find_in_file(copy, value);

	for (size_t i = 0; i < value.len; i += step) {
		uint8_t bit = (uint8_t)(1u << unit_random_below(8));

		unit_context("%s %llu part %u: byte %zu bit %02x", what, (unsigned long long)number, part, i, (unsigned)bit);
		at[i] ^= bit;
		check_flip(site, copy, what, number, part);
		at[i] ^= bit;
	}
}

static void flip_table(enum table table, const char *what, size_t number_of_rows)
{
	struct site site;
	struct copy copy;
	struct txn *txn = NULL;
	struct cursor *cursor = NULL;
	struct bytes key, value;
	size_t rows = 0;

	fill(&site);
	copy_open(&site, &copy);
	check_ok(site_verify_store(&site, copy.store).err);
	require_ok(txn_begin_read(copy.store, &txn));
	require_ok(cursor_open(txn, table, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		unsigned part = table == TABLE_PARTS ? key.data[8] : 0;

		flip_row(&site, &copy, what, be64_get(key.data), part, value, value.len > 1000 ? 37 : 1);
		rows++;
	}
	check_uint(rows, number_of_rows);
	cursor_close(cursor);
	txn_abort(txn);
	check_ok(site_verify_store(&site, copy.store).err);
	copy_close(&copy);
	site_close(&site);
}

static void test_entries(void)
{
	flip_table(TABLE_ENTRIES, "entry", 6);
}

static void test_tree(void)
{
	flip_table(TABLE_TREE, "tree", 6);
}

static void test_checkpoints(void)
{
	flip_table(TABLE_CHECKPOINTS, "checkpoint", 3);
}

static void test_parts(void)
{
	flip_table(TABLE_PARTS, "part", 12);
}

static void test_segments(void)
{
	flip_table(TABLE_BLOBS, "blob", 2);
}

UNIT_SUITE("ledger/verify_flips",
	{ "any byte of an entry", test_entries },
	{ "any byte of a tree row", test_tree },
	{ "any byte of a checkpoint", test_checkpoints },
	{ "any byte of a part", test_parts },
	{ "any byte of a segment", test_segments });
