/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_directory.c - directory.yaml as an operator might give it, and snapshots as a broker might.  The first byte chooses. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/directory_file.h"
#include "contract/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *context, const struct config_fault *fault)
{
	(void)context;
	(void)fault;
}

static void load_yaml(struct bytes yaml, struct arena *arena)
{
	static char path[64];
	const Pb__DirectoryFile *file;
	FILE *out;

	snprintf(path, sizeof(path), "/dev/shm/tsunagi-fuzz-%d.yaml", (int)getpid());
	out = fopen(path, "wb");
	if (out == NULL || fwrite(yaml.data, 1, yaml.len, out) != yaml.len || fclose(out) != 0)
		abort();
	(void)directory_file_load(path, ignore, NULL, arena, &file);
	unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const Pb__DirectorySnapshot *snapshot;
	struct arena arena;

	if (size == 0)
		return 0;
	arena_init(&arena, DIRECTORY_ARENA_BYTES);
	if (data[0] % 2 == 0)
		load_yaml(bytes_of(data + 1, size - 1), &arena);
	else
		(void)CODEC_DECODE(directory_snapshot, bytes_of(data + 1, size - 1), &arena, &snapshot, NULL);
	arena_free(&arena);
	return 0;
}
