/* SPDX-License-Identifier: Apache-2.0 */
/* tests/powercut/layer.c - a disk that can lose power, between the daemon and its store (loaded with LD_PRELOAD).
 *
 * SIGKILL alone cannot test durability: the kernel's page cache survives it.  So this layer keeps, beside each of the store's two real
 * files, data.mdb and journal, what a disk would hold:
 *
 *   $POWERCUT_IMAGE.NAME          the bytes that were synced; nothing else
 *   $POWERCUT_IMAGE.NAME.pending  records of writes since then: be64 offset, be64 length, the bytes
 *
 * A write goes to the real file, so that the daemon reads what it wrote, and into the pending file.  fdatasync and fsync move what is
 * pending of that file into its image.  A write through a descriptor opened with O_DSYNC moves itself alone.  After the kill,
 * $POWERCUT_AFTER, if it is set, is the number of writes after which the power fails: most moments that a clock picks lie between
 * commits, this one lies within one.
 *
 * replay.py puts the images together with an arbitrary part of the pending writes - dropped, torn, reordered - and that is what
 * the next daemon finds.  One process, whose store is written by one thread at a time.  What directories say is taken to be on disk at once. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define WATCHED_MAX 64
#define DISKS 2

/* A file as the disk holds it. */
struct disk {
	const char *names[2]; /* the second is what it is called until it is whole */
	int image;
	int pending;
};

static struct {
	pthread_mutex_t lock;
	struct disk disks[DISKS];
	unsigned long writes_left; /* until the power fails; 0: never by itself */
	int begun;
	struct {
		int fd;
		struct disk *disk;
		int synchronous;   /* opened with O_DSYNC or O_SYNC */
	} watched[WATCHED_MAX];
	size_t watched_count;
} layer = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.disks = { { { "data.mdb", NULL }, -1, -1 }, { { "journal", "journal.new" }, -1, -1 } },
};

#define REAL(name) real_##name()
#define DECLARE_REAL(type, name, ...)                                       \
	static type (*real_##name(void))(__VA_ARGS__)                       \
	{                                                                   \
		static type (*function)(__VA_ARGS__);                       \
		if (function == NULL)                                       \
			*(void **)&function = dlsym(RTLD_NEXT, #name);      \
		return function;                                            \
	}

DECLARE_REAL(int, open, const char *, int, ...)
DECLARE_REAL(int, openat, int, const char *, int, ...)
DECLARE_REAL(int, close, int)
DECLARE_REAL(ssize_t, pwrite, int, const void *, size_t, off_t)
DECLARE_REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t)
DECLARE_REAL(ssize_t, write, int, const void *, size_t)
DECLARE_REAL(ssize_t, writev, int, const struct iovec *, int)
DECLARE_REAL(int, fdatasync, int)
DECLARE_REAL(int, fsync, int)

static void die(const char *what)
{
	perror(what);
	_exit(70);
}

static void write_all(int fd, const void *data, size_t len, off_t offset)
{
	const uint8_t *at = data;

	while (len > 0) {
		ssize_t done = REAL(pwrite)(fd, at, len, offset);

		if (done <= 0)
			die("powercut layer: write");
		at += done;
		offset += done;
		len -= (size_t)done;
	}
}

/* The image starts as what the file holds: everything before this process is taken to be on disk. */
static void copy_into_image(const struct disk *disk, int fd)
{
	static uint8_t block[1 << 20];
	off_t offset = 0;
	ssize_t got;

	while ((got = pread(fd, block, sizeof(block), offset)) > 0) {
		write_all(disk->image, block, (size_t)got, offset);
		offset += got;
	}
}

static void open_image(struct disk *disk, int fd)
{
	const char *base = getenv("POWERCUT_IMAGE");
	char path[4096];

	if (base == NULL)
		die("powercut layer: POWERCUT_IMAGE is not set");
	snprintf(path, sizeof(path), "%s.%s", base, disk->names[0]);
	disk->image = REAL(open)(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	strncat(path, ".pending", sizeof(path) - strlen(path) - 1);
	disk->pending = REAL(open)(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (disk->image < 0 || disk->pending < 0)
		die(path);
	copy_into_image(disk, fd);
}

static void begin(void)
{
	const char *after = getenv("POWERCUT_AFTER");

	if (!layer.begun && after != NULL)
		layer.writes_left = strtoul(after, NULL, 10);
	layer.begun = 1;
}

static struct disk *disk_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	for (size_t i = 0; i < DISKS; i++)
		for (size_t k = 0; k < 2; k++)
			if (layer.disks[i].names[k] != NULL && strcmp(name, layer.disks[i].names[k]) == 0)
				return &layer.disks[i];
	return NULL;
}

static void watch(int fd, const char *path, int flags)
{
	struct disk *disk = disk_of(path);

	if (fd < 0 || (flags & O_ACCMODE) == O_RDONLY || disk == NULL)
		return;
	pthread_mutex_lock(&layer.lock);
	begin();
	if (disk->image < 0 || (flags & O_TRUNC) != 0)
		open_image(disk, fd);
	if (layer.watched_count == WATCHED_MAX)
		die("powercut layer: too many descriptors");
	layer.watched[layer.watched_count].fd = fd;
	layer.watched[layer.watched_count].disk = disk;
	layer.watched[layer.watched_count].synchronous = (flags & (O_DSYNC | O_SYNC)) != 0;
	layer.watched_count++;
	pthread_mutex_unlock(&layer.lock);
}

/* The index of a watched descriptor, or -1.  Lock held. */
static int watched(int fd)
{
	for (size_t i = 0; i < layer.watched_count; i++)
		if (layer.watched[i].fd == fd)
			return (int)i;
	return -1;
}

static void note_pending(const struct disk *disk, const void *data, size_t len, off_t offset)
{
	uint64_t head[2] = { htobe64((uint64_t)offset), htobe64((uint64_t)len) };
	struct iovec parts[2] = { { head, sizeof(head) }, { (void *)(uintptr_t)data, len } };

	if (REAL(writev)(disk->pending, parts, 2) != (ssize_t)(sizeof(head) + len))
		die("powercut layer: pending");
}

static void record(int fd, const void *data, size_t len, off_t offset)
{
	int index;

	pthread_mutex_lock(&layer.lock);
	index = watched(fd);
	if (index >= 0 && layer.watched[index].synchronous)
		write_all(layer.watched[index].disk->image, data, len, offset);
	else if (index >= 0)
		note_pending(layer.watched[index].disk, data, len, offset);
	if (index >= 0 && layer.writes_left > 0 && --layer.writes_left == 0)
		kill(getpid(), SIGKILL);
	pthread_mutex_unlock(&layer.lock);
}

static void record_vector(int fd, const struct iovec *parts, int count, off_t offset, ssize_t written)
{
	for (int i = 0; i < count && written > 0; i++) {
		size_t len = parts[i].iov_len < (size_t)written ? parts[i].iov_len : (size_t)written;

		record(fd, parts[i].iov_base, len, offset);
		offset += (off_t)len;
		written -= (ssize_t)len;
	}
}

/* Everything pending reaches the image.  A kill in the middle leaves some of it there: as on a disk. */
static void flush_disk(const struct disk *disk)
{
	static uint8_t *block;
	static size_t room;
	uint64_t head[2];
	off_t at = 0;

	while (pread(disk->pending, head, sizeof(head), at) == (ssize_t)sizeof(head)) {
		size_t len = (size_t)be64toh(head[1]);

		if (len > room && (block = realloc(block, room = len)) == NULL)
			die("powercut layer: memory");
		if (pread(disk->pending, block, len, at + (off_t)sizeof(head)) != (ssize_t)len)
			die("powercut layer: pending");
		write_all(disk->image, block, len, (off_t)be64toh(head[0]));
		at += (off_t)(sizeof(head) + len);
	}
	if (ftruncate(disk->pending, 0) != 0)
		die("powercut layer: pending");
}

static void flush_pending(int fd)
{
	int index;

	pthread_mutex_lock(&layer.lock);
	index = watched(fd);
	if (index >= 0)
		flush_disk(layer.watched[index].disk);
	pthread_mutex_unlock(&layer.lock);
}

/* ---- what stands in for libc ---- */

int open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;
	int fd;

	va_start(arguments, flags);
	mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	fd = REAL(open)(path, flags, mode);
	watch(fd, path, flags);
	return fd;
}

int openat(int directory, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;
	int fd;

	va_start(arguments, flags);
	mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	fd = REAL(openat)(directory, path, flags, mode);
	watch(fd, path, flags);
	return fd;
}

int openat64(int directory, const char *path, int flags, ...) __attribute__((alias("openat"), nonnull(2)));

int open64(const char *path, int flags, ...) __attribute__((alias("open"), nonnull(1)));

int close(int fd)
{
	int index;

	pthread_mutex_lock(&layer.lock);
	index = watched(fd);
	if (index >= 0)
		layer.watched[index] = layer.watched[--layer.watched_count];
	pthread_mutex_unlock(&layer.lock);
	return REAL(close)(fd);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
	ssize_t done = REAL(pwrite)(fd, data, len, offset);

	if (done > 0)
		record(fd, data, (size_t)done, offset);
	return done;
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t offset) __attribute__((alias("pwrite")));

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	ssize_t done = REAL(pwritev)(fd, parts, count, offset);

	record_vector(fd, parts, count, offset, done);
	return done;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) __attribute__((alias("pwritev")));

ssize_t write(int fd, const void *data, size_t len)
{
	ssize_t done = REAL(write)(fd, data, len);

	if (done > 0)
		record(fd, data, (size_t)done, lseek(fd, 0, SEEK_CUR) - done);
	return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	ssize_t done = REAL(writev)(fd, parts, count);

	if (done > 0)
		record_vector(fd, parts, count, lseek(fd, 0, SEEK_CUR) - done, done);
	return done;
}

int fdatasync(int fd)
{
	int result = REAL(fdatasync)(fd);

	if (result == 0)
		flush_pending(fd);
	return result;
}

int fsync(int fd)
{
	int result = REAL(fsync)(fd);

	if (result == 0)
		flush_pending(fd);
	return result;
}
