/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/store/disk.c - see disk.h.  What is defined here takes the place of libc's for LMDB too. */
#undef _FILE_OFFSET_BITS /* else the names of both widths are one */
#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "unit.h"

#define SECTOR 512u
#define FILES 32u
#define NAMES 16u
#define STEPS 4096u

/* A write that was not synced. */
struct pending {
	struct pending *next;
	off_t at;
	size_t len;
	uint8_t bytes[];
};

/* By its inode, whatever its name. */
struct file {
	ino_t inode;
	uint8_t *bytes; /* on the disk */
	size_t len;
	struct pending *first, **last;
};

struct name {
	char text[32];
	ino_t inode;
};

/* What one thread writes another may sync; each of libc's calls is a whole. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static struct {
	bool on;
	int folder;
	ino_t inode;
	struct file files[FILES];
	size_t file_count;
	struct name names[NAMES]; /* on the disk */
	size_t name_count;
	const char *fails; /* NULL: no sync does */
	const char *held;  /* NULL: none is */
	const char *full;  /* NULL: there is room */
	unsigned tries, fails_from, fails_count;
	int error;
	const char *awaited; /* NULL: nothing is done after a sync */
	void (*after)(void);
	bool dropped;
	bool renamed;
	unsigned steps, cut_after;
	bool syncs[STEPS];
	const char *cut_to;
} disk;

/* ---- what the disk has ---- */

static void put(struct file *file, const uint8_t *bytes, size_t len, off_t at)
{
	size_t end = (size_t)at + len;

	if (end > file->len) {
		file->bytes = realloc(file->bytes, end);
		require(file->bytes != NULL);
		memset(file->bytes + file->len, 0, end - file->len);
		file->len = end;
	}
	memcpy(file->bytes + at, bytes, len);
}

static struct file *file_of(ino_t inode)
{
	struct file *file;

	for (size_t i = 0; i < disk.file_count; i++)
		if (disk.files[i].inode == inode)
			return &disk.files[i];
	require(disk.file_count < FILES);
	file = &disk.files[disk.file_count++];
	*file = (struct file){ .inode = inode };
	file->last = &file->first;
	return file;
}

static void forget(struct file *file)
{
	while (file->first != NULL) {
		struct pending *next = file->first->next;

		free(file->first);
		file->first = next;
	}
	file->last = &file->first;
}

static void flush(struct file *file)
{
	for (const struct pending *write = file->first; write != NULL; write = write->next)
		put(file, write->bytes, write->len, write->at);
	forget(file);
}

/* Any of its sectors. */
static void flush_some(struct file *file)
{
	uint64_t chance = unit_random_below(5);

	for (const struct pending *write = file->first; write != NULL; write = write->next)
		for (size_t at = 0; at < write->len; at += SECTOR)
			if (unit_random_below(4) < chance)
				put(file, write->bytes + at, write->len - at < SECTOR ? write->len - at : SECTOR, write->at + (off_t)at);
	forget(file);
}

/* ---- names ---- */

static size_t list_names(struct name *names)
{
	int fd = openat(disk.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fdopendir(fd);
	size_t count = 0;

	require(folder != NULL);
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (entry->d_type != DT_REG || strcmp(entry->d_name, "lock.mdb") == 0)
			continue;
		require(count < NAMES && strlen(entry->d_name) < sizeof names->text);
		strcpy(names[count].text, entry->d_name);
		names[count++].inode = entry->d_ino;
	}
	closedir(folder);
	return count;
}

static void load(const struct name *name)
{
	static uint8_t block[1 << 16];
	int fd = openat(disk.folder, name->text, O_RDONLY | O_CLOEXEC);
	off_t at = 0;
	ssize_t got;

	require(fd >= 0);
	for (; (got = read(fd, block, sizeof block)) > 0; at += got)
		put(file_of(name->inode), block, (size_t)got, at);
	close(fd);
}

void disk_begin(const char *folder)
{
	struct stat status;

	disk_end();
	disk.folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	require(disk.folder >= 0 && fstat(disk.folder, &status) == 0);
	disk.inode = status.st_ino;
	disk.name_count = list_names(disk.names);
	for (size_t i = 0; i < disk.name_count; i++)
		load(&disk.names[i]);
	disk.on = true;
}

void disk_end(void)
{
	if (!disk.on)
		return;
	disk.on = false;
	for (size_t i = 0; i < disk.file_count; i++) {
		forget(&disk.files[i]);
		free(disk.files[i].bytes);
	}
	close(disk.folder);
	memset(&disk, 0, sizeof disk);
}

/* ---- cuts ---- */

void disk_cut(const char *to, bool drawn)
{
	struct name names[NAMES];
	size_t count = disk.name_count;
	int folder = -1;

	disk.on = false;
	memcpy(names, disk.names, sizeof names);
	if (drawn && unit_random_below(2) == 0)
		count = list_names(names);
	require(mkdir(to, 0700) == 0 && (folder = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0);
	for (size_t i = 0; i < count; i++) {
		struct file *file = file_of(names[i].inode);
		int fd = openat(folder, names[i].text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		if (drawn)
			flush_some(file);
		require(fd >= 0 && write(fd, file->bytes, file->len) == (ssize_t)file->len);
		close(fd);
	}
	close(folder);
	disk.on = true;
}

void disk_cut_after(unsigned steps, const char *to)
{
	disk.cut_after = steps;
	disk.cut_to = to;
}

unsigned disk_steps(void)
{
	return disk.steps;
}

void disk_fail_sync(const char *name, bool dropped)
{
	disk.fails = name;
	disk.dropped = dropped;
}

void disk_fill(const char *name)
{
	disk.full = name;
}

void disk_fail_some(unsigned from, unsigned count, int error)
{
	disk.tries = 0;
	disk.fails_from = from;
	disk.fails_count = count;
	disk.error = error;
}

static bool fails_now(void)
{
	if (disk.fails_count == 0)
		return false;
	errno = disk.error;
	disk.tries++;
	return disk.tries >= disk.fails_from && disk.tries < disk.fails_from + disk.fails_count;
}

void disk_after_sync(const char *name, void (*after)(void))
{
	disk.awaited = name;
	disk.after = after;
}

static pthread_mutex_t hold_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t let_go = PTHREAD_COND_INITIALIZER;

static void hold(const char *name)
{
	(void)pthread_mutex_lock(&hold_lock);
	disk.held = name;
	(void)pthread_cond_broadcast(&let_go);
	(void)pthread_mutex_unlock(&hold_lock);
}

void disk_hold_sync(const char *name)
{
	hold(name);
}

void disk_let_go(void)
{
	hold(NULL);
}

bool disk_step_is_sync(unsigned step)
{
	return step < STEPS && disk.syncs[step];
}

static void step(void)
{
	if (disk.on && ++disk.steps == disk.cut_after) {
		disk_cut(disk.cut_to, true);
		_exit(0);
	}
}

/* ---- what stands in for libc ---- */

/* NULL: it is none of the folder's. */
static struct file *watched(int fd)
{
	struct stat status;

	if (!disk.on || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return NULL;
	return file_of(status.st_ino);
}

static void keep_pending(struct file *file, const void *bytes, size_t len, off_t at)
{
	struct pending *write = malloc(sizeof *write + len);

	require(write != NULL);
	*write = (struct pending){ .at = at, .len = len };
	memcpy(write->bytes, bytes, len);
	*file->last = write;
	file->last = &write->next;
}

static void record(int fd, const void *bytes, ssize_t len, off_t at)
{
	struct file *file = len > 0 ? watched(fd) : NULL;

	if (file == NULL)
		return;
	if ((fcntl(fd, F_GETFL) & O_DSYNC) != 0)
		put(file, bytes, (size_t)len, at);
	else
		keep_pending(file, bytes, (size_t)len, at);
	step();
}

static bool has_name(ino_t inode, const char *name)
{
	struct stat status;

	return fstatat(disk.folder, name, &status, 0) == 0 && status.st_ino == inode;
}

static bool finds_no_room(const struct file *file)
{
	if (disk.full == NULL || !has_name(file->inode, disk.full))
		return false;
	disk.full = NULL;
	errno = ENOSPC;
	return true;
}

static bool write_fails(int fd)
{
	const struct file *file = watched(fd);

	return file != NULL && (finds_no_room(file) || fails_now());
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	ssize_t done;

	(void)pthread_mutex_lock(&lock);
	done = write_fails(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, len, at);
	record(fd, bytes, done, at);
	(void)pthread_mutex_unlock(&lock);
	return done;
}
ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at) __attribute__((alias("pwrite")));

ssize_t write(int fd, const void *bytes, size_t len)
{
	ssize_t done;

	(void)pthread_mutex_lock(&lock);
	done = write_fails(fd) ? -1 : syscall(SYS_write, fd, bytes, len);
	if (disk.on && done > 0)
		record(fd, bytes, done, lseek(fd, 0, SEEK_CUR) - done);
	(void)pthread_mutex_unlock(&lock);
	return done;
}

/* LMDB takes what was written short for a failure: whole, or nothing. */
ssize_t writev(int fd, const struct iovec *parts, int count)
{
	ssize_t done = 0;

	if (!disk.on)
		return syscall(SYS_writev, fd, parts, count);
	for (int i = 0; i < count && done >= 0; i++) {
		ssize_t more = write(fd, parts[i].iov_base, parts[i].iov_len);

		done = more < 0 ? more : done + more;
	}
	return done;
}

/* As long as fallocate or ftruncate made it. */
static void lengthen(struct file *file, int fd)
{
	struct stat status;

	if (fstat(fd, &status) == 0 && (size_t)status.st_size > file->len)
		put(file, (const uint8_t[]){ 0 }, 1, status.st_size - 1);
}

static void step_to_sync(void)
{
	if (disk.steps + 1 < STEPS)
		disk.syncs[disk.steps + 1] = true;
	step();
}

static int sync_file(struct file *file, int fd)
{
	step_to_sync();
	if (disk.error == EIO && fails_now()) {
		if (unit_random_below(2) == 0)
			forget(file);
		return -1;
	}
	if (disk.fails == NULL || !has_name(file->inode, disk.fails)) {
		flush(file);
		lengthen(file, fd);
		if (disk.awaited != NULL && has_name(file->inode, disk.awaited)) {
			disk.awaited = NULL;
			disk.after();
		}
		return 0;
	}
	disk.fails = NULL;
	if (disk.dropped)
		forget(file);
	errno = EIO;
	return -1;
}

static int sync_names(void)
{
	step_to_sync();
	if (disk.fails != NULL && strcmp(disk.fails, ".") == 0 && disk.renamed) {
		disk.fails = NULL;
		errno = EIO;
		return -1;
	}
	disk.name_count = list_names(disk.names);
	disk.renamed = false;
	return 0;
}

static int sync_any(int fd, long call)
{
	struct file *file = watched(fd);
	struct stat status;

	if (file != NULL)
		return sync_file(file, fd);
	if (disk.on && fstat(fd, &status) == 0 && status.st_ino == disk.inode)
		return sync_names();
	return (int)syscall(call, fd);
}

static bool is_held(int fd)
{
	struct stat status;

	return disk.held != NULL && fstat(fd, &status) == 0 && has_name(status.st_ino, disk.held);
}

static void await_let_go(int fd)
{
	(void)pthread_mutex_lock(&hold_lock);
	while (is_held(fd))
		(void)pthread_cond_wait(&let_go, &hold_lock);
	(void)pthread_mutex_unlock(&hold_lock);
}

static int sync_locked(int fd, long call)
{
	int done;

	await_let_go(fd);
	(void)pthread_mutex_lock(&lock);
	done = sync_any(fd, call);
	(void)pthread_mutex_unlock(&lock);
	return done;
}

int fdatasync(int fd)
{
	return sync_locked(fd, SYS_fdatasync);
}

int fsync(int fd)
{
	return sync_locked(fd, SYS_fsync);
}

static void step_names(bool renamed)
{
	(void)pthread_mutex_lock(&lock);
	step();
	disk.renamed = disk.renamed || renamed;
	(void)pthread_mutex_unlock(&lock);
}

int renameat(int from, const char *name, int to, const char *new_name)
{
	step_names(true);
	return (int)syscall(SYS_renameat2, from, name, to, new_name, 0);
}

int unlinkat(int folder, const char *name, int flags)
{
	step_names(false);
	return (int)syscall(SYS_unlinkat, folder, name, flags);
}
