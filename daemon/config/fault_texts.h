/* SPDX-License-Identifier: Apache-2.0 */
/* config/fault_texts.h - what is wrong with a file or a home, in Japanese: by the English text, whose conversions it takes in the same order. */
#pragma once
#include <stddef.h>

#include "contract/language.h"

struct fault_text {
	const char *en, *ja;
};

/* The text in that language; the English itself where the table has no other. */
const char *fault_text(const char *en, enum language language);

/* All rows, for tests. */
const struct fault_text *fault_texts(size_t *ret_count);
