/* SPDX-License-Identifier: Apache-2.0 */
/* front/faults.h - what is armed to go wrong at a test site, and what is to be handed out again; see fault.h. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "admin.pb-c.h"
#include "broker/outbound.h"

#define FAULTS_MOST 32u
#define FAULT_REPEATS_MOST 8u
#define FAULT_REPEAT_ITEMS 16u /* of one hand-out; the rest of a larger one is not repeated */

struct fault {
	Pb__DevFault what;
	char agency[64];  /* id; empty: any */
	unsigned times;   /* that it is still to happen */
	bool begun;       /* CUT: what was there has been cut */
};

/* What is to be handed out again. */
struct fault_repeat {
	uint32_t agency;
	uint64_t session; /* that had it first */
	struct handout_item items[FAULT_REPEAT_ITEMS];
	size_t count;     /* 0: free */
};

struct faults {
	pthread_mutex_t mutex;
	atomic_size_t count;             /* of rows: any thread may look */
	struct fault rows[FAULTS_MOST];  /* under mutex */
	struct fault_repeat repeats[FAULT_REPEATS_MOST]; /* the front's thread alone */
	size_t repeat_count;
};
