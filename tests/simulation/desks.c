/* SPDX-License-Identifier: Apache-2.0 */
/* desks.c - the agencies: those of the sample directory, some of them enrolled. */
#include <stdio.h>
#include <stdlib.h>

#include "config/directory_file.h"
#include "real.h"
#include "unit.h"

static const char *const enrolled[SIM_DESKS] = {
	"anshin-chuo", "anshin-hanamigawa", "bengoshi", "byoin-seishin", "career-shogai", "chiiki-fukushi", "chukaku", "csw-chuo",
	"hattatsu", "hikikomori", "hogo", "jido-sodan", "jiritsu-chuo", "jiritsu-hanamigawa", "k4w7-q2hm9xtd", "kakei", "kenko-chuo",
	"kikan-chuo", "kokoro", "korei-fukushi", "link", "police-seian", "saposute", "shelter-proxy", "shuro-junbi", "ssw",
};

static void tell_fault(void *context, const struct config_fault *fault)
{
	(void)context;
	fprintf(stderr, "%s:%u: %s\n", fault->file, fault->line, fault->text);
}

/* Whether another agency names it, so that no directory may leave it out. */
static bool is_named(const Pb__DirectoryFile *file, const char *id)
{
	for (size_t i = 0; i < file->n_agencies; i++)
		if (strcmp(file->agencies[i]->coordinator, id) == 0 || strcmp(file->agencies[i]->proxy, id) == 0)
			return true;
	return false;
}

struct inbound *desks_load(const struct sim *sim, const struct desk *without)
{
	struct inbound *inbound = site_load(NULL, 0);
	Pb__AdminRequest *request = (Pb__AdminRequest *)(uintptr_t)inbound->act.request;
	Pb__DirectoryFile file = *sim->file;
	struct buf packed;

	file.agencies = calloc(file.n_agencies, sizeof(*file.agencies));
	require(file.agencies != NULL);
	file.n_agencies = 0;
	file.n_rules = 0;
	for (size_t i = 0; i < sim->file->n_agencies; i++)
		if (without == NULL || strcmp(sim->file->agencies[i]->id, without->id) != 0)
			file.agencies[file.n_agencies++] = sim->file->agencies[i];
	buf_init(&packed, DIRECTORY_FILE_BYTES);
	require_ok(codec_pack(&file.base, &packed));
	request->directory_load = pb_of_bytes(bytes_of(arena_copy(&inbound->arena, buf_bytes(&packed)), packed.len));
	require(request->directory_load.data != NULL);
	buf_free(&packed);
	free(file.agencies);
	return inbound;
}

static struct desk *desk_of(struct sim *sim, const char *id)
{
	for (size_t i = 0; i < sim->desk_count; i++)
		if (strcmp(sim->desks[i].id, id) == 0)
			return &sim->desks[i];
	return NULL;
}

static void know(struct sim *sim, const Pb__Agency *agency)
{
	struct desk *desk = desk_of(sim, agency->id);

	if (desk == NULL)
		return;
	desk->number = registry_by_id(sim->site.broker->registry, bytes_of_text(agency->id))->number;
	desk->confidential = agency->confidential;
	desk->proxy = desk_of(sim, agency->proxy);
	desk->kinds = agency->n_kinds == 0 ? UINT32_MAX : 0;
	for (size_t i = 0; i < agency->n_kinds; i++)
		desk->kinds |= UINT32_C(1) << agency->kinds[i];
	desk->closable = !is_named(sim->file, agency->id) && !agency->confidential;
}

void desks_open(struct sim *sim)
{
	arena_init(&sim->directory_arena, DIRECTORY_ARENA_BYTES);
	require_ok(directory_file_load(sim->directory_path, tell_fault, NULL, &sim->directory_arena, &sim->file));
	site_operate(&sim->site, desks_load(sim, NULL));
	require(sim->site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
	for (; sim->desk_count < SIM_DESKS; sim->desk_count++)
		snprintf(sim->desks[sim->desk_count].id, sizeof(sim->desks->id), "%s", enrolled[sim->desk_count]);
	for (size_t i = 0; i < sim->file->n_agencies; i++)
		know(sim, sim->file->agencies[i]);
	for (size_t i = 0; i < sim->desk_count; i++)
		HOLDS(sim->desks[i].number != 0, "the directory has no %s", sim->desks[i].id);
}

struct place *place_new(struct sim *sim, struct desk *desk)
{
	struct place *place;

	if (desk->place_count == SIM_DEVICES)
		return NULL;
	place = calloc(1, sizeof(*place));
	require(place != NULL);
	site_make_device(&sim->site, desk->id, &place->keys);
	place->desk = desk;
	if (sim->real)
		place->real = real_new(sim, place);
	place->bit = UINT64_C(1) << desk->place_count;
	desk->places[desk->place_count++] = place;
	return place;
}

struct desk *desk_by_number(struct sim *sim, uint32_t number)
{
	for (size_t i = 0; i < sim->desk_count; i++)
		if (sim->desks[i].number == number)
			return &sim->desks[i];
	return NULL;
}

struct place *desk_place(struct sim *sim, const struct desk *desk)
{
	size_t skip = desk->place_count == 0 ? 0 : (size_t)chance_below(&sim->chance, desk->place_count);

	for (size_t i = 0; i < desk->place_count; i++) {
		struct place *place = desk->places[(i + skip) % desk->place_count];

		if (place->bound)
			return place;
	}
	return NULL;
}
