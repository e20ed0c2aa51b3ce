/* SPDX-License-Identifier: Apache-2.0 */
/* front/keys.h - the keyring and what else of the tables the front keeps in memory. */
#pragma once
#include "front/state.h"

/* Reads them again; what cannot be read ends the front: old keys must not go on opening doors. */
void keys_reload(struct front *front);
