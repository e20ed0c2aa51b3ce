/* SPDX-License-Identifier: Apache-2.0 */
/* config/home_fault.h - for this room only. */
#pragma once
#include "config/home.h"

/* Fills fault in and gives err back; text NULL: what err says. */
enum err home_fault_set(struct home_fault *fault, const char *path, enum err err, const char *text);
