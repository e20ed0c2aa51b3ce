/* SPDX-License-Identifier: Apache-2.0 */
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_FORBIDDEN 077 /* what neither group nor others may have */

static enum err read_all(int fd, struct buf *out)
{
	uint8_t piece[16 * 1024];
	ssize_t got;

	do {
		got = read(fd, piece, sizeof piece);
		if (got > 0)
			buf_put(out, bytes_of(piece, (size_t)got));
	} while ((got > 0 || (got < 0 && errno == EINTR)) && out->err == ERR_OK);
	explicit_bzero(piece, sizeof piece); /* it may have been a key */
	return got < 0 ? err_from_errno(errno) : out->err;
}

static bool is_private(const struct stat *status)
{
	return (status->st_mode & SECRET_FORBIDDEN) == 0 && status->st_uid == geteuid();
}

static enum err read_opened(int fd, bool secret, struct buf *out)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return err_from_errno(errno);
	if (!S_ISREG(status.st_mode))
		return ERR_FORMAT;
	if (secret && !is_private(&status))
		return ERR_PERMISSION;
	return read_all(fd, out);
}

static enum err read_file(const char *path, bool secret, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (secret ? O_NOFOLLOW : 0)); /* NONBLOCK: a FIFO must not hold us */
	enum err err;

	if (fd < 0)
		return errno == ELOOP ? ERR_PERMISSION : err_from_errno(errno);
	err = read_opened(fd, secret, out);
	close(fd);
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

static enum err write_all(int fd, struct bytes content)
{
	while (content.len > 0) {
		ssize_t written = write(fd, content.data, content.len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_from_errno(errno);
		content = bytes_of(content.data + written, content.len - (size_t)written);
	}
	return ERR_OK;
}

static enum err write_synced(const char *path, struct bytes content, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	enum err err;

	if (fd < 0)
		return err_from_errno(errno);
	err = fchmod(fd, mode) == 0 ? write_all(fd, content) : err_from_errno(errno); /* fchmod: whatever the umask is */
	if (err == ERR_OK && fsync(fd) != 0)
		err = err_from_errno(errno);
	if (close(fd) != 0 && err == ERR_OK)
		err = err_from_errno(errno);
	return err;
}

static enum err sync_directory_of(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	enum err err = ERR_OK;
	int fd;

	if (slash == NULL)
		snprintf(directory, sizeof directory, ".");
	else
		snprintf(directory, sizeof directory, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_from_errno(errno);
	if (fsync(fd) != 0)
		err = err_from_errno(errno);
	close(fd);
	return err;
}

static enum err write_renamed(const char *path, struct bytes content, mode_t mode, unsigned rename_flags)
{
	char beside[PATH_MAX];
	enum err err;

	if (snprintf(beside, sizeof beside, "%s.%ld.new", path, (long)getpid()) >= (int)sizeof beside)
		return ERR_TOO_LARGE;
	err = write_synced(beside, content, mode);
	if (err == ERR_OK && renameat2(AT_FDCWD, beside, AT_FDCWD, path, rename_flags) != 0)
		err = err_from_errno(errno);
	if (err != ERR_OK) {
		unlink(beside);
		return err;
	}
	return sync_directory_of(path);
}

enum err file_write_new(const char *path, struct bytes content, mode_t mode)
{
	return write_renamed(path, content, mode, RENAME_NOREPLACE);
}

enum err file_write(const char *path, struct bytes content, mode_t mode)
{
	return write_renamed(path, content, mode, 0);
}

enum err file_make_directory(const char *path, mode_t mode)
{
	struct stat status;

	if (mkdir(path, mode) == 0)
		return chmod(path, mode) == 0 ? sync_directory_of(path) : err_from_errno(errno);
	if (errno != EEXIST)
		return err_from_errno(errno);
	if (stat(path, &status) != 0)
		return err_from_errno(errno);
	return S_ISDIR(status.st_mode) ? ERR_OK : ERR_FORMAT;
}
