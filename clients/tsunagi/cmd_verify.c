/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/display.h"
#include "tsunagi/input_file.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

#define TRUSTED_MAX 64

enum outcome cmd_verify(const struct call *call)
{
	(void)call;
	return OUTCOME_REFUSED;
}
