/* SPDX-License-Identifier: Apache-2.0 */
/* contract/reasons.h - which reasons belong to which actions, and which outcomes end what; one table each. */
#pragma once
#include <stdbool.h>

#include "vocabulary.pb-c.h"

/* Whether the reason belongs to the action of that list: &pb__leg_action__descriptor, &pb__conference_action__descriptor or
 * &pb__action_item_action__descriptor.  OTHER belongs wherever a person gives a reason. */
bool reason_fits(const ProtobufCEnumDescriptor *actions, unsigned action, Pb__Reason reason);

/* Whether a recipient may complete a leg with it; whether a sender may close a request with it. */
bool outcome_fits_completion(Pb__Outcome outcome);
bool outcome_fits_closing(Pb__Outcome outcome);
