/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/route_print.h - an answer of routing as a caseworker reads it. */
#pragma once
#include <jansson.h>

/* The choices in order with their reasons, then who was passed over; most: of the choices, 0 for all. */
void route_print(const json_t *report, size_t most);

/* The choices alone. */
void route_print_choices(const json_t *report, size_t most);
