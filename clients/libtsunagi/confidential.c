/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/confidential.c - see confidential.h for the contract. */
#include "libtsunagi/confidential.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/folder.h"
#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "crypto/seal.h"
#include "libtsunagi/pieces.h"

/* Unpacked, small messages take several times their serialised size. */
#define UNPACKED_FACTOR 10u
#define UNPACKED_LEAST (1024u * 1024u)

struct edition {
	struct arena arena;
	const Pb__ConfidentialRecords *records;
};

struct confidential {
	const char *folder;
	const struct bundle *bundle;
	struct edition *edition; /* NULL: none yet */
	struct pieces pieces;
};

static void edition_free(struct edition *edition)
{
	if (edition == NULL)
		return;
	arena_free(&edition->arena);
	free(edition);
}

/* With whichever of our keys fits. */
static enum err open_own(const struct bundle *bundle, struct bytes sealed, struct buf *clear)
{
	enum err err = ERR_NOT_FOUND;

	for (size_t i = 0; i < bundle->sealing_count && err == ERR_NOT_FOUND; i++)
		err = open_sealed(sealed, bundle->sealing[i].certificate, bundle->sealing[i].key, clear);
	return err;
}

/* What the site signed for this agency, and no other. */
static enum err unpack(const struct bundle *bundle, struct bytes clear, struct edition *edition)
{
	const Pb__SignedSnapshot *sealed = NULL;
	struct digest digest;
	enum err err = CODEC_DECODE(signed_snapshot, clear, &edition->arena, &sealed, NULL);

	if (err != ERR_OK)
		return err;
	digest = confidential_signed_digest(bundle->site, bundle->agency, bytes_of_pb(sealed->snapshot));
	err = ed25519_verify(bundle->checkpoint_key, digest_bytes(&digest), bytes_of_pb(sealed->signature));
	if (err == ERR_OK)
		err = CODEC_DECODE(confidential_records, bytes_of_pb(sealed->snapshot), &edition->arena, &edition->records, NULL);
	return err == ERR_OK && strcmp(edition->records->proxy, bundle->agency) != 0 ? ERR_AUTH : err;
}

static enum err edition_new(const struct bundle *bundle, struct bytes sealed, struct edition **ret_edition)
{
	struct edition *edition = calloc(1, sizeof *edition);
	struct buf clear;
	enum err err = edition == NULL ? ERR_NOMEM : ERR_OK;

	if (err != ERR_OK)
		return err;
	arena_init(&edition->arena, UNPACKED_LEAST + UNPACKED_FACTOR * sealed.len);
	buf_init(&clear, LIMIT_DIRECTORY_BYTES);
	err = open_own(bundle, sealed, &clear);
	if (err == ERR_OK)
		err = unpack(bundle, buf_bytes(&clear), edition);
	buf_free(&clear);
	if (err != ERR_OK) {
		edition_free(edition);
		return err;
	}
	*ret_edition = edition;
	return ERR_OK;
}

static char *kept_path(const struct confidential *confidential)
{
	return path_join(confidential->folder, "confidential");
}

/* A kept copy that does not open or hold is as good as none: it is fetched anew. */
static enum err read_kept(struct confidential *confidential)
{
	char *path = kept_path(confidential);
	struct buf kept;
	enum err err = ERR_NOMEM;

	buf_init(&kept, LIMIT_DIRECTORY_BYTES);
	if (path != NULL)
		err = file_read(path, &kept);
	if (err == ERR_OK)
		err = edition_new(confidential->bundle, buf_bytes(&kept), &confidential->edition);
	buf_free(&kept);
	free(path);
	return err == ERR_NOMEM ? err : ERR_OK;
}

enum err confidential_new(const char *folder, const struct bundle *bundle, struct confidential **ret_confidential)
{
	struct confidential *confidential = calloc(1, sizeof *confidential);
	enum err err = ERR_NOMEM;

	if (confidential == NULL)
		return err;
	confidential->folder = folder;
	confidential->bundle = bundle;
	pieces_init(&confidential->pieces, LIMIT_DIRECTORY_BYTES);
	err = read_kept(confidential);
	if (err != ERR_OK) {
		confidential_free(confidential);
		return err;
	}
	*ret_confidential = confidential;
	return ERR_OK;
}

void confidential_free(struct confidential *confidential)
{
	if (confidential == NULL)
		return;
	edition_free(confidential->edition);
	pieces_free(&confidential->pieces);
	free(confidential);
}

void confidential_set_bundle(struct confidential *confidential, const struct bundle *bundle)
{
	confidential->bundle = bundle;
}

const Pb__ConfidentialRecords *confidential_all(const struct confidential *confidential)
{
	return confidential == NULL || confidential->edition == NULL ? NULL : confidential->edition->records;
}

uint64_t confidential_version(const struct confidential *confidential)
{
	const Pb__ConfidentialRecords *records = confidential_all(confidential);

	return records == NULL ? 0 : records->version;
}

void confidential_begin(struct confidential *confidential)
{
	pieces_begin(&confidential->pieces);
}

uint64_t confidential_had(const struct confidential *confidential)
{
	return pieces_had(&confidential->pieces);
}

static enum err adopt_incoming(struct confidential *confidential)
{
	const struct bytes sealed = buf_bytes(&confidential->pieces.incoming);
	char *path = kept_path(confidential);
	struct edition *edition = NULL;
	enum err err = path == NULL ? ERR_NOMEM : edition_new(confidential->bundle, sealed, &edition);

	if (err == ERR_OK && edition->records->version < confidential_version(confidential)) {
		edition_free(edition); /* signed, but older than what we have */
	} else if (err == ERR_OK) {
		err = file_write(path, sealed, 0600);
		edition_free(confidential->edition);
		confidential->edition = edition;
	}
	free(path);
	return err;
}

enum err confidential_piece(struct confidential *confidential, uint64_t whole, struct bytes piece, bool *ret_complete)
{
	enum err err = pieces_add(&confidential->pieces, whole, piece, ret_complete);

	if (err != ERR_OK || !*ret_complete)
		return err;
	err = adopt_incoming(confidential);
	confidential_begin(confidential);
	return err;
}

const Pb__Agency *confidential_agency(const struct confidential *confidential, struct bytes id)
{
	const Pb__ConfidentialRecords *records = confidential_all(confidential);

	for (size_t i = 0; records != NULL && i < records->n_agencies; i++)
		if (bytes_equal(bytes_of_text(records->agencies[i]->id), id))
			return records->agencies[i];
	return NULL;
}

size_t confidential_bindings(const struct confidential *confidential, const char *id, const Pb__Binding **ret_bindings, size_t capacity)
{
	const Pb__ConfidentialRecords *records = confidential_all(confidential);
	size_t found = 0;

	for (size_t i = 0; records != NULL && i < records->n_bindings; i++)
		if (strcmp(records->bindings[i]->agency, id) == 0 && found++ < capacity)
			ret_bindings[found - 1] = records->bindings[i];
	return found;
}

const Pb__Binding *confidential_signer(const struct confidential *confidential, const struct digest *certificate)
{
	const Pb__ConfidentialRecords *records = confidential_all(confidential);

	for (size_t i = 0; records != NULL && i < records->n_bindings; i++) {
		const struct digest digest = digest_of(bytes_of_pb(records->bindings[i]->signing_certificate));

		if (digest_equal(&digest, certificate))
			return records->bindings[i];
	}
	return NULL;
}
