/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal_file.c - see journal_file.h for the contract and the layout. */
#include "store/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "store/sync.h"

#define SECTOR JOURNAL_SECTOR
#define PAGE 4096u
#define FRESH_FILE JOURNAL_FILE ".new"
#define FILE_MODE 0600

#define HEAD_MAGIC UINT64_C(0x5453474a4f555232)  /* TSGJOUR2 */
#define SLOT_MAGIC UINT64_C(0x5453474a534c4f54)  /* TSGJSLOT */
#define BLOCK_MAGIC UINT64_C(0x5453474a424c4f43) /* TSGJBLOC */
#define SEAL_AT 24u
#define SEAL_BYTES 16u
#define SLOT_SEAL_AT (SECTOR - SEAL_BYTES)
#define SLOTS_AT PAGE
#define BLOCKS_AT (SLOTS_AT + JOURNAL_SLOTS * PAGE)
#define SUMS_AT (SEAL_AT + SEAL_BYTES)
#define SUM_BYTES 8u

#define BLOCK_ROOM (JOURNAL_BLOCK_BYTES + PAGE) /* a block's pages at most */
/* Each block may leave most of its last page empty, and has a sector more than its records. */
#define FILE_BYTES (BLOCKS_AT + JOURNAL_BYTES + 2 * JOURNAL_BLOCKS * PAGE)

_Static_assert(SUMS_AT + JOURNAL_BLOCK_BYTES / SECTOR * SUM_BYTES <= SECTOR, "a block's head is one sector");

_Static_assert(8 + JOURNAL_SLOT_BYTES == SLOT_SEAL_AT, "a slot is one sector");

_Static_assert(SECTOR % JOURNAL_SALT_BYTES == 0, "a blank sector is whole salts");

static void take_salt(struct journal_file *file, const uint8_t salt[JOURNAL_SALT_BYTES])
{
	memcpy(file->salt, salt, JOURNAL_SALT_BYTES);
	for (size_t at = 0; at < SECTOR; at += JOURNAL_SALT_BYTES)
		memcpy(file->blank + at, salt, JOURNAL_SALT_BYTES);
}

static void put_blank(const struct journal_file *file, uint8_t *to, size_t len)
{
	for (size_t at = 0; at < len; at += SECTOR)
		memcpy(to + at, file->blank, SECTOR);
}

static bool is_blank(const struct journal_file *file, const uint8_t *sector)
{
	return memcmp(sector, file->blank, SECTOR) == 0;
}

static size_t sectors_of(size_t len)
{
	return (len + SECTOR - 1) / SECTOR;
}

static size_t pages_of_block(size_t len)
{
	return (SECTOR + len + PAGE - 1) / PAGE * PAGE;
}

static void put_sum(uint8_t *to, const uint8_t *sector)
{
	struct digest digest = digest_of(bytes_of(sector, SECTOR));

	memcpy(to, digest.bytes, SUM_BYTES);
}

/* Over everything in the head of a block but the seal itself. */
static void put_seal(uint8_t *to, const struct journal_file *file, const uint8_t *head)
{
	const struct bytes parts[] = {
		bytes_of(file->salt, JOURNAL_SALT_BYTES),
		bytes_of(head, SEAL_AT),
		bytes_of(head + SUMS_AT, SECTOR - SUMS_AT),
	};
	struct digest digest;

	digest_of_parts(parts, sizeof parts / sizeof parts[0], &digest);
	memcpy(to, digest.bytes, SEAL_BYTES);
}

/* ---- writing ---- */

enum err journal_file_sync(const struct journal_file *file)
{
	return sync_file(file->fd);
}

static enum err write_at(const struct journal_file *file, const uint8_t *bytes, size_t len, uint64_t offset)
{
	ssize_t written;

	do
		written = pwrite(file->fd, bytes, len, (off_t)offset);
	while (written < 0 && errno == EINTR);
	if (written == (ssize_t)len)
		return ERR_OK;
	return written >= 0 || errno == ENOSPC || errno == EDQUOT ? ERR_NOSPC : ERR_IO;
}

static enum err clear_between(const struct journal_file *file, uint64_t from, uint64_t to)
{
	enum err err = ERR_OK;

	put_blank(file, file->image, BLOCK_ROOM);
	for (; err == ERR_OK && from < to; from += BLOCK_ROOM)
		err = write_at(file, file->image, to - from < BLOCK_ROOM ? to - from : BLOCK_ROOM, from);
	if (err == ERR_OK)
		err = journal_file_sync(file);
	return err == ERR_OK ? ERR_OK : ERR_IO;
}

enum err journal_file_clear_rest(struct journal_file *file)
{
	return clear_between(file, file->end, FILE_BYTES);
}

enum err journal_file_clear(struct journal_file *file)
{
	uint64_t end = file->end + BLOCK_ROOM; /* of the next one a part may be there */

	file->last = file->end = BLOCKS_AT;
	return clear_between(file, BLOCKS_AT, end < FILE_BYTES ? end : FILE_BYTES);
}

enum err journal_file_append(struct journal_file *file, uint64_t generation, uint32_t number, struct bytes records)
{
	size_t room = pages_of_block(records.len), filled = sectors_of(records.len) * SECTOR;
	uint8_t *head = file->image, *sectors = file->image + SECTOR;
	enum err err;

	memset(head, 0, SECTOR);
	memcpy(sectors, records.data, records.len);
	memset(sectors + records.len, 0, filled - records.len);
	put_blank(file, sectors + filled, room - SECTOR - filled);
	be64_put(head, BLOCK_MAGIC);
	be64_put(head + 8, generation);
	be32_put(head + 16, number);
	be32_put(head + 20, (uint32_t)records.len);
	for (size_t i = 0; i < sectors_of(records.len); i++)
		put_sum(head + SUMS_AT + i * SUM_BYTES, sectors + i * SECTOR);
	put_seal(head + SEAL_AT, file, head);
	err = write_at(file, file->image, room, file->end);
	if (err == ERR_OK)
		err = journal_file_sync(file);
	if (err != ERR_OK)
		return err;
	file->last = file->end;
	file->end += room;
	return ERR_OK;
}

enum err journal_file_settle(struct journal_file *file)
{
	size_t len = (size_t)(file->end - file->last);
	enum err err;

	if (len == 0)
		return ERR_OK;
	if (pread(file->fd, file->image, len, (off_t)file->last) != (ssize_t)len)
		return ERR_IO;
	err = write_at(file, file->image, len, file->last);
	if (err == ERR_OK || err == ERR_NOSPC) /* whatever was not written again is there as it was */
		err = journal_file_sync(file);
	return err;
}

/* ---- slots ---- */

static uint64_t slot_at(unsigned slot)
{
	return SLOTS_AT + (uint64_t)slot * PAGE;
}

static void put_slot_seal(uint8_t *to, const struct journal_file *file, const uint8_t *sector)
{
	const struct bytes parts[] = { bytes_of(file->salt, JOURNAL_SALT_BYTES), bytes_of(sector, SLOT_SEAL_AT) };
	struct digest digest;

	digest_of_parts(parts, sizeof parts / sizeof parts[0], &digest);
	memcpy(to, digest.bytes, SEAL_BYTES);
}

enum err journal_file_put_slot(const struct journal_file *file, unsigned slot, struct bytes record)
{
	uint8_t sector[SECTOR] = { 0 };
	enum err err;

	be64_put(sector, SLOT_MAGIC);
	memcpy(sector + 8, record.data, record.len);
	put_slot_seal(sector + SLOT_SEAL_AT, file, sector);
	err = write_at(file, sector, sizeof sector, slot_at(slot));
	return err == ERR_OK ? journal_file_sync(file) : ERR_IO;
}

enum err journal_file_get_slot(const struct journal_file *file, unsigned slot, uint8_t record[JOURNAL_SLOT_BYTES])
{
	uint8_t sector[SECTOR], seal[SEAL_BYTES];

	if (pread(file->fd, sector, sizeof sector, (off_t)slot_at(slot)) != (ssize_t)sizeof sector)
		return ERR_CORRUPT;
	if (is_blank(file, sector))
		return ERR_NOT_FOUND;
	put_slot_seal(seal, file, sector);
	if (be64_get(sector) != SLOT_MAGIC || memcmp(seal, sector + SLOT_SEAL_AT, SEAL_BYTES) != 0)
		return ERR_CORRUPT;
	memcpy(record, sector + 8, JOURNAL_SLOT_BYTES);
	return ERR_OK;
}

/* ---- reading ---- */

struct reading {
	const struct journal_file *file;
	const uint8_t *bytes; /* FILE_BYTES */
	uint64_t generation;
	struct journal_content *content;
};

static bool all_blank(const struct reading *reading, uint64_t from)
{
	for (; from < FILE_BYTES; from += SECTOR)
		if (!is_blank(reading->file, reading->bytes + from))
			return false;
	return true;
}

static bool head_holds(const struct reading *reading, const uint8_t *head)
{
	uint8_t seal[SEAL_BYTES];
	uint32_t length = be32_get(head + 20);

	put_seal(seal, reading->file, head);
	return be64_get(head) == BLOCK_MAGIC && memcmp(seal, head + SEAL_AT, SEAL_BYTES) == 0 && length > 0 && length <= JOURNAL_BLOCK_BYTES;
}

/* ERR_NOT_FOUND: torn. */
static enum err check_sectors(const struct journal_file *file, const uint8_t *head, size_t len)
{
	const uint8_t *sector = head + SECTOR;
	bool torn = false;

	for (size_t i = 0; i < sectors_of(len); i++, sector += SECTOR) {
		uint8_t sum[SUM_BYTES];

		put_sum(sum, sector);
		if (memcmp(sum, head + SUMS_AT + i * SUM_BYTES, SUM_BYTES) == 0)
			continue;
		if (!is_blank(file, sector))
			return ERR_CORRUPT;
		torn = true;
	}
	return torn ? ERR_NOT_FOUND : ERR_OK;
}

/* The block at *at, taken into the content; ERR_NOT_FOUND: there is none of this generation that was told. */
static enum err take_block(const struct reading *reading, uint64_t *at)
{
	struct journal_content *content = reading->content;
	const uint8_t *head = reading->bytes + *at;
	uint64_t generation = be64_get(head + 8);
	size_t len = be32_get(head + 20);
	enum err err;

	if (is_blank(reading->file, head))
		return ERR_NOT_FOUND;
	if (!head_holds(reading, head) || pages_of_block(len) > FILE_BYTES - *at)
		return ERR_CORRUPT;
	if (generation > reading->generation)
		return ERR_BUSY;
	if (generation < reading->generation)
		return content->blocks == 0 ? ERR_NOT_FOUND : ERR_CORRUPT; /* all that was before was cleared before the first */
	if (be32_get(head + 16) != content->blocks || content->blocks == JOURNAL_BLOCKS || len > JOURNAL_BYTES - content->len)
		return ERR_CORRUPT;
	err = check_sectors(reading->file, head, len);
	if (err != ERR_OK)
		return err;
	memcpy(content->records + content->len, head + SECTOR, len);
	content->len += len;
	content->blocks++;
	*at += pages_of_block(len);
	return ERR_OK;
}

/* Of this generation, or a later one. */
static bool any_block(const struct reading *reading, uint64_t from)
{
	for (; from < FILE_BYTES; from += PAGE)
		if (head_holds(reading, reading->bytes + from) && be64_get(reading->bytes + from + 8) >= reading->generation)
			return true;
	return false;
}

/* Behind a torn block nothing was written, since a block is begun when the one before it is durable.  Its head may be what is missing; and in
 * what was being cleared pages may be, whichever, but all of them are of before. */
static enum err check_rest(const struct reading *reading, uint64_t at)
{
	const uint8_t *head = reading->bytes + at;

	if (is_blank(reading->file, head) || be64_get(head + 8) < reading->generation)
		return any_block(reading, at) ? ERR_CORRUPT : ERR_OK;
	return all_blank(reading, at + pages_of_block(be32_get(head + 20))) ? ERR_OK : ERR_CORRUPT;
}

static enum err take_blocks(struct journal_file *file, const struct reading *reading)
{
	uint64_t at = BLOCKS_AT;
	enum err err = ERR_OK;

	file->last = file->end = at;
	while (err == ERR_OK && at < FILE_BYTES) {
		err = take_block(reading, &at);
		if (err == ERR_OK)
			file->last = file->end;
		file->end = at;
	}
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	reading->content->rest = !all_blank(reading, at);
	return reading->content->rest ? check_rest(reading, at) : ERR_OK;
}

static enum err read_all(const struct journal_file *file, uint8_t *bytes)
{
	for (size_t got = 0; got < FILE_BYTES;) {
		ssize_t more = pread(file->fd, bytes + got, FILE_BYTES - got, (off_t)got);

		if (more < 0 && errno != EINTR)
			return ERR_IO;
		if (more == 0)
			return ERR_CORRUPT; /* cut off */
		got += more > 0 ? (size_t)more : 0;
	}
	return ERR_OK;
}

enum err journal_file_read(struct journal_file *file, uint64_t generation, struct journal_content *content)
{
	uint8_t *bytes = malloc(FILE_BYTES);
	const struct reading reading = { .file = file, .bytes = bytes, .generation = generation, .content = content };
	enum err err = bytes == NULL ? ERR_NOMEM : read_all(file, bytes);

	content->len = 0;
	content->blocks = 0;
	if (err == ERR_OK)
		err = take_blocks(file, &reading);
	free(bytes);
	return err;
}

/* ---- the file ---- */

static enum err take_image(struct journal_file *file)
{
	file->image = malloc(BLOCK_ROOM);
	return file->image != NULL ? ERR_OK : ERR_NOMEM;
}

static enum err write_head(const struct journal_file *file)
{
	uint8_t head[PAGE] = { 0 };

	be64_put(head, HEAD_MAGIC);
	memcpy(head + 8, file->salt, JOURNAL_SALT_BYTES);
	return write_at(file, head, sizeof head, 0);
}

/* Written in full, so that no later write has to find blocks for itself. */
static enum err fill(struct journal_file *file)
{
	enum err err = take_image(file);

	file->last = file->end = BLOCKS_AT;
	if (err == ERR_OK)
		err = write_head(file);
	return err == ERR_OK ? clear_between(file, SLOTS_AT, FILE_BYTES) : err;
}

enum err journal_file_create(int directory, struct journal_file *ret_file)
{
	struct journal_file file = { .fd = -1 };
	uint8_t salt[JOURNAL_SALT_BYTES];
	enum err err;

	(void)unlinkat(directory, FRESH_FILE, 0); /* begun once and never finished; or put there for us to write through */
	file.fd = openat(directory, FRESH_FILE, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (file.fd < 0)
		return err_from_errno(errno);
	random_bytes(salt, sizeof salt);
	take_salt(&file, salt);
	err = posix_fallocate(file.fd, 0, FILE_BYTES) == 0 ? fill(&file) : ERR_NOSPC;
	if (err == ERR_OK && (fsync(file.fd) != 0 || renameat(directory, FRESH_FILE, directory, JOURNAL_FILE) != 0 || fsync(directory) != 0))
		err = ERR_IO;
	if (err != ERR_OK) {
		journal_file_close(&file);
		(void)unlinkat(directory, FRESH_FILE, 0);
		return err;
	}
	*ret_file = file;
	return ERR_OK;
}

static enum err read_head(struct journal_file *file, const uint8_t *salt)
{
	uint8_t head[8 + JOURNAL_SALT_BYTES];

	if (pread(file->fd, head, sizeof head, 0) != (ssize_t)sizeof head || be64_get(head) != HEAD_MAGIC)
		return ERR_CORRUPT;
	take_salt(file, head + 8);
	return salt == NULL || memcmp(file->salt, salt, JOURNAL_SALT_BYTES) == 0 ? ERR_OK : ERR_CORRUPT;
}

enum err journal_file_open(int directory, const uint8_t *salt, bool read_only, struct journal_file *ret_file)
{
	struct journal_file file = { .last = BLOCKS_AT, .end = BLOCKS_AT };
	enum err err;

	/* NONBLOCK: a FIFO must not hold us */
	file.fd = openat(directory, JOURNAL_FILE, (read_only ? O_RDONLY : O_RDWR) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file.fd < 0)
		return errno == ENOENT || errno == ELOOP ? ERR_CORRUPT : err_from_errno(errno);
	err = read_head(&file, salt);
	if (err == ERR_OK && !read_only)
		err = take_image(&file);
	if (err != ERR_OK) {
		journal_file_close(&file);
		return err;
	}
	*ret_file = file;
	return ERR_OK;
}

void journal_file_close(struct journal_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->image);
	*file = (struct journal_file){ .fd = -1 };
}

enum err journal_file_remove(int directory)
{
	(void)unlinkat(directory, FRESH_FILE, 0);
	return unlinkat(directory, JOURNAL_FILE, 0) == 0 || errno == ENOENT ? ERR_OK : ERR_IO;
}
