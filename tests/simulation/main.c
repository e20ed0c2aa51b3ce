/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - simulate: one process, a virtual clock, the real broker.  See README.md. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "report.h"
#include "sim.h"

#define EPISODE 20000u /* commands of one seed */
#define TWICE 1500u    /* commands that are run twice */
#define WORKERS 2u
#define PROOFS 7u

struct options {
	const char *directory;
	uint64_t seed, commands;
	bool proves; /* that it can fail */
};

static int usage(FILE *to)
{
	fprintf(to, "simulate [--seed N] [--commands N] [--directory FILE]\n"
		    "  --seed N       begin with this seed (default: drawn)\n"
		    "  --commands N   so many in all, %u of each seed (default 100000)\n"
		    "  --directory F  the site's agencies (default deploy/chiba/directory.yaml)\n"
		    "  --prove        instead, lose single writes and see that it is noticed\n"
		    "example: simulate --seed 7 --commands 20000\n",
		EPISODE);
	return to == stdout ? 0 : 2;
}

/* The same seed makes the same entries (P9); the genesis aside, whose keys are drawn. */
static bool same_twice(const struct options *options)
{
	struct digest once = episode_run(options->directory, options->seed, TWICE, false);
	struct digest again = episode_run(options->directory, options->seed, TWICE, false);

	if (digest_equal(&once, &again))
		return true;
	report_complain("it makes another ledger the second time");
	fprintf(stderr, "seed %llu makes another ledger the second time\n", (ull)options->seed);
	return false;
}

static int work(const struct options *options, unsigned worker)
{
	uint64_t done = 0, seed = options->seed;

	for (unsigned turn = 0; done < options->commands; turn++, seed++) {
		uint64_t count = options->commands - done < EPISODE ? options->commands - done : EPISODE;

		done += count;
		if (turn % WORKERS != worker)
			continue;
		report_seed(worker, seed, count);
		episode_run(options->directory, seed, count, true);
	}
	report_seed(worker, options->seed, options->commands);
	return worker == 0 && !same_twice(options);
}

/* One process loses one write.  It ends with a complaint, unless what was lost was of no account: written again, or there already. */
static bool notices(const struct options *options, enum machine_write kind, uint64_t nth)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			exit(0);
		machine_skip(kind, nth);
		episode_run(options->directory, options->seed, 4000, false);
		exit(0);
	}
	return waitpid(pid, &status, 0) == pid && status != 0;
}

/* Of single writes that are lost, most are noticed, of every kind. */
static int prove(const struct options *options)
{
	static const enum machine_write kinds[] = { MACHINE_PUT, MACHINE_APPEND, MACHINE_DELETE };
	static const uint64_t firsts[] = { 3000, 2000, 200 }; /* when agencies are at work: the sooner, the longer it may be noticed */
	unsigned failed = 0, count = sizeof(kinds) / sizeof(*kinds);

	for (unsigned i = 0; i < count; i++) {
		unsigned noticed = 0;

		for (unsigned k = 0; k < PROOFS; k++)
			noticed += notices(options, kinds[i], firsts[i] + 61 * k);
		printf("lost writes of kind %u: %u of %u noticed\n", i, noticed, PROOFS);
		if (noticed <= PROOFS / 2)
			printf("FAILED: simulate --prove: of %u lost writes of kind %u %u are noticed\n", PROOFS, i, noticed);
		fflush(stdout); /* before the next fork */
		failed += noticed <= PROOFS / 2;
	}
	printf("%u passed, %u failed\n", count - failed, failed);
	return failed > 0;
}

static int run(const struct options *options)
{
	pid_t pids[WORKERS];
	int statuses[WORKERS] = { 0 };
	int failed = 0;

	if (!report_open())
		return 1;
	printf("seed %llu\n", (ull)options->seed);
	fflush(stdout);
	for (unsigned worker = 0; worker < WORKERS; worker++) {
		pids[worker] = fork();
		if (pids[worker] == 0)
			exit(work(options, worker));
	}
	for (unsigned worker = 0; worker < WORKERS; worker++)
		if (waitpid(pids[worker], &statuses[worker], 0) != pids[worker])
			statuses[worker] = -1;
	for (unsigned worker = 0; worker < WORKERS; worker++) {
		if (statuses[worker] == 0)
			continue;
		failed++;
		report_print(worker, statuses[worker]);
	}
	printf("%u passed, %d failed\n", WORKERS - (unsigned)failed, failed);
	return failed > 0;
}

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "commands", required_argument, NULL, 'c' },
		{ "directory", required_argument, NULL, 'd' },
		{ "prove", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct options options = { .directory = "deploy/chiba/directory.yaml", .commands = 100000 };
	bool given = false;
	int option;

	if (getrandom(&options.seed, 4, 0) != 4)
		return 1;
	options.seed = 1 + (options.seed & 0xffffff);
	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		given = given || option == 's';
		if (option == 's')
			options.seed = strtoull(optarg, NULL, 0);
		else if (option == 'c')
			options.commands = strtoull(optarg, NULL, 0);
		else if (option == 'd')
			options.directory = optarg;
		else if (option == 'p')
			options.proves = true;
		else
			return usage(option == 'h' ? stdout : stderr);
	}
	if (options.proves && !given)
		options.seed = 1;
	return options.proves ? prove(&options) : run(&options);
}
