/* SPDX-License-Identifier: Apache-2.0 */
/* contract/refusal.h - a Refusal as a person reads it: what was refused, the value and the bound, what to do; in Japanese or English. */
#pragma once
#include "frame.pb-c.h"

#include "base/buf.h"
#include "contract/language.h"

/* The stable code for programs: "STALE_KEY". */
const char *refusal_code(Pb__RefusalCode code);

/* The sentence and the hint, appended; each without a newline.  A table of texts, one row per code. */
void refusal_message(const Pb__Refusal *refusal, enum language language, struct buf *out);
void refusal_hint(const Pb__Refusal *refusal, enum language language, struct buf *out);
