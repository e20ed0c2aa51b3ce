/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h - the machine under the broker, as far as the broker asks it for anything: randomness, clocks, and writes that fail.
 *
 * The linker puts these in the place of the house's own (--wrap): the code under test is the code that ships.  With the machine in
 * hand, a seed decides everything: the same seed makes the same ledger (P9). */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* From now on randomness follows from the seed, and the clocks stand at these. */
void machine_begin(uint64_t seed, int64_t wall_us, int64_t mono_us);

/* The nth write to a table from now on fails once with err; 0: none does. */
void machine_fail_write(uint64_t nth, enum err err);

/* The next commit does not happen. */
void machine_fail_commit(void);

/* Sabotage, to show that the simulator notices: the nth write of this kind from now on is left out, and nobody is told. */
enum machine_write { MACHINE_PUT, MACHINE_APPEND, MACHINE_DELETE };
void machine_skip(enum machine_write kind, uint64_t nth);

/* Whether what was asked for came about; forgets what was not. */
bool machine_failed(void);

uint64_t machine_writes(void);  /* so far */
uint64_t machine_commits(void);
