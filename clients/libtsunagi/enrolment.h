/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/enrolment.h - how a device comes to its bundle: with an invitation over the network, or with files carried by hand.
 *
 * Files (JSON, bytes in base64): "tsunagi-invitation" {version, site, epoch, agency, endpoints[], broker_key, checkpoint_key, site_certificate (PEM),
 * curve_public_key, curve_secret_key, expires_at}; "tsunagi-request" {version, agency, device_name, curve_key, signing_request, sealing_request};
 * "tsunagi-answer" {version, site, epoch, agency, device, endpoints[], broker_key, checkpoint_key, site_certificate, signing_certificate,
 * sealing_certificate (PEM), known_bindings[]}. */
#pragma once
#include "frame.pb-c.h"
#include "libtsunagi/bundle.h"
#include "libtsunagi/failure.h"

/* What the site's operator vouches for: endpoints, keys, root, epoch into a pending bundle.  A constant says which field is wrong; NULL: none. */
const char *enrolment_read_site(const json_t *file, struct bundle *bundle);

/* The two PKCS#10 requests for the bundle's keys, appended. */
enum err enrolment_requests(const struct bundle *bundle, struct buf *signing, struct buf *sealing);

/* Takes the certificates in, checks them against root and keys, and ends pending.  TSG_OK or the failure's result. */
int enrolment_adopt(struct bundle *bundle, struct bytes signing, struct bytes sealing, uint32_t device, int64_t now_us, struct failure *failure);

/* A bundle with fresh keys, written pending; or the pending one that is there already for this agency.  TSG_OK or why not. */
int enrolment_begin(const char *address, const char *device_name, const char *bundle_file, struct bundle **ret_bundle, struct failure *failure);

/* {"type":"enrolment","agency","device","device_name","fingerprint","state"}; a new reference. */
json_t *enrolment_json(const struct bundle *bundle, const char *state);
