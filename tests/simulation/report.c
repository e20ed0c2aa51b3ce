/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - see report.h. */
#include "report.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct report {
	uint64_t seed, commands;
	char complaint[600];
};

static struct report *reports, *own;

bool report_open(void)
{
	void *memory = mmap(NULL, REPORT_WORKERS * sizeof(*reports), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	reports = memory == MAP_FAILED ? NULL : memory;
	return reports != NULL;
}

void report_seed(unsigned worker, uint64_t seed, uint64_t commands)
{
	if (reports == NULL)
		return;
	own = &reports[worker];
	own->seed = seed;
	own->commands = commands;
}

void report_complain(const char *text)
{
	if (own != NULL)
		snprintf(own->complaint, sizeof(own->complaint), "%s", text);
}

void report_print(unsigned worker, int status)
{
	const struct report *report = &reports[worker];
	char died[40];

	snprintf(died, sizeof(died), WIFSIGNALED(status) ? "signal %d ended it" : "it ended with %d",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	printf("FAILED: simulate --seed %llu --commands %llu: %s\n", (unsigned long long)report->seed, (unsigned long long)report->commands,
	       report->complaint[0] != '\0' ? report->complaint : died);
}
