/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <stdlib.h>

#include "unit.h"

static void must(enum err err)
{
	if (err != ERR_OK)
		abort();
}

struct certificate *issue(const struct site *site, const struct private_key *key, const char *address, enum certificate_use use,
			  int64_t from_us, int64_t until_us)
{
	struct certificate *certificate = NULL;
	struct buf request;

	buf_init(&request, CERTIFICATE_MAX);
	must(certificate_request(key, address, DEVICE_NAME, &request));
	must(certificate_issue(site->root, site->root_key, buf_bytes(&request), address, DEVICE_NAME, use, from_us, until_us, &certificate));
	buf_free(&request);
	return certificate;
}

static void make_device(const struct site *site, const char *address, struct device *device)
{
	must(private_key_new(KEY_P256, &device->signing_key));
	must(private_key_new(KEY_P256, &device->sealing_key));
	device->signing = issue(site, device->signing_key, address, CERTIFICATE_SIGNS, FROM_US, UNTIL_US);
	device->sealing = issue(site, device->sealing_key, address, CERTIFICATE_SEALED_TO, FROM_US, UNTIL_US);
}

static void make_site(struct site *site)
{
	must(private_key_new(KEY_P256, &site->root_key));
	must(certificate_root_new("chiba-city", site->root_key, FROM_US, UNTIL_US, &site->root));
	make_device(site, LINK_ADDRESS, &site->link);
	make_device(site, DESK_ADDRESS, &site->desk);
}

const struct site *home_site(void)
{
	static struct site site;

	if (!site.root)
		make_site(&site);
	return &site;
}

const struct site *namesake_site(void)
{
	static struct site site;

	if (!site.root)
		make_site(&site);
	return &site;
}
