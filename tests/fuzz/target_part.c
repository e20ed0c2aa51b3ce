/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_part.c - sealed parts and attachment segments, opened with the key that the seeds were sealed to. */
#include <stdlib.h>

#include "contract/codec.h"
#include "contract/limits.h"
#include "crypto/seal.h"
#include "envelope.pb-c.h"
#include "seed_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_as_part(struct bytes sealed)
{
	const struct seed_keys *keys = seed_keys();
	struct certificate *signer = NULL;
	struct arena arena;
	struct buf clear;

	buf_init(&clear, LIMIT_PART_BYTES);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (open_part(sealed, keys->sealing, keys->sealing_key, &clear, &signer) == ERR_OK) {
		const Pb__BoundPart *bound;

		(void)CODEC_DECODE(bound_part, buf_bytes(&clear), &arena, &bound, NULL);
	}
	certificate_free(signer);
	arena_free(&arena);
	buf_free(&clear);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[SEAL_KEY_BYTES] = "a key for segments, published 32";
	struct certificate *certificate = NULL;
	struct buf clear;

	if (size == 0)
		return 0;
	switch (data[0] % 3) {
	case 0:
		open_as_part(bytes_of(data + 1, size - 1));
		break;
	case 1:
		buf_init(&clear, LIMIT_BLOB_BYTES);
		(void)open_segment(key, 0, 1, bytes_of(data + 1, size - 1), &clear);
		buf_free(&clear);
		break;
	default:
		if (certificate_from_der(bytes_of(data + 1, size - 1), &certificate) == ERR_OK)
			(void)certificate_check(certificate, seed_keys()->root, CERTIFICATE_SIGNS, NULL, SEED_NOW_US);
		certificate_free(certificate);
	}
	return 0;
}
