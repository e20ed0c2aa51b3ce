/* SPDX-License-Identifier: Apache-2.0 */
#include "front/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#include "contract/limits.h"

/* Marked as a draft in Debian's header, honoured by its library: without it a ZAP domain is a wish. */
#define OPTION_ZAP_ENFORCE_DOMAIN 93

#define ZAP_ADDRESS "inproc://zeromq.zap.01"
#define MONITOR_ADDRESS "inproc://tsunagi-connections"
#define ZAP_DOMAIN "tsunagi"

#define CURVE_FRAME_BYTES 64  /* what CURVE adds to a frame on the wire: 33, rounded up */
#define RECEIVE_MESSAGES 16   /* per connection, waiting for us */
#define SEND_MESSAGES 256     /* per connection, waiting for it; front/frame.h counts their bytes */
#define MONITOR_EVENTS 100000 /* ZeroMQ's own thread waits when nobody takes them */
#define HEARTBEAT_TIMES 3     /* a peer silent for so many intervals is gone */

static bool set_number(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool set_bytes(void *socket, int option, const void *value, size_t len)
{
	return zmq_setsockopt(socket, option, value, len) == 0;
}

static bool set_admission(void *router, const uint8_t curve_secret[CURVE_BYTES])
{
	return set_number(router, ZMQ_CURVE_SERVER, 1) && set_bytes(router, ZMQ_CURVE_SECRETKEY, curve_secret, CURVE_BYTES) &&
	       set_bytes(router, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, sizeof ZAP_DOMAIN - 1) &&
	       set_number(router, OPTION_ZAP_ENFORCE_DOMAIN, 1);
}

static bool set_bounds(void *router, const struct config *config)
{
	int64_t message_max = LIMIT_DATA_BYTES + CURVE_FRAME_BYTES;
	int heartbeat_ms = (int)(config->heartbeat / 1000);

	return set_bytes(router, ZMQ_MAXMSGSIZE, &message_max, sizeof message_max) &&
	       set_number(router, ZMQ_RCVHWM, RECEIVE_MESSAGES) && set_number(router, ZMQ_SNDHWM, SEND_MESSAGES) &&
	       set_number(router, ZMQ_HANDSHAKE_IVL, (int)(config->handshake_interval / 1000)) &&
	       set_number(router, ZMQ_HEARTBEAT_IVL, heartbeat_ms) &&
	       set_number(router, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMES * heartbeat_ms) && set_number(router, ZMQ_BACKLOG, 1024) &&
	       set_number(router, ZMQ_LINGER, 0) && set_number(router, ZMQ_ROUTER_MANDATORY, 1);
}

static enum err make_zap(struct endpoint *endpoint)
{
	endpoint->zap = zmq_socket(endpoint->context, ZMQ_REP);
	if (endpoint->zap == NULL || !set_number(endpoint->zap, ZMQ_LINGER, 0) || zmq_bind(endpoint->zap, ZAP_ADDRESS) != 0)
		return ERR_IO;
	return ERR_OK;
}

static enum err make_monitor(struct endpoint *endpoint)
{
	const int events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
			   ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

	if (zmq_socket_monitor(endpoint->router, MONITOR_ADDRESS, events) != 0)
		return ERR_IO;
	endpoint->monitor = zmq_socket(endpoint->context, ZMQ_PAIR);
	if (endpoint->monitor == NULL || !set_number(endpoint->monitor, ZMQ_LINGER, 0) ||
	    !set_number(endpoint->monitor, ZMQ_RCVHWM, MONITOR_EVENTS) || zmq_connect(endpoint->monitor, MONITOR_ADDRESS) != 0)
		return ERR_IO;
	return ERR_OK;
}

static enum err make_router(struct endpoint *endpoint, const struct config *config, const uint8_t curve_secret[CURVE_BYTES])
{
	endpoint->router = zmq_socket(endpoint->context, ZMQ_ROUTER);
	if (endpoint->router == NULL)
		return ERR_IO;
	return set_admission(endpoint->router, curve_secret) && set_bounds(endpoint->router, config) ? ERR_OK : ERR_IO;
}

/* Like tcp://, an ipc:// endpoint is for whoever has a key: CURVE decides, not the file's mode, and the daemon's umask is tight. */
static void open_to_all(const char *endpoint)
{
	if (strncmp(endpoint, "ipc://", 6) == 0)
		chmod(endpoint + 6, 0666);
}

static enum err bind_all(struct endpoint *endpoint, const struct config *config, char *fault, size_t fault_size)
{
	for (size_t i = 0; i < config->endpoint_count; i++) {
		if (set_number(endpoint->router, ZMQ_IPV6, strchr(config->endpoints[i], '[') != NULL) &&
		    zmq_bind(endpoint->router, config->endpoints[i]) == 0) {
			open_to_all(config->endpoints[i]);
			continue;
		}
		snprintf(fault, fault_size, "%s cannot be bound: %s", config->endpoints[i], zmq_strerror(errno));
		return errno == EADDRINUSE ? ERR_BUSY : errno == EACCES ? ERR_PERMISSION : ERR_IO;
	}
	return ERR_OK;
}

enum err endpoint_open(const struct config *config, const uint8_t curve_secret[CURVE_BYTES], struct endpoint *ret_endpoint,
		       char *fault, size_t fault_size)
{
	struct endpoint endpoint = { .context = zmq_ctx_new() };
	enum err err = endpoint.context != NULL ? ERR_OK : ERR_NOMEM;

	snprintf(fault, fault_size, "the sockets could not be made");
	if (err == ERR_OK && (zmq_ctx_set(endpoint.context, ZMQ_MAX_SOCKETS, 64) != 0 || zmq_ctx_set(endpoint.context, ZMQ_IO_THREADS, 1) != 0))
		err = ERR_IO;
	if (err == ERR_OK)
		err = make_zap(&endpoint); /* first: CURVE without a ZAP handler admits everyone */
	if (err == ERR_OK)
		err = make_router(&endpoint, config, curve_secret);
	if (err == ERR_OK)
		err = make_monitor(&endpoint);
	if (err == ERR_OK)
		err = bind_all(&endpoint, config, fault, fault_size);
	if (err == ERR_OK)
		*ret_endpoint = endpoint;
	else
		endpoint_close(&endpoint, 0);
	return err;
}

void endpoint_close(struct endpoint *endpoint, int linger_ms)
{
	if (endpoint->router != NULL) {
		set_number(endpoint->router, ZMQ_LINGER, linger_ms);
		zmq_socket_monitor(endpoint->router, NULL, 0);
		zmq_close(endpoint->router);
	}
	if (endpoint->monitor != NULL)
		zmq_close(endpoint->monitor);
	if (endpoint->zap != NULL)
		zmq_close(endpoint->zap);
	if (endpoint->context != NULL)
		zmq_ctx_term(endpoint->context);
	*endpoint = (struct endpoint){ 0 };
}
