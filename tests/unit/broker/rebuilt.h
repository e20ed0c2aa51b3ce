/* SPDX-License-Identifier: Apache-2.0 */
/* rebuilt.h - what every test of a rule may end with: the ledger holds, and its tables derived anew are equal (P2). */
#pragma once
#include "site.h"

/* The broker is closed for it and opened again, as after a restart: sessions are to be opened anew. */
void rebuilt_check(struct site *site);
