/* SPDX-License-Identifier: Apache-2.0 */
/* config/fault.h - what is wrong with a file, told to whoever asked: every problem, each with its file and line. */
#pragma once
#include "base/err.h"

#define FAULTS_MAX 200 /* told of one file; one more line then says that there are more */

struct config_fault {
	const char *file; /* as the caller named it */
	unsigned line;    /* from 1; 0: the file as a whole */
	const char *text; /* what was found, and what would be right */
};

/* All three pointers of a fault are borrowed for the call. */
typedef void fault_report(void *context, const struct config_fault *fault);

/* Where the faults of one file go. */
struct fault_sink {
	fault_report *report; /* NULL: counted only */
	void *context;
	const char *file;
	unsigned count;
};

void fault_at(struct fault_sink *sink, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));
