/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/disk.h - files that are there whole or not at all, also after a power cut. */
#pragma once
#include <sys/types.h>

#include "base/buf.h"

/* Appends the whole file to out.  ERR_NOT_FOUND, ERR_TOO_LARGE (over out's limit), ERR_PERMISSION, ERR_IO. */
enum err disk_read(const char *path, struct buf *out);

/* Writes a file beside path, syncs it, renames it over path and syncs the directory: a reader sees the old or the new one.  Whatever the
 * umask, it gets exactly this mode.  ERR_NOSPC, ERR_PERMISSION, ERR_NOT_FOUND (no such directory), ERR_IO; path is as it was then. */
enum err disk_write(const char *path, mode_t mode, struct bytes content);

/* The same without waiting for the disk: after a power cut the old or the new one may be there. */
enum err disk_write_soon(const char *path, mode_t mode, struct bytes content);

/* Removes a file and syncs its directory; one that is not there is no fault. */
enum err disk_remove(const char *path);

/* Makes a directory with exactly this mode unless there is one; its parent must be there. */
enum err disk_folder_make(const char *path, mode_t mode);
enum err disk_folder_sync(const char *path);

/* Removes a directory and what is in it, two levels deep and no more. */
enum err disk_folder_remove(const char *path);

/* Opens for writing anew, mode 0600; ERR_EXISTS. */
enum err disk_create(const char *path, int *ret_descriptor);
enum err disk_put(int descriptor, struct bytes content);
/* Reads up to size bytes; *ret_len less than size: the end was reached. */
enum err disk_take(int descriptor, uint8_t *to, size_t size, size_t *ret_len);

/* directory + "/" + name, allocated; NULL when memory is short. */
char *path_join(const char *directory, const char *name);
