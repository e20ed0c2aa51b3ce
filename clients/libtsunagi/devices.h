/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/devices.h - this agency's devices: new keys for this one, and a further one admitted by this one. */
#pragma once
#include "libtsunagi/client.h"

/* New keys for this device, signed for by the old ones.  They are on disk (BUNDLE.next) before they are named to the broker: after
 * a crash the same call goes on with them.  TSG_OK: the bundle holds them, and the old sealing key to open what is under way. */
int device_rotate(struct tsg_client *client, json_t **ret_json);

/* Admits the device whose request file this is, and writes the answer for it. */
int device_add(struct tsg_client *client, const char *request_file, const char *answer_file, json_t **ret_json);
