/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/agency_state.h - how an agency stands: enrolled or not, its devices, what waits for it. */
#pragma once
#include <jansson.h>

#include "admin.pb-c.h"
#include "contract/fingerprint.h"

/* "enrolled", "invited", "revoked", "not enrolled", in the reader's language; state NULL: not enrolled. */
const char *agency_state_word(const Pb__AgencyState *state);

size_t agency_devices(const Pb__AgencyState *state); /* in force */

/* {"agency","state","devices":[{"device","device_name","fingerprint","bound_at","seq","ends_at","compromised"}],"waiting","last_seen","invited_until"};
 * json null for NULL. */
json_t *agency_state_json(const Pb__AgencyState *state);

/* Of the two certificates, as both sides compare by telephone. */
void agency_fingerprint(const Pb__Binding *binding, char text[FINGERPRINT_TEXT]);
