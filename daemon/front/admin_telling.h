/* SPDX-License-Identifier: Apache-2.0 */
/* front/admin_telling.h - for the files that put a status together: its numbers, and every condition worth a word. */
#pragma once
#include "front/admin_serve.h"

struct telling {
	struct admin_call *call;
	Pb__Status *status;
	struct broker_gauges gauges;
	struct store_room room;
};

/* A condition; texts are copied.  One that does not fit any more is left out. */
enum err status_add(struct telling *telling, const char *code, const char *subject, int64_t value, int64_t bound, bool failing);

/* admin_status_overdue.c: who is late, and turns that are left to nobody; call->txn is open. */
enum err admin_status_overdue(struct telling *telling);

/* admin_status_time.c: the site's clock, and until when holidays are known; call->txn is open. */
enum err status_clock(struct telling *telling);
enum err status_holidays(struct telling *telling);
enum err status_unpolled(struct telling *telling, uint32_t agency, const char *name); /* whose coordinator was told */
