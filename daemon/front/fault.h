/* SPDX-License-Identifier: Apache-2.0 */
/* front/fault.h - what goes wrong on purpose at a test site (`tsunagi dev fault`), on the sockets themselves: a partner's program meets what
 * a bad line brings.  A real site arms nothing, and asks no more of a frame than whether anything is armed.
 *
 *   LOSE_ACK   an answer that says accepted or acknowledged is durable, is not sent, and its connection is cut
 *   CUT        the connections are cut now; where there are none, one is cut when its next batch comes, which nobody looks at
 *   DUPLICATE  what is handed out is handed out once more, marked as such, when its agency's next session can take it
 *
 * Even so nothing is handed out that may not be any more: what rests on a consent is not repeated, nor anything to an agency that is kept
 * out of a case by then. */
#pragma once
#include "front/faults.h"

struct front;
struct peer;

void faults_init(struct faults *faults);
void faults_free(struct faults *faults);

/* Any thread; the front is woken by the caller.  ERR_BUSY: there are FAULTS_MOST. */
enum err faults_arm(struct faults *faults, const struct fault *fault);

/* ---- the front's thread ---- */

/* Cuts what is to be cut now. */
void faults_begin(struct front *front);

/* A batch came: true when its connection was cut instead. */
bool fault_cuts(struct front *front, struct peer *peer);

/* An answer is about to be sent: true when it was lost instead. */
bool fault_loses(struct front *front, struct peer *peer, const Pb__FromBroker *frame);

/* Items were handed out. */
void fault_note(struct front *front, const struct peer *peer, const struct handout_item *items, size_t count);

/* A session gave credit: what is to be repeated to its agency. */
void fault_repeats(struct front *front, struct peer *peer);
