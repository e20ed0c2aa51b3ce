/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_frame.h - the two sides live in files of their own, since each has its struct signer. */
#pragma once
#include "base/arena.h"

void from_broker(struct bytes control, struct bytes data, struct arena *arena);
