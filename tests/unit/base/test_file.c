/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static const char *in_folder(const char *name)
{
	static char paths[2][4200];
	static unsigned turn;
	char *path = paths[turn++ % 2];

	snprintf(path, sizeof paths[0], "%s/%s", unit_folder(), name);
	return path;
}

static unsigned entries(void)
{
	DIR *directory = opendir(unit_folder());
	unsigned count = 0;

	require(directory != NULL);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count - 2;
}

static void check_content(const char *path, const char *text)
{
	struct buf content;

	buf_init(&content, 1000);
	check_ok(file_read(path, &content));
	check_bytes(buf_bytes(&content), bytes_of_text(text));
	buf_free(&content);
}

static void test_write(void)
{
	const char *path = in_folder("a");
	struct stat status;
	mode_t old = umask(0);

	check_ok(file_write_new(path, bytes_of_text("one"), 0600));
	check_err(file_write_new(path, bytes_of_text("two"), 0600), ERR_EXISTS);
	check_content(path, "one");
	check_ok(file_write(path, bytes_of_text("three"), 0640));
	check_content(path, "three");
	umask(old);
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0640);
	check_uint(entries(), 1); /* nothing is left beside it */
}

static void test_umask_does_not_narrow(void)
{
	const char *path = in_folder("a");
	mode_t old = umask(077);
	struct stat status;

	check_ok(file_write(path, bytes_of_text("x"), 0644));
	umask(old);
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0644);
}

static void test_limits(void)
{
	const char *path = in_folder("a");
	struct buf content;

	require_ok(file_write_new(path, bytes_of_text("12345"), 0600));
	buf_init(&content, 4);
	check_err(file_read(path, &content), ERR_TOO_LARGE);
	buf_free(&content);
	buf_init(&content, 5);
	check_ok(file_read(path, &content));
	check_err(file_read(unit_folder(), &content), ERR_FORMAT);
	check_err(file_read(in_folder("none"), &content), ERR_NOT_FOUND);
	require(mkfifo(in_folder("pipe"), 0600) == 0);
	check_err(file_read(in_folder("pipe"), &content), ERR_FORMAT); /* and does not wait for a writer */
	buf_free(&content);
}

static void test_secret(void)
{
	const char *path = in_folder("key");
	const char *other = in_folder("link");
	struct buf content;

	require_ok(file_write_new(path, bytes_of_text("secret"), 0600));
	buf_init(&content, 100);
	check_ok(file_read_secret(path, &content));
	require(chmod(path, 0400) == 0);
	check_ok(file_read_secret(path, &content));
	require(chmod(path, 0640) == 0);
	check_err(file_read_secret(path, &content), ERR_PERMISSION);
	require(chmod(path, 0601) == 0);
	check_err(file_read_secret(path, &content), ERR_PERMISSION);
	require(chmod(path, 0600) == 0 && symlink(path, other) == 0);
	check_err(file_read_secret(other, &content), ERR_PERMISSION);
	buf_free(&content);
}

/* Over several pieces of reading, and to the byte. */
static void test_large(void)
{
	enum { SIZE = 300000 };
	const char *path = in_folder("large");
	uint8_t *content = malloc(SIZE);
	struct buf out;

	require(content != NULL);
	unit_random_bytes(content, SIZE);
	require_ok(file_write(path, bytes_of(content, SIZE), 0600));
	buf_init(&out, SIZE - 1);
	check_err(file_read(path, &out), ERR_TOO_LARGE);
	buf_free(&out);
	buf_init(&out, SIZE);
	check_ok(file_read(path, &out));
	check_bytes(buf_bytes(&out), bytes_of(content, SIZE));
	buf_free(&out);
	free(content);
}

static void test_soon(void)
{
	const char *path = in_folder("a");

	check_ok(file_write_soon(path, bytes_of_text("one"), 0600));
	check_ok(file_write_soon(path, bytes_of(NULL, 0), 0600));
	check_content(path, "");
	check_uint(entries(), 1);
}

/* What could not be written leaves the old one as it was, and nothing beside it. */
static void test_failed_write(void)
{
	const char *path = in_folder("a");

	check_err(file_write_new(in_folder("none/a"), bytes_of_text("x"), 0600), ERR_NOT_FOUND);
	check_err(file_write("/dev/null/a", bytes_of_text("x"), 0600), ERR_NOT_FOUND);
	require(mkdir(path, 0700) == 0);
	check(file_write(path, bytes_of_text("x"), 0600) != ERR_OK);
	check_err(file_write_new(path, bytes_of_text("x"), 0600), ERR_EXISTS);
	check_uint(entries(), 1);
}

/* A process that died while it wrote left its half behind; one of the same number is not stopped by it. */
static void test_leftover(void)
{
	const char *path = in_folder("a");
	char beside[4300];

	snprintf(beside, sizeof beside, "%s.%ld.new", path, (long)gettid());
	require(symlink("/dev/full", beside) == 0);
	check_ok(file_write_new(path, bytes_of_text("whole"), 0600));
	check_content(path, "whole");
	check_uint(entries(), 1);
}

struct writer {
	const char *path;
	char letter;
	enum err err;
};

static void *write_often(void *context)
{
	struct writer *writer = context;
	char text[4097];

	memset(text, writer->letter, sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (unsigned i = 0; i < 50 && writer->err == ERR_OK; i++)
		writer->err = file_write_soon(writer->path, bytes_of_text(text), 0600);
	return NULL;
}

/* Whoever comes last, what stands there is one writer's alone. */
static void test_two_writers(void)
{
	const char *path = in_folder("a");
	struct writer writers[2] = { { path, 'a', ERR_OK }, { path, 'b', ERR_OK } };
	pthread_t threads[2];
	struct buf out;

	for (unsigned i = 0; i < 2; i++)
		require(pthread_create(&threads[i], NULL, write_often, &writers[i]) == 0);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	check_ok(writers[0].err);
	check_ok(writers[1].err);
	buf_init(&out, 5000);
	require_ok(file_read(path, &out));
	check_uint(out.len, 4096);
	for (size_t i = 0; i < out.len; i++)
		require(out.data[i] == out.data[0]);
	buf_free(&out);
	check_uint(entries(), 1);
}

static void test_remove(void)
{
	const char *path = in_folder("a");

	require_ok(file_write(path, bytes_of_text("x"), 0600));
	check_ok(file_remove(path));
	check(access(path, F_OK) != 0);
	check_ok(file_remove(path));
	check(file_remove(unit_folder()) != ERR_OK);
}

static void test_pieces(void)
{
	const char *path = in_folder("pieces");
	int descriptor = -1;

	require_ok(file_create(path, &descriptor));
	check_ok(file_put(descriptor, bytes_of_text("abc")));
	check_ok(file_put(descriptor, bytes_of(NULL, 0)));
	check_ok(file_put(descriptor, bytes_of_text("def")));
	close(descriptor);
	check_content(path, "abcdef");
	descriptor = -1;
	check_err(file_create(path, &descriptor), ERR_EXISTS);
	check_int(descriptor, -1); /* written on success only */
}

static void test_take(void)
{
	const char *path = in_folder("pieces");
	uint8_t to[4];
	size_t len = 0;
	int descriptor;

	require_ok(file_write(path, bytes_of_text("abcdef"), 0600));
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	require(descriptor >= 0);
	check_ok(file_take(descriptor, to, sizeof to, &len));
	check_bytes(bytes_of(to, len), bytes_of_text("abcd"));
	check_ok(file_take(descriptor, to, sizeof to, &len));
	check_bytes(bytes_of(to, len), bytes_of_text("ef"));
	check_ok(file_take(descriptor, to, sizeof to, &len));
	check_uint(len, 0);
	close(descriptor);
}

static void *feed(void *context)
{
	const int *descriptor = context;
	uint8_t block[1000] = { 7 };

	for (unsigned i = 0; i < 100; i++)
		if (file_put(*descriptor, bytes_of(block, sizeof block)) != ERR_OK)
			break;
	close(*descriptor);
	return NULL;
}

/* A pipe gives less at a time than was asked for; that is not its end. */
static void test_take_all_of_a_pipe(void)
{
	int ends[2];
	pthread_t thread;
	struct buf out;

	require(pipe2(ends, O_CLOEXEC) == 0);
	require(pthread_create(&thread, NULL, feed, &ends[1]) == 0);
	buf_init(&out, 100000);
	check_ok(file_take_all(ends[0], &out));
	check_uint(out.len, 100000);
	pthread_join(thread, NULL);
	close(ends[0]);
	buf_free(&out);
}

static void test_bad_descriptors(void)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	uint8_t to[4];
	size_t len = 99;
	struct buf out;

	require(full >= 0);
	check_err(file_put(full, bytes_of_text("x")), ERR_NOSPC);
	close(full);
	check(file_put(-1, bytes_of_text("x")) != ERR_OK);
	check(file_take(-1, to, sizeof to, &len) != ERR_OK);
	check_uint(len, 99);
	buf_init(&out, 10);
	check(file_take_all(-1, &out) != ERR_OK);
	check_uint(out.len, 0);
	buf_free(&out);
}

UNIT_SUITE("base/file",
	{ "written whole or not at all", test_write },
	{ "the mode is the one asked for", test_umask_does_not_narrow },
	{ "reading has bounds", test_limits },
	{ "a secret belongs to one user", test_secret },
	{ "a large one", test_large },
	{ "without waiting for the disk", test_soon },
	{ "a failed write leaves nothing", test_failed_write },
	{ "what a crash left behind", test_leftover },
	{ "two writers", test_two_writers },
	{ "removed", test_remove },
	{ "written piece by piece", test_pieces },
	{ "read piece by piece", test_take },
	{ "all that a pipe gives", test_take_all_of_a_pipe },
	{ "descriptors that do not work", test_bad_descriptors });
