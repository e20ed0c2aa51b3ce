/* SPDX-License-Identifier: Apache-2.0 */
#include "config/file.h"

#include <dirent.h>
#include <stdio.h>
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

static void test_no_such_directory(void)
{
	check_err(file_write_new(in_folder("none/a"), bytes_of_text("x"), 0600), ERR_NOT_FOUND);
	check_err(file_write_new("/dev/full/a", bytes_of_text("x"), 0600), ERR_NOT_FOUND);
}

static void test_directory(void)
{
	struct stat status;

	check_ok(file_make_directory(in_folder("d"), 0700));
	check_ok(file_make_directory(in_folder("d"), 0700));
	require(stat(in_folder("d"), &status) == 0);
	check_uint(status.st_mode & 0777, 0700);
	require_ok(file_write_new(in_folder("f"), bytes_of_text("x"), 0600));
	check_err(file_make_directory(in_folder("f"), 0700), ERR_FORMAT);
	check_err(file_make_directory(in_folder("none/d"), 0700), ERR_NOT_FOUND);
}

UNIT_SUITE("config/file",
	{ "written whole or not at all", test_write },
	{ "the mode is the one asked for", test_umask_does_not_narrow },
	{ "reading has bounds", test_limits },
	{ "a secret belongs to one user", test_secret },
	{ "no such directory", test_no_such_directory },
	{ "directories", test_directory });
