/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/opened.h - parts of a message opened in its receipt file, so that what was said can be shown to whoever has the file.
 *
 * "opened": [{"recipient", "part", "sealed", "content_key"}], the bytes in base64.  The key opens that part alone: nobody's own key is shown. */
#pragma once
#include "contract/limits.h"
#include "libtsunagi/client.h"

#define OPENED_PARTS_MAX (LIMIT_RECIPIENTS * LIMIT_PARTS) /* in one file: with more it is no receipt file */

/* Adds the parts of these numbers (a JSON list, from 0) to the message's receipt file, each as every recipient was sent it, from what this
 * device kept of what it sent.  TSG_NOT_FOUND, told, when it kept no such part. */
int opened_add(struct tsg_client *client, const struct id *message_id, const json_t *parts, json_t *evidence);
