/* SPDX-License-Identifier: Apache-2.0 */
/* racing.h - a withdrawal of consent and what it may meet, five events in whatever order and cut into batches wherever: what was answered,
 * what left the door, and when. */
#pragma once
#include "site.h"

enum racing_event { WITHDRAWAL, SUBMISSION, HANDOUT, ACCEPTANCE, REDIRECT, EVENTS };
enum racing_desk { ALICE, BOB, CAROL, DAN, RACING_DESKS }; /* alice owns the case; dan is whom carol redirects to */
enum racing_item { TO_BOB, TO_CAROL, SUBMITTED, RACING_ITEMS };

#define FIRST 1u  /* bits of parts: of every message */
#define SECOND 2u /* of those that bob and carol had before: ON_ACCEPT */

struct racing {
	struct site site;
	struct desk_device desk[RACING_DESKS];
	/* of one race */
	uint8_t case_id[16], consent[16], asked_bob[16], asked_carol[16];
	enum racing_event order[EVENTS];
	size_t batch_of[EVENTS];     /* by event */
	Pb__RefusalCode refused[EVENTS]; /* by event; 0: accepted */
	uint64_t items[RACING_ITEMS]; /* that rest on the consent; 0: none */
	uint8_t handed[RACING_ITEMS]; /* bits of parts that left */
	size_t late;                 /* hand-outs of them in the withdrawal's batch or behind it */
};

void racing_open(struct racing *racing);
void racing_close(struct racing *racing); /* with its folder: another may be opened */

/* A consent; bob and carol were asked on its strength, were handed it and perhaps have said that they have it.  Bob takes no more
 * until the hand-out's turn comes. */
void racing_begin(struct racing *racing, uint64_t number, bool acknowledged);

/* All five of racing->order; ends, bit n: a batch ends behind the nth event. */
void racing_run(struct racing *racing, unsigned ends);

/* Everybody connects anew, perhaps to a broker that begins anew, and takes all there is. */
void racing_look_again(struct racing *racing, bool restarts);

/* Alice seals to dan what carol's redirect asks for: the refusal. */
Pb__RefusalCode racing_seal(struct racing *racing);
