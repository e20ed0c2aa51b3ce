/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/ics.h - a conference as a calendar (RFC 5545), for the calendars that people look at.  libical's one home.
 *
 * A calendar leaves Tsunagi's protection: it says when and where one meets and what the meeting is called, and nothing of its agenda,
 * materials or minutes; for a protected case not where.  Addresses are agencies', as "tsunagi:agency@site": no mail address is made up that a
 * calendar program would write to.
 *
 * Times stand in Asia/Tokyo with that zone's VTIMEZONE.  A series stands as its dates (RDATE): a rule of RFC 5545 would leave out the 31st
 * of shorter months, where conference_series.h takes their last day. */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "libtsunagi/problems.h"

#define ICS_DATES_MAX 60        /* of a series; those after them are exported later */
#define ICS_DAYS_AHEAD 366      /* of a series without an end */
#define ICS_BYTES (256u * 1024u)

/* Appends the calendar of a conference message as `tsunagi receive --out` keeps it.
 *
 *   message  read of it: kind, message_id, thread_id (the UID; else message_id), sender (the organizer), recipient or to (attendees),
 *            created_at or accepted_at (the stamp), conference; and, where whoever exports knows it: "state" (a ConferenceState; PROPOSED
 *            where it is missing), "protected" (true: no place), "sequence" (else 0 for the message that opens the thread, "seq" for later
 *            ones, so that a later message replaces an earlier one in the calendar)
 *   problems gets every fault by field
 *
 * ERR_REFUSED with problems; ERR_NOMEM, ERR_TOO_LARGE.  No clock, no global state; any thread. */
enum err ics_of_message(const json_t *message, struct problems *problems, struct buf *out);
