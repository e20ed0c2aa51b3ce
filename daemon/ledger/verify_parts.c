/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_parts.c - sealed parts and attachment segments against their digests.
 *
 * Parts are stored under the number of their entry, in the order in which its Views name them: the walk over the entries and the
 * walk over the parts go side by side. */
#include <inttypes.h>

#include "ledger/verify.h"
#include "ledger/verify_walk.h"
#include "store/parts.h"

#define PART_KEY 10
#define BLOB_KEY 10

/* ---- parts ---- */

static uint64_t part_seq(const struct walk *walk)
{
	return be64_get(walk->key.data);
}

static unsigned part_number(const struct walk *walk)
{
	return walk->key.data[8];
}

static unsigned part_chunk(const struct walk *walk)
{
	return walk->key.data[9];
}

/* Drops rows whose key is none; true when there is a row then. */
static bool part_here(struct verify *verify)
{
	struct walk *walk = &verify->parts;

	for (; !walk->ended && walk->key.len != PART_KEY; walk_step(verify, walk))
		verify_found(verify, "part", 0, 0, "a row whose key has %zu bytes instead of %d", walk->key.len, PART_KEY);
	return !walk->ended;
}

static bool part_is(struct verify *verify, uint64_t seq, unsigned part)
{
	return part_here(verify) && part_seq(&verify->parts) == seq && part_number(&verify->parts) == part;
}

static bool part_is_before(struct verify *verify, uint64_t seq, unsigned part)
{
	const struct walk *walk = &verify->parts;

	return part_here(verify) && (part_seq(walk) < seq || (part_seq(walk) == seq && part_number(walk) < part));
}

static void skip_part(struct verify *verify, uint64_t seq, unsigned part)
{
	while (part_is(verify, seq, part))
		walk_step(verify, &verify->parts);
}

void verify_parts_before(struct verify *verify, uint64_t seq, unsigned part)
{
	while (part_is_before(verify, seq, part)) {
		uint64_t stray_seq = part_seq(&verify->parts);
		unsigned stray = part_number(&verify->parts);

		verify_found(verify, "part", stray_seq, stray, "belongs to no View of the entry");
		skip_part(verify, stray_seq, stray);
	}
}

void verify_parts_skip(struct verify *verify, uint64_t seq)
{
	verify_parts_before(verify, seq, 0);
	while (part_here(verify) && part_seq(&verify->parts) == seq)
		walk_step(verify, &verify->parts);
}

void verify_parts_end(struct verify *verify)
{
	while (part_here(verify)) {
		uint64_t seq = part_seq(&verify->parts);
		unsigned part = part_number(&verify->parts);

		verify_found(verify, "part", seq, part, "belongs to no entry");
		skip_part(verify, seq, part);
	}
}

static const char absent[] = "is not there"; /* which may be as it should */

/* Collects the rest of the part, chunk after chunk, into scratch; NULL, or what is wrong with it. */
static const char *collect_chunks(struct verify *verify, uint64_t seq, unsigned part, size_t size)
{
	struct walk *walk = &verify->parts;
	unsigned chunk = 0;

	buf_clear(&verify->scratch);
	do {
		size_t rest = size - verify->scratch.len;

		if (!part_is(verify, seq, part) || part_chunk(walk) != chunk)
			return chunk == 0 ? absent : "has lost a chunk";
		if (walk->row.len != (rest < PARTS_CHUNK ? rest : PARTS_CHUNK))
			return "has a chunk of another length";
		buf_put(&verify->scratch, walk->row);
		if (verify->scratch.err != ERR_OK)
			return "is too large to look at";
		walk_step(verify, walk);
		chunk++;
	} while (verify->scratch.len < size);
	return part_is(verify, seq, part) ? "has more chunks than its size says" : NULL;
}

void verify_part(struct verify *verify, uint64_t seq, uint16_t part, struct bytes digest, size_t size)
{
	const struct walk *walk = &verify->parts;
	const char *wrong = NULL;
	struct digest found;

	verify_parts_before(verify, seq, part);
	if (size <= PARTS_CHUNK && part_is(verify, seq, part) && part_chunk(walk) == 0 && walk->row.len == size) {
		found = digest_of(walk->row); /* nearly every part: one chunk, hashed where it lies */
		walk_step(verify, &verify->parts);
		if (part_is(verify, seq, part))
			wrong = "has more chunks than its size says";
	} else {
		wrong = collect_chunks(verify, seq, part, size);
		if (wrong == NULL)
			found = digest_of(buf_bytes(&verify->scratch));
	}
	if (wrong == NULL && !bytes_equal(digest_bytes(&found), digest))
		wrong = "is not what its digest says";
	verify->result->parts += wrong != absent;
	if (wrong == absent)
		verify_absent_part(verify, seq, part);
	else if (wrong != NULL)
		verify_found(verify, "part", seq, part, "%s", wrong);
	skip_part(verify, seq, part);
}

/* ---- segments ---- */

static bool blob_is(const struct verify *verify, uint64_t number)
{
	const struct walk *walk = &verify->blobs;

	return !walk->ended && walk->key.len == BLOB_KEY && be64_get(walk->key.data) == number;
}

static const char *collect_segment(struct verify *verify, uint64_t number, const struct blob_head *head)
{
	struct walk *walk = &verify->blobs;
	unsigned chunk = 1;
	struct digest found;

	buf_clear(&verify->scratch);
	for (; verify->scratch.len < head->size; chunk++) {
		size_t rest = head->size - verify->scratch.len;

		if (!blob_is(verify, number) || be16_get(walk->key.data + 8) != chunk)
			return "has lost a chunk";
		if (walk->row.len != (rest < PARTS_CHUNK ? rest : PARTS_CHUNK))
			return "has a chunk of another length";
		buf_put(&verify->scratch, walk->row);
		if (verify->scratch.err != ERR_OK)
			return "is too large to look at";
		walk_step(verify, walk);
	}
	if (blob_is(verify, number))
		return "has more chunks than its size says";
	found = digest_of(buf_bytes(&verify->scratch));
	return digest_equal(&found, &head->digest) ? NULL : "is not what its digest says";
}

static void check_segment(struct verify *verify, uint64_t number)
{
	struct walk *walk = &verify->blobs;
	struct blob_head head;
	const char *wrong = NULL;

	verify->result->blobs++;
	if (be16_get(walk->key.data + 8) != 0 || blob_head_decode(walk->row, &head) != ERR_OK) {
		wrong = "its head is damaged or missing";
	} else {
		walk_step(verify, walk);
		wrong = collect_segment(verify, number, &head);
	}
	if (wrong != NULL)
		verify_found(verify, "blob", number, 0, "%s", wrong);
	while (blob_is(verify, number))
		walk_step(verify, walk);
}

void verify_blobs(struct verify *verify)
{
	struct walk *walk = &verify->blobs;

	while (!walk->ended && verify->err == ERR_OK) {
		if (walk->key.len == BLOB_KEY) {
			check_segment(verify, be64_get(walk->key.data));
			continue;
		}
		verify_found(verify, "blob", 0, 0, "a row whose key has %zu bytes instead of %d", walk->key.len, BLOB_KEY);
		walk_step(verify, walk);
	}
}
