/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#define GENERATION 7
#define SLOTS_AT 4096u
#define BLOCKS_AT (3 * 4096u)

static uint8_t room[JOURNAL_BYTES];

static int folder_open(void)
{
	int directory = open(unit_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	require(directory >= 0);
	return directory;
}

static struct journal_file create(void)
{
	struct journal_file file;
	int directory = folder_open();

	require_ok(journal_file_create(directory, &file));
	close(directory);
	return file;
}

static struct journal_content read_back(struct journal_file *file, uint64_t generation, enum err wanted)
{
	struct journal_content content = { .records = room };

	check_err(journal_file_read(file, generation, &content), wanted);
	return content;
}

/* Random bytes, all different from what stands before them. */
static struct bytes noise(size_t len)
{
	static uint8_t bytes[JOURNAL_BLOCK_BYTES];

	unit_random_bytes(bytes, len);
	return bytes_of(bytes, len);
}

static void append(struct journal_file *file, uint32_t number, struct bytes records)
{
	require_ok(journal_file_append(file, GENERATION, number, records));
}

/* The whole file's bytes. */
static size_t load(const struct journal_file *file, uint8_t **ret_bytes)
{
	off_t size = lseek(file->fd, 0, SEEK_END);

	require(size > 0);
	*ret_bytes = malloc((size_t)size);
	require(*ret_bytes != NULL && pread(file->fd, *ret_bytes, (size_t)size, 0) == size);
	return (size_t)size;
}

static void write_byte(const struct journal_file *file, uint64_t at, uint8_t byte)
{
	require(pwrite(file->fd, &byte, 1, (off_t)at) == 1);
}

static void test_empty(void)
{
	struct journal_file file = create();
	struct journal_content content = read_back(&file, GENERATION, ERR_OK);

	check_uint(content.blocks, 0);
	check_uint(content.len, 0);
	check(!content.rest);
	journal_file_close(&file);
}

static void test_blocks_one_behind_another(void)
{
	static uint8_t all[JOURNAL_BYTES];
	struct journal_file file = create();
	struct journal_content content;
	size_t len = 0;
	uint32_t count = 0;

	for (; count < JOURNAL_BLOCKS; count++) {
		struct bytes records = noise(1 + unit_random_below(JOURNAL_BYTES / JOURNAL_BLOCKS));

		memcpy(all + len, records.data, records.len);
		len += records.len;
		append(&file, count, records);
		content = read_back(&file, GENERATION, ERR_OK);
		check_uint(content.blocks, count + 1);
		check(!content.rest);
		check_bytes(bytes_of(room, content.len), bytes_of(all, len));
	}
	journal_file_close(&file);
}

/* As large as they come, and as many: none is behind the file's end. */
static void test_the_largest(void)
{
	struct journal_file file = create();

	for (uint32_t i = 0; i < JOURNAL_BYTES / JOURNAL_BLOCK_BYTES; i++)
		append(&file, i, noise(JOURNAL_BLOCK_BYTES));
	check_uint(read_back(&file, GENERATION, ERR_OK).len, JOURNAL_BYTES);
	journal_file_close(&file);
}

static void test_generations(void)
{
	struct journal_file file = create();
	struct journal_content content;

	append(&file, 0, noise(600));
	append(&file, 1, noise(600));
	read_back(&file, GENERATION - 1, ERR_BUSY);
	content = read_back(&file, GENERATION + 1, ERR_OK);
	check_uint(content.blocks, 0);
	check(content.rest);
	require_ok(journal_file_clear_rest(&file));
	content = read_back(&file, GENERATION, ERR_OK);
	check_uint(content.blocks, 0);
	check(!content.rest);
	journal_file_close(&file);
}

/* All that was appended goes, and what a write that failed may have left behind it. */
static void test_cleared(void)
{
	struct journal_file file = create();
	uint8_t *fresh, *bytes;
	size_t size = load(&file, &fresh);
	uint32_t blocks = 1 + (uint32_t)unit_random_below(JOURNAL_BYTES / JOURNAL_BLOCK_BYTES);

	for (uint32_t i = 0; i < blocks; i++)
		append(&file, i, noise(JOURNAL_BLOCK_BYTES));
	if (blocks > 1)
		file.end -= JOURNAL_BLOCK_BYTES + 4096; /* the last one failed */
	require_ok(journal_file_clear(&file));
	check_uint(load(&file, &bytes), size);
	check_bytes(bytes_of(bytes, size), bytes_of(fresh, size));
	append(&file, 0, noise(100));
	check_uint(read_back(&file, GENERATION, ERR_OK).blocks, 1);
	free(fresh);
	free(bytes);
	journal_file_close(&file);
}

static void test_opened_again(void)
{
	struct journal_file file = create(), again;
	int directory = folder_open();
	uint8_t salt[JOURNAL_SALT_BYTES];

	append(&file, 0, noise(5000));
	memcpy(salt, file.salt, sizeof salt);
	journal_file_close(&file);
	require_ok(journal_file_open(directory, salt, false, &again));
	check_uint(read_back(&again, GENERATION, ERR_OK).len, 5000);
	append(&again, 1, noise(100));
	check_uint(read_back(&again, GENERATION, ERR_OK).len, 5100);
	journal_file_close(&again);
	salt[3] ^= 1;
	check_err(journal_file_open(directory, salt, false, &again), ERR_CORRUPT);
	require_ok(journal_file_remove(directory));
	check_err(journal_file_open(directory, salt, true, &again), ERR_CORRUPT);
	close(directory);
}

/* Any subset of the sectors of the block that was being written: it is there whole, or not at all; those before it always are. */
static void check_torn(const struct journal_file *file, const uint8_t *before, const uint8_t *after, size_t size)
{
	struct journal_file torn = *file;
	struct journal_content content;
	bool all = true;
	uint8_t *mixed = malloc(size);

	require(mixed != NULL);
	memcpy(mixed, before, size);
	for (size_t at = 0; at < size; at += 512) {
		bool there = unit_random_below(4) != 0;

		if (there)
			memcpy(mixed + at, after + at, 512);
		all = all && (there || memcmp(before + at, after + at, 512) == 0);
	}
	require(pwrite(file->fd, mixed, size, 0) == (ssize_t)size);
	content = read_back(&torn, GENERATION, ERR_OK);
	check_uint(content.blocks, all ? 3 : 2);
	if (content.rest)
		require_ok(journal_file_clear_rest(&torn));
	content = read_back(&torn, GENERATION, ERR_OK);
	check_uint(content.blocks, all ? 3 : 2);
	check(!content.rest);
	free(mixed);
}

static void test_torn(void)
{
	uint8_t *before, *after;
	struct journal_file file = create();
	size_t size;

	append(&file, 0, noise(700));
	append(&file, 1, noise(3000));
	size = load(&file, &before);
	append(&file, 2, noise(2500 + unit_random_below(2000)));
	check_uint(load(&file, &after), size);
	for (unsigned round = 0; round < 200; round++)
		check_torn(&file, before, after, size);
	free(before);
	free(after);
	journal_file_close(&file);
}

static void check_changed(struct journal_file *file, uint64_t at, uint8_t from, uint8_t to, bool padding)
{
	struct journal_content content;

	unit_context("byte %llu, %u for %u", (unsigned long long)at, to, from);
	write_byte(file, at, to);
	content = read_back(file, GENERATION, padding || to == from ? ERR_OK : ERR_CORRUPT);
	if (padding)
		check_uint(content.blocks, 2);
	write_byte(file, at, from);
}

/* A byte of what was told to be durable, whichever: never taken for a block that was torn.  The last sector has no other than that one. */
static void test_any_byte_changed(void)
{
	struct journal_file file = create();
	struct bytes records = noise(1300);
	size_t size;
	uint8_t *bytes;
	uint64_t end;

	memset((uint8_t *)(uintptr_t)records.data + 500, 0, 700); /* a sector of zeros is one, too */
	append(&file, 0, records);
	records = noise(1025);
	*(uint8_t *)(uintptr_t)(records.data + 1024) = 4;
	append(&file, 1, records);
	end = file.end;
	size = load(&file, &bytes);
	check(end < size);
	for (uint64_t at = BLOCKS_AT; at < end; at++) {
		bool padding = (at >= BLOCKS_AT + 512 + 1536 && at < BLOCKS_AT + 4096) || at >= BLOCKS_AT + 4096 + 512 + 1536;

		check_changed(&file, at, bytes[at], bytes[at] ^ (uint8_t)(1u << unit_random_below(8)), padding);
		check_changed(&file, at, bytes[at], 0, padding);
	}
	free(bytes);
	journal_file_close(&file);
}

static void write_sector(const struct journal_file *file, uint64_t at, const uint8_t *sector)
{
	require(pwrite(file->fd, sector, JOURNAL_SECTOR, (off_t)at) == JOURNAL_SECTOR);
}

/* A disk gives zeros for a sector that it lost. */
static void test_a_lost_sector(void)
{
	static const uint8_t zeros[JOURNAL_SECTOR];
	struct journal_file file = create();
	size_t size;
	uint8_t *bytes;

	append(&file, 0, noise(900));
	append(&file, 1, noise(900));
	size = load(&file, &bytes);
	require(file.end < size);
	for (uint64_t block = BLOCKS_AT; block < file.end; block += 4096)
		for (uint64_t at = block; at < block + 3 * JOURNAL_SECTOR; at += JOURNAL_SECTOR) {
			unit_context("sector at %llu", (unsigned long long)at);
			write_sector(&file, at, zeros);
			read_back(&file, GENERATION, ERR_CORRUPT);
			write_sector(&file, at, bytes + at);
		}
	check_uint(read_back(&file, GENERATION, ERR_OK).blocks, 2);
	free(bytes);
	journal_file_close(&file);
}

/* Any of its pages may be there and any not, when the power fails while a journal is cleared: all of them are of before. */
static void test_cleared_in_part(void)
{
	struct journal_file file = create();
	struct journal_content content;

	for (uint32_t i = 0; i < 20; i++)
		append(&file, i, noise(1 + unit_random_below(10000)));
	for (uint64_t at = BLOCKS_AT; at < file.end; at += 4096)
		for (uint64_t sector = at; unit_random_below(2) == 0 && sector < at + 4096; sector += JOURNAL_SECTOR)
			write_sector(&file, sector, file.blank);
	content = read_back(&file, GENERATION + 1, ERR_OK);
	check_uint(content.blocks, 0);
	require_ok(journal_file_clear_rest(&file));
	check(!read_back(&file, GENERATION + 1, ERR_OK).rest);
	journal_file_close(&file);
}

static void test_a_block_behind_a_torn_one(void)
{
	for (uint64_t sector = 0; sector < 3; sector++) { /* the head's too */
		struct journal_file file = create();

		append(&file, 0, noise(900));
		append(&file, 1, noise(900));
		write_sector(&file, BLOCKS_AT + sector * JOURNAL_SECTOR, file.blank);
		read_back(&file, GENERATION, ERR_CORRUPT);
		journal_file_close(&file);
	}
}

static void test_a_number_out_of_turn(void)
{
	struct journal_file file = create();

	append(&file, 0, noise(10));
	append(&file, 2, noise(10));
	read_back(&file, GENERATION, ERR_CORRUPT);
	journal_file_close(&file);
}

/* What another put under our names is neither written through nor read. */
static void test_links(void)
{
	struct journal_file file;
	int directory = folder_open(), other;
	struct stat status;
	uint8_t salt[JOURNAL_SALT_BYTES];

	other = openat(directory, "other", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	require(other >= 0 && write(other, "theirs", 6) == 6);
	require(symlinkat("other", directory, JOURNAL_FILE ".new") == 0);
	require_ok(journal_file_create(directory, &file));
	require(fstat(other, &status) == 0);
	check_int(status.st_size, 6);
	memcpy(salt, file.salt, sizeof salt);
	journal_file_close(&file);

	require(renameat(directory, JOURNAL_FILE, directory, "moved") == 0 && symlinkat("moved", directory, JOURNAL_FILE) == 0);
	check_err(journal_file_open(directory, salt, true, &file), ERR_CORRUPT);
	check_err(journal_file_open(directory, salt, false, &file), ERR_CORRUPT);
	close(other);
	close(directory);
}

static void test_nobody_else_reads_it(void)
{
	struct journal_file file;
	int directory = folder_open();
	int left = openat(directory, JOURNAL_FILE ".new", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	struct stat status;

	require(left >= 0);
	close(left);
	require_ok(journal_file_create(directory, &file));
	require(fstat(file.fd, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	journal_file_close(&file);
	close(directory);
}

static void test_no_room_for_it(void)
{
	int directory = open("/nonexistent", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct journal_file file;

	check(journal_file_create(directory, &file) != ERR_OK);
}

/* ---- slots ---- */

static void check_slot(const struct journal_file *file, unsigned slot, const char *wanted)
{
	uint8_t record[JOURNAL_SLOT_BYTES];

	require_ok(journal_file_get_slot(file, slot, record));
	check(memcmp(record, wanted, strlen(wanted)) == 0);
	check_uint(record[strlen(wanted)], 0);
	check_uint(record[JOURNAL_SLOT_BYTES - 1], 0);
}

static void test_slots(void)
{
	struct journal_file file = create(), again;
	uint8_t record[JOURNAL_SLOT_BYTES], salt[JOURNAL_SALT_BYTES];
	int directory = folder_open();

	for (unsigned slot = 0; slot < JOURNAL_SLOTS; slot++)
		check_err(journal_file_get_slot(&file, slot, record), ERR_NOT_FOUND);
	append(&file, 0, noise(900));
	require_ok(journal_file_put_slot(&file, 1, bytes_of_text("a long record")));
	check_err(journal_file_get_slot(&file, 0, record), ERR_NOT_FOUND);
	require_ok(journal_file_put_slot(&file, 0, bytes_of_text("another")));
	require_ok(journal_file_put_slot(&file, 1, bytes_of_text("short")));
	require_ok(journal_file_clear(&file));
	memcpy(salt, file.salt, sizeof salt);
	journal_file_close(&file);
	require_ok(journal_file_open(directory, NULL, true, &again)); /* whosesoever it is */
	check(memcmp(again.salt, salt, sizeof salt) == 0);
	check_slot(&again, 0, "another");
	check_slot(&again, 1, "short");
	journal_file_close(&again);
	close(directory);
}

static void test_any_byte_of_a_slot_changed(void)
{
	static const uint8_t zeros[JOURNAL_SECTOR];
	struct journal_file file = create();
	uint8_t record[JOURNAL_SLOT_BYTES], sector[JOURNAL_SECTOR];

	require_ok(journal_file_put_slot(&file, 1, bytes_of_text("what was said")));
	require(pread(file.fd, sector, sizeof sector, SLOTS_AT + 4096) == sizeof sector);
	for (size_t at = 0; at < sizeof sector; at++) {
		uint8_t before = sector[at];

		sector[at] ^= (uint8_t)(1u << unit_random_below(8));
		write_sector(&file, SLOTS_AT + 4096, sector);
		check_err(journal_file_get_slot(&file, 1, record), ERR_CORRUPT);
		sector[at] = before;
	}
	write_sector(&file, SLOTS_AT + 4096, zeros);
	check_err(journal_file_get_slot(&file, 1, record), ERR_CORRUPT);
	journal_file_close(&file);
}

static void test_a_slot_of_another_file(void)
{
	struct journal_file one = create(), two = create();
	uint8_t record[JOURNAL_SLOT_BYTES], sector[JOURNAL_SECTOR];

	require_ok(journal_file_put_slot(&one, 0, bytes_of_text("of one")));
	require(pread(one.fd, sector, sizeof sector, SLOTS_AT) == sizeof sector);
	write_sector(&two, SLOTS_AT, sector);
	check_err(journal_file_get_slot(&two, 0, record), ERR_CORRUPT);
	journal_file_close(&one);
	journal_file_close(&two);
}

UNIT_SUITE("store/journal_file",
	{ "a new one is empty", test_empty },
	{ "blocks one behind another", test_blocks_one_behind_another },
	{ "as large as they come", test_the_largest },
	{ "generations", test_generations },
	{ "cleared", test_cleared },
	{ "opened again", test_opened_again },
	{ "torn at any sector", test_torn },
	{ "any byte changed", test_any_byte_changed },
	{ "a lost sector", test_a_lost_sector },
	{ "cleared in part", test_cleared_in_part },
	{ "a block behind a torn one", test_a_block_behind_a_torn_one },
	{ "a number out of turn", test_a_number_out_of_turn },
	{ "slots", test_slots },
	{ "any byte of a slot changed", test_any_byte_of_a_slot_changed },
	{ "a slot of another file", test_a_slot_of_another_file },
	{ "links in the place of its names", test_links },
	{ "nobody else reads it", test_nobody_else_reads_it },
	{ "nowhere to make one", test_no_room_for_it });
