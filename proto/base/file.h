/* SPDX-License-Identifier: Apache-2.0 */
/* base/file.h - whole files: read with a bound, written so that a crash or a power cut leaves the old one or the new one. */
#pragma once
#include <sys/types.h>

#include "base/buf.h"

/* Appends the file to out, whose limit bounds it: ERR_TOO_LARGE.  ERR_NOT_FOUND, ERR_PERMISSION, ERR_IO; ERR_FORMAT for anything
 * but a regular file. */
enum err file_read(const char *path, struct buf *out);

/* The same for a secret: ERR_PERMISSION also when group or others have any right to it, when it belongs to another user, or
 * when it is a symbolic link. */
enum err file_read_secret(const char *path, struct buf *out);

/* Writes a file beside path, syncs it, renames it over path and syncs the directory: a reader sees the old one or the new one, and
 * the new one stays once this returns ERR_OK.  Whatever the umask, it gets exactly this mode.  Threads and processes may write one
 * path at once: the last one stands.  ERR_NOSPC, ERR_PERMISSION, ERR_NOT_FOUND (no such directory), ERR_IO; path is as it was then. */
enum err file_write(const char *path, struct bytes content, mode_t mode);

/* The same for a new file.  ERR_EXISTS leaves what is there as it is. */
enum err file_write_new(const char *path, struct bytes content, mode_t mode);

/* file_write without waiting for the disk: after a power cut the old or the new one may be there. */
enum err file_write_soon(const char *path, struct bytes content, mode_t mode);

/* Removes a file and syncs its directory; one that is not there is no fault. */
enum err file_remove(const char *path);

/* A new file of mode 0600, open for writing piece by piece; ERR_EXISTS.  The caller syncs and closes it. */
enum err file_create(const char *path, int *ret_descriptor);

/* Writes all of it, whatever the system takes at once. */
enum err file_put(int descriptor, struct bytes content);

/* Reads up to size bytes; *ret_len less than size: the end was reached. */
enum err file_take(int descriptor, uint8_t *to, size_t size, size_t *ret_len);

/* Appends all that is left, up to out's limit: ERR_TOO_LARGE. */
enum err file_take_all(int descriptor, struct buf *out);
