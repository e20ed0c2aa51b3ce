/* SPDX-License-Identifier: Apache-2.0 */
/* service/exit.h - how the daemon ends, for whoever started it (sysexits.h). */
#pragma once
#include "base/err.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_WRONG_USAGE = 64,
	EXIT_CORRUPT = 65,   /* stored data are damaged: a restart will not help */
	EXIT_NO_MEMORY = 71,
	EXIT_FAILED_IO = 74,
	EXIT_IN_USE = 75,    /* another daemon has the store or the address: try again later */
	EXIT_BAD_CONFIG = 78 /* options, keys or their permissions, limits of the process */
};

enum exit_code exit_code_of(enum err err);
