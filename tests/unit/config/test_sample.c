/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collected.h"
#include "config/amount.h"
#include "config/config.h"
#include "config/option_row.h"
#include "unit.h"

static void sample(struct buf *text)
{
	static const char *const endpoints[] = { "tcp://127.0.0.1:7000", "ipc:///tmp/x.sock" };

	buf_init(text, 1 << 20);
	config_sample("chiba-city", "121002", endpoints, 2, text);
	require(buf_text(text) != NULL);
}

static void test_sample_loads(void)
{
	struct collected collected = { 0 };
	struct config config;
	struct buf text;

	sample(&text);
	require_ok(config_load(written_file("s.yaml", buf_text(&text)), collect, &collected, &config));
	check_text(config.site, "chiba-city");
	check_uint(config.endpoint_count, 2);
	check_text(config.endpoints[1], "ipc:///tmp/x.sock");
	buf_free(&text);
}

/* With every comment sign before an option taken away, the file says the same: the sample's defaults are the defaults. */
static void test_defaults_are_shown(void)
{
	struct collected collected = { 0 };
	struct config config, defaults;
	struct buf text;
	char *plain;

	sample(&text);
	plain = strdup(buf_text(&text));
	require(plain != NULL);
	for (char *at = plain; (at = strstr(at, "\n#")) != NULL; at++)
		if (at[2] != ' ')
			at[1] = ' ';
	for (char *at = plain; (at = strstr(at, "\n ")) != NULL; at++)
		if (at[2] != ' ')
			memmove(at + 1, at + 2, strlen(at + 2) + 1);
	check_ok(config_load(written_file("s.yaml", plain), collect, &collected, &config));
	config_defaults(&defaults);
	for (size_t i = 0; i < option_rows_count; i++) {
		unit_context("%s", option_rows[i].name);
		check_uint(*option_value(&config, &option_rows[i]), *option_value(&defaults, &option_rows[i]));
		check(strstr(plain, option_rows[i].text) != NULL);
	}
	free(plain);
	buf_free(&text);
}

static void test_default_endpoint(void)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	config_sample("a", "121002", NULL, 0, &text);
	check(strstr(buf_text(&text), "  - \"" CONFIG_ENDPOINT_DEFAULT "\"") != NULL);
	buf_free(&text);
}

static void test_manual(void)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	config_manual(&text);
	for (size_t i = 0; i < option_rows_count; i++) {
		unit_context("%s", option_rows[i].name);
		check(strstr(buf_text(&text), option_rows[i].name) != NULL);
		check(strstr(buf_text(&text), option_rows[i].text) != NULL);
	}
	check(strstr(buf_text(&text), "default 64 GiB") != NULL);
	buf_free(&text);
}

UNIT_SUITE("config/sample",
	{ "the sample is a valid file", test_sample_loads },
	{ "it shows every option's default", test_defaults_are_shown },
	{ "without endpoints", test_default_endpoint },
	{ "the manual tells every option", test_manual });
