/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/load.c - agency systems in one process, a thread each; prints one JSON object.
 *
 *   load submit     SECONDS|xCOUNT IN_FLIGHT BYTES SENDER.bundle... -- TARGET.bundle...
 *   load end-to-end SECONDS|xCOUNT IN_FLIGHT BYTES SENDER.bundle... -- RECEIVER.bundle...
 *   load first      RECEIVER.bundle                 waits for one delivery; tells when, on the monotonic clock
 *   load idle       COUNT AGENCY.bundle             opens sessions, says "open", holds them until its input ends */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "driver_internal.h"

#define CLIENTS_MAX 64

static struct driver senders[CLIENTS_MAX], receivers[CLIENTS_MAX];
static size_t sender_count, receiver_count;
static volatile int stop;

static void *send_thread(void *argument)
{
	driver_send(argument);
	return NULL;
}

static void *receive_thread(void *argument)
{
	driver_receive(argument, &stop);
	return NULL;
}

/* Opens senders from the words before "--" and targets from those after it. */
static void open_all(int argc, char **argv, bool with_receivers, const struct driver_plan *plan)
{
	const struct bundle *targets[CLIENTS_MAX];
	size_t target_count = 0;
	int i = 0;

	for (; i < argc && strcmp(argv[i], "--") != 0 && sender_count < CLIENTS_MAX; i++)
		driver_open(&senders[sender_count++], driver_bundle(argv[i]), false);
	for (i++; i < argc && target_count < CLIENTS_MAX; i++)
		targets[target_count++] = driver_bundle(argv[i]);
	if (sender_count == 0 || target_count == 0) {
		fprintf(stderr, "load: SENDER... -- TARGET...\n");
		exit(2);
	}
	for (size_t k = 0; with_receivers && k < target_count; k++)
		driver_open(&receivers[receiver_count++], targets[k], true);
	for (size_t k = 0; k < sender_count; k++) {
		/* Each begins with another target. */
		for (size_t t = 0; t < target_count; t++)
			senders[k].targets[t] = targets[(t + k) % target_count];
		senders[k].target_count = target_count;
		senders[k].plan = *plan;
		senders[k].plan.count = plan->count / sender_count + (k < plan->count % sender_count);
	}
}

static uint64_t total(const struct driver *drivers, size_t count, size_t offset)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += *(const uint64_t *)((const uint8_t *)&drivers[i] + offset);
	return sum;
}

static void print_latency(const char *name, const struct driver *drivers, size_t count)
{
	struct samples all = { 0 };

	for (size_t i = 0; i < count; i++)
		samples_join(&all, &drivers[i].latency);
	samples_sort(&all);
	printf(",\"%s_p50_us\":%.1f,\"%s_p99_us\":%.1f,\"%s_p999_us\":%.1f", name, samples_at(&all, 0.5), name,
	       samples_at(&all, 0.99), name, samples_at(&all, 0.999));
	samples_free(&all);
}

static int run_load(int argc, char **argv, bool with_receivers)
{
	pthread_t threads[2 * CLIENTS_MAX];
	struct driver_plan plan = { .in_flight = strtoul(argv[1], NULL, 10), .part_bytes = strtoul(argv[2], NULL, 10) };
	int64_t started, sent, ended;
	uint64_t accepted;

	if (argv[0][0] == 'x')
		plan.count = strtoull(argv[0] + 1, NULL, 10);
	open_all(argc - 3, argv + 3, with_receivers, &plan);
	started = clock_mono_us();
	for (size_t i = 0; i < sender_count; i++)
		if (argv[0][0] != 'x')
			senders[i].plan.until_us = started + (int64_t)(strtod(argv[0], NULL) * 1e6);
	for (size_t i = 0; i < receiver_count; i++)
		pthread_create(&threads[sender_count + i], NULL, receive_thread, &receivers[i]);
	for (size_t i = 0; i < sender_count; i++)
		pthread_create(&threads[i], NULL, send_thread, &senders[i]);
	for (size_t i = 0; i < sender_count; i++)
		pthread_join(threads[i], NULL);
	sent = clock_mono_us();
	accepted = total(senders, sender_count, offsetof(struct driver, accepted));
	/* Everything accepted arrives, or the figure would be of a queue that grows. */
	while (with_receivers && total(receivers, receiver_count, offsetof(struct driver, delivered)) < accepted &&
	       clock_mono_us() < sent + 60000000)
		usleep(1000);
	stop = 1;
	for (size_t i = 0; i < receiver_count; i++)
		pthread_join(threads[sender_count + i], NULL);
	ended = clock_mono_us();
	printf("{\"seconds\":%.3f,\"accepted\":%llu,\"refused\":%llu,\"pushed_back\":%llu,\"accepted_per_s\":%.1f", (double)(sent - started) / 1e6,
	       (unsigned long long)accepted, (unsigned long long)total(senders, sender_count, offsetof(struct driver, refused)),
	       (unsigned long long)total(senders, sender_count, offsetof(struct driver, pushed_back)),
	       (double)accepted * 1e6 / (double)(sent - started));
	print_latency("submit", senders, sender_count);
	if (with_receivers) {
		uint64_t delivered = total(receivers, receiver_count, offsetof(struct driver, delivered));

		printf(",\"delivered\":%llu,\"acknowledged_per_s\":%.1f", (unsigned long long)delivered,
		       (double)delivered * 1e6 / (double)(ended - started));
		print_latency("end_to_end", receivers, receiver_count);
	}
	printf("}\n");
	for (size_t i = 0; i < sender_count; i++)
		driver_close(&senders[i]);
	for (size_t i = 0; i < receiver_count; i++)
		driver_close(&receivers[i]);
	return 0;
}

static int run_first(const char *path)
{
	driver_open(&receivers[0], driver_bundle(path), true);
	driver_receive_first(&receivers[0]);
	printf("{\"first_delivery_mono_us\":%lld}\n", (long long)receivers[0].first_delivery_us);
	fflush(stdout);
	driver_close(&receivers[0]);
	return 0;
}

static int run_idle(const char *count_text, const char *path)
{
	const struct bundle *bundle = driver_bundle(path);
	size_t count = strtoul(count_text, NULL, 10);
	struct driver *idle = calloc(count, sizeof(*idle));
	char end;

	if (idle == NULL)
		return 1;
	for (size_t i = 0; i < count; i++)
		driver_open(&idle[i], bundle, false);
	printf("open\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &end, 1) > 0)
		;
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc >= 7 && strcmp(argv[1], "submit") == 0)
		return run_load(argc - 2, argv + 2, false);
	if (argc >= 7 && strcmp(argv[1], "end-to-end") == 0)
		return run_load(argc - 2, argv + 2, true);
	if (argc == 3 && strcmp(argv[1], "first") == 0)
		return run_first(argv[2]);
	if (argc == 4 && strcmp(argv[1], "idle") == 0)
		return run_idle(argv[2], argv[3]);
	fprintf(stderr, "usage: load submit|end-to-end SECONDS|xCOUNT IN_FLIGHT BYTES SENDER... -- TARGET...\n"
			"       load first RECEIVER\n       load idle COUNT AGENCY\n");
	return 2;
}
