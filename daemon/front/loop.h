/* SPDX-License-Identifier: Apache-2.0 */
/* front/loop.h - the front's thread. */
#pragma once
#include "front/state.h"

/* Runs until front->stop. */
void *front_loop(void *front);
