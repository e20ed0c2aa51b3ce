/* SPDX-License-Identifier: Apache-2.0 */
/* stand_in.c - what site.c asks of unit.h, for a program without CUnit: a check that fails ends it. */
#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report.h"
#include "running.h"
#include "sim.h"
#include "unit.h"

struct sim *sim_running;

static char folder[4096];

void sim_fail(const char *format, ...)
{
	char complaint[600];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(complaint, sizeof(complaint), format, arguments);
	va_end(arguments);
	report_complain(complaint);
	fflush(stdout);
	fprintf(stderr, "\nDOES NOT HOLD: %s", complaint);
	if (sim_running != NULL)
		fprintf(stderr, "\n  seed %llu, command %llu, batch %llu, entry %llu; again: tests/run simulation, or\n  simulate --seed %llu --commands %llu\n",
			(ull)sim_running->seed, (ull)sim_running->commands,
			(ull)sim_running->batches, (ull)sim_running->audited,
			(ull)sim_running->seed, (ull)sim_running->wanted);
	unit_folder_remove();
	exit(1);
}

bool unit_check(bool held, const char *what, const char *file, int line)
{
	HOLDS(held, "%s:%d: %s", file, line, what);
	return true;
}

bool unit_check_err(enum err actual, enum err expected, const char *what, const char *file, int line)
{
	HOLDS(actual == expected, "%s:%d: %s is %s, not %s", file, line, what, err_name(actual), err_name(expected));
	return true;
}

void unit_require(bool held, const char *what, const char *file, int line)
{
	unit_check(held, what, file, line);
}

void unit_stop(void)
{
	exit(1);
}

/* Keys and nonces: they follow from the seed. */
void unit_random_bytes(uint8_t *to, size_t len)
{
	HOLDS(sim_running != NULL, "nothing runs");
	chance_bytes(&sim_running->chance, to, len);
}

const char *unit_folder(void)
{
	const char *base = getenv("TMPDIR");

	if (folder[0] != '\0')
		return folder;
	snprintf(folder, sizeof(folder), "%s/tsunagi-simulation-XXXXXX", base != NULL && base[0] != '\0' ? base : "/dev/shm");
	if (mkdtemp(folder) == NULL) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		exit(1);
	}
	return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void unit_folder_remove(void)
{
	if (folder[0] != '\0' && nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		fprintf(stderr, "%s stays behind: %s\n", folder, strerror(errno));
	folder[0] = '\0';
}
