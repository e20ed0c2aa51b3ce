/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/attachments.c - see attachments.h for the contract. */
#include "libtsunagi/attachments.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "crypto/seal.h"

#define DIGEST_STEP (64u * 1024u)

char *segment_path(const char *folder, const struct digest *digest)
{
	char hex[2 * DIGEST_BYTES + 1];

	text_hex(digest_bytes(digest), hex);
	return path_join(folder, hex);
}

enum err attachment_digest(const char *path, struct digest *ret_digest)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct digest_stream *stream = NULL;
	size_t len = DIGEST_STEP;
	enum err err = ERR_OK;

	if (descriptor < 0)
		return err_from_errno(errno);
	err = digest_stream_new(&stream);
	while (err == ERR_OK && len == DIGEST_STEP) {
		uint8_t step[DIGEST_STEP];

		err = file_take(descriptor, step, sizeof step, &len);
		if (err == ERR_OK)
			digest_stream_add(stream, bytes_of(step, len));
	}
	if (err == ERR_OK)
		*ret_digest = digest_stream_end(stream);
	digest_stream_free(stream);
	close(descriptor);
	return err;
}

static enum err store_segment(const char *folder, struct bytes sealed, const struct digest *digest)
{
	char *path = segment_path(folder, digest);
	enum err err = path == NULL ? ERR_NOMEM : file_write(path, sealed, 0600);

	free(path);
	return err;
}

/* Reads, seals and stores one segment; clear and sealed are work space. */
static enum err seal_next(int descriptor, const Pb__Attachment *attachment, uint32_t number, uint32_t total, const char *folder,
			  struct digest_stream *stream, uint8_t *clear, struct buf *sealed, uint64_t *size, struct segment *ret_segment)
{
	size_t len = 0;
	enum err err = file_take(descriptor, clear, LIMIT_SEGMENT_CLEAR_BYTES, &len);

	if (err != ERR_OK)
		return err;
	digest_stream_add(stream, bytes_of(clear, len));
	*size += len;
	buf_clear(sealed);
	err = seal_segment(attachment->key.data, number, total, bytes_of(clear, len), sealed);
	if (err != ERR_OK)
		return err;
	ret_segment->digest = digest_of(buf_bytes(sealed));
	ret_segment->size = (uint32_t)sealed->len;
	return store_segment(folder, buf_bytes(sealed), &ret_segment->digest);
}

/* The manifest's rows of the segments just made. */
static enum err write_manifest(struct arena *arena, Pb__Attachment *attachment, const struct segment *segments, size_t count)
{
	Pb__AttachmentSegment *rows = arena_calloc(arena, count, sizeof *rows);

	attachment->segments = arena_calloc(arena, count, sizeof *attachment->segments);
	if (rows == NULL || attachment->segments == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		pb__attachment_segment__init(&rows[i]);
		rows[i].sha256 = pb_of_bytes(bytes_of(arena_copy(arena, digest_bytes(&segments[i].digest)), DIGEST_BYTES));
		rows[i].size = segments[i].size;
		if (rows[i].sha256.data == NULL)
			return ERR_NOMEM;
		attachment->segments[i] = &rows[i];
	}
	attachment->n_segments = count;
	return ERR_OK;
}

static enum err seal_all(int descriptor, uint32_t total, const char *folder, struct arena *arena, Pb__Attachment *attachment,
			 struct segment *segments)
{
	uint8_t *clear = malloc(LIMIT_SEGMENT_CLEAR_BYTES);
	struct digest_stream *stream = NULL;
	struct buf sealed;
	struct digest digest;
	uint64_t size = 0;
	enum err err = clear == NULL ? ERR_NOMEM : digest_stream_new(&stream);

	buf_init(&sealed, LIMIT_BLOB_BYTES);
	for (uint32_t i = 0; i < total && err == ERR_OK; i++)
		err = seal_next(descriptor, attachment, i, total, folder, stream, clear, &sealed, &size, &segments[i]);
	if (err == ERR_OK && size != attachment->size)
		err = ERR_CONFLICT;
	if (err == ERR_OK) {
		digest = digest_stream_end(stream);
		attachment->sha256 = pb_of_bytes(bytes_of(arena_copy(arena, digest_bytes(&digest)), DIGEST_BYTES));
		err = attachment->sha256.data == NULL ? ERR_NOMEM : write_manifest(arena, attachment, segments, total);
	}
	digest_stream_free(stream);
	buf_free(&sealed);
	if (clear != NULL)
		secret_wipe(clear, LIMIT_SEGMENT_CLEAR_BYTES);
	free(clear);
	return err;
}

enum err attachment_seal(const char *path, int64_t size, const char *folder, struct arena *arena, Pb__Attachment *attachment,
			 struct segment *segments, size_t *count)
{
	uint64_t total = ((uint64_t)size + LIMIT_SEGMENT_CLEAR_BYTES - 1) / LIMIT_SEGMENT_CLEAR_BYTES;
	uint8_t *key = arena_alloc(arena, SEAL_KEY_BYTES);
	int descriptor = -1;
	enum err err = ERR_OK;

	if (key == NULL)
		return ERR_NOMEM;
	if (total == 0 || total > LIMIT_BLOBS - *count)
		return ERR_TOO_LARGE;
	random_bytes(key, SEAL_KEY_BYTES);
	attachment->key = pb_of_bytes(bytes_of(key, SEAL_KEY_BYTES));
	attachment->size = (uint64_t)size;
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return err_from_errno(errno);
	err = seal_all(descriptor, (uint32_t)total, folder, arena, attachment, segments + *count);
	close(descriptor);
	if (err == ERR_OK)
		*count += total;
	return err;
}

enum err attachment_writer_open(const Pb__Attachment *attachment, const char *path, struct attachment_writer *ret_writer)
{
	struct attachment_writer writer = { .attachment = attachment, .descriptor = -1 };
	uint64_t most = (uint64_t)attachment->n_segments * LIMIT_SEGMENT_CLEAR_BYTES;
	enum err err = ERR_OK;

	if (attachment->key.len != SEAL_KEY_BYTES || attachment->sha256.len != DIGEST_BYTES || attachment->n_segments == 0 ||
	    attachment->n_segments > LIMIT_BLOBS || attachment->size > most || attachment->size > LIMIT_ATTACHMENT_BYTES)
		return ERR_FORMAT;
	err = digest_stream_new(&writer.digest);
	if (err == ERR_OK)
		err = file_create(path, &writer.descriptor);
	if (err != ERR_OK) {
		attachment_writer_close(&writer);
		return err;
	}
	*ret_writer = writer;
	return ERR_OK;
}

enum err attachment_writer_add(struct attachment_writer *writer, struct bytes sealed)
{
	const Pb__Attachment *attachment = writer->attachment;
	const Pb__AttachmentSegment *row = NULL;
	struct digest digest = digest_of(sealed);
	struct buf clear;
	enum err err = ERR_OK;

	if (writer->next >= attachment->n_segments)
		return ERR_AUTH;
	row = attachment->segments[writer->next];
	if (row->size != sealed.len || !bytes_equal(bytes_of_pb(row->sha256), digest_bytes(&digest)))
		return ERR_AUTH;
	buf_init(&clear, LIMIT_SEGMENT_CLEAR_BYTES);
	err = open_segment(attachment->key.data, writer->next, (uint32_t)attachment->n_segments, sealed, &clear);
	if (err == ERR_OK) {
		digest_stream_add(writer->digest, buf_bytes(&clear));
		writer->size += clear.len;
		writer->next++;
		err = file_put(writer->descriptor, buf_bytes(&clear));
	}
	if (clear.data != NULL)
		secret_wipe(clear.data, clear.cap);
	buf_free(&clear);
	return err == ERR_FORMAT ? ERR_AUTH : err;
}

enum err attachment_writer_end(struct attachment_writer *writer)
{
	struct digest digest = digest_stream_end(writer->digest);

	if (writer->next != writer->attachment->n_segments || writer->size != writer->attachment->size ||
	    !bytes_equal(digest_bytes(&digest), bytes_of_pb(writer->attachment->sha256)))
		return ERR_AUTH;
	return fsync(writer->descriptor) == 0 ? ERR_OK : err_from_errno(errno);
}

void attachment_writer_close(struct attachment_writer *writer)
{
	if (writer->descriptor >= 0)
		close(writer->descriptor);
	digest_stream_free(writer->digest);
	writer->descriptor = -1;
	writer->digest = NULL;
}
