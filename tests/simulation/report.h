/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - what each worker is at and what it complained of, kept where it outlives the worker: the last lines of a long output name the
 * seed that failed, and why. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPORT_WORKERS 8u

/* Before the workers are forked.  false: no memory. */
bool report_open(void);

/* In a worker: it begins with this seed.  Nothing without report_open. */
void report_seed(unsigned worker, uint64_t seed, uint64_t commands);

/* In a worker: its seed fails because of that. */
void report_complain(const char *text);

/* A line for what that worker failed of, whether it complained or died of something else; status as waitpid gave it. */
void report_print(unsigned worker, int status);
