/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/recipients.h - for whom a message is sealed: an agency's devices in force, and our own, by the signed directory. */
#pragma once
#include "contract/limits.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/failure.h"
#include "libtsunagi/site_directory.h"

struct recipient {
	char address[LIMIT_ADDRESS + 1];
	struct certificate *certificates[LIMIT_SEALED_TO]; /* the recipient's devices, then our own; each once */
	size_t count;
};

/* to is "agency" or "agency@site".  TSG_OK, or the failure's result: other site, unknown agency, not enrolled, a certificate that the
 * site did not issue for it.  ret_recipient is to be freed with recipient_free on TSG_OK. */
int recipient_resolve(const char *to, const struct bundle *bundle, const struct site_directory *directory, int64_t now_us,
		      struct recipient *ret_recipient, struct failure *failure);
void recipient_free(struct recipient *recipient);
