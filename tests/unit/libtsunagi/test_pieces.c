/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/pieces.h"

#include "unit.h"

static void test_put_together(void)
{
	struct pieces pieces;
	bool complete = true;

	pieces_init(&pieces, 10);
	check_uint(pieces_had(&pieces), 0);
	check_ok(pieces_add(&pieces, 6, bytes_of_text("abcd"), &complete));
	check(!complete);
	check_uint(pieces_had(&pieces), 4);
	check_ok(pieces_add(&pieces, 6, bytes_of_text("ef"), &complete));
	check(complete);
	check_bytes(buf_bytes(&pieces.incoming), bytes_of_text("abcdef"));
	pieces_begin(&pieces);
	check_uint(pieces_had(&pieces), 0);
	check_ok(pieces_add(&pieces, 3, bytes_of_text("xyz"), &complete)); /* of another whole: it is another thing */
	check(complete);
	pieces_free(&pieces);
}

static void test_bounds(void)
{
	struct pieces pieces;
	bool complete = false;

	pieces_init(&pieces, 10);
	check_err(pieces_add(&pieces, 11, bytes_of_text("a"), &complete), ERR_TOO_LARGE);
	check_err(pieces_add(&pieces, UINT64_MAX, bytes_of_text("a"), &complete), ERR_TOO_LARGE);
	check_err(pieces_add(&pieces, 10, bytes_of(NULL, 0), &complete), ERR_FORMAT); /* it would never end */
	check_err(pieces_add(&pieces, 2, bytes_of_text("abc"), &complete), ERR_FORMAT);
	check_ok(pieces_add(&pieces, 10, bytes_of_text("abc"), &complete));
	check_err(pieces_add(&pieces, 9, bytes_of_text("def"), &complete), ERR_FORMAT);
	check_err(pieces_add(&pieces, 10, bytes_of_text("defghijk"), &complete), ERR_FORMAT);
	check(!complete);
	pieces_free(&pieces);
}

UNIT_SUITE("libtsunagi/pieces", { "put together", test_put_together }, { "bounds", test_bounds });
