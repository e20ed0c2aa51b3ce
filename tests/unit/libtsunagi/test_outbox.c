/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "libtsunagi/outbox_file.h"
#include "unit.h"

static unsigned damaged;

static void on_damaged(void *context, const char *file)
{
	(void)context;
	check(strstr(file, ".damaged") != NULL);
	damaged++;
}

static struct order *an_order(const char *text)
{
	struct bytes statements[2] = { bytes_of_text(text), bytes_of_text("second statement") };
	struct bytes parts[3] = { bytes_of_text("part one"), bytes_of(NULL, 0), bytes_of_text("part three") };
	struct order *order = NULL;

	require_ok(order_new(statements, 2, parts, 3, NULL, &order));
	return order;
}

static json_t *a_head(const char *key, int urgency)
{
	return json_pack("{s:s, s:[s], s:i, s:i, s:s*}", "type", "tsunagi-outbox", "to", "desk@chiba-city", "urgency_number", urgency, "directory_version", 3, "key",
			 key);
}

static struct outbox open_it(void)
{
	struct outbox outbox;

	damaged = 0;
	require_ok(outbox_open(unit_folder(), &outbox, on_damaged, NULL));
	return outbox;
}

static struct outbox_message *put(struct outbox *outbox, const char *text, const char *key, int urgency)
{
	struct outbox_message *message = NULL;
	struct order *order = an_order(text);
	json_t *head = a_head(key, urgency);
	struct digest hash = digest_of(bytes_of_text(text));
	static struct id id;

	require_ok(id_new_after(&id, &id)); /* as a client does: order is the order of ids */
	require_ok(outbox_put(outbox, &id, head, &hash, order, NULL, 0, &message));
	order_free(order);
	json_decref(head);
	return message;
}

static void test_kept_over_a_restart(void)
{
	struct outbox outbox = open_it();
	struct outbox_message *message = put(&outbox, "first statement", "k", 2);
	struct order *order = NULL;
	struct digest hash = digest_of(bytes_of_text("first statement"));

	check(!message->sent);
	outbox_mark_sent(&outbox, message);
	outbox_close(&outbox);
	outbox = open_it();
	check_uint(outbox.count, 1);
	message = outbox_find_key(&outbox, "k");
	require(message != NULL);
	check(message->sent && message->collect);
	check_uint(message->urgency, 2);
	check_uint(message->directory_version, 3);
	check(digest_equal(&message->content_hash, &hash));
	check(outbox_find_key(&outbox, "other") == NULL);
	check(outbox_find(&outbox, &message->id) == message);
	require_ok(outbox_load(&outbox, message, &outbox, &order));
	check_bytes(order->statements[0], bytes_of_text("first statement"));
	check_bytes(order->parts[2], bytes_of_text("part three"));
	check_uint(order->parts[1].len, 0);
	check(order->owner == &outbox);
	order_free(order);
	check_ok(outbox_remove(&outbox, message));
	check_uint(outbox.count, 0);
	outbox_close(&outbox);
	outbox = open_it();
	check_uint(outbox.count, 0);
	outbox_close(&outbox);
}

static void test_most_urgent_first(void)
{
	struct outbox outbox = open_it();
	struct outbox_message *routine = put(&outbox, "a", NULL, 1), *danger = NULL, *soon = NULL, *later = NULL;

	soon = put(&outbox, "b", NULL, 2);
	danger = put(&outbox, "c", NULL, 4);
	later = put(&outbox, "d", NULL, 4);
	check(outbox_next(&outbox, 100) == danger);
	danger->not_before_us = 200;
	check(outbox_next(&outbox, 100) == later);
	later->state = OUTBOX_TRAVELS;
	check(outbox_next(&outbox, 100) == soon);
	soon->state = OUTBOX_STALE;
	check(outbox_next(&outbox, 100) == routine);
	check(outbox_next(&outbox, 200) == danger);
	outbox_close(&outbox);
}

/* Any changed byte of the file is found; the file is set aside, never deleted. */
static void test_every_byte(void)
{
	struct outbox outbox = open_it();
	struct outbox_message *message = put(&outbox, "first statement", NULL, 2);
	char *path = outbox_path(&outbox, &message->id, ".message");
	struct buf file;

	buf_init(&file, 100000);
	require_ok(file_read(path, &file));
	for (size_t at = 0; at < file.len; at++) {
		json_t *head = NULL;
		struct order *order = NULL;

		file.data[at] ^= 1;
		check_err(outbox_file_decode(buf_bytes(&file), NULL, &head, &order), ERR_CORRUPT);
		file.data[at] ^= 1;
		check_err(outbox_file_decode(bytes_of(file.data, at), NULL, &head, &order), ERR_CORRUPT);
	}
	file.data[file.len / 2] ^= 1;
	require_ok(file_write(path, buf_bytes(&file), 0600));
	outbox_close(&outbox);
	outbox = open_it();
	check_uint(outbox.count, 0);
	check_uint(damaged, 1);
	outbox_close(&outbox);
	outbox = open_it();
	check_uint(damaged, 0);
	outbox_close(&outbox);
	buf_free(&file);
	free(path);
}

/* What a crash leaves while writing, and names that are none, are passed over. */
static void test_strange_files(void)
{
	struct outbox outbox = open_it();
	char path[700];

	snprintf(path, sizeof path, "%s/01960000-0000-7000-8000-000000000000.message.new", outbox.folder);
	require_ok(file_write(path, bytes_of_text("half"), 0600));
	snprintf(path, sizeof path, "%s/no-id.message", outbox.folder);
	require_ok(file_write(path, bytes_of_text("x"), 0600));
	outbox_close(&outbox);
	outbox = open_it();
	check_uint(outbox.count, 0);
	check_uint(damaged, 1);
	outbox_close(&outbox);
}

static void test_replaced(void)
{
	struct outbox outbox = open_it();
	struct outbox_message *message = put(&outbox, "old", NULL, 2);
	struct order *order = an_order("sealed again"), *back = NULL;

	check_ok(outbox_replace(&outbox, message, 9, order));
	outbox_close(&outbox);
	outbox = open_it();
	check_uint(outbox.first->directory_version, 9);
	require_ok(outbox_load(&outbox, outbox.first, NULL, &back));
	check_bytes(back->statements[0], bytes_of_text("sealed again"));
	order_free(order);
	order_free(back);
	outbox_close(&outbox);
}

static void test_segments(void)
{
	struct outbox outbox = open_it();
	struct outbox_message *message = NULL;
	struct order *order = an_order("x");
	json_t *head = a_head(NULL, 2);
	struct segment segment = { .size = 6 };
	struct digest hash = digest_of(bytes_of_text("x"));
	struct id id, orphan;
	char *folder = NULL, *path = NULL;
	struct buf out;

	buf_init(&out, 1000);
	require_ok(id_new(&id));
	require_ok(id_new(&orphan));
	require_ok(outbox_segments_folder(&outbox, &orphan, &path));
	require_ok(outbox_segments_folder(&outbox, &id, &folder));
	segment.digest = digest_of(bytes_of_text("sealed"));
	free(path);
	path = segment_path(folder, &segment.digest);
	require_ok(file_write(path, bytes_of_text("sealed"), 0600));
	require_ok(outbox_put(&outbox, &id, head, &hash, order, &segment, 1, &message));
	check_int(message->state, OUTBOX_UPLOADING);
	outbox_close(&outbox);
	outbox = open_it();
	outbox_sweep(&outbox);
	check_uint(outbox.first->segment_count, 1);
	check_ok(outbox_segment(&outbox, outbox.first, 0, &out));
	check_bytes(buf_bytes(&out), bytes_of_text("sealed"));
	buf_clear(&out);
	require_ok(file_write(path, bytes_of_text("SEALED"), 0600));
	check_err(outbox_segment(&outbox, outbox.first, 0, &out), ERR_CORRUPT);
	buf_clear(&out);
	require_ok(file_remove(path));
	check_err(outbox_segment(&outbox, outbox.first, 0, &out), ERR_NOT_FOUND);
	check_ok(outbox_remove(&outbox, outbox.first));
	check(access(folder, F_OK) != 0);
	free(folder);
	folder = NULL;
	require_ok(outbox_segments_folder(&outbox, &orphan, &folder));
	outbox_sweep(&outbox);
	check(access(folder, F_OK) != 0);
	outbox_close(&outbox);
	order_free(order);
	json_decref(head);
	buf_free(&out);
	free(folder);
	free(path);
}

/* A folder that may not be written refuses the message and keeps nothing of it. */
static void test_disk_that_takes_nothing(void)
{
	struct outbox outbox = open_it();
	struct outbox_message *message = NULL;
	struct order *order = an_order("x");
	json_t *head = a_head(NULL, 2);
	struct digest hash = digest_of(bytes_of_text("x"));
	struct id id;

	require_ok(id_new(&id));
	free(outbox.folder);
	outbox.folder = strdup("/no/such/folder");
	check_err(outbox_put(&outbox, &id, head, &hash, order, NULL, 0, &message), ERR_NOT_FOUND);
	check_uint(outbox.count, 0);
	check(message == NULL);
	outbox_close(&outbox);
	order_free(order);
	json_decref(head);
}

UNIT_SUITE("libtsunagi/outbox", { "kept over a restart", test_kept_over_a_restart }, { "most urgent first", test_most_urgent_first }, { "every byte", test_every_byte },
	   { "strange files", test_strange_files }, { "replaced", test_replaced }, { "segments", test_segments },
	   { "a disk that takes nothing", test_disk_that_takes_nothing });
