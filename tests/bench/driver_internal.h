/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver_internal.h - between driver.c, driver_send.c and driver_receive.c. */
#pragma once
#include "driver.h"
#include "frame.pb-c.h"

/* Ends the process with a word on what failed. */
void driver_must(enum err err, const char *what);

/* Sends what may travel, takes what came; waits until wait_until_us when nothing had come.  True when something had. */
bool driver_turn(struct driver *driver, int64_t wait_until_us);

/* Before messages are made, once for all that one turn sends. */
void driver_look_at_clocks(struct driver *driver);

void driver_take_handout(struct driver *driver, const Pb__Handout *handout);

/* As the library does: all that is to be acknowledged in one statement, when none is unanswered. */
void driver_acknowledge(struct driver *driver);
uint64_t driver_random(struct driver *driver);
