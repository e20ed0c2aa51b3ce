/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>

const char *err_text(enum err err)
{
	switch (err) {
#define X(name, value, text) \
	case name:           \
		return text;
		ERR_LIST(X)
#undef X
	}
	return "an error that this version does not know";
}

const char *err_name(enum err err)
{
	switch (err) {
#define X(name, value, text) \
	case name:           \
		return #name;
		ERR_LIST(X)
#undef X
	}
	return "ERR_UNKNOWN";
}

static const struct {
	int number;
	enum err err;
} errno_meanings[] = {
	{ 0, ERR_OK },
	{ ENOMEM, ERR_NOMEM },
	{ ERANGE, ERR_RANGE },
	{ EDOM, ERR_RANGE },
	{ EOVERFLOW, ERR_RANGE },
	{ EILSEQ, ERR_FORMAT },
	{ EBADMSG, ERR_FORMAT },
	{ EPROTO, ERR_FORMAT },
	{ EMSGSIZE, ERR_TOO_LARGE },
	{ EFBIG, ERR_TOO_LARGE },
	{ E2BIG, ERR_TOO_LARGE },
	{ ENAMETOOLONG, ERR_TOO_LARGE },
	{ ENOENT, ERR_NOT_FOUND },
	{ ENOTDIR, ERR_NOT_FOUND },
	{ ENODEV, ERR_NOT_FOUND },
	{ ENXIO, ERR_NOT_FOUND },
	{ EEXIST, ERR_EXISTS },
	{ EADDRINUSE, ERR_EXISTS },
	{ ENOTEMPTY, ERR_CONFLICT },
	{ EISDIR, ERR_CONFLICT },
	{ ENOSPC, ERR_NOSPC },
	{ EDQUOT, ERR_NOSPC },
	{ EAGAIN, ERR_BUSY },
	{ EBUSY, ERR_BUSY },
	{ ETXTBSY, ERR_BUSY },
	{ EMFILE, ERR_BUSY },
	{ ENFILE, ERR_BUSY },
	{ ETIMEDOUT, ERR_TIMEOUT },
	{ ECONNREFUSED, ERR_UNREACHABLE },
	{ ECONNRESET, ERR_UNREACHABLE },
	{ ECONNABORTED, ERR_UNREACHABLE },
	{ EHOSTUNREACH, ERR_UNREACHABLE },
	{ ENETUNREACH, ERR_UNREACHABLE },
	{ EHOSTDOWN, ERR_UNREACHABLE },
	{ ENETDOWN, ERR_UNREACHABLE },
	{ ENOTCONN, ERR_UNREACHABLE },
	{ EPIPE, ERR_UNREACHABLE },
	{ EADDRNOTAVAIL, ERR_UNREACHABLE },
	{ EACCES, ERR_PERMISSION },
	{ EPERM, ERR_PERMISSION },
	{ EROFS, ERR_PERMISSION },
	{ ECANCELED, ERR_STOPPED },
	{ EINTR, ERR_STOPPED },
	{ EINVAL, ERR_USAGE },
	{ EBADF, ERR_USAGE },
	{ ENOSYS, ERR_USAGE },
	{ EOPNOTSUPP, ERR_USAGE },
};

enum err err_from_errno(int error_number)
{
	for (unsigned i = 0; i < sizeof errno_meanings / sizeof errno_meanings[0]; i++)
		if (errno_meanings[i].number == error_number)
			return errno_meanings[i].err;
	return ERR_IO;
}
