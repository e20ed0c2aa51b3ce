/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>

#include "unit.h"

static const enum err all[] = {
#define X(name, value, text) name,
	ERR_LIST(X)
#undef X
};
#define ALL (sizeof all / sizeof all[0])

static void test_values(void)
{
	check_int(ERR_OK, 0);
	for (size_t i = 1; i < ALL; i++) {
		unit_context("%s", err_name(all[i]));
		check(all[i] < 0);
	}
}

static void test_distinct(void)
{
	for (size_t i = 0; i < ALL; i++) {
		for (size_t k = i + 1; k < ALL; k++) {
			unit_context("%s, %s", err_name(all[i]), err_name(all[k]));
			check(all[i] != all[k]);
			check(strcmp(err_text(all[i]), err_text(all[k])) != 0);
			check(strcmp(err_name(all[i]), err_name(all[k])) != 0);
		}
	}
}

static void test_texts(void)
{
	check_text(err_text(ERR_OK), "done");
	check_text(err_text(ERR_TIMEOUT), "took too long");
	check_text(err_name(ERR_RANGE), "ERR_RANGE");
	check_text(err_name(ERR_OK), "ERR_OK");
}

static void test_unknown(void)
{
	check_text(err_name((enum err)-999), "ERR_UNKNOWN");
	check(strlen(err_text((enum err)-999)) > 0);
	check_text(err_name((enum err)1), "ERR_UNKNOWN");
}

static void test_errno(void)
{
	static const struct {
		int number;
		enum err err;
	} rows[] = {
		{ 0, ERR_OK },
		{ ENOMEM, ERR_NOMEM },
		{ ENOSPC, ERR_NOSPC },
		{ EDQUOT, ERR_NOSPC },
		{ ENOENT, ERR_NOT_FOUND },
		{ EEXIST, ERR_EXISTS },
		{ EACCES, ERR_PERMISSION },
		{ EPERM, ERR_PERMISSION },
		{ EAGAIN, ERR_BUSY },
		{ EMFILE, ERR_BUSY },
		{ ETIMEDOUT, ERR_TIMEOUT },
		{ ECONNREFUSED, ERR_UNREACHABLE },
		{ EINVAL, ERR_USAGE },
		{ EIO, ERR_IO },
		{ 12345, ERR_IO },
		{ -1, ERR_IO },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_context("errno %d", rows[i].number);
		check_err(err_from_errno(rows[i].number), rows[i].err);
	}
}

/* A failure of the system must never look like success. */
static void test_errno_never_ok(void)
{
	for (int number = 1; number < 200; number++) {
		unit_context("errno %d", number);
		check(err_from_errno(number) < 0);
	}
}

UNIT_SUITE("base/err",
	{ "every failure is negative", test_values },
	{ "values, names and texts are distinct", test_distinct },
	{ "names and texts are those of the list", test_texts },
	{ "an unknown value still has name and text", test_unknown },
	{ "errno is translated", test_errno },
	{ "no errno but 0 is success", test_errno_never_ok });
