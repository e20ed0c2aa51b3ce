/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "config/config.h"
#include "unit.h"

static const struct {
	const char *text;
	enum err err;
} endpoints[] = {
	{ "tcp://127.0.0.1:7411", ERR_OK },     { "tcp://[::1]:7411", ERR_OK },     { "tcp://*:65535", ERR_OK },
	{ "tcp://eth0:1", ERR_OK },             { "ipc:///tmp/a", ERR_OK },         { "tcp://127.0.0.1", ERR_FORMAT },
	{ "tcp://127.0.0.1:", ERR_FORMAT },     { "tcp://:7411", ERR_FORMAT },      { "tcp://a:0", ERR_FORMAT },
	{ "tcp://a:65536", ERR_FORMAT },        { "tcp://a:7411x", ERR_FORMAT },    { "tcp://a: 7411", ERR_FORMAT },
	{ "tcp://a:-1", ERR_FORMAT },           { "ipc://relative", ERR_FORMAT },   { "ipc://", ERR_FORMAT },
	{ "inproc://a", ERR_FORMAT },           { "", ERR_FORMAT },                 { "ipc:///tmp/a b", ERR_FORMAT },
	{ "tcp://a\n:7411", ERR_FORMAT },       { "tcp://a:99999999999999999999", ERR_FORMAT },
};

static void test_endpoints(void)
{
	for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
		const char *reason = NULL;

		unit_context("%s", endpoints[i].text);
		check_err(config_check_endpoint(endpoints[i].text, &reason), endpoints[i].err);
		check((reason == NULL) == (endpoints[i].err == ERR_OK));
	}
}

static void test_lengths(void)
{
	char text[400] = "ipc:///";
	const char *reason;

	memset(text + 7, 'a', 106); /* with the slash 107 bytes, what sun_path holds */
	check_ok(config_check_endpoint(text, &reason));
	text[7 + 106] = 'a';
	check_err(config_check_endpoint(text, &reason), ERR_FORMAT);
	memset(text + 7, 'a', 300);
	check_err(config_check_endpoint(text, &reason), ERR_FORMAT);
}

UNIT_SUITE("config/endpoint_text",
	{ "what can be bound", test_endpoints },
	{ "lengths", test_lengths });
