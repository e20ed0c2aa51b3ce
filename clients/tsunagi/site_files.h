/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/site_files.h - the files that an operator hands to an agency, and one that comes back.  JSON; byte strings are base64.
 *
 *   "tsunagi-invitation"  version, site, epoch, agency (agency@site), endpoints[], broker_key, checkpoint_key, site_certificate (PEM),
 *                         curve_public_key, curve_secret_key (one-time: they can only enrol), expires_at (RFC 3339)
 *   "tsunagi-request"     version, agency, device_name, curve_key, signing_request, sealing_request (PKCS#10, DER)
 *   "tsunagi-answer"      version, site, epoch, agency, device, endpoints[], broker_key, checkpoint_key, site_certificate (PEM),
 *                         signing_certificate, sealing_certificate (PEM) */
#pragma once
#include <jansson.h>

#include "admin.pb-c.h"
#include "base/arena.h"
#include "config/config.h"
#include "config/home.h"

/* What all of them say of a site.  endpoints: count of them, else those of config when count is 0.
 * A new reference with type, version, site, epoch, endpoints, broker_key, checkpoint_key, site_certificate; NULL when memory is short. */
json_t *site_file_new(const char *type, const struct config *config, const struct site_keys *keys, uint32_t epoch,
		      const char *const *endpoints, size_t count);

/* Adds bytes as base64, a time, a certificate (DER in, PEM out); failures show as a missing field. */
void site_file_bytes(json_t *file, const char *name, struct bytes bytes);
void site_file_time(json_t *file, const char *name, int64_t us);
void site_file_certificate(json_t *file, const char *name, struct bytes der);

/* Writes it to a new file, readable by its owner alone.  ERR_EXISTS, ERR_NOMEM (also when file is NULL), as file_write_new. */
enum err site_file_write(const json_t *file, const char *path);

/* Reads a request.  The message lives in the arena; address is agency@site.
 * ERR_FORMAT with a constant reason; else as file_read. */
enum err site_file_request(const char *path, struct arena *arena, const char **ret_address, Pb__Enrol **ret_enrol, const char **ret_reason);
