/* SPDX-License-Identifier: Apache-2.0 */
/* real.h - on sampled seeds devices have keys and certificates, sign their frames and seal their parts, and what reaches them is opened. */
#pragma once
#include "crypto/seal.h"
#include "sim.h"

struct real; /* a device's keys; NULL on the other seeds, where digests of chance bytes stand for certificates */

struct real *real_new(struct sim *sim, const struct place *place);
void real_free(struct real *real);

/* A device's certificates, or what stands for them. */
struct bytes place_signing(const struct place *place);
struct bytes place_sealing(const struct place *place);
void place_fill_binding(const struct place *place, const Pb__BindEntry *entry); /* with them */

/* Signs the frame: each order gets its path to the root. */
void real_sign(struct sim *sim, const struct place *by, struct inbound *inbound);

/* Puts the letter's sealed parts into its newest View, sealed once and the same ever after. */
void real_seal(struct letter *letter, size_t index, Pb__View *view, struct inbound_order *order);
void real_forget(struct letter *letter);

/* What the item brings to this device is what was written, and was signed by who wrote it. */
void real_open(struct sim *sim, struct txn *txn, const struct place *place, const struct item *item);
