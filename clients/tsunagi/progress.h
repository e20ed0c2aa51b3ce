/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/progress.h - a bar on stderr for work that takes longer than a second, when stderr is a terminal. */
#pragma once
#include <stdint.h>

struct progress {
	const char *label; /* borrowed, in the reader's language */
	int64_t started_us;
	int64_t shown_us; /* 0: not shown yet */
};

void progress_start(struct progress *progress, const char *label);

/* of 0: not known; cheap enough for every step. */
void progress_update(struct progress *progress, uint64_t done, uint64_t of);

/* Takes the bar away. */
void progress_end(struct progress *progress);
