/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_clock.h - the one clock of each open leg: what it counts from, when it is due, when it does something next.
 *
 * It runs by the hours of whoever owes the next word: the sender while there is a question or something to seal, else who was asked, or
 * the coordinator in its place.  A dead letter changes nothing about it: the person waits since the leg began to.  Where those hours
 * never come, the usual office hours stand in, so that nothing that is open is ever without a due time.
 *
 * Each works on a copy of the leg, with world->now_us for the time; ERR_CORRUPT when there is no such agency. */
#pragma once
#include "broker/lookup_legs.h"
#include "broker/world.h"
#include "rules/deadlines.h"

#define LEG_NO_DAY INT32_MIN

/* Begins the clock that the leg's state has.
 *
 *   report_days  of its request
 *   day          since 1970-01-01, of the act that led here: ACCEPTED, the day for which the first contact is planned, which brings the
 *                due time forward but never puts it off; ON_HOLD, the review date; LEG_NO_DAY: none
 *   ret          the schedule where the clock is that of an answer; may be NULL */
enum err leg_clock_start(struct world *world, uint32_t report_days, int32_t day, struct leg *leg, struct answer_schedule *ret);

/* It ended: nobody waits. */
void leg_clock_stop(struct leg *leg);

/* Of a leg whose answer is owed, the step that is next; ERR_CORRUPT when there is none. */
enum err leg_clock_step(struct world *world, const struct leg *leg, struct deadline *ret_step);

/* One step is done.  An alarm that was to be repeated while nobody ran this is repeated once. */
enum err leg_clock_advance(struct world *world, struct leg *leg);

/* Reckons its due time again, by holidays that were not known before; what a step was done for is not undone. */
enum err leg_clock_reckon(struct world *world, uint32_t report_days, struct leg *leg);

/* Whose word it waits for: its agency's coordinator hears of silence. */
uint32_t leg_clock_agency(const struct leg *leg);

/* The decision that a request owes its sender's, from that moment on. */
enum err request_clock_decision(struct world *world, uint32_t sender, int64_t from_us, struct reckoned *ret);

/* The day on the site's wall. */
enum err leg_today(struct world *world, uint32_t agency, int32_t *ret_day);
