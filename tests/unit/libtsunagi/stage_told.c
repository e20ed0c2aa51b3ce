/* SPDX-License-Identifier: Apache-2.0 */
/* stage_told.c - see stage.h: releases, tasks to seal and the site's own word. */
#include <stdlib.h>

#include "contract/codec.h"
#include "stage.h"
#include "unit.h"

static void copy_buf(const struct buf *from, struct buf *to)
{
	buf_init(to, LIMIT_DATA_BYTES);
	buf_put(to, buf_bytes(from));
}

static void copy_message(const struct stage_item *from, struct stage_item *to)
{
	uint8_t *statement = malloc(from->statement.len + 1);

	require(statement != NULL);
	memcpy(statement, from->statement.data, from->statement.len);
	to->statement = bytes_of(statement, from->statement.len);
	to->seq = from->seq;
	to->view_hash = from->view_hash;
	to->certificate = from->certificate;
	to->view_index = from->view_index;
	to->view_count = from->view_count;
	to->order_index = from->order_index;
	to->order_count = from->order_count;
	copy_buf(&from->parts, &to->parts);
	copy_buf(&from->view_path, &to->view_path);
	copy_buf(&from->order_path, &to->order_path);
	copy_buf(&from->signature, &to->signature);
}

uint64_t stage_tell_bytes(struct stage *stage, Pb__ItemWhat what, const struct stage_agency *agency, uint64_t about, struct bytes notice)
{
	struct stage_item *item = &stage->items[stage->item_count];

	require(!stage->running && stage->item_count + 1 < STAGE_ITEMS);
	*item = (struct stage_item){ .number = ++stage->item_count, .what = what, .about = about, .agency = agency->number };
	buf_init(&item->parts, LIMIT_DATA_BYTES);
	buf_init(&item->notice, LIMIT_STATEMENT_BYTES);
	buf_put(&item->notice, notice);
	if (about != 0)
		copy_message(&stage->items[about - 1], item);
	else
		item->view_hash = merkle_leaf(notice);
	return item->number;
}

uint64_t stage_tell(struct stage *stage, Pb__ItemWhat what, const struct stage_agency *agency, uint64_t about, const Pb__SiteNotice *notice)
{
	struct buf packed;
	uint64_t number;

	buf_init(&packed, LIMIT_STATEMENT_BYTES);
	if (notice != NULL)
		require_ok(codec_pack(&notice->base, &packed));
	number = stage_tell_bytes(stage, what, agency, about, buf_bytes(&packed));
	buf_free(&packed);
	return number;
}

static bool is_brought(Pb__ItemWhat what, const Pb__PartRef *part)
{
	bool held = part->release == PB__RELEASE__RELEASE_ON_ACCEPT;

	return what == PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK || (what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE) == held;
}

size_t stage_parts(const struct stage_item *item, uint32_t ret_withheld[LIMIT_PARTS], struct buf *data)
{
	const Pb__Statement *statement = NULL;
	struct arena arena;
	size_t at = 0, count = 0;

	if (item->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE)
		return 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (CODEC_DECODE(statement, item->statement, &arena, &statement, NULL) == ERR_OK) {
		for (uint32_t i = 0; i < statement->view->n_parts; i++) {
			const Pb__PartRef *part = statement->view->parts[i];

			if (is_brought(item->what, part))
				buf_put(data, bytes_of(item->parts.data + at, part->size));
			else
				ret_withheld[count++] = i;
			at += part->size;
		}
	}
	arena_free(&arena);
	return count;
}
