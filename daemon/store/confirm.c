/* SPDX-License-Identifier: Apache-2.0 */
/* store/confirm.c - see confirm.h for the contract.
 *
 * LMDB keeps two meta pages, the file's first two pages, and writes commit N's into page N & 1.  Nothing more is known of them here: what is
 * confirmed is what stood there, and to undo the other is to make it say the same. */
#include "store/confirm.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "store/sync.h"

#define DATA_FILE "data.mdb"
#define IMAGE_AT 16u     /* behind the page's head, where its own number stands */
#define IMAGE_BYTES 240u /* of a meta page: all that LMDB 0.9 has there and more */
#define RECORD_BYTES (12u + IMAGE_BYTES)

#define TRIES 100u          /* to undo, beside whoever else has the directory */
#define TRY_AGAIN_NS 500000 /* between two of them */

_Static_assert(RECORD_BYTES <= JOURNAL_SLOT_BYTES, "a confirmation is a slot of the journal's file");

/* In a slot: number u64, page_bytes u32, then what the meta page says. */
struct confirmation {
	uint64_t number;
	uint32_t page_bytes;
	uint8_t image[IMAGE_BYTES];
};

enum err confirm_sync(const struct confirm_data *data)
{
	return sync_file(data->fd);
}

static enum err read_image(int fd, uint32_t page_bytes, unsigned page, uint8_t image[IMAGE_BYTES])
{
	return pread(fd, image, IMAGE_BYTES, (off_t)page * page_bytes + IMAGE_AT) == IMAGE_BYTES ? ERR_OK : ERR_IO;
}

/* ---- the slots ---- */

static enum err take_slot(const struct journal_file *file, unsigned slot, struct confirmation *ret)
{
	uint8_t record[JOURNAL_SLOT_BYTES];
	enum err err = journal_file_get_slot(file, slot, record);

	if (err != ERR_OK)
		return err;
	ret->number = be64_get(record);
	ret->page_bytes = be32_get(record + 8);
	memcpy(ret->image, record + 12, IMAGE_BYTES);
	return ret->page_bytes > IMAGE_AT + IMAGE_BYTES ? ERR_OK : ERR_CORRUPT;
}

/* Sectors are written whole or not at all: one that cannot be read was damaged, and what it said is not guessed at (P5). */
static enum err newest(const struct journal_file *file, struct confirmation *ret)
{
	struct confirmation other;
	enum err err = take_slot(file, 0, ret), err_other = take_slot(file, 1, &other);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && err_other == ERR_OK && other.number > ret->number)) {
		*ret = other;
		err = err_other;
	}
	return err_other == ERR_OK || err_other == ERR_NOT_FOUND ? err : err_other;
}

static enum err put_slot(const struct journal_file *file, const struct confirmation *confirmation)
{
	uint8_t record[RECORD_BYTES];

	be64_put(record, confirmation->number);
	be32_put(record + 8, confirmation->page_bytes);
	memcpy(record + 12, confirmation->image, IMAGE_BYTES);
	return journal_file_put_slot(file, confirmation->number & 1, bytes_of(record, sizeof record));
}

enum err confirm_write(const struct journal_file *file, const struct confirm_data *data, uint64_t number)
{
	struct confirmation confirmation = { .number = number, .page_bytes = data->page_bytes }, before;
	enum err err = read_image(data->fd, data->page_bytes, number & 1, confirmation.image);

	if (err != ERR_OK)
		return err;
	err = newest(file, &before);
	if (err == ERR_OK && before.number != number && memcmp(before.image, confirmation.image, IMAGE_BYTES) == 0)
		return ERR_CORRUPT; /* LMDB does not write where we think */
	return err == ERR_OK || err == ERR_NOT_FOUND ? put_slot(file, &confirmation) : err;
}

enum err confirm_read(const struct journal_file *file, uint64_t *ret_number)
{
	struct confirmation confirmation;
	enum err err = newest(file, &confirmation);

	if (err == ERR_OK)
		*ret_number = confirmation.number;
	return err;
}

/* ---- opening ---- */

/* Which of the two pages says what was confirmed; 2: neither. */
static unsigned page_of(int fd, const struct confirmation *confirmation)
{
	uint8_t image[IMAGE_BYTES];

	for (unsigned page = 0; page < 2; page++)
		if (read_image(fd, confirmation->page_bytes, page, image) == ERR_OK && memcmp(image, confirmation->image, IMAGE_BYTES) == 0)
			return page;
	return 2;
}

enum err confirm_settle(const struct journal_file *file, const struct confirm_data *data, uint64_t number)
{
	struct confirmation confirmation;
	enum err err = newest(file, &confirmation);

	if (err == ERR_OK && (confirmation.page_bytes != data->page_bytes || page_of(data->fd, &confirmation) == 2))
		err = ERR_CORRUPT;
	if (err == ERR_OK && confirmation.number != number) {
		confirmation.number = number;
		err = read_image(data->fd, data->page_bytes, number & 1, confirmation.image);
		if (err == ERR_OK)
			err = confirm_sync(data);
	}
	if (err == ERR_OK)
		return put_slot(file, &confirmation);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* The other page may say what was confirmed before, or nothing newer: then nothing is undone. */
static bool may_lack_pages(int fd, const struct journal_file *file, const struct confirmation *confirmation, unsigned page)
{
	uint8_t image[IMAGE_BYTES];
	struct confirmation before;

	if (read_image(fd, confirmation->page_bytes, page, image) != ERR_OK)
		return true;
	if (memcmp(image, confirmation->image, IMAGE_BYTES) == 0)
		return false;
	return take_slot(file, (confirmation->number + 1) & 1, &before) != ERR_OK || memcmp(image, before.image, IMAGE_BYTES) != 0;
}

static enum err undo(int directory, const struct confirmation *confirmation, unsigned page)
{
	const struct confirm_data data = { .fd = openat(directory, DATA_FILE, O_RDWR | O_CLOEXEC) };
	enum err err = ERR_OK;

	if (data.fd < 0)
		return err_from_errno(errno);
	if (pwrite(data.fd, confirmation->image, IMAGE_BYTES, (off_t)page * confirmation->page_bytes + IMAGE_AT) != IMAGE_BYTES)
		err = ERR_IO;
	if (err == ERR_OK)
		err = confirm_sync(&data);
	close(data.fd);
	return err;
}

/* The data file's page that is to be undone; 2: none is.  Where neither page says what was confirmed the file is another store's, or damaged: the
 * journal's tree tells, which names its file. */
static enum err look(int directory, const struct journal_file *file, struct confirmation *ret, unsigned *ret_page)
{
	enum err err = newest(file, ret);
	unsigned page;
	int fd;

	*ret_page = 2;
	if (err != ERR_OK)
		return ERR_OK; /* whose file it is, is not known yet */
	fd = openat(directory, DATA_FILE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_OK : err_from_errno(errno);
	page = page_of(fd, ret);
	if (page < 2 && may_lack_pages(fd, file, ret, !page))
		*ret_page = !page;
	close(fd);
	return ERR_OK;
}

static enum err recover_from(int directory, const struct journal_file *file)
{
	struct confirmation confirmation;
	unsigned page;
	enum err err = look(directory, file, &confirmation, &page);

	return err == ERR_OK && page < 2 ? undo(directory, &confirmation, page) : err;
}

/* ERR_BUSY: a writer has it, or another reader that does the same. */
static enum err recover_locked(int directory, const struct journal_file *file)
{
	int lock = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err = ERR_BUSY;

	if (lock < 0)
		return err_from_errno(errno);
	if (flock(lock, LOCK_EX | LOCK_NB) == 0)
		err = recover_from(directory, file);
	close(lock); /* gives it back */
	return err;
}

/* A reader undoes in a writer's stead where none is; and only where there is something to undo, lest a writer be kept out by it.  LMDB is not
 * opened while another reader is at it, since who has it open keeps LMDB's count where it was. */
static enum err recover_for_reader(int directory, const struct journal_file *file)
{
	const struct timespec pause = { .tv_nsec = TRY_AGAIN_NS };
	struct confirmation confirmation;
	unsigned page;
	enum err err = look(directory, file, &confirmation, &page);

	for (unsigned tries = 0; err == ERR_OK && page < 2 && tries < TRIES; tries++) {
		err = recover_locked(directory, file);
		if (err != ERR_BUSY)
			return err;
		nanosleep(&pause, NULL);
		err = look(directory, file, &confirmation, &page);
	}
	return err; /* the writer's own commit, which it will confirm */
}

enum err confirm_recover(int directory, bool read_only)
{
	struct journal_file file;
	enum err err = journal_file_open(directory, NULL, true, &file);

	if (err != ERR_OK)
		return err == ERR_CORRUPT ? ERR_OK : err;
	err = read_only ? recover_for_reader(directory, &file) : recover_from(directory, &file);
	journal_file_close(&file);
	return err;
}
