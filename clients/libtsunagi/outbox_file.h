/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox_file.h - one message of the outbox as bytes (see outbox.h for the form). */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "libtsunagi/order.h"

#define OUTBOX_FILE_MAX (4u * 1024u * 1024u)

/* Appends the whole file.  ERR_TOO_LARGE, ERR_NOMEM. */
enum err outbox_file_encode(const json_t *head, const struct order *order, struct buf *out);

/* ERR_CORRUPT unless it is whole and well-formed.  *ret_head is a new reference; ret_order may be NULL: the head alone. */
enum err outbox_file_decode(struct bytes file, void *owner, json_t **ret_head, struct order **ret_order);
