/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/sent_keys.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "contract/limits.h"
#include "base/file.h"
#include "unit.h"

#define ID "01960000-0000-7000-8000-000000000000"

static void test_kept(void)
{
	struct digest hash = digest_of(bytes_of_text("content"));
	json_t *receipt = json_pack("{s:s}", "state", "accepted");
	struct sent_key sent;

	check_err(sent_key_read(unit_folder(), "k", &sent), ERR_NOT_FOUND);
	check_ok(sent_key_write(unit_folder(), "k/../../k", ID, &hash, receipt));
	check_ok(sent_key_write(unit_folder(), "k", ID, &hash, receipt));
	check_ok(sent_key_read(unit_folder(), "k/../../k", &sent));
	check_text(sent.message_id, ID);
	check(digest_equal(&sent.content_hash, &hash));
	check(json_equal(sent.receipt, receipt));
	json_decref(sent.receipt);
	check_err(sent_key_read(unit_folder(), "K", &sent), ERR_NOT_FOUND);
	json_decref(receipt);
}

static char *only_file(char *path, size_t size)
{
	struct digest digest = digest_of(bytes_of_text("k"));

	snprintf(path, size, "%s/keys/", unit_folder());
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		snprintf(path + strlen(path), size - strlen(path), "%02x", digest.bytes[i]);
	snprintf(path + strlen(path), size - strlen(path), ".json");
	return path;
}

static void test_damaged(void)
{
	static const char *const bad[] = { "", "{", "{\"type\":\"tsunagi-sent-key\"}", "{\"type\":\"tsunagi-sent-key\",\"message_id\":\"x\"}",
					   "{\"type\":\"tsunagi-sent-key\",\"message_id\":\"" ID "\",\"content_hash\":\"00\",\"receipt\":{}}" };
	struct digest hash = digest_of(bytes_of_text("content"));
	json_t *receipt = json_object();
	struct sent_key sent;
	char path[700];

	require_ok(sent_key_write(unit_folder(), "k", ID, &hash, receipt));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		require_ok(file_write(only_file(path, sizeof path), bytes_of_text(bad[i]), 0600));
		check_err(sent_key_read(unit_folder(), "k", &sent), ERR_NOT_FOUND);
	}
	json_decref(receipt);
}

/* As long as a broker would know the message as a repeat, and no longer. */
static void test_pruned(void)
{
	struct digest hash = digest_of(bytes_of_text("content"));
	json_t *receipt = json_object();
	char path[700];

	sent_keys_prune(unit_folder(), clock_wall_us());
	require_ok(sent_key_write(unit_folder(), "k", ID, &hash, receipt));
	sent_keys_prune(unit_folder(), clock_wall_us() + ((int64_t)LIMIT_ID_AGE_S - 100) * 1000000);
	check(access(only_file(path, sizeof path), F_OK) == 0);
	sent_keys_prune(unit_folder(), clock_wall_us() + ((int64_t)LIMIT_ID_AGE_S + 100) * 1000000);
	check(access(only_file(path, sizeof path), F_OK) != 0);
	json_decref(receipt);
}

UNIT_SUITE("libtsunagi/sent_keys", { "kept", test_kept }, { "damaged", test_damaged }, { "pruned", test_pruned });
