/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/progress.h"

#include <stdio.h>

#include "base/clock.h"
#include "tsunagi/display.h"
#include "tsunagi/out.h"

#define SHOW_AFTER_US 1000000
#define SHOW_EVERY_US 100000
#define BAR_COLUMNS 30

void progress_start(struct progress *progress, const char *label)
{
	*progress = (struct progress){ .label = label, .started_us = clock_mono_us() };
}

static void draw(const struct progress *progress, uint64_t done, uint64_t of)
{
	char count[32];
	int filled;

	display_count(done, count);
	if (of == 0) {
		fprintf(stderr, "\r\033[K%s %s", progress->label, count);
		return;
	}
	filled = done >= of ? BAR_COLUMNS : (int)((double)done / (double)of * BAR_COLUMNS);
	fprintf(stderr, "\r\033[K%s [", progress->label);
	for (int i = 0; i < BAR_COLUMNS; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3.0f %%", done >= of ? 100.0 : 100.0 * (double)done / (double)of);
}

void progress_update(struct progress *progress, uint64_t done, uint64_t of)
{
	int64_t now = clock_mono_us();

	if (!out_errors_on_terminal() || now - progress->started_us < SHOW_AFTER_US || now - progress->shown_us < SHOW_EVERY_US)
		return;
	progress->shown_us = now;
	draw(progress, done, of);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->shown_us != 0)
		fputs("\r\033[K", stderr);
	progress->shown_us = 0;
}
