/* SPDX-License-Identifier: Apache-2.0 */
/* contract/told_list.h - what an entry put into mailboxes beside a message's Views, whatever its type. */
#pragma once
#include <stddef.h>

#include "ledger.pb-c.h"

struct told_list {
	Pb__Told *const *rows;
	size_t count;
	size_t views; /* items of the entry before them */
};

/* Borrowed from body; none for a type that tells nothing. */
struct told_list told_list_of(const Pb__EntryBody *body);
