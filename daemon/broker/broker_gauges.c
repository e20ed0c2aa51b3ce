/* SPDX-License-Identifier: Apache-2.0 */
/* broker/broker_gauges.c - what other threads may read of the writer; see broker.h for the contract. */
#include "base/clock.h"
#include "broker/batch.h"

#define RATE_SECONDS 10

/* Entries of the last ten whole seconds. */
static double rate_at(const struct broker *broker, int64_t now_second)
{
	uint64_t entries = 0;

	for (size_t i = 0; i < sizeof(broker->rate) / sizeof(broker->rate[0]); i++)
		if (broker->rate[i].second < now_second && broker->rate[i].second >= now_second - RATE_SECONDS)
			entries += broker->rate[i].entries;
	return (double)entries / RATE_SECONDS;
}

void broker_gauges(struct broker *broker, struct broker_gauges *ret_gauges)
{
	int64_t now_second = clock_mono_us() / 1000000;

	pthread_mutex_lock(&broker->gauges_mutex);
	*ret_gauges = broker->gauges;
	ret_gauges->entries_per_second = rate_at(broker, now_second);
	pthread_mutex_unlock(&broker->gauges_mutex);
}

void broker_leased(struct broker *broker, const uint64_t *items, size_t count, bool *ret_leased)
{
	leases_held(broker->leases, items, count, ret_leased);
}

uint64_t broker_waiting(struct broker *broker, uint32_t agency)
{
	return mailbox_waiting(broker->mailbox, agency);
}

int64_t broker_wall_us(const struct broker *broker)
{
	return clock_wall_us() + atomic_load(&broker->moved_us);
}

bool broker_is_test(const struct broker *broker)
{
	return broker->rules.test_site;
}
