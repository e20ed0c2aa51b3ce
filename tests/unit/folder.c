/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "running.h"
#include "unit.h"

static char folder[4096];

const char *unit_folder(void)
{
	const char *base = getenv("TMPDIR");

	if (folder[0] != '\0')
		return folder;
	snprintf(folder, sizeof folder, "%s/tsunagi-unit-XXXXXX", base != NULL && base[0] != '\0' ? base : "/tmp");
	if (mkdtemp(folder) == NULL) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		abort();
	}
	return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void unit_folder_remove(void)
{
	if (folder[0] == '\0')
		return;
	if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		fprintf(stderr, "%s stays behind: %s\n", folder, strerror(errno));
	folder[0] = '\0';
}
