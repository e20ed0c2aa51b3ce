/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/digests.c - see digests.h for the contract.
 *
 * A lane takes its run in stretches of whole blocks - the head, where a prefix stands before the run's first bytes; the run's own blocks
 * where they lie; the padded tail - and all lanes go on together as far as the shortest stretch.  A lane that is done begins the next run;
 * the few that outlast all others are finished alone. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/digests.h"

#include <openssl/sha.h>

#include "crypto/digest_avx512.h"

#define LANES_WORTH 8  /* fewer are done sooner one after another */
#define STRETCHES 3
#define LENGTH_BYTES 8 /* the run's length in bits ends its last block */

struct stretch {
	const uint8_t *at;
	size_t blocks;
};

struct lane {
	struct digest *ret_digest; /* NULL: idle */
	struct stretch stretches[STRETCHES];
	unsigned stretch;          /* the one it is in, never an empty one */
	uint64_t bits;
	uint8_t head[DIGEST_BLOCK];
	uint8_t tail[2 * DIGEST_BLOCK];
};

struct lanes {
	uint32_t state[DIGEST_WORDS][DIGEST_LANES] __attribute__((aligned(64)));
	struct lane lane[DIGEST_LANES];
	unsigned busy;
};

static bool is_busy(const struct lane *lane)
{
	return lane->ret_digest != NULL;
}

static void pass_empty_stretches(struct lane *lane)
{
	while (lane->stretch < STRETCHES && lane->stretches[lane->stretch].blocks == 0)
		lane->stretch++;
}

/* A prefix and the bytes that fill its block; both are shorter by what it took. */
static struct stretch head_of(struct lane *lane, struct bytes *prefix, struct bytes *run)
{
	size_t from_run = DIGEST_BLOCK - prefix->len;

	if (prefix->len == 0 || run->len < from_run)
		return (struct stretch){ NULL, 0 };
	memcpy(lane->head, prefix->data, prefix->len);
	memcpy(lane->head + prefix->len, run->data, from_run);
	*prefix = bytes_of(NULL, 0);
	*run = bytes_of(run->data + from_run, run->len - from_run);
	return (struct stretch){ lane->head, 1 };
}

static struct stretch whole_of(const struct bytes *prefix, struct bytes *run)
{
	struct stretch whole = { run->data, prefix->len > 0 ? 0 : run->len / DIGEST_BLOCK };
	size_t len = whole.blocks * DIGEST_BLOCK;

	if (len > 0)
		*run = bytes_of(run->data + len, run->len - len);
	return whole;
}

/* What is left of prefix and run, the mark of its end, and the length of all. */
static struct stretch tail_of(struct lane *lane, struct bytes prefix, struct bytes rest)
{
	size_t len = prefix.len + rest.len;
	size_t blocks = len + 1 + LENGTH_BYTES <= DIGEST_BLOCK ? 1 : 2;

	memset(lane->tail, 0, blocks * DIGEST_BLOCK);
	if (prefix.len > 0)
		memcpy(lane->tail, prefix.data, prefix.len);
	if (rest.len > 0)
		memcpy(lane->tail + prefix.len, rest.data, rest.len);
	lane->tail[len] = 0x80;
	be64_put(lane->tail + blocks * DIGEST_BLOCK - LENGTH_BYTES, lane->bits);
	return (struct stretch){ lane->tail, blocks };
}

static void begin(struct lanes *lanes, unsigned number, struct bytes prefix, struct bytes run, struct digest *ret_digest)
{
	static const uint32_t initial[DIGEST_WORDS] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
							0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	struct lane *lane = &lanes->lane[number];

	lane->ret_digest = ret_digest;
	lane->bits = (uint64_t)(prefix.len + run.len) * 8;
	lane->stretches[0] = head_of(lane, &prefix, &run);
	lane->stretches[1] = whole_of(&prefix, &run);
	lane->stretches[2] = tail_of(lane, prefix, run);
	lane->stretch = 0;
	pass_empty_stretches(lane);
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		lanes->state[i][number] = initial[i];
	lanes->busy++;
}

static void end(struct lanes *lanes, unsigned number)
{
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		be32_put(lanes->lane[number].ret_digest->bytes + 4 * (size_t)i, lanes->state[i][number]);
	lanes->lane[number].ret_digest = NULL;
	lanes->busy--;
}

/* At least one lane is busy. */
static struct stretch shortest_stretch(const struct lanes *lanes)
{
	struct stretch shortest = { NULL, SIZE_MAX };

	for (unsigned i = 0; i < DIGEST_LANES; i++) {
		const struct lane *lane = &lanes->lane[i];

		if (is_busy(lane) && lane->stretches[lane->stretch].blocks < shortest.blocks)
			shortest = lane->stretches[lane->stretch];
	}
	return shortest;
}

/* An idle lane goes over a busy one's bytes, to no end. */
static void advance(struct lanes *lanes)
{
	const struct stretch shortest = shortest_stretch(lanes);
	const uint8_t *at[DIGEST_LANES];

	for (unsigned i = 0; i < DIGEST_LANES; i++)
		at[i] = is_busy(&lanes->lane[i]) ? lanes->lane[i].stretches[lanes->lane[i].stretch].at : shortest.at;
	digest_avx512(lanes->state, at, shortest.blocks);
	for (unsigned i = 0; i < DIGEST_LANES; i++) {
		struct lane *lane = &lanes->lane[i];

		if (!is_busy(lane))
			continue;
		lane->stretches[lane->stretch].at = at[i];
		lane->stretches[lane->stretch].blocks -= shortest.blocks;
		pass_empty_stretches(lane);
		if (lane->stretch == STRETCHES)
			end(lanes, i);
	}
}

static void finish_alone(struct lanes *lanes, unsigned number)
{
	struct lane *lane = &lanes->lane[number];
	SHA256_CTX alone;

	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		alone.h[i] = lanes->state[i][number];
	for (; lane->stretch < STRETCHES; lane->stretch++)
		for (size_t i = 0; i < lane->stretches[lane->stretch].blocks; i++)
			SHA256_Transform(&alone, lane->stretches[lane->stretch].at + i * DIGEST_BLOCK);
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		lanes->state[i][number] = alone.h[i];
	end(lanes, number);
}

static void side_by_side(struct bytes prefix, const struct bytes *runs, size_t count, struct digest *ret_digests)
{
	struct lanes lanes;
	size_t begun = 0;

	lanes.busy = 0;
	for (unsigned i = 0; i < DIGEST_LANES; i++)
		lanes.lane[i].ret_digest = NULL;
	do {
		for (unsigned i = 0; i < DIGEST_LANES && begun < count; i++)
			if (!is_busy(&lanes.lane[i])) {
				begin(&lanes, i, prefix, runs[begun], &ret_digests[begun]);
				begun++;
			}
		if (lanes.busy >= LANES_WORTH)
			advance(&lanes);
	} while (begun < count || lanes.busy >= LANES_WORTH);
	for (unsigned i = 0; i < DIGEST_LANES; i++)
		if (is_busy(&lanes.lane[i]))
			finish_alone(&lanes, i);
}

void digests_of(struct bytes prefix, const struct bytes *runs, size_t count, struct digest *ret_digests)
{
	if (count >= LANES_WORTH && digest_avx512_available()) {
		side_by_side(prefix, runs, count, ret_digests);
		return;
	}
	for (size_t i = 0; i < count; i++)
		digest_of_parts((const struct bytes[]){ prefix, runs[i] }, 2, &ret_digests[i]);
}
