/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/driver_send.c - see driver.h: requests, each of a case of its own. */
#include "base/clock.h"
#include "driver_internal.h"
#include "driver_message.h"

static struct order *next_order(struct driver *driver, struct driver_message *message)
{
	message->id = driver_message_id(driver);
	message->case_id = driver_message_id(driver);
	return driver_message_order(message, driver->targets[driver->sent % driver->target_count], (void *)(intptr_t)driver->mono_us);
}

static bool more_to_send(const struct driver *driver)
{
	return driver->plan.until_us != 0 ? driver->mono_us < driver->plan.until_us : driver->sent < driver->plan.count;
}

void driver_send(struct driver *driver)
{
	struct driver_message message;

	driver_message_init(&message, driver);
	for (;;) {
		bool more;

		driver_look_at_clocks(driver);
		more = more_to_send(driver);
		while (more && driver->sent - driver->accepted - driver->refused < driver->plan.in_flight) {
			batcher_put(driver->batcher, next_order(driver, &message), false);
			driver->sent++;
			more = more_to_send(driver);
		}
		if (!more && driver->sent == driver->accepted + driver->refused)
			break;
		driver_turn(driver, clock_mono_us() + 100000);
	}
	driver_message_free(&message);
}
