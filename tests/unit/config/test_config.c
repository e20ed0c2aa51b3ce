/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include <string.h>

#include "collected.h"
#include "config/option_row.h"
#include "unit.h"

#define HEAD "site: chiba-city\nlocal_government_code: \"121002\"\n"

static enum err load(const char *text, struct collected *collected, struct config *config)
{
	*collected = (struct collected){ 0 };
	return config_load(written_file("tsunagid.yaml", text), collect, collected, config);
}

static void test_least(void)
{
	struct collected collected;
	struct config config;

	require_ok(load(HEAD, &collected, &config));
	check_text(config.site, "chiba-city");
	check_text(config.local_government_code, "121002");
	check_uint(config.endpoint_count, 1);
	check_text(config.endpoints[0], CONFIG_ENDPOINT_DEFAULT);
	check_uint(config.map_size, GIB(64));
	check_uint(config.lease, 120000000);
	check_uint(config.attempts, 5);
	check_int(config.log_level, LOG_LEVEL_INFO);
}

static void test_all_kinds(void)
{
	struct collected collected;
	struct config config;

	require_ok(load(HEAD "endpoints: [\"tcp://0.0.0.0:7411\", \"ipc:///run/tsunagi/broker.sock\"]\n"
			     "map_size: 256 MiB\nlease: 3 min\nattempts: 9\nlog_level: debug\n",
			&collected, &config));
	check_uint(config.endpoint_count, 2);
	check_text(config.endpoints[1], "ipc:///run/tsunagi/broker.sock");
	check_uint(config.map_size, MIB(256));
	check_uint(config.lease, 180000000);
	check_uint(config.attempts, 9);
	check_int(config.log_level, LOG_LEVEL_DEBUG);
}

static const struct {
	const char *text;
	unsigned line;
	const char *piece;
} refused[] = {
	{ HEAD "mapsize: 1\n", 3, "mapsize: there is no such option" },
	{ HEAD "attempts: 0\n", 3, "from 1 to 1000" },
	{ HEAD "attempts: many\n", 3, "\"many\"" },
	{ HEAD "attempts: [1]\n", 3, "needs a value" },
	{ HEAD "attempts:\n", 3, "needs a value" },
	{ HEAD "map_size: 1 MiB\n", 3, "from 16 MiB to 16 TiB" },
	{ HEAD "attempts: 3\nattempts: 4\n", 4, "given twice; first in line 3" },
	{ HEAD "endpoints: tcp://127.0.0.1:1\n", 3, "needs a list" },
	{ HEAD "endpoints: []\n", 3, "needs a list" },
	{ HEAD "endpoints:\n  - tcp://127.0.0.1:7411\n  - inproc://x\n", 5, "begins with tcp:// or ipc://" },
	{ HEAD "log_level: loud\n", 3, "debug, info, warn, error" },
	{ HEAD "ring_slots: 64\nring_reserve: 64\n", 4, "less than ring_slots" },
	{ HEAD "heartbeat: 31\n", 3, "half of session_timeout" },
	{ HEAD "map_size: 16 MiB\nreserve_size: 8 MiB\n", 4, "a quarter of map_size" },
	{ HEAD "pending_bytes_max: 16 MiB\npending_reserve: 9 MiB\n", 4, "half of pending_bytes_max" },
	{ HEAD "ring_slots: 64\n", 3, "ring_reserve must be less than ring_slots; they are 128 (default) and 64 (line 3)" },
	{ HEAD "ring_slots: 64\nring_reserve: 99\n", 4, "they are 99 (line 4) and 64 (line 3)" },
	{ HEAD "map_size: 16 MiB\n", 3, "they are 16 MiB (default) and 16 MiB (line 3)" },
	{ HEAD "reserve_size: 16 GiB\nmap_size: 32 GiB\n", 3, "they are 16 GiB (line 3) and 32 GiB (line 4)" },
	{ HEAD "pending_reserve: 33 MiB\n", 3, "they are 33 MiB (line 3) and 64 MiB (default)" },
	{ HEAD "attempts: 3\nsession_timeout: 8\n", 4, "they are 5 s (default) and 8 s (line 4)" },
	{ "site: Chiba\nlocal_government_code: \"121002\"\n", 1, "no DNS label" },
	{ "site: chiba-city\nlocal_government_code: \"121003\"\n", 2, "check digit" },
	{ "local_government_code: \"121002\"\n", 0, "site: missing" },
	{ "site: chiba-city\n", 0, "local_government_code: missing" },
	{ HEAD "? [a]\n: 1\n", 3, "a key must be plain text" },
	{ HEAD "a: \"\n", 4, "not YAML" },
	{ HEAD "---\nb: 1\n", 4, "second document" },
	{ "- a\n", 1, "one mapping" },
	{ "", 0, "one mapping" },
};

static void test_refused(void)
{
	struct collected collected;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct config config = { .attempts = 77 };

		unit_context("row %zu", i);
		check_err(load(refused[i].text, &collected, &config), ERR_FORMAT);
		check(collected_has(&collected, refused[i].line, refused[i].piece));
		check_uint(config.attempts, 77); /* nothing half-set */
	}
}

static void test_every_problem(void)
{
	struct collected collected;
	struct config config;

	check_err(load("site: \"-\"\nattempts: 0\nlease: 0\nnothing: 1\n", &collected, &config), ERR_FORMAT);
	check_uint(collected.count, 5); /* those four, and the missing code */
}

static void test_absent(void)
{
	struct collected collected = { 0 };
	struct config config;

	check_err(config_load("/nonexistent/tsunagid.yaml", collect, &collected, &config), ERR_NOT_FOUND);
	check(collected_has(&collected, 0, "cannot be read"));
	check_err(config_load("/dev/null", NULL, NULL, &config), ERR_FORMAT);
}

/* No bytes crash it, and it never says yes and names a fault at once. */
static void test_random_bytes(void)
{
	static const char alphabet[] = "site: []{}-\n\t\"'&*!|>#%@`,?0123456789abc\x80\xe3";
	char text[200];

	for (unsigned round = 0; round < 3000; round++) {
		size_t len = unit_random_below(sizeof text - 1);
		struct collected collected;
		struct config config;

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[unit_random_below(sizeof alphabet - 1)];
		text[len] = '\0';
		check_err(load(text, &collected, &config), ERR_FORMAT);
		check(collected.count > 0);
	}
}

static void test_reload(void)
{
	struct collected collected;
	struct config running, fresh;

	require_ok(load(HEAD, &collected, &running));
	require_ok(load(HEAD "session_timeout: 60\nlog_level: warn\n", &collected, &fresh));
	check(!config_reload(&running, &fresh));
	check_uint(running.session_timeout, 60000000);
	check_int(running.log_level, LOG_LEVEL_WARN);
	require_ok(load(HEAD "lease: 60\nheartbeat: 2\n", &collected, &fresh));
	check(config_reload(&running, &fresh)); /* lease waits for the next start */
	check_uint(running.lease, 120000000);
	check_uint(running.heartbeat, 2000000);
}

static void test_rows_hold(void)
{
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];

		unit_context("%s", row->name);
		check(row->least <= row->standard && row->standard <= row->most);
		check(row->text[strlen(row->text) - 1] == '.');
		check(option_named(bytes_of_text(row->name)) == row);
	}
	check(option_named(bytes_of_text("no_such_option")) == NULL);
}

UNIT_SUITE("config/config",
	{ "site and code are enough", test_least },
	{ "each kind of option", test_all_kinds },
	{ "each problem with its line", test_refused },
	{ "all problems at once", test_every_problem },
	{ "no file", test_absent },
	{ "random text is refused, not crashed on", test_random_bytes },
	{ "what SIGHUP may change", test_reload },
	{ "defaults lie within bounds", test_rows_hold });
