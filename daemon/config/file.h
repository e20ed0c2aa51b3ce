/* SPDX-License-Identifier: Apache-2.0 */
/* config/file.h - whole small files: read with a bound, written so that a crash leaves the old one or the new one. */
#pragma once
#include <sys/types.h>

#include "base/buf.h"

/* Appends the file to out, whose limit bounds it: ERR_TOO_LARGE.  ERR_NOT_FOUND, ERR_PERMISSION, ERR_IO; ERR_FORMAT for anything
 * but a regular file. */
enum err file_read(const char *path, struct buf *out);

/* The same for a secret: ERR_PERMISSION also when group or others have any right to it, when it belongs to another user, or
 * when it is a symbolic link. */
enum err file_read_secret(const char *path, struct buf *out);

/* Writes a new file with this mode, synced with its directory when this returns ERR_OK.  ERR_EXISTS leaves what is there as it is. */
enum err file_write_new(const char *path, struct bytes content, mode_t mode);

/* The same, in place of what may be there. */
enum err file_write(const char *path, struct bytes content, mode_t mode);

/* A new directory of this mode; one that is there already is left as it is (ERR_FORMAT if it is no directory). */
enum err file_make_directory(const char *path, mode_t mode);
