/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/outgoing.h - a message as it is to be sent: the file's JSON with what the command line adds. */
#pragma once
#include <jansson.h>

#include "tsunagi/command.h"

/* Reads FILE ("-": stdin); a request that was received becomes one of our own (forwarding.h).  Puts --to in place of its recipients,
 * adds --key and --attach.  *ret_message is a new reference on OUTCOME_DONE.  Every problem is told. */
enum outcome outgoing_read(const struct call *call, json_t **ret_message);

/* By the file's name; "application/octet-stream" for what is not known. */
const char *outgoing_media_type(const char *path);

/* "HEALTH,FINANCE" as a list; a new reference. */
json_t *outgoing_classes(const char *text);
