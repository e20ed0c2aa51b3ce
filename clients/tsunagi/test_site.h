/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/test_site.h - the throw-away site of `tsunagi dev`: what comes from it must not pass for real. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#define TEST_SITE "dev-test"
#define TEST_SITE_CODE "121002" /* a directory needs a valid one */

bool test_site_is(const char *site);

/* Adds "test": true to a receipt or a proof of that site. */
void test_site_mark(json_t *json);
