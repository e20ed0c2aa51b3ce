/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/bundle_session.h"

enum err bundle_session_new(const struct bundle *bundle, char *const *endpoints, size_t endpoint_count, struct session **ret_session)
{
	struct session_options options = { .endpoints = endpoints, .endpoint_count = endpoint_count, .address = bundle->address,
					   .site = bundle->site, .software = "libtsunagi " TSUNAGI_VERSION };
	enum err err;

	if (endpoints == NULL) {
		options.endpoints = bundle->endpoints;
		options.endpoint_count = bundle->endpoint_count;
	}
	memcpy(options.keys.broker, bundle->broker_key, CURVE_BYTES);
	memcpy(options.keys.own_public, bundle->curve_public, CURVE_BYTES);
	memcpy(options.keys.own_secret, bundle->curve_secret, CURVE_BYTES);
	err = session_new(&options, ret_session);
	secret_wipe(&options.keys, sizeof options.keys);
	return err;
}
