/* SPDX-License-Identifier: Apache-2.0 */
/* base/folder.h - directories: made with the mode that was asked for, synced, removed with what is in them. */
#pragma once
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Makes a directory of exactly this mode, whatever the umask, and syncs its parent, which must be there.  One that is there
 * already is left as it is; ERR_EXISTS when something else stands there. */
enum err folder_make(const char *path, mode_t mode);

/* What was made, renamed or removed in the directory stays so after a power cut. */
enum err folder_sync(const char *path);

/* The same for the directory that path stands in: what is before its last slash, or the working directory. */
enum err folder_sync_parent(const char *path);

/* Removes a directory and what is in it, two levels deep and no more; one that is not there is no fault.  Follows no link. */
enum err folder_remove(const char *path);

/* Removes the files in a directory that were last written before that second since 1970, but those whose name begins with a dot.  Links
 * stay, and what cannot be removed does until the next time. */
void folder_prune(const char *path, int64_t before_s);

/* directory + "/" + name, to be freed; NULL when memory is short. */
char *path_join(const char *directory, const char *name);
