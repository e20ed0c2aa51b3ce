/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/revocation.h - ending all devices and invitations of an agency. */
#pragma once
#include <jansson.h>

#include "admin.pb-c.h"
#include "tsunagi/command.h"

/* What revoking would end: devices by name, mail that waits; to stdout, with --json nothing. */
void revocation_show(const char *agency, const Pb__AgencyState *state, bool compromised);

/* The same for programs: {"agency","as","ends"} with the agency as it stands; a new reference. */
json_t *revocation_effect(const char *agency, const Pb__AgencyState *state, bool compromised);

/* Does it; told when refused.  renewed: the agency stays, and is invited anew.  ret_seq is the entry. */
enum outcome revocation_do(const struct call *call, const char *agency, bool compromised, bool renewed, uint64_t *ret_seq);
