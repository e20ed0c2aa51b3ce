/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fhir_task.h - a leg as HL7 FHIR R4 knows it: Task.status (http://hl7.org/fhir/task-status), and our own word beside it. */
#pragma once
#include "vocabulary.pb-c.h"

/* Task.status of a leg, such as "in-progress"; NULL for what is no state.  FHIR has fewer states than a leg: who needs to tell
 * them apart puts fhir_business_status into Task.businessStatus. */
const char *fhir_task_status(Pb__LegState state);

/* Our own word, such as "AWAITING_SEAL"; NULL for what is no state. */
const char *fhir_business_status(Pb__LegState state);
