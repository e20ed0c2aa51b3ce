/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char *in_folder(const char *name)
{
	char *path = path_join(unit_folder(), name);

	require(path != NULL);
	return path;
}

static void make_file(const char *path)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	require(descriptor >= 0);
	close(descriptor);
}

static void test_make(void)
{
	char *folder = in_folder("a");
	char *file = in_folder("file");
	char *orphan = in_folder("none/b");
	mode_t old = umask(0277);
	struct stat status;

	check_ok(folder_make(folder, 0751));
	umask(old);
	check_ok(folder_make(folder, 0700)); /* left as it is */
	require(stat(folder, &status) == 0);
	check_uint(status.st_mode & 07777, 0751);
	make_file(file);
	check_err(folder_make(file, 0700), ERR_EXISTS);
	check_err(folder_make(orphan, 0700), ERR_NOT_FOUND);
	free(orphan);
	free(file);
	free(folder);
}

/* A link to a directory serves as one; a link to nothing is told of. */
static void test_make_over_a_link(void)
{
	char *link_to_one = in_folder("one");
	char *link_to_none = in_folder("none");

	require(symlink(unit_folder(), link_to_one) == 0 && symlink("/no/such", link_to_none) == 0);
	check_ok(folder_make(link_to_one, 0700));
	check_err(folder_make(link_to_none, 0700), ERR_NOT_FOUND);
	free(link_to_none);
	free(link_to_one);
}

static void test_sync(void)
{
	char *file = in_folder("file");
	char *missing = in_folder("none/file");

	make_file(file);
	check_ok(folder_sync(unit_folder()));
	check(folder_sync(file) != ERR_OK);
	check_err(folder_sync(missing), ERR_NOT_FOUND);
	check_ok(folder_sync_parent(file));
	check_ok(folder_sync_parent("name"));
	check_ok(folder_sync_parent("/name"));
	check_err(folder_sync_parent(missing), ERR_NOT_FOUND);
	free(missing);
	free(file);
}

static void test_remove(void)
{
	char *folder = in_folder("a");
	char *file = path_join(folder, "file");
	char *inner = path_join(folder, "b");
	char *inner_file = path_join(inner, "file");

	require_ok(folder_make(folder, 0700));
	require_ok(folder_make(inner, 0700));
	make_file(file);
	make_file(inner_file);
	check_ok(folder_remove(folder));
	check(access(folder, F_OK) != 0);
	check_ok(folder_remove(folder)); /* gone is gone */
	free(inner_file);
	free(inner);
	free(file);
	free(folder);
}

/* Deeper than two levels is nothing that the house made. */
static void test_remove_no_deeper(void)
{
	char *folder = in_folder("a");
	char *inner = path_join(folder, "b");
	char *deep = path_join(inner, "c");

	require_ok(folder_make(folder, 0700));
	require_ok(folder_make(inner, 0700));
	require_ok(folder_make(deep, 0700));
	check(folder_remove(folder) != ERR_OK);
	check(access(deep, F_OK) == 0);
	check_ok(folder_remove(inner));
	check_ok(folder_remove(folder));
	free(deep);
	free(inner);
	free(folder);
}

/* The link goes; what it leads to stays. */
static void test_remove_follows_no_link(void)
{
	char *kept = in_folder("kept");
	char *file = path_join(kept, "file");
	char *folder = in_folder("a");
	char *link = path_join(folder, "link");

	require_ok(folder_make(kept, 0700));
	require_ok(folder_make(folder, 0700));
	make_file(file);
	require(symlink(kept, link) == 0);
	check_ok(folder_remove(folder));
	check(access(folder, F_OK) != 0);
	check(access(file, F_OK) == 0);
	check(folder_remove(file) != ERR_OK); /* no directory */
	check(access(file, F_OK) == 0);
	free(link);
	free(folder);
	free(file);
	free(kept);
}

/* A file that was last written at that second. */
static char *file_of(const char *folder, const char *name, time_t second)
{
	struct timespec times[2] = { { .tv_sec = second }, { .tv_sec = second } };
	char *path = path_join(folder, name);

	make_file(path);
	require(utimensat(AT_FDCWD, path, times, 0) == 0);
	return path;
}

static void test_prune(void)
{
	char *folder = in_folder("pruned"), *inner = path_join(folder, "folder"), *link = path_join(folder, "link");

	require_ok(folder_make(folder, 0700));
	require_ok(folder_make(inner, 0700));
	char *old = file_of(folder, "old", 999), *young = file_of(folder, "young", 1000), *hidden = file_of(folder, ".hidden", 1);

	require(symlink(old, link) == 0);
	folder_prune(folder, 1000);
	check(access(old, F_OK) != 0);
	check(access(young, F_OK) == 0);
	check(access(hidden, F_OK) == 0);
	check(access(inner, F_OK) == 0);
	check(faccessat(AT_FDCWD, link, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
	folder_prune(inner, 1000); /* nothing in it */
	folder_prune(old, 1000);   /* nothing at all */
	require(unlink(hidden) == 0 && unlink(young) == 0 && unlink(link) == 0);
	check_ok(folder_remove(folder));
	free(old);
	free(young);
	free(hidden);
	free(inner);
	free(link);
	free(folder);
}

static void test_join(void)
{
	char *path = path_join("a/b", "c");

	check_text(path, "a/b/c");
	free(path);
}

UNIT_SUITE("base/folder",
	{ "made with the mode asked for", test_make },
	{ "made where a link stands", test_make_over_a_link },
	{ "synced", test_sync },
	{ "removed with what is in it", test_remove },
	{ "no deeper than two levels", test_remove_no_deeper },
	{ "no link is followed", test_remove_follows_no_link },
	{ "pruned of what is old", test_prune },
	{ "joined", test_join });
