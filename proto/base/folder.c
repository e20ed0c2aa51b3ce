/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *path_join(const char *directory, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

enum err folder_sync(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err = ERR_OK;

	if (descriptor < 0)
		return err_from_errno(errno);
	if (fsync(descriptor) != 0)
		err = err_from_errno(errno);
	close(descriptor);
	return err;
}

enum err folder_sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	enum err err = parent == NULL ? ERR_NOMEM : folder_sync(parent);

	free(parent);
	return err;
}

enum err folder_make(const char *path, mode_t mode)
{
	struct stat status;

	if (mkdir(path, mode) == 0)
		return chmod(path, mode) == 0 ? folder_sync_parent(path) : err_from_errno(errno);
	if (errno != EEXIST)
		return err_from_errno(errno);
	if (stat(path, &status) != 0)
		return err_from_errno(errno);
	return S_ISDIR(status.st_mode) ? ERR_OK : ERR_EXISTS;
}

static enum err remove_level(const char *path, int levels_left);

static enum err remove_inner(const char *path, const char *name, int levels_left)
{
	char *inner = path_join(path, name);
	enum err err = ERR_OK;

	if (inner == NULL)
		return ERR_NOMEM;
	if (unlink(inner) != 0)
		err = errno == EISDIR && levels_left > 0 ? remove_level(inner, levels_left - 1) : err_from_errno(errno);
	free(inner);
	return err;
}

static enum err remove_level(const char *path, int levels_left)
{
	DIR *listing = opendir(path);
	const struct dirent *entry = NULL;
	enum err err = ERR_OK;

	if (listing == NULL)
		return errno == ENOENT ? ERR_OK : err_from_errno(errno);
	while (err == ERR_OK && (entry = readdir(listing)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			err = remove_inner(path, entry->d_name, levels_left);
	closedir(listing);
	if (err == ERR_OK && rmdir(path) != 0)
		err = err_from_errno(errno);
	return err;
}

enum err folder_remove(const char *path)
{
	return remove_level(path, 1);
}

static void remove_older(const char *path, int64_t before_s)
{
	struct stat status;

	if (lstat(path, &status) == 0 && S_ISREG(status.st_mode) && (int64_t)status.st_mtime < before_s)
		unlink(path);
}

void folder_prune(const char *path, int64_t before_s)
{
	DIR *listing = opendir(path);
	const struct dirent *entry = NULL;

	while (listing != NULL && (entry = readdir(listing)) != NULL) {
		char *inner = entry->d_name[0] == '.' ? NULL : path_join(path, entry->d_name);

		if (inner != NULL)
			remove_older(inner, before_s);
		free(inner);
	}
	if (listing != NULL)
		closedir(listing);
}
