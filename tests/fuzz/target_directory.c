/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_directory.c - directory.yaml as an operator might give it, and snapshots as a broker might, with needs routed over what
 * either gives.  The first byte chooses. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/directory_file.h"
#include "contract/codec.h"
#include "contract/routing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *context, const struct config_fault *fault)
{
	(void)context;
	(void)fault;
}

/* Every word of every list, in and outside, by day and by night. */
static void ask(const struct routing *routing, struct routing_scratch *scratch, int number)
{
	static struct routing_outcome outcome;
	Pb__Need need = PB__NEED__INIT;
	Pb__TopicName topic = (Pb__TopicName)(1 + number % 20);
	Pb__NeedFact fact = (Pb__NeedFact)(1 + number % 13);
	const char *const *areas;
	size_t count = routing_areas(routing, &areas);
	struct routing_passed passed;
	size_t position = 0, told = 0;

	need.topics = &topic;
	need.facts = &fact;
	need.n_topics = need.n_facts = 1;
	need.age = (Pb__AgeBand)(number % 11);
	need.urgency = (Pb__Urgency)(number % 5);
	need.outside = number % 3 == 0;
	if (count > 0)
		need.ward = (char *)(uintptr_t)areas[(size_t)number % count];
	if (routing_route(routing, &need, NULL, INT64_C(1795000000000000) + number * INT64_C(3600000000), scratch, &outcome) != ERR_OK ||
	    outcome.choice_count == 0)
		abort();
	while (routing_next_passed(routing, scratch, &position, &passed)) {
		told++;
		if (passed.agency->confidential)
			abort();
	}
	for (size_t i = 0; i < outcome.choice_count; i++)
		if (outcome.choices[i].agency->confidential)
			abort();
	if (outcome.counts[ROUTING_CHOSEN] != outcome.choice_count)
		abort();
}

static void route(const Pb__DirectorySnapshot *snapshot)
{
	const struct routing *routing;
	struct routing_scratch *scratch;
	struct arena arena;

	arena_init(&arena, ROUTING_ARENA_BYTES);
	if (routing_compile(snapshot, &arena, &routing) == ERR_OK) {
		scratch = routing_scratch_new(routing, &arena);
		for (int i = 0; scratch != NULL && i < 30; i++)
			ask(routing, scratch, i);
	}
	arena_free(&arena);
}

static void load_yaml(struct bytes yaml, struct arena *arena)
{
	static char path[64];
	Pb__DirectorySnapshot snapshot = PB__DIRECTORY_SNAPSHOT__INIT;
	const Pb__DirectoryFile *file;
	FILE *out;

	snprintf(path, sizeof(path), "/dev/shm/tsunagi-fuzz-%d.yaml", (int)getpid());
	out = fopen(path, "wb");
	if (out == NULL || fwrite(yaml.data, 1, yaml.len, out) != yaml.len || fclose(out) != 0)
		abort();
	if (directory_file_load(path, ignore, NULL, arena, &file) == ERR_OK) {
		snapshot.file = (Pb__DirectoryFile *)(uintptr_t)file;
		route(&snapshot);
	}
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
	else if (CODEC_DECODE(directory_snapshot, bytes_of(data + 1, size - 1), &arena, &snapshot, NULL) == ERR_OK)
		route(snapshot);
	arena_free(&arena);
	return 0;
}
