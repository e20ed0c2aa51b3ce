/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/test_site.h"

#include <string.h>

bool test_site_is(const char *site)
{
	return strcmp(site, TEST_SITE) == 0;
}

void test_site_mark(json_t *json)
{
	const char *site = json_string_value(json_object_get(json, "site"));

	if (site != NULL && test_site_is(site))
		json_object_set_new(json, "test", json_true());
}
