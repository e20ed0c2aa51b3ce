/* SPDX-License-Identifier: Apache-2.0 */
/* broker/note_check.h - notes that name no case: in which threads they may stand.  The Views' form and recipients were checked. */
#pragma once
#include "broker/world.h"

/* Objects, or leaves code 0: also for what is no such note. */
enum err note_check(struct world *world, const struct signer *signer, struct objection *ret_objection);
