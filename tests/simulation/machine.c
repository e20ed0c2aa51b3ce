/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - see machine.h; the wrapped functions' contracts are those of store/txn.h, crypto/digest.h and base/clock.h. */
#include "machine.h"

#include "chance.h"
#include "store/txn.h"

static struct chance entropy;
static int64_t clock_wall, clock_mono;
static uint64_t writes, commits;
static uint64_t fail_at; /* number of the write; 0: none */
static enum err fail_with;
static bool fail_next_commit, failed;

static uint64_t skip_in[3]; /* by kind; 0: none */

void __wrap_random_bytes(void *to, size_t len);
int64_t __wrap_clock_wall_us(void);
int64_t __wrap_clock_mono_us(void);
void __wrap_txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value);
void __wrap_txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value);
uint8_t *__wrap_txn_append_room(struct txn *txn, enum table table, struct bytes key, size_t len);
void __wrap_txn_delete(struct txn *txn, enum table table, struct bytes key);
enum err __wrap_txn_commit(struct txn *txn);
void __real_txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value);
void __real_txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value);
uint8_t *__real_txn_append_room(struct txn *txn, enum table table, struct bytes key, size_t len);
void __real_txn_delete(struct txn *txn, enum table table, struct bytes key);
enum err __real_txn_commit(struct txn *txn);

void machine_begin(uint64_t seed, int64_t wall_us, int64_t mono_us)
{
	entropy = (struct chance){ seed };
	clock_wall = wall_us;
	clock_mono = mono_us;
	writes = commits = 0;
	machine_failed();
}

void machine_fail_write(uint64_t nth, enum err err)
{
	fail_at = nth == 0 ? 0 : writes + nth;
	fail_with = err;
	failed = false;
}

void machine_fail_commit(void)
{
	fail_next_commit = true;
	failed = false;
}

bool machine_failed(void)
{
	bool was = failed;

	failed = fail_next_commit = false;
	fail_at = 0;
	return was;
}

uint64_t machine_writes(void)
{
	return writes;
}

uint64_t machine_commits(void)
{
	return commits;
}

void __wrap_random_bytes(void *to, size_t len)
{
	chance_bytes(&entropy, to, len);
}

int64_t __wrap_clock_wall_us(void)
{
	return clock_wall;
}

int64_t __wrap_clock_mono_us(void)
{
	return clock_mono;
}

void machine_skip(enum machine_write kind, uint64_t nth)
{
	skip_in[kind] = nth;
}

static void count_write(struct txn *txn)
{
	if (++writes != fail_at)
		return;
	failed = true;
	txn_fail(txn, fail_with);
}

/* false: leave it out. */
static bool is_made(struct txn *txn, enum machine_write kind)
{
	count_write(txn);
	return skip_in[kind] == 0 || --skip_in[kind] != 0;
}

void __wrap_txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	if (is_made(txn, MACHINE_PUT))
		__real_txn_put(txn, table, key, value);
}

void __wrap_txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	if (is_made(txn, MACHINE_APPEND))
		__real_txn_append(txn, table, key, value);
}

uint8_t *__wrap_txn_append_room(struct txn *txn, enum table table, struct bytes key, size_t len)
{
	count_write(txn); /* its caller fills the room: never left out */
	return __real_txn_append_room(txn, table, key, len);
}

void __wrap_txn_delete(struct txn *txn, enum table table, struct bytes key)
{
	if (is_made(txn, MACHINE_DELETE))
		__real_txn_delete(txn, table, key);
}

enum err __wrap_txn_commit(struct txn *txn)
{
	if (fail_next_commit && txn_error(txn) == ERR_OK) {
		fail_next_commit = false;
		failed = true;
		txn_abort(txn);
		return ERR_IO;
	}
	commits++;
	return __real_txn_commit(txn);
}
