/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal_share.c - see journal_share.h for the contract. */
#include "store/journal_share.h"

#include <stdlib.h>

#include "store/journal_file.h"

static struct journal_buffer *buffer_new(void)
{
	struct journal_buffer *buffer = malloc(sizeof *buffer + JOURNAL_BYTES);

	if (buffer != NULL)
		*buffer = (struct journal_buffer){ .refs = 1 };
	return buffer;
}

/* Under the lock, but at the end. */
static void drop(struct journal_buffer *buffer)
{
	if (buffer != NULL && --buffer->refs == 0)
		free(buffer);
}

enum err journal_share_init(struct journal_share *share)
{
	*share = (struct journal_share){ .now = buffer_new() };
	if (share->now == NULL)
		return ERR_NOMEM;
	share->now->serial = ++share->serial;
	(void)pthread_mutex_init(&share->lock, NULL); /* without attributes it cannot fail on Linux */
	return ERR_OK;
}

void journal_share_free(struct journal_share *share)
{
	if (share->now == NULL)
		return;
	drop(share->now);
	drop(share->before);
	drop(share->spare);
	pthread_mutex_destroy(&share->lock);
	*share = (struct journal_share){ 0 };
}

void journal_share_keep(struct journal_share *share, uint64_t base, size_t len)
{
	(void)pthread_mutex_lock(&share->lock);
	share->now->base = base;
	share->now->kept = len;
	(void)pthread_mutex_unlock(&share->lock);
}

enum err journal_share_prepare(struct journal_share *share)
{
	if (share->spare == NULL)
		share->spare = buffer_new();
	return share->spare != NULL ? ERR_OK : ERR_NOMEM;
}

void journal_share_renew(struct journal_share *share)
{
	struct journal_buffer *oldest = share->before;

	if (share->now->kept == 0)
		return; /* nothing of it was ever shown, and who belongs to the one before may not have come yet */
	(void)pthread_mutex_lock(&share->lock);
	share->before = share->now;
	share->now = share->spare;
	share->now->base = 0;
	share->now->kept = 0;
	share->now->serial = ++share->serial;
	share->spare = NULL;
	if (oldest != NULL && oldest->refs == 1)
		share->spare = oldest; /* nobody reads it any more */
	else
		drop(oldest);
	(void)pthread_mutex_unlock(&share->lock);
}

/* Between two folds every commit of LMDB's finds the journal empty: a snapshot that is no buffer's base, and younger than the older one's,
 * has all in its trees. */
static bool choose(const struct journal_share *share, uint64_t snapshot, struct journal_buffer **ret_buffer)
{
	struct journal_buffer *before = share->before;

	*ret_buffer = NULL;
	if (share->now->kept > 0 && share->now->base == snapshot)
		*ret_buffer = share->now;
	else if (before != NULL && before->base == snapshot)
		*ret_buffer = before;
	return *ret_buffer != NULL || before == NULL || before->base < snapshot;
}

bool journal_share_take(struct journal_share *share, uint64_t snapshot, struct journal_buffer **ret_buffer, size_t *ret_kept)
{
	bool chosen;

	(void)pthread_mutex_lock(&share->lock);
	chosen = choose(share, snapshot, ret_buffer);
	if (*ret_buffer != NULL) {
		(*ret_buffer)->refs++;
		*ret_kept = (*ret_buffer)->kept;
	}
	(void)pthread_mutex_unlock(&share->lock);
	return chosen;
}

void journal_share_give_back(struct journal_share *share, struct journal_buffer *buffer)
{
	if (buffer == NULL)
		return;
	(void)pthread_mutex_lock(&share->lock);
	drop(buffer);
	(void)pthread_mutex_unlock(&share->lock);
}
