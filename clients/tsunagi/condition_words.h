/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/condition_words.h - what the daemon says of itself in codes, in words. */
#pragma once
#include <stddef.h>

#include "admin.pb-c.h"

/* A sentence without its full stop. */
void condition_text(const Pb__Condition *condition, char *to, size_t room);
