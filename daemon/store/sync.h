/* SPDX-License-Identifier: Apache-2.0 */
/* store/sync.h - the one place that makes a file's bytes durable; for this room alone. */
#pragma once
#include <unistd.h>

#include "base/err.h"

/* ERR_IO: for good, since a sync that failed is never tried again. */
static inline enum err sync_file(int fd)
{
#ifdef TSUNAGI_UNSAFE_NOSYNC
	(void)fd;
	return ERR_OK; /* breaks P1 on purpose: tests/powercut must be able to notice */
#else
	return fdatasync(fd) == 0 ? ERR_OK : ERR_IO;
#endif
}
