/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/temporary_folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum err temporary_folder_make(const char *prefix, char path[TEMPORARY_FOLDER_PATH])
{
	const char *base = getenv("TMPDIR");
	int length = snprintf(path, TEMPORARY_FOLDER_PATH, "%s/%s.XXXXXX", base != NULL && *base == '/' ? base : "/tmp", prefix);

	if (length < 0 || length >= TEMPORARY_FOLDER_PATH)
		return ERR_TOO_LARGE;
	return mkdtemp(path) == NULL ? err_from_errno(errno) : ERR_OK;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	remove(path);
	return 0;
}

void temporary_folder_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
