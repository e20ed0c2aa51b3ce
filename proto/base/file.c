/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"

#define SECRET_FORBIDDEN 077 /* what neither group nor others may have */
#define PIECE (16u * 1024u)

enum err file_take(int descriptor, uint8_t *to, size_t size, size_t *ret_len)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(descriptor, to + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_from_errno(errno);
		if (got == 0)
			break;
		len += (size_t)got;
	}
	*ret_len = len;
	return ERR_OK;
}

enum err file_take_all(int descriptor, struct buf *out)
{
	uint8_t piece[PIECE];
	size_t len = sizeof piece;
	enum err err = ERR_OK;

	while (err == ERR_OK && len == sizeof piece) {
		err = file_take(descriptor, piece, sizeof piece, &len);
		if (err == ERR_OK) {
			buf_put(out, bytes_of(piece, len));
			err = out->err;
		}
	}
	explicit_bzero(piece, sizeof piece); /* it may have been a key */
	return err;
}

enum err file_put(int descriptor, struct bytes content)
{
	while (content.len > 0) {
		ssize_t put = write(descriptor, content.data, content.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_from_errno(errno);
		content = bytes_of(content.data + put, content.len - (size_t)put);
	}
	return ERR_OK;
}

static bool is_private(const struct stat *status)
{
	return (status->st_mode & SECRET_FORBIDDEN) == 0 && status->st_uid == geteuid();
}

static enum err read_opened(int descriptor, bool secret, struct buf *out)
{
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		return err_from_errno(errno);
	if (!S_ISREG(status.st_mode))
		return ERR_FORMAT;
	if (secret && !is_private(&status))
		return ERR_PERMISSION;
	return file_take_all(descriptor, out);
}

static enum err read_file(const char *path, bool secret, struct buf *out)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (secret ? O_NOFOLLOW : 0)); /* NONBLOCK: a FIFO must not hold us */
	enum err err;

	if (descriptor < 0)
		return errno == ELOOP ? ERR_PERMISSION : err_from_errno(errno);
	err = read_opened(descriptor, secret, out);
	close(descriptor);
	return err;
}

enum err file_read(const char *path, struct buf *out)
{
	return read_file(path, false, out);
}

enum err file_read_secret(const char *path, struct buf *out)
{
	return read_file(path, true, out);
}

enum err file_create(const char *path, int *ret_descriptor)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (descriptor < 0)
		return err_from_errno(errno);
	*ret_descriptor = descriptor;
	return ERR_OK;
}

static enum err write_beside(const char *beside, struct bytes content, mode_t mode, bool durable)
{
	int descriptor = -1;
	enum err err = file_create(beside, &descriptor);

	if (err != ERR_OK)
		return err;
	err = file_put(descriptor, content);
	if (err == ERR_OK && fchmod(descriptor, mode) != 0) /* not by creating it so: the umask would have its say */
		err = err_from_errno(errno);
	if (err == ERR_OK && durable && fsync(descriptor) != 0)
		err = err_from_errno(errno);
	if (close(descriptor) != 0 && err == ERR_OK)
		err = err_from_errno(errno);
	return err;
}

/* beside is this thread's alone: what is there was left behind by a crash. */
static enum err write_renamed(const char *path, const char *beside, struct bytes content, mode_t mode, unsigned rename_flags, bool durable)
{
	enum err err = ERR_OK;

	unlink(beside);
	err = write_beside(beside, content, mode, durable);
	if (err == ERR_OK && renameat2(AT_FDCWD, beside, AT_FDCWD, path, rename_flags) != 0)
		err = err_from_errno(errno);
	if (err != ERR_OK) {
		unlink(beside);
		return err;
	}
	return durable ? folder_sync_parent(path) : ERR_OK;
}

static enum err write_whole(const char *path, struct bytes content, mode_t mode, unsigned rename_flags, bool durable)
{
	char *beside = NULL;
	enum err err = ERR_NOMEM;

	if (asprintf(&beside, "%s.%ld.new", path, (long)gettid()) < 0)
		return err;
	err = write_renamed(path, beside, content, mode, rename_flags, durable);
	free(beside);
	return err;
}

enum err file_write(const char *path, struct bytes content, mode_t mode)
{
	return write_whole(path, content, mode, 0, true);
}

enum err file_write_new(const char *path, struct bytes content, mode_t mode)
{
	return write_whole(path, content, mode, RENAME_NOREPLACE, true);
}

enum err file_write_soon(const char *path, struct bytes content, mode_t mode)
{
	return write_whole(path, content, mode, 0, false);
}

enum err file_remove(const char *path)
{
	if (unlink(path) == 0)
		return folder_sync_parent(path);
	return errno == ENOENT ? ERR_OK : err_from_errno(errno);
}
