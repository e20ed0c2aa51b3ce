/* SPDX-License-Identifier: Apache-2.0 */
/* front/outtake.h - what the writer hands out leaves. */
#pragma once
#include "front/state.h"

/* Sends up to max of what the writer's ring holds. */
void outtake(struct front *front, size_t max);
