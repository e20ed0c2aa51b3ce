/* SPDX-License-Identifier: Apache-2.0 */
/* desks.h - agencies that ask each other for something: a site with a few desks, one of which is everybody's coordinator, and short words
 * for what they say.  Every word ends with a look at P4 (holders.h). */
#pragma once
#include "broker/lookup_legs.h"
#include "holders.h"
#include "site.h"

#define DESKS 6u
#define DESKS_HOUR_US INT64_C(3600000000)
#define DESKS_DAY_US (24 * DESKS_HOUR_US)

enum { ASKER, DESK, OTHER, THIRD, FOURTH, CHIEF };

struct desks {
	struct site site;
	struct desk_device desk[DESKS];
	uint64_t granted[DESKS];
};

/* What a request says of itself; zero: a routine REFER. */
struct asking {
	Pb__Urgency urgency;
	Pb__Take take;     /* for several; 0: ALL */
	Pb__Ask ask;
	bool held;         /* a second part is ON_ACCEPT */
	uint32_t report_days;
	bool co_support;
	int64_t expires_at_us, respond_by_us;
	const uint8_t *thread; /* 16 bytes; NULL: its own */
};

/* What an act says. */
struct saying {
	Pb__LegAction action;
	Pb__Reason reason;
	Pb__Outcome outcome;
	const char *on;
	const char *next;  /* address */
	bool none_known;
	bool purge;
	bool words;        /* with a part */
	bool held;         /* which is ON_ACCEPT */
	Pb__Urgency urgency;
	uint64_t leg;      /* the one that is meant; 0: none is named */
};

struct asked {
	uint64_t request; /* seq; 0: refused */
	uint8_t id[16];
	uint8_t case_id[16];
	bool caseless;
	unsigned from;
};

void desks_open(struct desks *desks);
void desks_open_within(struct desks *desks, uint64_t map_bytes); /* a store that fills up; 0: room for all */
void desks_close(struct desks *desks);
void desks_directory(struct desks *desks, size_t count); /* the first so many alone */

/* desk numbers in to, ended by DESKS.  The refusal is site_refusal(site, 0). */
struct asked desks_ask(struct desks *desks, unsigned from, const unsigned *to, const struct asking *asking);
struct asked desks_ask_one(struct desks *desks, unsigned from, unsigned to, const struct asking *asking); /* must be accepted */

/* 0: accepted. */
Pb__RefusalCode desks_act(struct desks *desks, const struct asked *asked, unsigned from, unsigned to, const struct saying *saying);
Pb__RefusalCode desks_say(struct desks *desks, const struct asked *asked, unsigned from, unsigned to, Pb__LegAction action);
Pb__RefusalCode desks_close_request(struct desks *desks, const struct asked *asked, unsigned from, Pb__Outcome outcome);

/* Adds the close to a frame of the sender's. */
void desks_put_close(struct desks *desks, struct inbound *frame, const struct asked *asked, Pb__Outcome outcome);

/* Adds the act to a frame of its own agency. */
void desks_put(struct desks *desks, struct inbound *frame, const struct asked *asked, unsigned from, unsigned to,
	       const struct saying *saying);

struct leg desks_leg(struct desks *desks, const struct asked *asked, size_t index);
struct request desks_request(struct desks *desks, const struct asked *asked);

/* Hands the desk all that waits for it and acknowledges the items; how many. */
size_t desks_receive(struct desks *desks, unsigned desk);

/* Goes on to the leg's next timer and runs it. */
void desks_tick(struct desks *desks, const struct asked *asked, size_t index);

/* How many notices of that kind wait or were handed to the desk since the site began; the newest decoded into the arena, or NULL. */
size_t desks_notices(struct desks *desks, unsigned desk, Pb__NoticeWhat what, struct arena *arena, const Pb__SiteNotice **ret_newest);
/* The ledger verifies, but for the signatures of the desks' batches: they are signed by nobody. */
void desks_verify(struct desks *desks);

size_t desks_told(struct desks *desks, unsigned desk, Pb__NoticeWhat what);
