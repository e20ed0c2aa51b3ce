/* SPDX-License-Identifier: Apache-2.0 */
#include "request_scene.h"

#include <stdio.h>
#include <string.h>

#include "contract/request_states.h"
#include "unit.h"

static char *address_of(const char *id)
{
	static char addresses[6][64];
	static const char *const ids[] = { "link", "desk", "third", "fourth", "shut", "head" };

	for (size_t i = 0; i < 6; i++) {
		snprintf(addresses[i], sizeof addresses[i], "%s@" SCENE_SITE, ids[i]);
		if (strcmp(ids[i], id) == 0)
			return addresses[i];
	}
	require(false);
	return NULL;
}

void scene_open(struct scene *scene, const char *self, const char *const *to, size_t count, Pb__LegState state)
{
	struct id id;

	*scene = (struct scene){ .found = { .count = count, .ours = strcmp(self, "link") == 0 } };
	scene->client.bundle = &scene->bundle;
	snprintf(scene->bundle.address, sizeof scene->bundle.address, "%s", address_of(self));
	snprintf(scene->bundle.site, sizeof scene->bundle.site, "%s", SCENE_SITE);
	pb__basis_claim__init(&scene->basis);
	scene->basis.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	scene->basis.law = PB__LAW__LAW_SELF_RELIANCE_9;
	scene->basis.reason = (char *)(uintptr_t)"duty";
	scene->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	scene->classes[1] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_WHEREABOUTS;
	scene->classes[2] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH;
	require_ok(id_parse(SCENE_CASE, &id));
	memcpy(scene->case_id, id.bytes, ID_BYTES);
	require_ok(id_parse(SCENE_REQUEST, &scene->found.id));
	memcpy(scene->request_id, scene->found.id.bytes, ID_BYTES);
	snprintf(scene->found.text, sizeof scene->found.text, "%s", SCENE_REQUEST);
	require(count <= 4);
	for (size_t i = 0; i < count; i++) {
		Pb__LegShown *leg = &scene->legs[i];

		pb__leg_shown__init(leg);
		leg->leg = 16 + i;
		leg->request_id = pb_of_bytes(bytes_of(scene->request_id, ID_BYTES));
		leg->case_id = pb_of_bytes(bytes_of(scene->case_id, ID_BYTES));
		leg->ask = PB__ASK__ASK_REFER;
		leg->urgency = PB__URGENCY__URGENCY_SOON;
		leg->take = PB__TAKE__TAKE_ALL;
		leg->from = address_of("link");
		leg->to = address_of(to[i]);
		leg->state = state;
		leg->holder = leg_is_open(state) ? PB__PARTY__PARTY_RECIPIENT : PB__PARTY__PARTY_UNSPECIFIED;
		leg->holder_agency = leg_is_open(state) ? leg->to : (char *)(uintptr_t)"";
		leg->basis = &scene->basis;
		leg->classes = scene->classes;
		leg->n_classes = 3;
		scene->found.legs[i] = leg;
	}
}
