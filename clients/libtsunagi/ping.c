/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/ping.c - see tsunagi/tsunagi.h: the way to the broker step by step, so that a desk knows whom to call.
 *
 * Name and TCP are tried by ourselves; what the library below tells of them is only that they failed. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "libtsunagi/api.h"
#include "libtsunagi/bundle_session.h"

struct pinging {
	struct bundle *bundle;
	struct failure failure;
	json_t *steps;
	int64_t until_us;
	bool failed;
};

static void step(struct pinging *pinging, const char *name, bool ok, const char *detail)
{
	json_array_append_new(pinging->steps, json_pack("{s:s, s:b, s:s}", "step", name, "ok", ok ? 1 : 0, "detail", detail));
	pinging->failed = pinging->failed || !ok;
}

static void fail(struct pinging *pinging, const char *name, enum problem problem, const char *detail, const char *second)
{
	failure_tell(&pinging->failure, problem, detail, second);
	step(pinging, name, false, pinging->failure.message);
}

static int left_ms(const struct pinging *pinging)
{
	int64_t left_us = pinging->until_us - clock_mono_us();

	return left_us <= 0 ? 0 : left_us > 10000000 ? 10000 : (int)(left_us / 1000);
}

/* Splits "tcp://host:port" or "tcp://[host]:port". */
static bool host_and_port(const char *endpoint, char *host, size_t size, const char **ret_port)
{
	const char *start = endpoint + strlen("tcp://");
	const char *colon = strrchr(start, ':');
	size_t len = 0;

	if (colon == NULL || colon == start)
		return false;
	if (*start == '[' && colon[-1] == ']') {
		start++;
		len = (size_t)(colon - 1 - start);
	} else {
		len = (size_t)(colon - start);
	}
	if (len >= size)
		return false;
	memcpy(host, start, len);
	host[len] = '\0';
	*ret_port = colon + 1;
	return true;
}

static bool try_address(const struct pinging *pinging, const struct addrinfo *address)
{
	int descriptor = socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);
	struct pollfd waiting = { .fd = descriptor, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof error;
	bool reached = false;

	if (descriptor < 0)
		return false;
	if (connect(descriptor, address->ai_addr, address->ai_addrlen) == 0)
		reached = true;
	else if (errno == EINPROGRESS && poll(&waiting, 1, left_ms(pinging)) == 1)
		reached = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
	close(descriptor);
	return reached;
}

/* Name and TCP of one endpoint; ipc has neither. */
static bool reach(struct pinging *pinging, const char *endpoint)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	const char *port = NULL;
	char host[256];
	bool reached = false;

	if (strncmp(endpoint, "tcp://", 6) != 0)
		return true;
	if (!host_and_port(endpoint, host, sizeof host, &port) || getaddrinfo(host, port, &hints, &found) != 0) {
		fail(pinging, "name", PROBLEM_NAME, endpoint, NULL);
		return false;
	}
	step(pinging, "name", true, host);
	for (const struct addrinfo *address = found; address != NULL && !reached; address = address->ai_next)
		reached = try_address(pinging, address);
	freeaddrinfo(found);
	if (reached)
		step(pinging, "connection", true, endpoint);
	else
		fail(pinging, "connection", PROBLEM_CONNECT, endpoint, NULL);
	return reached;
}

static void tell_fault(struct pinging *pinging, struct session *session, const char *endpoint)
{
	const Pb__Refusal *refusal = session_refusal(session);

	switch (session_fault(session)) {
	case SESSION_FAULT_CONNECT:
		fail(pinging, "connection", PROBLEM_CONNECT, endpoint, NULL);
		break;
	case SESSION_FAULT_NAME:
		fail(pinging, "name", PROBLEM_NAME, endpoint, NULL);
		break;
	case SESSION_FAULT_BROKER_KEY:
	case SESSION_FAULT_NONE: /* the handshake did not end in time */
		fail(pinging, "broker_key", PROBLEM_BROKER_KEY, endpoint, NULL);
		break;
	case SESSION_FAULT_NOT_ADMITTED:
		step(pinging, "broker_key", true, "");
		fail(pinging, "enrolment", PROBLEM_NOT_ADMITTED, endpoint, NULL);
		break;
	case SESSION_FAULT_VERSION:
		fail(pinging, "version", PROBLEM_VERSION, endpoint, NULL);
		break;
	case SESSION_FAULT_WRONG_SITE:
		fail(pinging, "welcome", PROBLEM_WRONG_SITE, endpoint, pinging->bundle->site);
		break;
	default:
		if (refusal != NULL)
			failure_refused(&pinging->failure, refusal);
		else
			failure_tell(&pinging->failure, PROBLEM_NO_WELCOME, endpoint, NULL);
		step(pinging, "welcome", false, pinging->failure.message);
	}
}

static void tell_welcome(struct pinging *pinging, const Pb__Welcome *welcome)
{
	int64_t skew_us = welcome->now_us - clock_wall_us();
	char origin[CHECKPOINT_ORIGIN_MAX], text[160];
	struct checkpoint checkpoint;
	bool signed_by_site = false;

	step(pinging, "broker_key", true, "");
	step(pinging, "enrolment", true, welcome->agency);
	snprintf(text, sizeof text, "%u", welcome->version);
	step(pinging, "version", true, text);
	checkpoint_origin(pinging->bundle->site, welcome->epoch, origin);
	signed_by_site = checkpoint_open(bytes_of_text(welcome->checkpoint), origin, pinging->bundle->checkpoint_key, &checkpoint) == ERR_OK;
	snprintf(text, sizeof text, "%s, %llu", origin, signed_by_site ? (unsigned long long)checkpoint.size : 0ULL);
	if (signed_by_site)
		step(pinging, "ledger", true, text);
	else
		fail(pinging, "ledger", PROBLEM_LEDGER_FORK, pinging->bundle->site, NULL);
	snprintf(text, sizeof text, "%+.1f s", (double)skew_us / 1e6);
	step(pinging, "clock", llabs(skew_us) <= 60000000LL, text);
}

static void greet(struct pinging *pinging, char *const *endpoint)
{
	const struct bundle *bundle = pinging->bundle;
	const Pb__FromBroker *message = NULL;
	struct session *session = NULL;
	struct bytes data;
	bool open = false;

	if (bundle_session_new(bundle, endpoint, 1, &session) != ERR_OK) {
		fail(pinging, "connection", PROBLEM_MEMORY, *endpoint, NULL);
		return;
	}
	session_connect(session);
	while (!open && session_failures(session) == 0 && clock_mono_us() < pinging->until_us) {
		open = session_next(session, &message, &data) == SESSION_OPENED;
		if (open)
			tell_welcome(pinging, message->welcome);
		else
			session_wait(session, pinging->until_us);
	}
	if (!open)
		tell_fault(pinging, session, *endpoint);
	session_free(session, 100);
}

static int open_bundle(struct pinging *pinging, const char *bundle_file)
{
	const char *reason = NULL;
	enum err err = bundle_read(bundle_file, &pinging->bundle, &reason);

	if (err == ERR_OK && pinging->bundle->pending)
		return failure_tell(&pinging->failure, PROBLEM_BUNDLE_PENDING, bundle_file, NULL);
	if (err == ERR_PERMISSION)
		return failure_tell(&pinging->failure, PROBLEM_BUNDLE_OPEN_TO_OTHERS, bundle_file, NULL);
	if (err == ERR_NOT_FOUND)
		return failure_tell(&pinging->failure, PROBLEM_FILE_MISSING, bundle_file, NULL);
	return err == ERR_OK ? TSG_OK : failure_tell(&pinging->failure, PROBLEM_BUNDLE, bundle_file, reason);
}

/* The first endpoint that answers counts; if none does, all are told. */
static const char *ping_all(struct pinging *pinging)
{
	char *const *endpoints = pinging->bundle->endpoints;

	for (size_t i = 0; i < pinging->bundle->endpoint_count; i++) {
		bool last = i + 1 == pinging->bundle->endpoint_count;

		pinging->failed = false;
		if (reach(pinging, endpoints[i]))
			greet(pinging, &endpoints[i]);
		if (!pinging->failed || last)
			return endpoints[i];
	}
	return "";
}

int tsg_ping(const char *bundle_file, int timeout_ms, char **ret_json)
{
	struct pinging pinging = { .until_us = client_deadline(timeout_ms) };
	const char *endpoint = NULL;
	json_t *json = NULL;
	int result = TSG_OK;

	if (bundle_file == NULL || ret_json == NULL)
		return TSG_USAGE;
	result = open_bundle(&pinging, bundle_file);
	if (result != TSG_OK) {
		*ret_json = failure_text(&pinging.failure);
		bundle_free(pinging.bundle);
		return result;
	}
	pinging.steps = json_array();
	step(&pinging, "bundle", true, pinging.bundle->address);
	endpoint = ping_all(&pinging);
	json = json_pack("{s:s, s:b, s:s, s:s, s:O}", "type", "ping", "ok", pinging.failed ? 0 : 1, "agency", pinging.bundle->address, "endpoint",
			 endpoint, "steps", pinging.steps);
	if (json != NULL && pinging.failed && pinging.failure.code[0] != '\0')
		json_object_set_new(json, "error", failure_json(&pinging.failure));
	result = api_give(&pinging.failure, json, ret_json);
	if (result == TSG_OK && pinging.failed)
		result = TSG_UNREACHABLE;
	json_decref(pinging.steps);
	bundle_free(pinging.bundle);
	return result;
}
