/* SPDX-License-Identifier: Apache-2.0 */
/* contract/state_refusal.h - a refused act (transitions.h) as it travels in a Refusal, and as a person reads it.
 *
 * NOT_NOW     subject "leg.ACCEPT", "conference.CLOSE", "action_item.DROP"; value the state; bound the set of actions allowed then
 * INCOMPLETE  the same subject; value the set of needs that are missing */
#pragma once
#include "frame.pb-c.h"

#include "base/buf.h"
#include "contract/language.h"
#include "contract/transitions.h"

#define STATE_SUBJECT 48 /* bytes, with the NUL */

/* Sets code, subject, value and bound.  subject is the caller's room, which ret_refusal then points to. */
void state_refusal_put(const struct transition_refusal *refusal, char subject[STATE_SUBJECT], Pb__Refusal *ret_refusal);

/* What a received Refusal says; false when it is of another code, or its subject or value is none that this version knows. */
bool state_refusal_read(const Pb__Refusal *refusal, struct transition_refusal *ret_refusal);

/* The action, appended; false when it has no text. */
bool state_refusal_put_action(const struct transition_refusal *refusal, enum language language, struct buf *out);

/* The state, or what is missing, appended; false when there is nothing to say. */
bool state_refusal_put_state(const struct transition_refusal *refusal, enum language language, struct buf *out);
bool state_refusal_put_missing(const struct transition_refusal *refusal, enum language language, struct buf *out);

/* The actions that would be allowed, appended; false when there are none. */
bool state_refusal_put_allowed(const struct transition_refusal *refusal, enum language language, struct buf *out);

/* One need, such as NEED_REASON, as a phrase: "a reason that belongs to it"; NULL for what is no need. */
const char *need_text(uint32_t need, enum language language);
