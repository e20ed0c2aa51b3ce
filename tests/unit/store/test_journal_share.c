/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal_share.h"

#include <stdatomic.h>

#include "store/journal_file.h"
#include "unit.h"

static struct journal_share share;

/* What a snapshot of that number is given: its first byte and how much; 0 for nothing. */
static void check_taken(uint64_t snapshot, uint8_t first, size_t kept)
{
	struct journal_buffer *buffer;
	size_t len = 0;

	unit_context("snapshot %llu", (unsigned long long)snapshot);
	require(journal_share_take(&share, snapshot, &buffer, &len));
	check_uint(len, kept);
	check(kept == 0 ? buffer == NULL : buffer != NULL && buffer->bytes[0] == first);
	journal_share_give_back(&share, buffer);
}

static void fill(uint8_t first, uint64_t base, size_t kept)
{
	share.now->bytes[0] = first;
	journal_share_keep(&share, base, kept);
}

static void fold(void)
{
	require_ok(journal_share_prepare(&share));
	journal_share_renew(&share);
}

static void test_each_snapshot_has_its_own(void)
{
	struct journal_buffer *buffer;
	size_t kept;

	require_ok(journal_share_init(&share));
	check_taken(9, 0, 0);
	fill('a', 10, 100);
	check_taken(9, 0, 0); /* before it, nothing stood in the journal */
	check_taken(10, 'a', 100);
	check_taken(11, 0, 0); /* folded by 11, and not yet said so */
	fold();
	check_taken(10, 'a', 100);
	check_taken(11, 0, 0);
	check_taken(12, 0, 0); /* a large one, that found nothing to fold */
	fill('b', 12, 50);
	check_taken(10, 'a', 100);
	check_taken(11, 0, 0);
	check_taken(12, 'b', 50);
	fold();
	check_taken(12, 'b', 50);
	check_taken(13, 0, 0);
	check(!journal_share_take(&share, 10, &buffer, &kept)); /* too old to know */
	check(buffer == NULL);
	journal_share_free(&share);
}

/* Folded before anything was kept: the snapshot on which the one before it stands may still be asked for. */
static void test_nothing_was_kept(void)
{
	require_ok(journal_share_init(&share));
	fill('a', 10, 100);
	fold();
	fold();
	check_taken(10, 'a', 100);
	check_taken(11, 0, 0);
	fill('b', 12, 50);
	check_taken(10, 'a', 100);
	check_taken(12, 'b', 50);
	journal_share_free(&share);
}

/* What somebody reads does not change, however often others take its place. */
static void test_what_is_read_stays(void)
{
	struct journal_buffer *read;
	uint64_t serial;
	size_t kept;

	require_ok(journal_share_init(&share));
	fill('a', 10, 1);
	require(journal_share_take(&share, 10, &read, &kept));
	serial = read->serial;
	for (uint64_t base = 11; base < 20; base++) {
		fold();
		fill('x', base, 1);
		check(share.now->serial != serial);
	}
	check_uint(read->bytes[0], 'a');
	check_uint(read->serial, serial);
	journal_share_give_back(&share, read);
	journal_share_free(&share);
}

#define FOLDS 2000u

static _Atomic uint64_t newest;

/* Each buffer is full of its base's last byte. */
static void *reader(void *context)
{
	(void)context;
	for (uint64_t snapshot = 0; snapshot < FOLDS;) {
		struct journal_buffer *buffer;
		size_t kept = 0;

		snapshot = atomic_load(&newest);
		if (!journal_share_take(&share, snapshot, &buffer, &kept) || buffer == NULL)
			continue;
		for (size_t i = 0; i < kept; i++)
			if (buffer->bytes[i] != (uint8_t)snapshot)
				return context;
		journal_share_give_back(&share, buffer);
	}
	return NULL;
}

static void test_readers_beside_the_writer(void)
{
	pthread_t threads[3];
	void *torn = NULL;

	atomic_store(&newest, 0);
	require_ok(journal_share_init(&share));
	for (size_t i = 0; i < 3; i++)
		require(pthread_create(&threads[i], NULL, reader, &share) == 0);
	for (uint64_t base = 1; base <= FOLDS; base++) {
		fold();
		atomic_store(&newest, base);
		for (size_t len = 0; len < 64; len += 16) {
			memset(share.now->bytes + len, (int)(uint8_t)base, 16);
			journal_share_keep(&share, base, len + 16);
		}
	}
	for (size_t i = 0; i < 3; i++) {
		pthread_join(threads[i], &torn);
		check(torn == NULL);
	}
	journal_share_free(&share);
}

UNIT_SUITE("store/journal_share",
	{ "each snapshot has its own", test_each_snapshot_has_its_own },
	{ "nothing was kept", test_nothing_was_kept },
	{ "what is read stays", test_what_is_read_stays },
	{ "readers beside the writer", test_readers_beside_the_writer });
