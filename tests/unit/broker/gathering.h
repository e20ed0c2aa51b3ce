/* SPDX-License-Identifier: Apache-2.0 */
/* gathering.h - a site with five desks that confer: acts of conferences, said in one line each. */
#pragma once
#include "broker/conferences.h"
#include "site.h"

enum gathering_desk { CONVENER, MEMBER, OTHER, STAND_IN, OUTSIDER, DESKS };

struct gathering {
	struct site site;
	struct desk_device desks[DESKS];
	uint8_t id[16];   /* of the newest conference */
	uint64_t granted[DESKS];
	uint8_t last[16]; /* message id of the last act */
};

void gathering_open(struct gathering *gathering);
void gathering_close(struct gathering *gathering);

/* One order of the newest conference's thread, to the desks whose bits are set.  Its refusal, 0: accepted.
 *   words  whether it has a part */
Pb__RefusalCode gathering_say(struct gathering *gathering, enum gathering_desk from, unsigned to, const Pb__ConferenceAct *act, bool words);
const Pb__Refusal *gathering_refusal(const struct gathering *gathering); /* of the last order; NULL: it was accepted */

#define TO(desk) (1u << (desk))

/* Brings a new conference of CONVENER, MEMBER and OTHER into that state. */
void gathering_reach(struct gathering *gathering, Pb__ConferenceState state);

/* The act that has all it may need, to those who are to hear of it. */
Pb__RefusalCode gathering_act(struct gathering *gathering, enum gathering_desk from, Pb__ConferenceAction action);

/* One act on an action item; owner and due_on may be NULL. */
Pb__RefusalCode gathering_item(struct gathering *gathering, enum gathering_desk from, unsigned to, Pb__ActionItemAction action, uint64_t item,
			       const char *owner, const char *due_on);

struct conference gathering_conference(struct gathering *gathering);
struct action_item gathering_item_get(struct gathering *gathering, uint64_t item);

/* Runs batches at that time, with credit for everybody, until nothing is due; then how many notices of that kind stand in the ledger since. */
size_t gathering_wait(struct gathering *gathering, int64_t until_us);
size_t gathering_notices(struct gathering *gathering, Pb__NoticeWhat what, enum gathering_desk desk);

/* The time of the one timer of that kind and number; 0: there is none.  More than one fails the test. */
int64_t gathering_timer(struct gathering *gathering, Pb__TimerKind kind, uint64_t number);
