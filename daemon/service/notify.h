/* SPDX-License-Identifier: Apache-2.0 */
/* service/notify.h - what systemd is told (sd_notify(3)): one datagram to the socket that $NOTIFY_SOCKET names.
 *
 * Written out here: the protocol is one sendto, and a library that is not there on every machine would cost more than it gives. */
#pragma once
#include <stdint.h>

/* Sends the assignments, such as "READY=1\nSTATUS=listening".  Without $NOTIFY_SOCKET, or when nobody listens, nothing happens. */
void notify(const char *assignments);

/* How often the watchdog wants to hear of us, in microseconds; 0: it does not. */
uint64_t notify_watchdog_us(void);
