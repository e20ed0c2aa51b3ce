/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_message.c - a message as a partner's program may have written it.  Checking looks whether attachments are there; it
 * reads none. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/tsunagi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *report = NULL;
	int result;

	result = tsg_check_json((const char *)data, size, &report);
	/* Whatever it is, there is an answer, and a refusal has its reasons. */
	if (result != TSG_OK && result != TSG_REFUSED && result != TSG_USAGE)
		abort();
	if (report == NULL)
		abort();
	tsg_free(report);
	return 0;
}
