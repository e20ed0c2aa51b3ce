/* SPDX-License-Identifier: Apache-2.0 */
/* contract/class_set.h - disclosure classes as a set; part of disclosure.h. */
#pragma once
#include <stdint.h>

/* Bit n stands for DisclosureClass n. */
typedef uint32_t class_set;

#define CLASS_BIT(c) ((class_set)1 << (c))
