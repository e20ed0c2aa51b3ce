/* SPDX-License-Identifier: Apache-2.0 */
#include "front/zap.h"

#include <zmq.h>

/* Frames of a request: version, request id, domain, address, routing id, mechanism, credentials. */
enum { ZAP_VERSION, ZAP_REQUEST_ID, ZAP_DOMAIN_NAME, ZAP_ADDRESS_TEXT, ZAP_ROUTING_ID, ZAP_MECHANISM, ZAP_KEY, ZAP_FRAMES };
#define ZAP_FRAME_BYTES 256

struct zap_request {
	uint8_t frames[ZAP_FRAMES][ZAP_FRAME_BYTES];
	int lens[ZAP_FRAMES]; /* as sent; more than ZAP_FRAME_BYTES were cut */
	size_t count;         /* all there were */
};

static bool receive(void *zap, struct zap_request *request)
{
	int more = 1;
	size_t len = sizeof more;

	*request = (struct zap_request){ 0 };
	while (more) {
		uint8_t spare[ZAP_FRAME_BYTES];
		uint8_t *to = request->count < ZAP_FRAMES ? request->frames[request->count] : spare;
		int got = zmq_recv(zap, to, ZAP_FRAME_BYTES, ZMQ_DONTWAIT);

		if (got < 0)
			return false;
		if (request->count < ZAP_FRAMES)
			request->lens[request->count] = got;
		request->count++;
		if (zmq_getsockopt(zap, ZMQ_RCVMORE, &more, &len) != 0)
			return false;
	}
	return true;
}

static bool frame_is(const struct zap_request *request, size_t frame, const char *text)
{
	return request->lens[frame] == (int)strlen(text) && memcmp(request->frames[frame], text, strlen(text)) == 0;
}

static const struct key_entry *admitted(const struct zap_request *request, const struct keyring *keyring, int64_t now_us)
{
	if (request->count != ZAP_FRAMES || !frame_is(request, ZAP_VERSION, "1.0") || !frame_is(request, ZAP_MECHANISM, "CURVE") ||
	    request->lens[ZAP_KEY] != CURVE_BYTES)
		return NULL;
	return keyring_find(keyring, request->frames[ZAP_KEY], now_us);
}

static void reply(void *zap, const struct zap_request *request, const struct key_entry *entry)
{
	char identity[KEYRING_IDENTITY] = "";
	const char *code = entry != NULL ? "200" : "400";
	int id_len = request->lens[ZAP_REQUEST_ID] <= ZAP_FRAME_BYTES ? request->lens[ZAP_REQUEST_ID] : 0;

	if (entry != NULL)
		key_identity(entry, identity);
	zmq_send(zap, "1.0", 3, ZMQ_SNDMORE);
	zmq_send(zap, request->frames[ZAP_REQUEST_ID], (size_t)id_len, ZMQ_SNDMORE);
	zmq_send(zap, code, 3, ZMQ_SNDMORE);
	zmq_send(zap, "", 0, ZMQ_SNDMORE);
	zmq_send(zap, identity, strlen(identity), ZMQ_SNDMORE);
	zmq_send(zap, "", 0, 0);
}

size_t zap_answer(void *zap, const struct keyring *keyring, struct zap_news news, int64_t now_us, size_t max, size_t *ret_refused)
{
	struct zap_request request;
	size_t refused = 0;
	size_t count;

	for (count = 0; count < max && receive(zap, &request); count++) {
		const struct key_entry *entry;

		news.take(news.context);
		entry = admitted(&request, keyring, now_us);
		refused += entry == NULL;
		reply(zap, &request, entry);
	}
	*ret_refused = refused;
	return count;
}
