/* SPDX-License-Identifier: Apache-2.0 */
/* broker/dev_fault.c - rule: what goes wrong on purpose does so at a test site alone, and is on record as an operator's act.  It changes no
 * table: the front does it (front/fault.h). */
#include "broker/verbs.h"

#define DEV_FAULT_TIMES_MAX 1000

enum err dev_fault_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminDevFault *asked, struct decision *ret_decision)
{
	if (!world->rules->test_site)
		return decide_refusal(world, REFUSE(REAL_SITE), "fault", 0, 0, ret_decision);
	if (asked->fault == PB__DEV_FAULT__DEV_FAULT_UNSPECIFIED)
		return decide_refusal(world, REFUSE(MALFORMED), "fault", asked->fault, 0, ret_decision);
	if (asked->times > DEV_FAULT_TIMES_MAX)
		return decide_refusal(world, REFUSE(TOO_MANY), "times", asked->times, DEV_FAULT_TIMES_MAX, ret_decision);
	if (asked->agency[0] != '\0' && registry_by_id(world->registry, bytes_of_text(asked->agency)) == NULL)
		return decide_refusal(world, REFUSE(UNKNOWN_AGENCY), asked->agency, 0, 0, ret_decision);
	return access_decide(world, operator, "dev fault", NULL, 0, ret_decision);
}
