/* SPDX-License-Identifier: Apache-2.0 */
/* telling.h - lets the site of a house tell something of its own, while the house is closed for a moment. */
#pragma once
#include "broker/told.h"
#include "house.h"

/* NOTICE, SEAL_TASK: with this notice.  RELEASE, SEAL_TASK: about this item.  NOTICE: to this agency, in this lane. */
struct tale {
	Pb__ItemWhat what;
	uint64_t about;
	uint32_t agency;
	Pb__Urgency lane;
	const Pb__SiteNotice *notice;
};

/* The item's number.  Every connection to the house is lost. */
uint64_t house_tell(struct house *house, const struct tale *tale);
