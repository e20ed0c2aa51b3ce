/* SPDX-License-Identifier: Apache-2.0 */
/* request_scene.h - a client that knows who it is, and a request as the broker would tell it: for tests that need neither wire nor keys. */
#pragma once
#include "libtsunagi/requests.h"

#define SCENE_SITE "chiba-city"
#define SCENE_REQUEST "01960000-0000-7000-8000-00000000abcd"
#define SCENE_CASE "01960000-0000-7000-8000-00000000cafe"

struct scene {
	struct tsg_client client;
	struct bundle bundle;
	struct request_found found;
	Pb__LegShown legs[4];
	Pb__BasisClaim basis;
	Pb__DisclosureClass classes[3];
	uint8_t request_id[ID_BYTES], case_id[ID_BYTES];
};

/* self is an agency's id; from link to each of the agencies named, all legs in that state. */
void scene_open(struct scene *scene, const char *self, const char *const *to, size_t count, Pb__LegState state);
