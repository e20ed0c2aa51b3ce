/* SPDX-License-Identifier: Apache-2.0 */
#include "collected.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

void collect(void *context, const struct config_fault *fault)
{
	struct collected *collected = context;

	if (collected->count < COLLECTED_MAX) {
		collected->faults[collected->count].line = fault->line;
		snprintf(collected->faults[collected->count].text, sizeof collected->faults[0].text, "%s", fault->text);
	}
	collected->count++;
}

bool collected_has(const struct collected *collected, unsigned line, const char *piece)
{
	for (unsigned i = 0; i < collected->count && i < COLLECTED_MAX; i++)
		if (collected->faults[i].line == line && strstr(collected->faults[i].text, piece) != NULL)
			return true;
	for (unsigned i = 0; i < collected->count && i < COLLECTED_MAX; i++)
		fprintf(stderr, "  %u: %s\n", collected->faults[i].line, collected->faults[i].text);
	return false;
}

const char *written_file(const char *name, const char *text)
{
	static char path[4200];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	file = fopen(path, "w");
	require(file != NULL);
	require(fputs(text, file) >= 0);
	require(fclose(file) == 0);
	return path;
}
