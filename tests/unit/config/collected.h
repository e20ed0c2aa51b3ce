/* SPDX-License-Identifier: Apache-2.0 */
/* collected.h - the faults of one file as the tests of this room look at them. */
#pragma once
#include <stdbool.h>

#include "config/fault.h"

#define COLLECTED_MAX 300

struct collected {
	struct {
		unsigned line;
		char text[512];
	} faults[COLLECTED_MAX];
	unsigned count;
};

/* A fault_report whose context is a struct collected. */
void collect(void *context, const struct config_fault *fault);

/* True when some fault of that line has this piece of text. */
bool collected_has(const struct collected *collected, unsigned line, const char *piece);

/* Writes text into the test's folder; the path stays valid until the next call. */
const char *written_file(const char *name, const char *text);
