/* SPDX-License-Identifier: Apache-2.0 */
/* base/kana.h - names as they sound, for comparison only: what is stored stays byte for byte as it was written. */
#pragma once
#include "base/buf.h"

/* Appends text folded: katakana, also half-width with its sound marks apart, as hiragana; sound marks written as characters of their own joined to
 * the kana before them; full-width letters and digits as ASCII, letters small; spaces, middle dots and variation selectors left out.  Everything else as it
 * is.  text is UTF-8 (what is none is copied as it stands). */
void kana_fold(struct bytes text, struct buf *out);

/* Whether folded text (kana_fold's) holds the folded sought one anywhere; an empty one is everywhere. */
bool kana_holds(const struct buf *text, const struct buf *sought);
