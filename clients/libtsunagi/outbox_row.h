/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox_row.h - shared by outbox.c and outbox_scan.c alone. */
#pragma once
#include "libtsunagi/outbox.h"

/* The row of a message whose head this is (a new reference is kept).  ERR_CORRUPT when the head lacks something. */
enum err outbox_row_of_head(const struct id *id, json_t *head, struct outbox_message **ret_message);
void outbox_message_free(struct outbox_message *message);
void outbox_insert(struct outbox *outbox, struct outbox_message *message);

/* folder/ID + ending; allocated. */
char *outbox_path(const struct outbox *outbox, const struct id *id, const char *ending);
