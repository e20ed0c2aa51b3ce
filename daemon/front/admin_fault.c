/* SPDX-License-Identifier: Apache-2.0 */
/* What is to go wrong on purpose: on record first, and only where the writer says that this is a test site. */
#include <stdio.h>
#include <sys/eventfd.h>

#include "front/admin_serve.h"
#include "front/fault.h"

enum err admin_dev_fault(struct admin_call *call, const Pb__AdminDevFault *asked)
{
	struct front *front = call->front;
	struct fault fault = { .what = asked->fault, .times = asked->times == 0 ? 1 : asked->times };

	/* What the request points to goes with the writer's inbound.  A longer one is no agency's: the writer says so. */
	snprintf(fault.agency, sizeof fault.agency, "%s", asked->agency);
	if (!admin_to_writer(call))
		return ERR_OK; /* its refusal is the reply */
	if (faults_arm(&front->faults, &fault) != ERR_OK)
		admin_refuse(call, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, "fault", FAULTS_MOST + 1, FAULTS_MOST);
	eventfd_write(front->wake_fd, 1);
	return ERR_OK;
}
