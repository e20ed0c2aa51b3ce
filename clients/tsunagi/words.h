/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/words.h - the reader's language, chosen once at start from the environment. */
#pragma once
#include "contract/refusal.h"

/* Before anything is printed; English until then. */
void words_start(enum language language);
enum language words_language(void);

/* The one of the two texts that the reader reads; both are printf formats of the same arguments, or neither is. */
__attribute__((format_arg(1), format_arg(2))) const char *words(const char *english, const char *japanese);

/* The same of a pair such as those in tables, English first. */
const char *words_of(const char *const pair[2]);
