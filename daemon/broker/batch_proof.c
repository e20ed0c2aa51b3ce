/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_proof.c - the front verifies an agency's signature while the writer already works on what it signs: on two cores the one
 * takes no time then.  The writer waits for it before it commits, so nothing is recorded, told or handed out that was not proved.
 * An agency whose signature once did not hold is not believed so early again (front/intake.c): it costs everybody in the batch. */
#include "broker/batch.h"

bool batch_proved(struct batch *batch)
{
	batch->forged = false;
	for (size_t i = 0; i < batch->count; i++) {
		struct promise *proof = batch->inbound[i]->type == INBOUND_BATCH ? batch->inbound[i]->batch.proof : NULL;

		if (proof != NULL && !proof->heard && promise_hear(proof) != ERR_OK)
			batch->forged = true;
	}
	return !batch->forged;
}
