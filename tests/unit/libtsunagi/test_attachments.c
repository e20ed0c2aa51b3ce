/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/attachments.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "unit.h"

struct scene {
	char file[600], folder[600], copy[600];
	uint8_t *content;
	size_t size;
	struct arena arena;
	Pb__Attachment attachment;
	struct segment segments[LIMIT_BLOBS];
	size_t count;
};

static enum err seal(struct scene *scene, size_t size)
{
	snprintf(scene->file, sizeof scene->file, "%s/file", unit_folder());
	snprintf(scene->folder, sizeof scene->folder, "%s/segments", unit_folder());
	snprintf(scene->copy, sizeof scene->copy, "%s/copy", unit_folder());
	scene->content = malloc(size + 1);
	scene->size = size;
	unit_random_bytes(scene->content, size);
	require_ok(file_write(scene->file, bytes_of(scene->content, size), 0600));
	require_ok(folder_make(scene->folder, 0700));
	arena_init(&scene->arena, 1000000);
	pb__attachment__init(&scene->attachment);
	scene->count = 0;
	return attachment_seal(scene->file, (int64_t)size, scene->folder, &scene->arena, &scene->attachment, scene->segments, &scene->count);
}

static void end(struct scene *scene)
{
	arena_free(&scene->arena);
	free(scene->content);
	unlink(scene->copy);
}

static void read_segment(const struct scene *scene, size_t index, struct buf *out)
{
	char *path = segment_path(scene->folder, &scene->segments[index].digest);

	buf_clear(out);
	require_ok(file_read(path, out));
	free(path);
}

static void check_round_trip(size_t size, size_t segments)
{
	struct scene scene;
	struct attachment_writer writer;
	struct buf sealed, back;

	unit_context("%zu bytes", size);
	buf_init(&sealed, LIMIT_BLOB_BYTES);
	buf_init(&back, size + 1);
	require_ok(seal(&scene, size));
	check_uint(scene.count, segments);
	check_uint(scene.attachment.n_segments, segments);
	require_ok(attachment_writer_open(&scene.attachment, scene.copy, &writer));
	for (size_t i = 0; i < scene.count; i++) {
		read_segment(&scene, i, &sealed);
		check(sealed.len <= LIMIT_BLOB_BYTES);
		check_ok(attachment_writer_add(&writer, buf_bytes(&sealed)));
	}
	check_ok(attachment_writer_end(&writer));
	attachment_writer_close(&writer);
	require_ok(file_read(scene.copy, &back));
	check_bytes(buf_bytes(&back), bytes_of(scene.content, size));
	buf_free(&sealed);
	buf_free(&back);
	end(&scene);
}

static void test_round_trips(void)
{
	check_round_trip(1, 1);
	check_round_trip(LIMIT_SEGMENT_CLEAR_BYTES - 1, 1);
	check_round_trip(LIMIT_SEGMENT_CLEAR_BYTES, 1);
	check_round_trip(LIMIT_SEGMENT_CLEAR_BYTES + 1, 2);
	check_round_trip(3 * LIMIT_SEGMENT_CLEAR_BYTES, 3);
}

/* Segments swapped, repeated, left out, changed: never taken. */
static void test_false_segments(void)
{
	struct scene scene;
	struct attachment_writer writer;
	struct buf first, second;

	buf_init(&first, LIMIT_BLOB_BYTES);
	buf_init(&second, LIMIT_BLOB_BYTES);
	require_ok(seal(&scene, 2 * LIMIT_SEGMENT_CLEAR_BYTES));
	read_segment(&scene, 0, &first);
	read_segment(&scene, 1, &second);
	require_ok(attachment_writer_open(&scene.attachment, scene.copy, &writer));
	check_err(attachment_writer_add(&writer, buf_bytes(&second)), ERR_AUTH);
	check_ok(attachment_writer_add(&writer, buf_bytes(&first)));
	check_err(attachment_writer_add(&writer, buf_bytes(&first)), ERR_AUTH);
	check_err(attachment_writer_end(&writer), ERR_AUTH);
	second.data[1000] ^= 1;
	check_err(attachment_writer_add(&writer, buf_bytes(&second)), ERR_AUTH);
	second.data[1000] ^= 1;
	check_ok(attachment_writer_add(&writer, buf_bytes(&second)));
	check_err(attachment_writer_add(&writer, buf_bytes(&second)), ERR_AUTH);
	attachment_writer_close(&writer);
	attachment_writer_close(&writer);
	buf_free(&first);
	buf_free(&second);
	end(&scene);
}

/* A manifest whose digest is another's: all segments open, the whole is refused. */
static void test_false_manifest(void)
{
	struct scene scene;
	struct attachment_writer writer;
	struct buf sealed;

	buf_init(&sealed, LIMIT_BLOB_BYTES);
	require_ok(seal(&scene, 5000));
	read_segment(&scene, 0, &sealed);
	scene.attachment.sha256.data[0] ^= 1;
	require_ok(attachment_writer_open(&scene.attachment, scene.copy, &writer));
	check_ok(attachment_writer_add(&writer, buf_bytes(&sealed)));
	check_err(attachment_writer_end(&writer), ERR_AUTH);
	attachment_writer_close(&writer);
	scene.attachment.key.len = 31;
	check_err(attachment_writer_open(&scene.attachment, scene.copy, &writer), ERR_FORMAT);
	scene.attachment.key.len = 32;
	check_err(attachment_writer_open(&scene.attachment, scene.copy, &writer), ERR_EXISTS);
	scene.attachment.size = LIMIT_ATTACHMENT_BYTES + 1;
	check_err(attachment_writer_open(&scene.attachment, scene.copy, &writer), ERR_FORMAT);
	scene.attachment.size = 1;
	scene.attachment.n_segments = 0;
	check_err(attachment_writer_open(&scene.attachment, scene.copy, &writer), ERR_FORMAT);
	buf_free(&sealed);
	end(&scene);
}

static void test_limits(void)
{
	struct scene scene;

	require_ok(seal(&scene, 10));
	scene.count = LIMIT_BLOBS;
	check_err(attachment_seal(scene.file, 10, scene.folder, &scene.arena, &scene.attachment, scene.segments, &scene.count), ERR_TOO_LARGE);
	scene.count = 0;
	check_err(attachment_seal(scene.file, 0, scene.folder, &scene.arena, &scene.attachment, scene.segments, &scene.count), ERR_TOO_LARGE);
	/* The file grew or shrank since it was looked at. */
	check_err(attachment_seal(scene.file, 11, scene.folder, &scene.arena, &scene.attachment, scene.segments, &scene.count), ERR_CONFLICT);
	check_err(attachment_seal("/no/such", 10, scene.folder, &scene.arena, &scene.attachment, scene.segments, &scene.count), ERR_NOT_FOUND);
	check_uint(scene.count, 0);
	end(&scene);
}

static void test_digest(void)
{
	struct scene scene;
	struct digest digest, expected;

	require_ok(seal(&scene, 200000));
	expected = digest_of(bytes_of(scene.content, scene.size));
	check_ok(attachment_digest(scene.file, &digest));
	check(digest_equal(&digest, &expected));
	check_bytes(bytes_of_pb(scene.attachment.sha256), digest_bytes(&expected));
	check_err(attachment_digest("/no/such", &digest), ERR_NOT_FOUND);
	end(&scene);
}

UNIT_SUITE("libtsunagi/attachments", { "round trips", test_round_trips }, { "false segments", test_false_segments }, { "a false manifest", test_false_manifest },
	   { "limits", test_limits }, { "digest", test_digest });
