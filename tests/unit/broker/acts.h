/* SPDX-License-Identifier: Apache-2.0 */
/* acts.h - what operators say of time, and what an agency says of itself. */
#pragma once
#include "site.h"

/* A file of holidays that holds: whole years from 2026 on, each with the days that every year has and 3 to 5 May. */
#define ACTS_FILE 32768
struct bytes acts_holidays(char text[ACTS_FILE], int last_year);

struct inbound *site_calendar(struct bytes file);
struct inbound *site_confirm(const char *reason);
struct inbound *site_move(int64_t by_us, uint32_t business_days);
struct inbound *site_fault(Pb__DevFault fault, const char *agency, uint32_t times);

struct inbound *site_reviewed(const uint64_t *seqs, size_t count, const char *remark);

struct inbound *site_hand_over(const char *agency, const char *to);

struct inbound *site_erase(const uint8_t case_id[16], bool even_open);

/* The refusal of the last act; 0: done. */
Pb__RefusalCode site_answered(const struct site *site);

/* Adds a saying to a frame: services and their places, count of each; confirmed_on NULL: not now. */
struct said_places {
	const char *service;
	Pb__Places places;
};
void frame_standing(struct inbound *frame, const struct said_places *places, size_t count, const char *confirmed_on, int64_t at_us);
