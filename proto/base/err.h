/* SPDX-License-Identifier: Apache-2.0 */
/* base/err.h - every error of the house, in one list with its text.
 *
 * ERR_OK is 0, every failure is negative.  Lower floors return these; the top floor logs them, once. */
#pragma once

/*     name          value  text for an operator's log */
#define ERR_LIST(X)                                                       \
	X(ERR_OK, 0, "done")                                              \
	X(ERR_NOMEM, -1, "out of memory, or over the memory limit")       \
	X(ERR_RANGE, -2, "value out of bounds")                           \
	X(ERR_FORMAT, -3, "malformed")                                    \
	X(ERR_TOO_LARGE, -4, "larger than the limit")                     \
	X(ERR_NOT_FOUND, -5, "not there")                                 \
	X(ERR_EXISTS, -6, "already there")                                \
	X(ERR_CONFLICT, -7, "conflicts with what is there")               \
	X(ERR_AUTH, -8, "signature, key or certificate does not hold")    \
	X(ERR_CORRUPT, -9, "stored data are damaged")                     \
	X(ERR_NOSPC, -10, "no space left on the device or in the map")    \
	X(ERR_IO, -11, "input or output failed")                          \
	X(ERR_BUSY, -12, "in use, or too much at once")                   \
	X(ERR_TIMEOUT, -13, "took too long")                              \
	X(ERR_UNREACHABLE, -14, "cannot be reached")                      \
	X(ERR_REFUSED, -15, "refused")                                    \
	X(ERR_PERMISSION, -16, "not permitted")                           \
	X(ERR_VERSION, -17, "of a version that is not understood here")   \
	X(ERR_STOPPED, -18, "stopped")                                    \
	X(ERR_CRYPTO, -19, "the cryptographic library failed")            \
	X(ERR_USAGE, -20, "called wrongly")

enum err {
#define X(name, value, text) name = (value),
	ERR_LIST(X)
#undef X
};

/* A constant text, never NULL; any thread. */
const char *err_text(enum err err);

/* The name, such as "ERR_RANGE"; a constant, never NULL; any thread. */
const char *err_name(enum err err);

/* The err that says best what errno means. */
enum err err_from_errno(int error_number);
