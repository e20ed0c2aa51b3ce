/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/series_dates.h - when a conference, or what an announcement tells of, is held next where it is held again and again: its series stands in
 * the message that opened it, so that only who has that can tell. */
#pragma once
#include <jansson.h>

#define SERIES_DATES 5

/* Adds "next_on", up to SERIES_DATES days from today on, to a conference or an announcement as conference.show and announcement.show give it,
 * where the message that opened it is among the stored deliveries of that folder and has a series. */
void series_dates_put(const char *from, json_t *shown);

/* The same with the series itself, as it stands in the content; NULL, or one that says nothing, adds nothing. */
void series_dates_put_of(const json_t *series, json_t *shown);
