/* SPDX-License-Identifier: Apache-2.0 */
#include "config/option_row.h"

#include <stdio.h>
#include <string.h>

#include "config/amount.h"
#include "config/config.h"
#include "unit.h"

static void test_names(void)
{
	char longer[64];

	for (size_t i = 0; i < option_rows_count; i++) {
		const char *name = option_rows[i].name;

		unit_context("%s", name);
		snprintf(longer, sizeof longer, "%sx", name);
		check(option_named(bytes_of_text(name)) == &option_rows[i]);
		check(option_named(bytes_of_text(longer)) == NULL);
		check(option_named(bytes_of(name, strlen(name) - 1)) == NULL);
		check(option_named(bytes_of(name, strlen(name) + 1)) == NULL); /* with its NUL */
		check_uint(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
	}
	check(option_named(bytes_of(NULL, 0)) == NULL);
	check(option_named(bytes_of_text("site")) == NULL); /* an option of another kind */
}

/* Each row stands for a field of its own: what is written through one is read through no other. */
static void test_fields(void)
{
	struct config config;

	config_defaults(&config);
	for (size_t i = 0; i < option_rows_count; i++)
		*option_field(&config, &option_rows[i]) = 1000 + i;
	for (size_t i = 0; i < option_rows_count; i++) {
		unit_context("%s", option_rows[i].name);
		check_uint(*option_value(&config, &option_rows[i]), 1000 + i);
	}
	check_uint(config.map_size, 1000);
	check_uint(config.certificate_days, 1000 + option_rows_count - 1);
	check_text(config.endpoints[0], CONFIG_ENDPOINT_DEFAULT); /* and nothing else */
	check_uint(config.endpoint_count, 1);
}

static const struct {
	const char *name;
	const char *bounds;
} bounds[] = {
	{ "attempts", "a whole number from 1 to 1000" },
	{ "map_size", "a size from 16 MiB to 16 TiB" },
	{ "lease", "a time from 1 s to 1 d" },
	{ "heartbeat", "a time from 1 s to 10 min" },
	{ "pending_reserve", "a size from 4 MiB to 4 GiB" },
};

static void test_bounds(void)
{
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		const struct option_row *row = option_named(bytes_of_text(bounds[i].name));
		struct buf out;

		unit_context("%s", bounds[i].name);
		require(row != NULL);
		buf_init(&out, 200);
		option_bounds(row, &out);
		check_text(buf_text(&out), bounds[i].bounds);
		buf_free(&out);
	}
}

/* Bounds must be amounts that a person can write, and what the daemon computes with them must not overflow. */
static void test_bounds_can_be_written(void)
{
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		const uint64_t values[] = { row->least, row->standard, row->most };

		unit_context("%s", row->name);
		for (size_t j = 0; j < 3; j++) {
			uint64_t amount = amount_of_row(row->kind, values[j]);
			uint64_t again = 0;
			struct buf out;

			buf_init(&out, 200);
			amount_format(row->kind, amount, &out);
			check_ok(amount_parse(row->kind, buf_text(&out), &again));
			check_uint(again, amount);
			check(amount <= INT64_MAX / 8);
			buf_free(&out);
		}
	}
}

static void test_each_difference_is_seen(void)
{
	struct config one, other;

	config_defaults(&one);
	other = one;
	check(!config_differs(&one, &other));
	for (size_t i = 0; i < option_rows_count; i++) {
		unit_context("%s", option_rows[i].name);
		other = one;
		++*option_field(&other, &option_rows[i]);
		check(config_differs(&one, &other));
		check(config_differs(&other, &one));
	}
	other = one;
	snprintf(other.site, sizeof other.site, "b");
	check(config_differs(&one, &other));
	other = one;
	other.local_government_code[0] = '1';
	check(config_differs(&one, &other));
	other = one;
	other.log_level = LOG_LEVEL_DEBUG;
	check(config_differs(&one, &other));
	other = one;
	other.endpoints[0][6] = '9';
	check(config_differs(&one, &other));
	other = one;
	other.endpoint_count = 0;
	check(config_differs(&one, &other));
	other = one;
	other.endpoints[1][0] = 'x'; /* beyond the count: nobody's */
	check(!config_differs(&one, &other));
}

/* What SIGHUP may change is copied, the rest is told of and stays: for each row by itself. */
static void test_each_row_reloads_as_it_says(void)
{
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		struct config running, fresh;
		uint64_t before;

		unit_context("%s", row->name);
		config_defaults(&running);
		fresh = running;
		before = *option_value(&running, row);
		*option_field(&fresh, row) = before + 1;
		check(config_reload(&running, &fresh) == (row->when == AT_START));
		check_uint(*option_value(&running, row), row->when == RELOADED ? before + 1 : before);
	}
}

static void test_reload_keeps_who_it_is(void)
{
	struct config running, fresh;

	config_defaults(&running);
	snprintf(running.site, sizeof running.site, "chiba-city");
	fresh = running;
	snprintf(fresh.site, sizeof fresh.site, "chiba-pref");
	check(config_reload(&running, &fresh));
	check_text(running.site, "chiba-city");
	fresh = running;
	snprintf(fresh.endpoints[0], sizeof fresh.endpoints[0], "tcp://0.0.0.0:1");
	fresh.log_level = LOG_LEVEL_ERROR;
	check(config_reload(&running, &fresh));
	check_text(running.endpoints[0], CONFIG_ENDPOINT_DEFAULT);
	check_int(running.log_level, LOG_LEVEL_ERROR);
}

UNIT_SUITE("config/option_row",
	{ "a row by its exact name", test_names },
	{ "each row has its own field", test_fields },
	{ "bounds in words", test_bounds },
	{ "bounds can be written", test_bounds_can_be_written },
	{ "each difference is seen", test_each_difference_is_seen },
	{ "each row reloads as it says", test_each_row_reloads_as_it_says },
	{ "a reload keeps who the site is", test_reload_keeps_who_it_is });
