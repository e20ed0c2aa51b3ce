/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/temporary_folder.h - directories that are ours for a while. */
#pragma once
#include "base/err.h"

#define TEMPORARY_FOLDER_PATH 512

/* A new directory of mode 0700 in $TMPDIR or /tmp, whose name begins with prefix. */
enum err temporary_folder_make(const char *prefix, char path[TEMPORARY_FOLDER_PATH]);

/* Removes it with all that is in it, following no link; what cannot be removed stays. */
void temporary_folder_remove(const char *path);
