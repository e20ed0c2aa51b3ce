/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_told.c - the mailbox follows what entries tell; see told.h. */
#include "broker/batch.h"
#include "broker/told.h"

enum err told_follow(struct batch *batch, const struct leaf_header *header, size_t first, Pb__Told *const *told, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct queue_row row;

		told_queue_row(header, first, told[i], i, &row);
		memory_add_row(batch->broker->mailbox, &row);
	}
	return mailbox_error(batch->broker->mailbox);
}
