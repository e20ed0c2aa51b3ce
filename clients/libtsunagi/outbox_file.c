/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/outbox_file.c - see outbox_file.h for the contract. */
#include "libtsunagi/outbox_file.h"

#include <stdlib.h>

#include "contract/limits.h"
#include "crypto/digest.h"

#define MAGIC "TSGO"
#define MAGIC_BYTES 4u
#define PREFIX_BYTES (MAGIC_BYTES + 4u)
#define RUNS_MAX (LIMIT_RECIPIENTS * (1 + LIMIT_PARTS))

static json_t *lengths(const struct bytes *runs, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_integer((json_int_t)runs[i].len));
	return list;
}

enum err outbox_file_encode(const json_t *head, const struct order *order, struct buf *out)
{
	json_t *whole = json_deep_copy(head);
	char *text = NULL;
	uint8_t prefix[PREFIX_BYTES] = MAGIC;
	size_t start = out->len;
	struct digest digest;

	if (whole != NULL && json_object_set_new(whole, "statement_sizes", lengths(order->statements, order->statement_count)) == 0 &&
	    json_object_set_new(whole, "part_sizes", lengths(order->parts, order->part_count)) == 0)
		text = json_dumps(whole, JSON_COMPACT);
	json_decref(whole);
	if (text == NULL)
		return ERR_NOMEM;
	be32_put(prefix + MAGIC_BYTES, (uint32_t)strlen(text));
	buf_put(out, bytes_of(prefix, sizeof prefix));
	buf_put_text(out, text);
	free(text);
	for (size_t i = 0; i < order->statement_count; i++)
		buf_put(out, order->statements[i]);
	for (size_t i = 0; i < order->part_count; i++)
		buf_put(out, order->parts[i]);
	if (out->err != ERR_OK)
		return out->err;
	digest = digest_of(bytes_of(out->data + start, out->len - start));
	buf_put(out, digest_bytes(&digest));
	return out->err;
}

/* Cuts runs of the listed sizes from the front of rest. */
static bool cut_runs(const json_t *sizes, struct bytes *rest, struct bytes *runs, size_t room, size_t *ret_count)
{
	size_t count = json_array_size(sizes);

	if (!json_is_array(sizes) || count > room)
		return false;
	for (size_t i = 0; i < count; i++) {
		json_int_t size = json_integer_value(json_array_get(sizes, i));

		if (size < 0 || (uint64_t)size > rest->len)
			return false;
		runs[i] = bytes_of(rest->data, (size_t)size);
		*rest = bytes_of(rest->data + size, rest->len - (size_t)size);
	}
	*ret_count = count;
	return true;
}

static enum err decode_order(const json_t *head, struct bytes rest, void *owner, struct order **ret_order)
{
	struct bytes runs[RUNS_MAX];
	size_t statements = 0, parts = 0;

	if (!cut_runs(json_object_get(head, "statement_sizes"), &rest, runs, LIMIT_RECIPIENTS, &statements) || statements == 0 ||
	    !cut_runs(json_object_get(head, "part_sizes"), &rest, runs + statements, RUNS_MAX - statements, &parts) || rest.len != 0)
		return ERR_CORRUPT;
	return order_new(runs, statements, runs + statements, parts, owner, ret_order);
}

enum err outbox_file_decode(struct bytes file, void *owner, json_t **ret_head, struct order **ret_order)
{
	json_t *head = NULL;
	size_t head_len = 0;
	struct digest digest;
	enum err err = ERR_OK;

	if (file.len < PREFIX_BYTES + DIGEST_BYTES || memcmp(file.data, MAGIC, MAGIC_BYTES) != 0)
		return ERR_CORRUPT;
	digest = digest_of(bytes_of(file.data, file.len - DIGEST_BYTES));
	head_len = be32_get(file.data + MAGIC_BYTES);
	if (!bytes_equal(digest_bytes(&digest), bytes_of(file.data + file.len - DIGEST_BYTES, DIGEST_BYTES)) ||
	    head_len > file.len - PREFIX_BYTES - DIGEST_BYTES)
		return ERR_CORRUPT;
	head = json_loadb((const char *)file.data + PREFIX_BYTES, head_len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(head)) {
		json_decref(head);
		return ERR_CORRUPT;
	}
	if (ret_order != NULL)
		err = decode_order(head, bytes_of(file.data + PREFIX_BYTES + head_len, file.len - PREFIX_BYTES - head_len - DIGEST_BYTES), owner,
				   ret_order);
	if (err != ERR_OK) {
		json_decref(head);
		return err;
	}
	*ret_head = head;
	return ERR_OK;
}
