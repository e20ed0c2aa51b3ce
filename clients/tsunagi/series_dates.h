/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/series_dates.h - when a conference that is held again and again is held next: its series stands in the sealed proposal, so that
 * only who stored that can tell. */
#pragma once
#include <jansson.h>

#define SERIES_DATES 5

/* Adds "next_on", up to SERIES_DATES days from today on, to a conference as conference.show gives it, where its proposal is among the
 * stored deliveries of that folder and has a series. */
void series_dates_put(const char *from, json_t *conference);
