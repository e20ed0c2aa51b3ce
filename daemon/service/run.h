/* SPDX-License-Identifier: Apache-2.0 */
/* service/run.h - the daemon's life: build up, run until a signal or a fault, tear down in reverse. */
#pragma once
#include "service/exit.h"

/* root: the home, NULL for the default.  Blocks the signals it waits for in the calling thread, before any other exists. */
enum exit_code run(const char *root);
