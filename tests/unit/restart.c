/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "running.h"
#include "unit.h"

extern char **environ;

static char **started_with; /* the environment, which tests change */
static bool stopped;

void restart_remember(void)
{
	size_t count = 0;

	while (environ[count] != NULL)
		count++;
	started_with = calloc(count + 2, sizeof *started_with);
	for (size_t i = 0; i < count && started_with != NULL; i++)
		started_with[i] = strdup(environ[i]);
}

void restart_wanted(void)
{
	stopped = true;
}

void restart_if_wanted(const char *filter, bool verbose, unsigned passed, unsigned failed)
{
	char counts[2][16], seed[40];
	const char *const arguments[] = { running_name(), "--after", running_name(), counts[0], counts[1], filter, verbose ? "-v" : NULL, NULL };
	size_t count = 0;

	if (!stopped || started_with == NULL)
		return;
	snprintf(counts[0], sizeof counts[0], "%u", passed);
	snprintf(counts[1], sizeof counts[1], "%u", failed);
	snprintf(seed, sizeof seed, "UNIT_SEED=%llu", (unsigned long long)unit_seed());
	while (started_with[count] != NULL && strncmp(started_with[count], seed, strlen("UNIT_SEED=")) != 0)
		count++;
	started_with[count] = seed; /* in place of another, or at the end, where there is room for it */
	fflush(NULL);
	execve("/proc/self/exe", (char *const *)(uintptr_t)arguments, started_with);
}
