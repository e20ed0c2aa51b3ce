/* SPDX-License-Identifier: Apache-2.0 */
/* running.h - what the parts of the harness know of the test that runs now; not for test files. */
#pragma once
#include <stdbool.h>

/* "suite: test"; "" between tests. */
const char *running_name(void);

/* Start and end of a test. */
void random_restart(void);
void context_clear(void);
void unit_folder_remove(void);

/* A test that ended where it stood left behind what it had started: threads, sockets, files that they write to. So that no other test suffers for
 * it, the program starts anew behind that test, with the counts so far.  Of the environment, what was remembered is taken along. */
void restart_remember(void);
void restart_wanted(void);
void restart_if_wanted(const char *filter, bool verbose, unsigned passed, unsigned failed);
