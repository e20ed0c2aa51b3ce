/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/target_entry.c - what a damaged store or a forged receipt may hold: bodies, headers, notes, proofs.  The first byte chooses. */
#include "contract/checkpoint.h"
#include "contract/codec.h"
#include "contract/leaf.h"
#include "contract/limits.h"
#include "contract/merkle.h"
#include "contract/notice_texts.h"
#include "contract/told_item.h"
#include "ledger.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As the reader's library does: whatever it says, there is a sentence for it. */
static void read_notice(struct bytes bytes, struct arena *arena)
{
	const Pb__SiteNotice *notice;
	struct buf text;

	if (CODEC_DECODE(site_notice, bytes, arena, &notice, NULL) != ERR_OK)
		return;
	for (int language = 0; language < 2; language++) {
		buf_init(&text, 1u << 20);
		(void)notice_text(notice, 540, (enum language)language, &text);
		buf_free(&text);
	}
}

static void decode_body(struct bytes bytes)
{
	const Pb__EntryBody *body;
	struct leaf_header header;
	struct bytes notice;
	struct arena arena;

	arena_init(&arena, LIMIT_DECODE_BYTES);
	(void)leaf_header_decode(bytes, &header);
	(void)CODEC_DECODE(entry_body, bytes, &arena, &body, NULL);
	for (size_t place = 0; place < LIMIT_RECIPIENTS; place++)
		if (told_item_notice(bytes, place, &notice) == ERR_OK && notice.len > 0)
			read_notice(notice, &arena);
	arena_free(&arena);
}

static void read_note(struct bytes bytes)
{
	static const uint8_t key[ED25519_BYTES];
	struct checkpoint checkpoint;

	(void)checkpoint_parse(bytes, &checkpoint);
	(void)checkpoint_open(bytes, "seed-site/1", key, &checkpoint);
}

/* index, size, then a path: no combination may loop or read past its end. */
static void follow_path(struct bytes bytes)
{
	struct digest leaf = { { 0 } };
	struct digest root;
	uint64_t index, size;

	if (bytes.len < 16)
		return;
	index = be64_get(bytes.data);
	size = be64_get(bytes.data + 8);
	(void)merkle_path_root(&leaf, index, size, bytes_of(bytes.data + 16, bytes.len - 16), &root);
	(void)merkle_check_consistency(index, &leaf, size, &leaf, bytes_of(bytes.data + 16, bytes.len - 16));
	if (index < size)
		(void)merkle_range_root(&leaf, index, index + 1, size, bytes_of(bytes.data + 16, bytes.len - 16), &root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest;

	if (size == 0)
		return 0;
	rest = bytes_of(data + 1, size - 1);
	if (data[0] % 3 == 0)
		decode_body(rest);
	else if (data[0] % 3 == 1)
		read_note(rest);
	else
		follow_path(rest);
	return 0;
}
