/* SPDX-License-Identifier: Apache-2.0 */
#include "changed.h"

#include "contract/codec.h"
#include "unit.h"

struct inbound *site_load_changed(const char *const *ids, size_t count, void (*change)(Pb__DirectoryFile *file, struct arena *arena))
{
	struct inbound *inbound = site_load(ids, count);
	Pb__AdminRequest *request = (Pb__AdminRequest *)(uintptr_t)inbound->act.request;
	const Pb__DirectoryFile *file;
	struct buf packed;
	uint8_t *copy;

	require_ok(CODEC_DECODE(directory_file, bytes_of_pb(request->directory_load), &inbound->arena, &file, NULL));
	change((Pb__DirectoryFile *)(uintptr_t)file, &inbound->arena);
	buf_init(&packed, LIMIT_DIRECTORY_BYTES);
	require_ok(codec_pack(&file->base, &packed));
	copy = arena_copy(&inbound->arena, buf_bytes(&packed));
	require(copy != NULL);
	request->directory_load = pb_of_bytes(bytes_of(copy, packed.len));
	buf_free(&packed);
	return inbound;
}

Pb__Agency *changed_agency(const Pb__DirectoryFile *file, const char *id)
{
	for (size_t i = 0; i < file->n_agencies; i++)
		if (strcmp(file->agencies[i]->id, id) == 0)
			return file->agencies[i];
	unit_stop();
}
