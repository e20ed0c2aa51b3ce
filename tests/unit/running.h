/* SPDX-License-Identifier: Apache-2.0 */
/* running.h - what the parts of the harness know of the test that runs now; not for test files. */
#pragma once

/* "suite: test"; "" between tests. */
const char *running_name(void);

/* Start and end of a test. */
void random_restart(void);
void context_clear(void);
void unit_folder_remove(void);
