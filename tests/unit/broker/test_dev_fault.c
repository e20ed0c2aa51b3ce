/* SPDX-License-Identifier: Apache-2.0 */
/* Faults on purpose: at a test site alone, on record, and nothing else of the tables moves. */
#include "acts.h"
#include "broker/world.h"
#include "unit.h"

#define FAULT(name) PB__DEV_FAULT__DEV_FAULT_##name

static const char *const ids[] = { "link", "anshin" };
static struct site site;

static void open_site(bool test)
{
	site = (struct site){ .options.test_site = test };
	site_open(&site);
	site_directory(&site, ids, 2);
}

static Pb__RefusalCode ask(Pb__DevFault fault, const char *agency, uint32_t times)
{
	site_operate(&site, site_fault(fault, agency, times));
	return site_answered(&site);
}

static void test_a_real_site(void)
{
	open_site(false);
	check_int(ask(FAULT(CUT), "", 1), REFUSE(REAL_SITE));
	check_int(ask(FAULT(LOSE_ACK), "nobody", 1), REFUSE(REAL_SITE));
	site_close(&site);
}

static void test_a_test_site(void)
{
	uint64_t seq;

	open_site(true);
	check_int(ask(FAULT(CUT), "link", 1), 0);
	seq = site.answer->seq;
	check(seq > 0);
	check_int(ask(FAULT(DUPLICATE), "", 1000), 0);
	check_uint(site.answer->seq, seq + 1);
	site_close(&site);
}

static void test_what_is_none(void)
{
	open_site(true);
	check_int(ask(FAULT(UNSPECIFIED), "link", 1), REFUSE(MALFORMED));
	check_int(ask(FAULT(CUT), "nobody", 1), REFUSE(UNKNOWN_AGENCY));
	check_int(ask(FAULT(CUT), "link@chiba-city", 1), REFUSE(UNKNOWN_AGENCY));
	check_int(ask(FAULT(CUT), "link", 1001), REFUSE(TOO_MANY));
	check_text(site.answer->refusal->subject, "times");
	site_close(&site);
}

UNIT_SUITE("broker/dev_fault",
	{ "a real site refuses", test_a_real_site },
	{ "a test site records it", test_a_test_site },
	{ "what is no fault", test_what_is_none });
