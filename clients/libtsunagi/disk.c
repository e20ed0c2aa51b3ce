/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/disk.c - see files.h for the contract. */
#include "libtsunagi/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP (64u * 1024u)

char *path_join(const char *directory, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

static enum err close_checked(int descriptor, enum err err)
{
	if (close(descriptor) != 0 && err == ERR_OK)
		return err_from_errno(errno);
	return err;
}

enum err disk_take(int descriptor, uint8_t *to, size_t size, size_t *ret_len)
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

enum err disk_read(const char *path, struct buf *out)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	enum err err = ERR_OK;
	size_t got = READ_STEP;

	if (descriptor < 0)
		return err_from_errno(errno);
	while (err == ERR_OK && got == READ_STEP) {
		uint8_t step[READ_STEP];

		err = disk_take(descriptor, step, sizeof step, &got);
		if (err == ERR_OK) {
			buf_put(out, bytes_of(step, got));
			err = out->err;
		}
	}
	close(descriptor);
	return err;
}

enum err disk_put(int descriptor, struct bytes content)
{
	size_t done = 0;

	while (done < content.len) {
		ssize_t put = write(descriptor, content.data + done, content.len - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_from_errno(errno);
		done += (size_t)put;
	}
	return ERR_OK;
}

enum err disk_create(const char *path, int *ret_descriptor)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (descriptor < 0)
		return err_from_errno(errno);
	*ret_descriptor = descriptor;
	return ERR_OK;
}

enum err disk_folder_sync(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err = ERR_OK;

	if (descriptor < 0)
		return err_from_errno(errno);
	if (fsync(descriptor) != 0)
		err = err_from_errno(errno);
	return close_checked(descriptor, err);
}

static enum err parent_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	enum err err = parent == NULL ? ERR_NOMEM : disk_folder_sync(parent);

	free(parent);
	return err;
}

static enum err write_beside(const char *path, const char *beside, mode_t mode, struct bytes content, bool durable)
{
	int descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	enum err err = ERR_OK;

	if (descriptor < 0)
		return err_from_errno(errno);
	err = disk_put(descriptor, content);
	if (err == ERR_OK && fchmod(descriptor, mode) != 0)
		err = err_from_errno(errno);
	if (err == ERR_OK && durable && fsync(descriptor) != 0)
		err = err_from_errno(errno);
	err = close_checked(descriptor, err);
	if (err == ERR_OK && rename(beside, path) != 0)
		err = err_from_errno(errno);
	if (err != ERR_OK) {
		unlink(beside);
		return err;
	}
	return durable ? parent_sync(path) : ERR_OK;
}

static enum err write_whole(const char *path, mode_t mode, struct bytes content, bool durable)
{
	char *beside = NULL;
	enum err err = ERR_OK;

	if (asprintf(&beside, "%s.new", path) < 0)
		return ERR_NOMEM;
	err = write_beside(path, beside, mode, content, durable);
	free(beside);
	return err;
}

enum err disk_write(const char *path, mode_t mode, struct bytes content)
{
	return write_whole(path, mode, content, true);
}

enum err disk_write_soon(const char *path, mode_t mode, struct bytes content)
{
	return write_whole(path, mode, content, false);
}

enum err disk_remove(const char *path)
{
	if (unlink(path) == 0)
		return parent_sync(path);
	return errno == ENOENT ? ERR_OK : err_from_errno(errno);
}

enum err disk_folder_make(const char *path, mode_t mode)
{
	struct stat status;

	if (mkdir(path, mode) == 0)
		return chmod(path, mode) == 0 ? parent_sync(path) : err_from_errno(errno);
	if (errno != EEXIST)
		return err_from_errno(errno);
	if (stat(path, &status) != 0)
		return err_from_errno(errno);
	return S_ISDIR(status.st_mode) ? ERR_OK : ERR_EXISTS;
}

static enum err remove_level(const char *path, int levels_left)
{
	DIR *listing = opendir(path);
	const struct dirent *entry = NULL;
	enum err err = ERR_OK;

	if (listing == NULL)
		return errno == ENOENT ? ERR_OK : err_from_errno(errno);
	while (err == ERR_OK && (entry = readdir(listing)) != NULL) {
		char *inner = NULL;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		inner = path_join(path, entry->d_name);
		if (inner == NULL)
			err = ERR_NOMEM;
		else if (unlink(inner) != 0)
			err = errno == EISDIR && levels_left > 0 ? remove_level(inner, levels_left - 1) : err_from_errno(errno);
		free(inner);
	}
	closedir(listing);
	if (err == ERR_OK && rmdir(path) != 0)
		err = err_from_errno(errno);
	return err;
}

enum err disk_folder_remove(const char *path)
{
	return remove_level(path, 1);
}
