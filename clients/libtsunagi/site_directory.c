/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/site_directory.c - see site_directory.h for the contract. */
#include "libtsunagi/site_directory.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/folder.h"
#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "libtsunagi/confidential.h"
#include "libtsunagi/pieces.h"

/* Unpacked, small messages take several times their serialised size. */
#define UNPACKED_FACTOR 10u
#define UNPACKED_LEAST (4u * 1024u * 1024u)

struct signer_row {
	struct digest certificate;
	const Pb__Binding *binding;
};

/* One signed directory, unpacked, and two ways to look into it. */
struct edition {
	struct arena arena;
	const Pb__DirectorySnapshot *snapshot;
	const Pb__Binding **by_agency;
	struct signer_row *by_signer;
	struct arena routing_arena;
	const struct routing *routing; /* NULL: not compiled yet */
};

struct site_directory {
	const char *folder, *site;
	const uint8_t *key;
	struct edition *edition; /* NULL: none yet */
	const struct confidential *behind; /* NULL: nobody */
	struct pieces pieces;
};

static void edition_free(struct edition *edition)
{
	if (edition == NULL)
		return;
	arena_free(&edition->arena);
	arena_free(&edition->routing_arena);
	free(edition->by_agency);
	free(edition->by_signer);
	free(edition);
}

static int compare_agencies(const void *a, const void *b)
{
	const Pb__Binding *const *left = a, *const *right = b;

	return strcmp((*left)->agency, (*right)->agency);
}

static int compare_signers(const void *a, const void *b)
{
	const struct signer_row *left = a, *right = b;

	return memcmp(left->certificate.bytes, right->certificate.bytes, DIGEST_BYTES);
}

static enum err build_indexes(struct edition *edition)
{
	size_t count = edition->snapshot->n_bindings;

	edition->by_agency = calloc(count + 1, sizeof *edition->by_agency);
	edition->by_signer = calloc(count + 1, sizeof *edition->by_signer);
	if (edition->by_agency == NULL || edition->by_signer == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const Pb__Binding *binding = edition->snapshot->bindings[i];

		edition->by_agency[i] = binding;
		edition->by_signer[i] = (struct signer_row){ digest_of(bytes_of_pb(binding->signing_certificate)), binding };
	}
	qsort(edition->by_agency, count, sizeof *edition->by_agency, compare_agencies);
	qsort(edition->by_signer, count, sizeof *edition->by_signer, compare_signers);
	return ERR_OK;
}

static enum err unpack(const struct site_directory *directory, struct bytes bytes, struct edition *edition)
{
	const Pb__SignedSnapshot *sealed = NULL;
	struct digest digest;
	enum err err = CODEC_DECODE(signed_snapshot, bytes, &edition->arena, &sealed, NULL);

	if (err != ERR_OK)
		return err;
	digest = directory_signed_digest(directory->site, bytes_of_pb(sealed->snapshot));
	err = ed25519_verify(directory->key, digest_bytes(&digest), bytes_of_pb(sealed->signature));
	if (err == ERR_OK)
		err = CODEC_DECODE(directory_snapshot, bytes_of_pb(sealed->snapshot), &edition->arena, &edition->snapshot, NULL);
	if (err == ERR_OK && (edition->snapshot->file == NULL || strcmp(edition->snapshot->file->site, directory->site) != 0))
		err = ERR_AUTH;
	return err == ERR_OK ? build_indexes(edition) : err;
}

static enum err edition_new(const struct site_directory *directory, struct bytes bytes, struct edition **ret_edition)
{
	struct edition *edition = calloc(1, sizeof *edition);
	enum err err = ERR_OK;

	if (edition == NULL)
		return ERR_NOMEM;
	arena_init(&edition->arena, UNPACKED_LEAST + UNPACKED_FACTOR * bytes.len);
	arena_init(&edition->routing_arena, ROUTING_ARENA_BYTES);
	err = unpack(directory, bytes, edition);
	if (err != ERR_OK) {
		edition_free(edition);
		return err;
	}
	*ret_edition = edition;
	return ERR_OK;
}

/* A kept copy that does not hold is as good as none: it is fetched anew. */
static enum err read_kept(struct site_directory *directory)
{
	char *path = path_join(directory->folder, "directory");
	struct buf kept;
	enum err err = ERR_NOMEM;

	buf_init(&kept, LIMIT_DIRECTORY_BYTES);
	if (path != NULL)
		err = file_read(path, &kept);
	if (err == ERR_OK)
		err = edition_new(directory, buf_bytes(&kept), &directory->edition);
	buf_free(&kept);
	free(path);
	return err == ERR_NOMEM ? err : ERR_OK;
}

enum err site_directory_new(const char *folder, const char *site, const uint8_t *key, struct site_directory **ret_directory)
{
	struct site_directory *directory = calloc(1, sizeof *directory);
	enum err err = ERR_NOMEM;

	if (directory == NULL)
		return err;
	directory->folder = folder;
	directory->site = site;
	directory->key = key;
	pieces_init(&directory->pieces, LIMIT_DIRECTORY_BYTES);
	err = read_kept(directory);
	if (err != ERR_OK) {
		site_directory_free(directory);
		return err;
	}
	*ret_directory = directory;
	return ERR_OK;
}

void site_directory_free(struct site_directory *directory)
{
	if (directory == NULL)
		return;
	edition_free(directory->edition);
	pieces_free(&directory->pieces);
	free(directory);
}

void site_directory_set_behind(struct site_directory *directory, const struct confidential *behind)
{
	directory->behind = behind;
}

void site_directory_set_site(struct site_directory *directory, const char *site, const uint8_t *key)
{
	directory->site = site;
	directory->key = key;
}

const Pb__DirectorySnapshot *site_directory_snapshot(const struct site_directory *directory)
{
	return directory->edition == NULL ? NULL : directory->edition->snapshot;
}

uint64_t site_directory_version(const struct site_directory *directory)
{
	return directory->edition == NULL ? 0 : directory->edition->snapshot->version;
}

void site_directory_begin(struct site_directory *directory)
{
	pieces_begin(&directory->pieces);
}

uint64_t site_directory_had(const struct site_directory *directory)
{
	return pieces_had(&directory->pieces);
}

static enum err adopt_incoming(struct site_directory *directory)
{
	struct edition *edition = NULL;
	char *path = path_join(directory->folder, "directory");
	enum err err = path == NULL ? ERR_NOMEM : edition_new(directory, buf_bytes(&directory->pieces.incoming), &edition);

	if (err == ERR_OK && edition->snapshot->version < site_directory_version(directory)) {
		edition_free(edition); /* signed, but older than what we have: nothing is gained by going back */
	} else if (err == ERR_OK) {
		err = file_write(path, buf_bytes(&directory->pieces.incoming), 0600);
		edition_free(directory->edition);
		directory->edition = edition;
	}
	free(path);
	return err;
}

enum err site_directory_piece(struct site_directory *directory, uint64_t whole, struct bytes piece, bool *ret_complete)
{
	enum err err = pieces_add(&directory->pieces, whole, piece, ret_complete);

	if (err != ERR_OK || !*ret_complete)
		return err;
	err = adopt_incoming(directory);
	site_directory_begin(directory);
	return err;
}

const Pb__Agency *site_directory_agency(const struct site_directory *directory, struct bytes id)
{
	const Pb__DirectoryFile *file = directory->edition == NULL ? NULL : directory->edition->snapshot->file;

	for (size_t i = 0; file != NULL && i < file->n_agencies; i++)
		if (bytes_equal(bytes_of_text(file->agencies[i]->id), id))
			return file->agencies[i];
	return confidential_agency(directory->behind, id);
}

enum err site_directory_routing(struct site_directory *directory, const struct routing **ret_routing)
{
	struct edition *edition = directory->edition;
	enum err err = ERR_OK;

	if (edition == NULL)
		return ERR_NOT_FOUND;
	if (edition->routing == NULL) {
		arena_reset(&edition->routing_arena);
		err = routing_compile(edition->snapshot, &edition->routing_arena, &edition->routing);
	}
	if (err == ERR_OK)
		*ret_routing = edition->routing;
	return err;
}

size_t site_directory_bindings(const struct site_directory *directory, const char *id, const Pb__Binding **ret_bindings, size_t capacity)
{
	size_t low = 0, high = directory->edition == NULL ? 0 : directory->edition->snapshot->n_bindings;
	size_t all = high, found = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(directory->edition->by_agency[middle]->agency, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < all && strcmp(directory->edition->by_agency[low]->agency, id) == 0; low++, found++)
		if (found < capacity)
			ret_bindings[found] = directory->edition->by_agency[low];
	return found > 0 ? found : confidential_bindings(directory->behind, id, ret_bindings, capacity);
}

const Pb__Binding *site_directory_signer(const struct site_directory *directory, const struct digest *certificate)
{
	const struct signer_row key = { .certificate = *certificate };
	const struct signer_row *row = NULL;

	if (directory->edition != NULL)
		row = bsearch(&key, directory->edition->by_signer, directory->edition->snapshot->n_bindings, sizeof key, compare_signers);
	return row == NULL ? confidential_signer(directory->behind, certificate) : row->binding;
}
