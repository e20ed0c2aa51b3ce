/* SPDX-License-Identifier: Apache-2.0 */
#include "service/exit.h"

enum exit_code exit_code_of(enum err err)
{
	switch (err) {
	case ERR_OK:
	case ERR_STOPPED:
		return EXIT_DONE;
	case ERR_CORRUPT:
		return EXIT_CORRUPT;
	case ERR_BUSY:
		return EXIT_IN_USE;
	case ERR_NOMEM:
		return EXIT_NO_MEMORY;
	case ERR_RANGE:
	case ERR_FORMAT:
	case ERR_NOT_FOUND:
	case ERR_EXISTS:
	case ERR_CONFLICT:
	case ERR_AUTH:
	case ERR_PERMISSION:
	case ERR_VERSION: /* an older binary on a newer store */
	case ERR_USAGE:
		return EXIT_BAD_CONFIG;
	default:
		return EXIT_FAILED_IO;
	}
}
