/* SPDX-License-Identifier: Apache-2.0 */
/* The front as a whole: how it starts or says why not, takes over what SIGHUP may change, and tells that it cannot go on. */
#include "front/front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;

/* ---- starting ---- */

/* A second front over the same store and writer; its fault's text. */
static const char *start(const struct config *config, const char *admin_socket, enum err expected)
{
	static char fault[512];
	const struct front_setup setup = { config, &house.keys, admin_socket, house.store, house.broker, clock_wall_us() };
	struct front *front = NULL;

	fault[0] = '\0';
	check_err(front_start(&setup, &front, fault, sizeof fault), expected);
	check((front != NULL) == (expected == ERR_OK));
	front_stop(front);
	return fault;
}

static struct config with_endpoint(const char *endpoint)
{
	struct config config = house.config;

	config.endpoint_count = 1;
	snprintf(config.endpoints[0], sizeof config.endpoints[0], "%s", endpoint);
	return config;
}

static void test_endpoint_in_use(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof address;
	int taken = socket(AF_INET, SOCK_STREAM, 0);
	struct config config;
	char endpoint[60], path[200];
	const char *fault;

	require(taken >= 0 && bind(taken, (struct sockaddr *)&address, len) == 0 && listen(taken, 1) == 0);
	require(getsockname(taken, (struct sockaddr *)&address, &len) == 0);
	house_open(&house, NULL);
	snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", ntohs(address.sin_port));
	snprintf(path, sizeof path, "%s/other.sock", unit_folder());
	config = with_endpoint(endpoint);
	fault = start(&config, path, ERR_BUSY);
	check(strstr(fault, endpoint) != NULL); /* which one */
	check(strstr(fault, "in use") != NULL); /* and why */
	check(access(path, F_OK) != 0); /* nothing is left of it */
	close(taken);
	start(&config, path, ERR_OK); /* and once it is free, it starts */
	check(access(path, F_OK) != 0);
	house_close(&house);
}

static void test_endpoint_that_cannot_be(void)
{
	struct config config;
	char path[200];

	house_open(&house, NULL);
	snprintf(path, sizeof path, "%s/other.sock", unit_folder());
	config = with_endpoint("ipc:///nonexistent/folder/a");
	check(strstr(start(&config, path, ERR_IO), "ipc:///nonexistent/folder/a cannot be bound") != NULL);
	config = with_endpoint("tcp://203.0.113.1:7411"); /* an address of documentation: not this machine's */
	check(strstr(start(&config, path, ERR_IO), "cannot be bound") != NULL);
	config = with_endpoint("ipc:///nonexistent/folder/a");
	config.endpoint_count = 2; /* the first holds, the second does not: both are let go */
	snprintf(config.endpoints[1], sizeof config.endpoints[1], "%s", config.endpoints[0]);
	snprintf(config.endpoints[0], sizeof config.endpoints[0], "ipc://%s/b", unit_folder());
	check(strstr(start(&config, path, ERR_IO), "/nonexistent/") != NULL);
	house_close(&house);
}

static void test_operators_socket(void)
{
	struct config config;
	char path[200], longer[300], own[200];
	struct stat status;

	house_open(&house, NULL);
	snprintf(own, sizeof own, "ipc://%s/c", unit_folder());
	config = with_endpoint(own);
	check(strstr(start(&config, house.home.admin_socket, ERR_BUSY), house.home.admin_socket) != NULL); /* another one answers there */
	require(stat(house.home.admin_socket, &status) == 0); /* and keeps it */
	check_uint(house_sessions(&house), 0);
	memset(longer, 'x', sizeof longer - 1);
	longer[0] = '/';
	longer[sizeof longer - 1] = '\0';
	check(strstr(start(&config, longer, ERR_TOO_LARGE), "longer than 107 bytes") != NULL);
	longer[108] = '\0';
	start(&config, longer, ERR_TOO_LARGE);
	snprintf(path, sizeof path, "%s/nowhere/a.sock", unit_folder());
	start(&config, path, ERR_NOT_FOUND);
	snprintf(path, sizeof path, "%s/left.sock", unit_folder());
	require_ok(file_write(path, bytes_of(NULL, 0), 0600)); /* what a killed daemon left */
	start(&config, path, ERR_OK);
	house_close(&house);
}

/* An ipc:// endpoint is for whoever has a key, as tcp:// is. */
static void test_modes(void)
{
	struct stat status;

	house_open(&house, NULL);
	require(stat(house.endpoint + strlen("ipc://"), &status) == 0);
	check_uint(status.st_mode & 0777, 0666);
	require(stat(house.home.admin_socket, &status) == 0);
	check_uint(status.st_mode & 0777, 0660);
	house_close(&house);
}

static void test_stop_of_none(void)
{
	front_stop(NULL);
}

/* ---- SIGHUP ---- */

static bool is_turned(void *context)
{
	return front_turns(house.front) > *(const uint64_t *)context;
}

/* Until the front's thread has taken it over. */
static void reload(const struct config *config)
{
	uint64_t turns;

	front_reload(house.front, config);
	turns = front_turns(house.front) + 2;
	require(eventually(is_turned, &turns));
}

static void test_reloaded_options(void)
{
	const Pb__Welcome *welcome;
	int64_t from_us, until_us;
	struct visitor alpha;
	struct config config;

	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	config = house.config;
	config.heartbeat = 3000000;
	config.session_batches = 2;
	config.certificate_days = 1;
	reload(&config);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	visitor_connect(&alpha, alpha.curve_public, alpha.curve_secret);
	welcome = visitor_hello(&alpha);
	check_uint(welcome->heartbeat_ms, 3000);
	check_uint(welcome->batches_open_max, 2);
	certificate_validity(alpha.signing_certificate, &from_us, &until_us);
	check(until_us - from_us <= INT64_C(86400000000) && until_us - from_us > INT64_C(86390000000));
	visitor_free(&alpha);
	house_close(&house);
}

static bool session_ended(void *context)
{
	(void)context;
	return house_sessions(&house) == 0;
}

/* Sooner than the one it started with: sessions that are open already are held to it. */
static void test_reloaded_timeout(void)
{
	struct visitor alpha;
	struct config config;

	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	check_uint(house_sessions(&house), 1);
	config = house.config;
	config.session_timeout = 1000000;
	reload(&config);
	check(eventually(session_ended, NULL)); /* it says nothing, though its connection stands */
	visitor_free(&alpha);
	house_close(&house);
}

/* ---- going on, or not ---- */

static void test_it_goes_on(void)
{
	uint64_t turns;
	char text[100];

	house_open(&house, NULL);
	turns = front_turns(house.front);
	check(eventually(is_turned, &turns)); /* with nothing to do, for the watchdog's sake */
	check_err(front_ended(house.front, text, sizeof text), ERR_OK);
	check_text(text, "");
	check_uint(front_unread(house.front), 0);
	check_int(poll(&(struct pollfd){ front_ended_fd(house.front), POLLIN, 0 }, 1, 0), 0);
	house_close(&house);
}

static void test_writer_ended(void)
{
	char text[100];

	house_open(&house, NULL);
	broker_stop(house.broker);
	check_int(poll(&(struct pollfd){ front_ended_fd(house.front), POLLIN, 0 }, 1, UNIT_PATIENCE_MS), 1);
	check_err(front_ended(house.front, text, sizeof text), ERR_STOPPED);
	check_text(text, "the writer has ended");
	check_err(front_ended(house.front, text, 5), ERR_STOPPED); /* cut, and ended with a NUL */
	check_text(text, "the ");
	house_close(&house);
}

/* An operator who asks for an act then is told why not, at once. */
static void test_acts_without_writer(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;

	house_open(&house, NULL);
	arena_init(&arena, 1 << 22);
	broker_stop(house.broker);
	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_LIST;
	request.queue_list = &list;
	reply = house_ask(&house, &request, &arena);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(reply->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING);
	check_uint(reply->seq, 0);
	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS; /* what needs no record is answered */
	request.status = &nothing;
	check_int(house_ask(&house, &request, &arena)->body_case, PB__ADMIN_REPLY__BODY_STATUS);
	arena_free(&arena);
	house_close(&house);
}

UNIT_SUITE("front/front",
	{ "an endpoint in use", test_endpoint_in_use },
	{ "an endpoint that cannot be", test_endpoint_that_cannot_be },
	{ "the operators' socket", test_operators_socket },
	{ "modes of sockets", test_modes },
	{ "stopping none", test_stop_of_none },
	{ "options that are reloaded", test_reloaded_options },
	{ "a timeout that is reloaded", test_reloaded_timeout },
	{ "it goes on", test_it_goes_on },
	{ "the writer ended", test_writer_ended },
	{ "acts without a writer", test_acts_without_writer });
