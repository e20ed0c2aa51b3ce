/* SPDX-License-Identifier: Apache-2.0 */
#include "service/exit.h"

#include <stddef.h>

#include "unit.h"

static const struct {
	enum err err;
	enum exit_code code;
} codes[] = {
	{ ERR_OK, EXIT_DONE },
	{ ERR_STOPPED, EXIT_DONE },
	{ ERR_CORRUPT, EXIT_CORRUPT },
	{ ERR_BUSY, EXIT_IN_USE },
	{ ERR_NOMEM, EXIT_NO_MEMORY },
	{ ERR_FORMAT, EXIT_BAD_CONFIG },
	{ ERR_PERMISSION, EXIT_BAD_CONFIG },
	{ ERR_VERSION, EXIT_BAD_CONFIG },
	{ ERR_CONFLICT, EXIT_BAD_CONFIG },
	{ ERR_IO, EXIT_FAILED_IO },
	{ ERR_NOSPC, EXIT_FAILED_IO },
	{ ERR_CRYPTO, EXIT_FAILED_IO },
};

static void test_codes(void)
{
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		unit_context("%s", err_name(codes[i].err));
		check_int(exit_code_of(codes[i].err), codes[i].code);
	}
	check_int(EXIT_CORRUPT, 65); /* promised to whoever starts the daemon */
	check_int(EXIT_BAD_CONFIG, 78);
	check_int(EXIT_FAILED_IO, 74);
}

UNIT_SUITE("service/exit",
	{ "each error's way out", test_codes });
