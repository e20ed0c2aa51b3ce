/* SPDX-License-Identifier: Apache-2.0 */
#include "service/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "service/maintain.h"
#include "unit.h"

static const char *make_home(struct home *home)
{
	static char root[4200];
	struct home_plan plan = { "chiba-city", "121002", NULL, 0, clock_wall_us() - 1000000 };
	struct home_fault fault;

	log_set_level((enum log_level)(LOG_LEVEL_ERROR + 1)); /* what is refused here is told to nobody */
	snprintf(root, sizeof root, "%s/home", unit_folder());
	require_ok(home_at(root, home));
	require_ok(home_create(home, &plan, &fault));
	return root;
}

static void append(const char *path, const char *text)
{
	FILE *file = fopen(path, "a");

	require(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void test_opens(void)
{
	struct broker_options options;
	struct home home;
	struct site *site = calloc(1, sizeof *site);

	require(site != NULL);
	check_int(site_open(make_home(&home), site), EXIT_DONE);
	check_text(site->config.site, "chiba-city");
	check_int(site_open_store(site, true), EXIT_BAD_CONFIG); /* there is none yet, and looking makes none */
	check_int(site_open_store(site, false), EXIT_DONE);
	options = site_broker_options(site);
	check_text(options.site, "chiba-city");
	check_int(options.lease_us, 120000000);
	check_uint(options.attempts_max, 5);
	site_close(site);
	free(site);
}

static void test_refused(void)
{
	struct home home;
	struct site *site = calloc(1, sizeof *site);
	const char *root = make_home(&home);

	require(site != NULL);
	check_int(site_open("/nonexistent", site), EXIT_BAD_CONFIG);
	require(chmod(home.curve_key, 0644) == 0);
	check_int(site_open(root, site), EXIT_BAD_CONFIG);
	require(chmod(home.curve_key, 0600) == 0);
	append(home.options, "no_such_option: 1\n");
	check_int(site_open(root, site), EXIT_BAD_CONFIG);
	site_close(site);
	free(site);
}

static void test_maintain(void)
{
	struct home home;
	const char *root = make_home(&home);

	check_int(maintain_check(root, false), EXIT_DONE);
	check_int(maintain_check(root, true), EXIT_BAD_CONFIG); /* no store yet */
	append(home.options, "attempts: none\n");
	check_int(maintain_check(root, false), EXIT_BAD_CONFIG);
	check_int(maintain_rebuild(root), EXIT_BAD_CONFIG);
}

UNIT_SUITE("service/site",
	{ "a home opens", test_opens },
	{ "a home that does not", test_refused },
	{ "check and rebuild", test_maintain });
