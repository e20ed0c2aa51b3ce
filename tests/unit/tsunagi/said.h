/* SPDX-License-Identifier: Apache-2.0 */
/* said.h - what a function of the command says on stdout and stderr; for tests of this room. */
#pragma once
#include <stdbool.h>

struct said {
	char out[65536];
	char err[16384];
};

/* Runs speak with both streams caught, none of them a terminal; json as --json.  Returned texts are good until the next call. */
const struct said *said_by(bool json, void (*speak)(void));
