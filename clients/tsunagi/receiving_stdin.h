/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/receiving_stdin.h - deliveries as JSON lines on stdout, settled by what comes back on stdin.
 *
 * A line of stdin is a message id, which acknowledges it, or an id, a space and a reason (RETRY_LATER, NOT_UNDERSTOOD, …) with an optional text
 * after another space, which sends it back.  What is not settled when stdin ends stays with the broker, uncounted. */
#pragma once
#include "tsunagi/receiving.h"

/* Runs until --max deliveries are settled, nothing came within the wait and all is settled, stdin ended, or a signal came. */
enum outcome receiving_by_stdin(struct receiving *receiving);
