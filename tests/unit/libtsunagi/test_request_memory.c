/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a request: the same legs again, found by code, gone when old, and no harm from what is no such file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/folder.h"
#include "request_scene.h"
#include "unit.h"

static const char *const two[] = { "desk", "third" };

static struct scene scene;

/* Two legs, kept in the test's folder. */
static void keep(void)
{
	Pb__LegListing listing = PB__LEG_LISTING__INIT;
	Pb__LegShown *legs[] = { &scene.legs[0], &scene.legs[1] };

	scene_open(&scene, "link", two, 2, PB__LEG_STATE__LEG_STATE_RECEIVED);
	listing.legs = legs;
	listing.n_legs = 2;
	request_memory_keep(unit_folder(), SCENE_REQUEST, &listing);
}

static char *kept_path(void)
{
	char *path = NULL;

	require(asprintf(&path, "%s/requests/" SCENE_REQUEST ".legs", unit_folder()) > 0);
	return path;
}

static void test_the_same_again(void)
{
	struct answer_read answer;
	struct stat status;
	char *path = kept_path();

	check_err(request_memory_read(unit_folder(), SCENE_REQUEST, &answer), ERR_NOT_FOUND);
	keep();
	require_ok(request_memory_read(unit_folder(), SCENE_REQUEST, &answer));
	require(answer.result->result_case == PB__READ_RESULT__RESULT_LEGS);
	require(answer.result->legs->n_legs == 2);
	check_text(answer.result->legs->legs[1]->to, "third@" SCENE_SITE);
	check_int(answer.result->legs->legs[0]->basis->basis, PB__BASIS__BASIS_PUBLIC_DUTY);
	check_uint(answer.result->legs->legs[0]->n_classes, 3);
	asking_free(&answer);
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	free(path);
}

static void test_by_code(void)
{
	struct id id, found;

	keep();
	require_ok(id_parse(SCENE_REQUEST, &id));
	check(request_memory_find(unit_folder(), id_tail(&id), &found));
	check(memcmp(found.bytes, id.bytes, ID_BYTES) == 0);
	check(!request_memory_find(unit_folder(), id_tail(&id) + 1, &found));
	check(!request_memory_find("/nowhere", id_tail(&id), &found));
}

static void test_damaged(void)
{
	struct answer_read answer;
	char *path = kept_path();

	keep();
	require_ok(file_write(path, bytes_of_text("\xff\xff no message"), 0600));
	check(request_memory_read(unit_folder(), SCENE_REQUEST, &answer) != ERR_OK);
	free(path);
}

static void test_pruned(void)
{
	struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
	struct answer_read answer;
	char *path = kept_path();

	keep();
	request_memory_prune(unit_folder(), INT64_C(1790000000000000));
	require_ok(request_memory_read(unit_folder(), SCENE_REQUEST, &answer));
	asking_free(&answer);
	require(utimensat(AT_FDCWD, path, old, 0) == 0);
	request_memory_prune(unit_folder(), INT64_C(1790000000000000));
	check_err(request_memory_read(unit_folder(), SCENE_REQUEST, &answer), ERR_NOT_FOUND);
	free(path);
}

UNIT_SUITE("libtsunagi/request_memory",
	{ "the same legs again", test_the_same_again },
	{ "by code", test_by_code },
	{ "a damaged file", test_damaged },
	{ "old ones go", test_pruned });
