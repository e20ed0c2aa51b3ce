/* SPDX-License-Identifier: Apache-2.0 */
/* contract/checkpoint.c - see checkpoint.h for the contract. */
#include "contract/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

#define ROOT_TEXT 44 /* base64 of 32 bytes */

void checkpoint_origin(const char *site, uint32_t epoch, char origin[CHECKPOINT_ORIGIN_MAX])
{
	snprintf(origin, CHECKPOINT_ORIGIN_MAX, "%s/%" PRIu32, site, epoch);
}

enum err checkpoint_sign(const struct checkpoint *checkpoint, const struct private_key *key, struct buf *out)
{
	char text[CHECKPOINT_ORIGIN_MAX + ROOT_TEXT + 32];
	char root[ROOT_TEXT + 1];
	int len;

	text_base64(digest_bytes(&checkpoint->root), root);
	len = snprintf(text, sizeof(text), "%s\n%" PRIu64 "\n%s\n", checkpoint->origin, checkpoint->size, root);
	return note_sign(bytes_of(text, (size_t)len), checkpoint->origin, key, out);
}

/* The bytes up to the next newline, which is taken too; false at the end. */
static bool take_line(struct bytes *rest, struct bytes *ret_line)
{
	const uint8_t *end = rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;

	if (end == NULL)
		return false;
	*ret_line = bytes_of(rest->data, (size_t)(end - rest->data));
	*rest = bytes_of(end + 1, rest->len - ret_line->len - 1);
	return true;
}

static bool parse_origin(struct bytes line, char origin[CHECKPOINT_ORIGIN_MAX])
{
	if (line.len == 0 || line.len >= CHECKPOINT_ORIGIN_MAX || text_check(line, NULL) != TEXT_OK)
		return false;
	memcpy(origin, line.data, line.len);
	origin[line.len] = '\0';
	return true;
}

/* Decimal without leading zeros. */
static bool parse_number(struct bytes line, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (line.len == 0 || (line.len > 1 && line.data[0] == '0'))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] < '0' || line.data[i] > '9')
			return false;
		if (__builtin_mul_overflow(number, (uint64_t)10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(line.data[i] - '0'), &number))
			return false;
	}
	*ret_number = number;
	return true;
}

uint32_t checkpoint_epoch(const struct checkpoint *checkpoint)
{
	const char *slash = strrchr(checkpoint->origin, '/');
	uint64_t epoch = 0;

	return slash != NULL && parse_number(bytes_of_text(slash + 1), &epoch) && epoch <= UINT32_MAX ? (uint32_t)epoch : 0;
}

/* Lines behind the third are extensions, which the format tells readers to ignore. */
static enum err parse_text(struct bytes text, struct checkpoint *ret_checkpoint)
{
	struct checkpoint checkpoint;
	struct bytes origin;
	struct bytes size;
	struct bytes root;
	size_t root_len;

	if (!take_line(&text, &origin) || !take_line(&text, &size) || !take_line(&text, &root))
		return ERR_FORMAT;
	if (!parse_origin(origin, checkpoint.origin) || !parse_number(size, &checkpoint.size))
		return ERR_FORMAT;
	if (text_unbase64(root, checkpoint.root.bytes, DIGEST_BYTES, &root_len) != ERR_OK || root_len != DIGEST_BYTES)
		return ERR_FORMAT;
	*ret_checkpoint = checkpoint;
	return ERR_OK;
}

enum err checkpoint_open(struct bytes note, const char *origin, const uint8_t public_key[ED25519_BYTES], struct checkpoint *ret_checkpoint)
{
	struct checkpoint checkpoint;
	struct bytes text;
	enum err err = note_open(note, origin, public_key, &text);

	if (err != ERR_OK)
		return err;
	err = parse_text(text, &checkpoint);
	if (err != ERR_OK)
		return err;
	if (strcmp(checkpoint.origin, origin) != 0)
		return ERR_AUTH; /* signed by the right key, but as another log's head */
	*ret_checkpoint = checkpoint;
	return ERR_OK;
}

enum err checkpoint_parse(struct bytes note, struct checkpoint *ret_checkpoint)
{
	struct bytes text;
	enum err err = note_text(note, &text);

	return err != ERR_OK ? err : parse_text(text, ret_checkpoint);
}
