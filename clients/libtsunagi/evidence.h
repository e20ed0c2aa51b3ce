/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/evidence.h - a receipt as a file that stands offline: {"type":"tsunagi-receipt","version",…,"proof":{ReceiptProof}}. */
#pragma once
#include "ledger.pb-c.h"
#include "libtsunagi/client.h"

#define EVIDENCE_TYPE "tsunagi-receipt"
#define EVIDENCE_VERSION 1

/* By message id (own) or by entry number.  TSG_OK: *ret_json is a new reference. */
int evidence_read(struct tsg_client *client, const struct id *message_id, uint64_t seq, json_t **ret_json);

/* What the entry says, for people: type, time, author, message, recipients.  A new reference; body may be NULL (erased). */
json_t *evidence_summary(const Pb__EntryBody *body, uint16_t type, int64_t time_us, uint64_t seq);
