/* SPDX-License-Identifier: Apache-2.0 */
#include "hidden.h"

#include "contract/codec.h"
#include "unit.h"

struct inbound *site_load_hidden(const char *const *ids, size_t count, const char *hidden, const char *proxy)
{
	struct inbound *inbound = site_load(ids, count);
	Pb__AdminRequest *request = (Pb__AdminRequest *)(uintptr_t)inbound->act.request;
	const Pb__DirectoryFile *file;
	struct buf packed;
	uint8_t *copy;

	require_ok(CODEC_DECODE(directory_file, bytes_of_pb(request->directory_load), &inbound->arena, &file, NULL));
	for (size_t i = 0; i < file->n_agencies; i++) {
		if (strcmp(file->agencies[i]->id, hidden) != 0)
			continue;
		file->agencies[i]->confidential = true;
		if (proxy != NULL)
			file->agencies[i]->proxy = (char *)(uintptr_t)proxy;
	}
	buf_init(&packed, 100000);
	require_ok(codec_pack(&file->base, &packed));
	copy = arena_copy(&inbound->arena, buf_bytes(&packed));
	require(copy != NULL);
	request->directory_load = pb_of_bytes(bytes_of(copy, packed.len));
	buf_free(&packed);
	return inbound;
}
