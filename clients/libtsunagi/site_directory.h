/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/site_directory.h - the site's directory as it was last signed: who there is, and the certificates in force.
 *
 * It is kept in the file `directory` and works offline.  What comes from the broker counts only once the site's signature holds. */
#pragma once
#include "base/buf.h"
#include "contract/routing.h"
#include "crypto/certificate.h"
#include "directory.pb-c.h"

struct site_directory;

/* Reads the kept copy, if there is one that holds.  folder, site and key are borrowed.  ERR_NOMEM. */
enum err site_directory_new(const char *folder, const char *site, const uint8_t *key, struct site_directory **ret_directory);
void site_directory_free(struct site_directory *directory); /* NULL does nothing */

/* The agencies that are reached through this one alone are found as if they stood in the directory, but in its snapshot and rules.
 * Borrowed; NULL: there are none. */
struct confidential; /* confidential.h */
void site_directory_set_behind(struct site_directory *directory, const struct confidential *behind);

/* The same texts elsewhere in memory. */
void site_directory_set_site(struct site_directory *directory, const char *site, const uint8_t *key);

/* 0: there is none yet. */
uint64_t site_directory_version(const struct site_directory *directory);
const Pb__DirectorySnapshot *site_directory_snapshot(const struct site_directory *directory); /* NULL: none yet */

/* Adds a piece of a serialised SignedSnapshot of whole bytes that began to come with site_directory_begin.  *ret_complete: the last one
 * came, and the new directory is in place if it is newer.
 * ERR_AUTH not signed by the site; ERR_FORMAT malformed, or pieces of different wholes; ERR_TOO_LARGE; ERR_NOMEM; errors of the file.
 * After any error, begin again. */
enum err site_directory_piece(struct site_directory *directory, uint64_t whole, struct bytes piece, bool *ret_complete);
void site_directory_begin(struct site_directory *directory);
uint64_t site_directory_had(const struct site_directory *directory); /* bytes that came so far: the next offset */

/* What is borrowed below lives until the next complete directory. */
const Pb__Agency *site_directory_agency(const struct site_directory *directory, struct bytes id); /* NULL: not there */

/* The bindings in force of an agency: their number, of which up to capacity are given. */
size_t site_directory_bindings(const struct site_directory *directory, const char *id, const Pb__Binding **ret_bindings, size_t capacity);

/* Its rules, compiled when they are first asked for.  ERR_NOT_FOUND: no directory yet, or one without rules; routing_compile's errors. */
enum err site_directory_routing(struct site_directory *directory, const struct routing **ret_routing);

/* The binding that names this signing certificate; NULL: none in force does. */
const Pb__Binding *site_directory_signer(const struct site_directory *directory, const struct digest *certificate);
