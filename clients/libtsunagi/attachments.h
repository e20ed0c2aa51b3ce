/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/attachments.h - files of up to 16 MiB in sealed segments; one segment is in memory at a time. */
#pragma once
#include "content.pb-c.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "crypto/digest.h"

/* A sealed segment, kept as the file FOLDER/HEX-OF-ITS-DIGEST until the broker has it. */
struct segment {
	struct digest digest;
	uint32_t size;
};

/* SHA-256 of a file's content.  Errors of the file. */
enum err attachment_digest(const char *path, struct digest *ret_digest);

/* Seals the file at path into segments in folder (synced, but for folder itself) and completes attachment with key, size, digest and
 * segments, in the arena.  segments has room for *count and more up to LIMIT_BLOBS; *count grows.
 * ERR_CONFLICT: the file changed meanwhile; ERR_TOO_LARGE: more than LIMIT_BLOBS segments in all; errors of the files; ERR_CRYPTO. */
enum err attachment_seal(const char *path, int64_t size, const char *folder, struct arena *arena, Pb__Attachment *attachment,
			 struct segment *segments, size_t *count);

/* The file of a segment; allocated, NULL when memory is short. */
char *segment_path(const char *folder, const struct digest *digest);

/* Opens segments one after another into a file. */
struct attachment_writer {
	const Pb__Attachment *attachment;
	int descriptor;
	uint32_t next;
	uint64_t size;
	struct digest_stream *digest;
};

/* Creates path.  ERR_FORMAT when the manifest makes no sense; ERR_EXISTS; errors of the file. */
enum err attachment_writer_open(const Pb__Attachment *attachment, const char *path, struct attachment_writer *ret_writer);

/* Adds the next segment, as stored at the broker.  ERR_AUTH when it is not what the manifest says. */
enum err attachment_writer_add(struct attachment_writer *writer, struct bytes sealed);

/* ERR_AUTH unless all of it came and is what the manifest says; it is synced then. */
enum err attachment_writer_end(struct attachment_writer *writer);
void attachment_writer_close(struct attachment_writer *writer);
