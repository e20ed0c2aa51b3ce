/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/confidential.h - the confidential agencies that are reached through this one alone: their records, as the site last sealed them
 * to this device.  Of most agencies there are none.
 *
 * They are kept as they came, sealed, in the file `confidential`, so that who finds it learns nothing.  What comes from the broker counts only
 * once it opens, names this agency, and the site's signature holds. */
#pragma once
#include "directory.pb-c.h"
#include "libtsunagi/bundle.h"

struct confidential;

/* Reads the kept copy, if there is one that opens and holds.  folder and bundle are borrowed.  ERR_NOMEM. */
enum err confidential_new(const char *folder, const struct bundle *bundle, struct confidential **ret_confidential);
void confidential_free(struct confidential *confidential); /* NULL does nothing */

/* The same agency's bundle with other keys. */
void confidential_set_bundle(struct confidential *confidential, const struct bundle *bundle);

/* The directory's version of which they are; 0: none came yet. */
uint64_t confidential_version(const struct confidential *confidential);

/* Adds a piece of sealed records of whole bytes that began to come with confidential_begin.  *ret_complete: the last one came, and the new
 * records are in place if they are not older.  ERR_AUTH not signed by the site for this agency; ERR_NOT_FOUND sealed to none of our keys;
 * errors of pieces_add and of the file.  After any error, begin again. */
enum err confidential_piece(struct confidential *confidential, uint64_t whole, struct bytes piece, bool *ret_complete);
void confidential_begin(struct confidential *confidential);
uint64_t confidential_had(const struct confidential *confidential); /* bytes that came so far: the next offset */

/* What is borrowed below lives until the next complete records.  confidential may be NULL: there are none. */
const Pb__ConfidentialRecords *confidential_all(const struct confidential *confidential);              /* NULL: none came yet */
const Pb__Agency *confidential_agency(const struct confidential *confidential, struct bytes id);       /* NULL: not there */
size_t confidential_bindings(const struct confidential *confidential, const char *id, const Pb__Binding **ret_bindings, size_t capacity);
const Pb__Binding *confidential_signer(const struct confidential *confidential, const struct digest *certificate); /* NULL: none in force */
