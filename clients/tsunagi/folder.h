/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/folder.h - directories that are ours for a while. */
#pragma once
#include "base/err.h"

#define FOLDER_PATH 512

/* A new directory of mode 0700 in $TMPDIR or /tmp, whose name begins with prefix. */
enum err folder_make_temporary(const char *prefix, char path[FOLDER_PATH]);

/* Removes it with all that is in it, following no link; what cannot be removed stays. */
void folder_remove(const char *path);
