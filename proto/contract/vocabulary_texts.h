/* SPDX-License-Identifier: Apache-2.0 */
/* contract/vocabulary_texts.h - what people call the words of a request's and a conference's life, in both languages. */
#pragma once
#include <stdint.h>

#include "vocabulary.pb-c.h"

#include "base/buf.h"
#include "contract/language.h"

/* The text of a value of Party, LegState, LegAction, RequestState, Reason, Outcome, ConferenceKind, ConferenceState,
 * ConferenceAction, ConferenceAnswer, ActionItemState, ActionItemAction, SeriesStep, ConsentGiver, ConsentHow, ConsentState, Answered, Ask or
 * Urgency: a constant.  NULL for another list, for an unknown value and for UNSPECIFIED. */
const char *vocabulary_text(const ProtobufCEnumDescriptor *list, int value, enum language language);

/* The texts of a set (bit n: value n), ascending, with separators, appended; nothing for an empty set. */
void vocabulary_put_set(const ProtobufCEnumDescriptor *list, uint32_t set, enum language language, struct buf *out);
