/* SPDX-License-Identifier: Apache-2.0 */
/* The thread itself: offers from several threads, order, and a stop that takes what waits. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "contract/replies.h"
#include "site.h"
#include "unit.h"

#define FRAMES 200

static struct site site;
static struct desk_device alice, bob;
static const char *const ids[] = { "alice", "bob" };

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site.clocks = (struct clocks){ clock_wall_us(), clock_mono_us() }; /* as the thread will read them: ids are held against its clock */
	site_directory(&site, ids, 2);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
}

/* Takes what the writer tells until count replies have come or it has ended. */
static unsigned await_replies(unsigned count, bool *ret_stopped)
{
	struct ring *ring = broker_outbound(site.broker);
	unsigned accepted = 0;
	void *item;

	for (unsigned seen = 0; seen < count && !*ret_stopped;) {
		ring_wait(ring, 10000000);
		require(ring_take(ring, &item, 1) == 1);

		struct outbound *outbound = item;

		if (outbound->type == OUTBOUND_STOPPED)
			*ret_stopped = true;
		if (outbound->frame != NULL && outbound->frame->body_case == PB__FROM_BROKER__BODY_REPLIES) {
			seen++;
			require_ok(replies_expand(outbound->frame->replies, &outbound->arena));
			accepted += outbound->frame->replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED;
		}
		outbound_free(outbound);
	}
	return accepted;
}

static void *offer_all(void *context)
{
	struct inbound **frames = context;

	for (int i = 0; i < FRAMES; i++)
		check_ok(broker_offer(site.broker, frames[i], false));
	return NULL;
}

static void test_two_threads(void)
{
	static struct inbound *frames[2][FRAMES];
	pthread_t threads[2];
	bool stopped = false;

	set_up();
	for (int i = 0; i < 2 * FRAMES; i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		frames[i / FRAMES][i % FRAMES] = frame_new(&alice);
		frame_submit(frames[i / FRAMES][i % FRAMES], &draft);
	}
	require_ok(broker_start(site.broker));
	for (int i = 0; i < 2; i++)
		require(pthread_create(&threads[i], NULL, offer_all, frames[i]) == 0);
	check_uint(await_replies(2 * FRAMES, &stopped), 2 * FRAMES);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	check_uint(broker_waiting(site.broker, bob.agency), 2 * FRAMES);
	broker_stop(site.broker);
	check(!stopped);
	check_uint(await_replies(1, &stopped), 0);
	check(stopped);
	site_close(&site);
}

static void test_stop_takes_what_waits(void)
{
	struct inbound *late = NULL;
	bool stopped = false;

	set_up();
	for (int i = 0; i < 50; i++) {
		struct draft draft = site_draft(&site, &alice, &bob);
		struct inbound *frame = frame_new(&alice);

		frame_submit(frame, &draft);
		require_ok(broker_offer(site.broker, frame, false));
	}
	require_ok(broker_start(site.broker));
	broker_stop(site.broker);
	check_uint(await_replies(50, &stopped), 50);
	late = site_credit(&bob, 1, 1);
	check_err(broker_offer(site.broker, late, true), ERR_STOPPED);
	late->release(late);
	check_uint(broker_waiting(site.broker, bob.agency), 50);
	site_close(&site);
}

static void test_full_ring(void)
{
	struct inbound *inbound;
	size_t offered = 0;
	bool stopped = false;

	set_up();
	for (;; offered++) {
		inbound = site_credit(&bob, 1, 1);
		if (broker_offer(site.broker, inbound, false) != ERR_OK)
			break;
	}
	check_uint(offered, site.options.ring_slots - site.options.ring_reserve);
	check_ok(broker_offer(site.broker, inbound, true)); /* the reserve is for what must get through */
	require_ok(broker_start(site.broker));
	broker_stop(site.broker);
	check_uint(await_replies(1, &stopped), 0);
	check(stopped);
	site_close(&site);
}

/* The thread's number, out of all of this process. */
static pid_t thread_named(const char *name)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *task;
	pid_t found = 0;

	require(tasks != NULL);
	while (found == 0 && (task = readdir(tasks)) != NULL) {
		char path[300], comm[32] = "";
		FILE *file;

		snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		if (fgets(comm, sizeof comm, file) != NULL && strncmp(comm, name, strlen(name)) == 0)
			found = (pid_t)atoi(task->d_name);
		fclose(file);
	}
	closedir(tasks);
	return found;
}

static void *may_go_first(void *context)
{
	*(bool *)context = setpriority(PRIO_PROCESS, (id_t)gettid(), -2) == 0;
	return NULL;
}

/* Where it may, the writer goes before the threads that wait for it; where not, it works all the same. */
static void test_goes_first(void)
{
	int before = getpriority(PRIO_PROCESS, 0);
	bool stopped = false, may = false;
	struct inbound *frame;
	struct draft draft;
	pthread_t trying;

	require(pthread_create(&trying, NULL, may_go_first, &may) == 0);
	pthread_join(trying, NULL);
	set_up();
	draft = site_draft(&site, &alice, &bob);
	frame = frame_new(&alice);
	frame_submit(frame, &draft);
	require_ok(broker_start(site.broker));
	require_ok(broker_offer(site.broker, frame, false));
	check_uint(await_replies(1, &stopped), 1);
	check_int(getpriority(PRIO_PROCESS, (id_t)thread_named("writer")), may ? -2 : before);
	check_int(getpriority(PRIO_PROCESS, (id_t)gettid()), before);
	broker_stop(site.broker);
	site_close(&site);
}

/* Leases run out by the thread's own clock, without anything coming in. */
static void test_wakes_by_itself(void)
{
	struct ring *ring;
	unsigned handouts = 0;
	struct draft draft;
	void *item;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	leases_free(site.broker->leases);
	require_ok(leases_new(50000, 1, &site.broker->leases));
	ring = broker_outbound(site.broker);
	require_ok(broker_offer(site.broker, site_credit(&bob, 100, 1000000), true));
	require_ok(broker_start(site.broker));
	while (handouts < 3) {
		ring_wait(ring, 10000000);
		require(ring_take(ring, &item, 1) == 1);
		handouts += ((struct outbound *)item)->type == OUTBOUND_HANDOUT;
		outbound_free(item);
	}
	broker_stop(site.broker);
	site_close(&site);
}

UNIT_SUITE("broker/writer",
	{ "two threads offer, all is answered", test_two_threads },
	{ "a stop takes what waits", test_stop_takes_what_waits },
	{ "a full ring keeps its reserve", test_full_ring },
	{ "it goes first", test_goes_first },
	{ "it wakes when a lease runs out", test_wakes_by_itself });
