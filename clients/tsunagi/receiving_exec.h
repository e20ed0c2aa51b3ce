/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/receiving_exec.h - a delivery handed to a program of the agency, whose exit code says what becomes of it.
 *
 * The program (run by /bin/sh) reads the delivery's JSON on stdin; TSUNAGI_DIR names a directory with message.json, the sealed parts and
 * the attachments, TSUNAGI_MESSAGE_ID the message.  Exit 0 acknowledges; 75 leaves it with the broker, uncounted, to come again; 65
 * refuses it for good; anything else gives it back as a failure that counts. */
#pragma once
#include "tsunagi/receiving.h"

#define EXEC_RETRY_LATER 75  /* EX_TEMPFAIL of sysexits.h */
#define EXEC_NOT_UNDERSTOOD 65 /* EX_DATAERR */

/* Told; the delivery stays the caller's. */
void receiving_exec(struct receiving *receiving, tsg_delivery *delivery);

/* Runs the program over it and gives its exit code; 128 + n when signal n ended it, -1 when it could not be run (told).  The client goes
 * on talking to the broker meanwhile. */
int receiving_run_program(struct receiving *receiving, tsg_delivery *delivery, const char *directory);
