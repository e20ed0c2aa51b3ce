/* SPDX-License-Identifier: Apache-2.0 */
/* asking_legs.h - requests and acts in a trio, and the legs that somebody is then shown. */
#pragma once
#include "trio.h"

/* A request to each of them, accepted: its id into ret_id.  The case has the same id. */
void legs_request(struct visitor *from, const struct visitor *const *to, size_t count, Pb__Urgency urgency, uint8_t ret_id[16]);

/* What from does to that request, told to to; gives the refusal's code, 0 when it was accepted. */
Pb__RefusalCode legs_act(struct visitor *from, const struct visitor *to, const uint8_t request[16], Pb__LegAction action, Pb__Reason reason);

/* The answer to a query; a busy broker is asked again. */
const Pb__ReadResult *legs_read(struct visitor *reader, const Pb__LegQuery *query);

/* The same of one request, with ended ones; gives the first leg, NULL for a refusal or none. */
const Pb__LegShown *legs_of(struct visitor *reader, const uint8_t request[16]);
