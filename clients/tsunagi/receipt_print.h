/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/receipt_print.h - the receipt of a sent message as a person reads it: that it is safe, for whom, and what is to be done besides. */
#pragma once
#include <jansson.h>

void receipt_print(const json_t *receipt);

/* What the library saw to because it cannot wait, where the receipt tells of it: who else is told, and what the sender is to do now. */
void receipt_print_precautions(const json_t *receipt);
