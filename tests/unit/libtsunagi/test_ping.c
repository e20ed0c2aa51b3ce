/* SPDX-License-Identifier: Apache-2.0 */
/* Each step of the way to the broker, failing by itself. */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "libtsunagi/fields.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

struct way {
	struct stage *stage;
	struct stage_agency *link;
	json_t *said;
};

static struct way begin(void)
{
	struct way way = { .stage = stage_new() };

	way.link = stage_agency(way.stage, "link");
	return way;
}

static void end(struct way *way)
{
	json_decref(way->said);
	stage_free(way->stage);
}

static int ping(struct way *way, int timeout_ms)
{
	char *text = NULL;
	int result = tsg_ping(way->link->path, timeout_ms, &text);

	json_decref(way->said);
	require(text != NULL);
	way->said = json_loads(text, 0, NULL);
	tsg_free(text);
	require(way->said != NULL);
	return result;
}

/* The names of the steps, joined by spaces; one that failed with "!" before it. */
static const char *steps(const struct way *way)
{
	static char joined[400];
	json_t *row = NULL;
	size_t index = 0;

	joined[0] = '\0';
	json_array_foreach(json_object_get(way->said, "steps"), index, row) {
		size_t used = strlen(joined);

		snprintf(joined + used, sizeof joined - used, "%s%s%s", used == 0 ? "" : " ", json_is_true(json_object_get(row, "ok")) ? "" : "!",
			 json_string_value(json_object_get(row, "step")));
	}
	return joined;
}

/* For what is told only when the time is over, which is short; again when a busy machine had not come so far by then. */
static void check_fails(struct way *way, int timeout_ms, const char *expected)
{
	for (unsigned turn = 0; turn < 50; turn++) {
		check_int(ping(way, timeout_ms), TSG_UNREACHABLE);
		if (strcmp(steps(way), expected) == 0)
			break;
	}
	check_text(steps(way), expected);
}

static const char *code(const struct way *way)
{
	return json_string_value(json_object_get(json_object_get(way->said, "error"), "code"));
}

/* Other endpoints in the bundle's file. */
static void set_endpoints(const struct way *way, const char *first, const char *second)
{
	json_t *list = second == NULL ? json_pack("[s]", first) : json_pack("[s, s]", first, second);

	require_ok(bundle_set_endpoints(way->link->bundle, list));
	require_ok(bundle_write(way->link->bundle, way->link->path));
	json_decref(list);
}

static void test_all_well(void)
{
	struct way way = begin();

	stage_start(way.stage);
	check_int(ping(&way, UNIT_PATIENCE_MS), TSG_OK);
	check_text(steps(&way), "bundle broker_key enrolment version ledger clock");
	check(json_is_true(json_object_get(way.said, "ok")));
	check_text(json_string_value(json_object_get(way.said, "agency")), "link@" STAGE_SITE);
	check_text(json_string_value(json_object_get(way.said, "endpoint")), way.stage->endpoint);
	check(json_object_get(way.said, "error") == NULL);
	end(&way);
}

static void test_what_the_greeting_tells(void)
{
	static const struct {
		enum lie lie;
		const char *steps;
		const char *code; /* NULL: none */
	} rows[] = {
		{ LIE_OTHER_VERSION, "bundle !version", "VERSION" },
		{ LIE_OTHER_SITE, "bundle !welcome", "WRONG_SITE" },
		{ LIE_GARBAGE_WELCOME, "bundle broker_key enrolment version !ledger clock", "LEDGER_FORK" },
		{ LIE_OTHER_CLOCK, "bundle broker_key enrolment version ledger !clock", NULL },
		{ LIE_GARBAGE, "bundle !welcome", "NO_WELCOME" },
		{ LIE_ONE_FRAME, "bundle !welcome", "NO_WELCOME" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct way way = begin();

		unit_context("lie %d", rows[i].lie);
		atomic_store(&way.stage->lie, (int)rows[i].lie);
		stage_start(way.stage);
		check_fails(&way, 1000, rows[i].steps);
		check_text(code(&way), rows[i].code);
		check(json_is_false(json_object_get(way.said, "ok")));
		end(&way);
	}
}

static void test_another_brokers_key(void)
{
	struct way way = begin();

	way.link->bundle->broker_key[0] ^= 1;
	require_ok(bundle_write(way.link->bundle, way.link->path));
	stage_start(way.stage);
	check_fails(&way, 1500, "bundle !broker_key");
	check_text(code(&way), "BROKER_KEY");
	end(&way);
}

/* A TCP port of this machine; listening or, with *ret_fd closed, refused: at an address where nobody else is given one. */
static void port_here(char *endpoint, size_t room, int *ret_fd)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(UINT32_C(0x7f000000) | ((uint32_t)getpid() & 0xffffff)) };
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	require(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4) == 0);
	require(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	snprintf(endpoint, room, "tcp://%s:%u", inet_ntoa(address.sin_addr), ntohs(address.sin_port));
	*ret_fd = fd;
}

static void test_tcp(void)
{
	struct way way = begin();
	char endpoint[100];
	int fd = -1;

	port_here(endpoint, sizeof endpoint, &fd);
	set_endpoints(&way, endpoint, NULL);
	check_fails(&way, 800, "bundle name connection !broker_key"); /* it listens, and says nothing */
	close(fd);
	check_fails(&way, 800, "bundle name !connection");
	check_text(code(&way), "CONNECT");
	check(strstr(json_string_value(json_object_get(json_object_get(way.said, "error"), "message")), endpoint) != NULL);
	end(&way);
}

static void test_names(void)
{
	static const char *const bad[] = { "tcp://no-such-host.invalid:7411", "tcp://nohost", "tcp://:7411", "tcp://[]:7411", "tcp://[::1", "tcp://127.0.0.1:no-such-service" };
	struct way way = begin();
	char long_name[300];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		set_endpoints(&way, bad[i], NULL);
		check_fails(&way, 500, "bundle !name");
		check_text(code(&way), "NAME");
	}
	memset(long_name, 'a', 200);
	memcpy(long_name, "tcp://", 6);
	snprintf(long_name + 200, sizeof long_name - 200, ":1");
	unit_context("a name too long");
	set_endpoints(&way, long_name, NULL);
	check_fails(&way, 500, "bundle !name");
	end(&way);
}

/* The first endpoint that answers counts; those before it are told all the same. */
static void test_several_endpoints(void)
{
	struct way way = begin();
	char dead[100];
	int fd = -1;

	port_here(dead, sizeof dead, &fd);
	close(fd);
	set_endpoints(&way, dead, way.stage->endpoint);
	stage_start(way.stage);
	check_int(ping(&way, UNIT_PATIENCE_MS), TSG_OK);
	check_text(steps(&way), "bundle name !connection broker_key enrolment version ledger clock");
	check_text(json_string_value(json_object_get(way.said, "endpoint")), way.stage->endpoint);
	check(json_object_get(way.said, "error") == NULL);
	set_endpoints(&way, way.stage->endpoint, dead); /* the second is not asked */
	check_int(ping(&way, UNIT_PATIENCE_MS), TSG_OK);
	check_text(steps(&way), "bundle broker_key enrolment version ledger clock");
	stage_stop(way.stage);
	check_fails(&way, 1500, "bundle !connection name !connection"); /* all are told */
	end(&way);
}

static void test_silence(void)
{
	struct way way = begin();

	atomic_store(&way.stage->lie, LIE_SILENT);
	stage_start(way.stage);
	check_int(ping(&way, 700), TSG_UNREACHABLE);
	check(strstr(steps(&way), "!") != NULL);
	check(strstr(steps(&way), "clock") == NULL);
	end(&way);
}

static int bundle_problem(const char *path, const char *expected)
{
	char *text = NULL;
	int result = tsg_ping(path, 200, &text);

	check(text != NULL && strstr(text, expected) != NULL);
	tsg_free(text);
	return result;
}

static void test_bundles(void)
{
	struct way way = begin();
	struct bundle *pending = NULL;
	char path[600];
	char *text = NULL;

	check_int(bundle_problem("/no/such/bundle", "FILE_MISSING"), TSG_NOT_FOUND);
	snprintf(path, sizeof path, "%s/pending.bundle", unit_folder());
	require_ok(bundle_new("link@" STAGE_SITE, "x", &pending));
	require_ok(bundle_write(pending, path));
	check_int(bundle_problem(path, "BUNDLE_PENDING"), TSG_REFUSED);
	require(chmod(path, 0640) == 0);
	check_int(bundle_problem(path, "BUNDLE_OPEN_TO_OTHERS"), TSG_IO);
	require_ok(file_write(path, bytes_of_text("{\"type\":\"tsunagi-bundle\",\"ver"), 0600)); /* torn */
	check_int(bundle_problem(path, "\"BUNDLE\""), TSG_IO);
	check_int(tsg_ping(NULL, 10, &text), TSG_USAGE);
	check_int(tsg_ping(path, 10, NULL), TSG_USAGE);
	bundle_free(pending);
	end(&way);
}

UNIT_SUITE("libtsunagi/ping",
	{ "all well", test_all_well },
	{ "what the greeting tells", test_what_the_greeting_tells },
	{ "another broker's key", test_another_brokers_key },
	{ "TCP", test_tcp },
	{ "names", test_names },
	{ "several endpoints", test_several_endpoints },
	{ "silence", test_silence },
	{ "bundles", test_bundles });
