/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/raw.c - what this machine can do at all: raw DIRECTORY SECONDS BYTES
 *
 * One JSON object per line: {"name","value","unit"}.  The broker's figures are told as ratios of these, measured in the same
 * run, because the machine is not the same from one day to the next. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <lmdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void tell(const char *name, double value, const char *unit)
{
	printf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", name, value, unit);
	fflush(stdout);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return count == 0 ? 0 : values[count / 2];
}

#define SAMPLES_MAX 200000

static double samples[SAMPLES_MAX];

/* Appends of one block, each made durable by itself. */
static void measure_fdatasync(const char *directory, double seconds, size_t bytes)
{
	char path[4096];
	uint8_t *block = calloc(1, bytes);
	double started = now_s();
	size_t count = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/raw.append", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || block == NULL)
		die(path);
	while (now_s() - started < seconds && count < SAMPLES_MAX) {
		double before = now_s();

		if (write(fd, block, bytes) != (ssize_t)bytes || fdatasync(fd) != 0)
			die(path);
		samples[count++] = (now_s() - before) * 1e6;
	}
	tell("raw_fdatasync_per_s", (double)count / (now_s() - started), "1/s");
	tell("raw_fdatasync_p50", median(samples, count), "us");
	close(fd);
	unlink(path);
	free(block);
}

static void lmdb_check(int result)
{
	if (result != 0) {
		fprintf(stderr, "raw: %s\n", mdb_strerror(result));
		exit(1);
	}
}

static void commit_records(MDB_env *env, MDB_dbi table, uint64_t *number, size_t batch, uint8_t *value, size_t bytes)
{
	MDB_txn *txn;

	lmdb_check(mdb_txn_begin(env, NULL, 0, &txn));
	for (size_t i = 0; i < batch; i++) {
		uint64_t key_bytes = htobe64(++*number);
		MDB_val key = { sizeof(key_bytes), &key_bytes };
		MDB_val data = { bytes, value };

		memcpy(value, &key_bytes, sizeof(key_bytes));
		lmdb_check(mdb_put(txn, table, &key, &data, MDB_APPEND));
	}
	lmdb_check(mdb_txn_commit(txn));
}

/* The same bytes into LMDB, in the same batches, fully synced: no rules, no ledger, no network. */
static void measure_lmdb(const char *directory, double seconds, size_t bytes, size_t batch)
{
	char path[4096];
	char name[64];
	uint8_t *value = calloc(1, bytes);
	uint64_t number = 0;
	size_t count = 0;
	double started;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi table;

	snprintf(path, sizeof(path), "%s/raw.mdb", directory);
	lmdb_check(mdb_env_create(&env));
	lmdb_check(mdb_env_set_mapsize(env, (size_t)16 << 30));
	lmdb_check(mdb_env_open(env, path, MDB_NOSUBDIR, 0600));
	lmdb_check(mdb_txn_begin(env, NULL, 0, &txn));
	lmdb_check(mdb_dbi_open(txn, NULL, 0, &table));
	lmdb_check(mdb_txn_commit(txn));
	started = now_s();
	while (now_s() - started < seconds && count < SAMPLES_MAX) {
		double before = now_s();

		commit_records(env, table, &number, batch, value, bytes);
		samples[count++] = (now_s() - before) * 1e6;
	}
	snprintf(name, sizeof(name), "raw_lmdb_records_per_s_batch_%zu", batch);
	tell(name, (double)number / (now_s() - started), "1/s");
	snprintf(name, sizeof(name), "raw_lmdb_commit_p50_batch_%zu", batch);
	tell(name, median(samples, count), "us");
	mdb_env_close(env);
	unlink(path);
	strncat(path, "-lock", sizeof(path) - strlen(path) - 1);
	unlink(path);
	free(value);
}

static void *echo(void *argument)
{
	int fd = *(int *)argument;
	uint8_t block[65536];
	ssize_t got;

	while ((got = recv(fd, block, sizeof(block), 0)) > 0)
		if (send(fd, block, (size_t)got, MSG_NOSIGNAL) != got)
			break;
	return NULL;
}

static void connect_pair(int pair[2])
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int one = 1;

	if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) != 0)
		die("listen");
	pair[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(pair[0], (struct sockaddr *)&address, length) != 0 || (pair[1] = accept(listener, NULL, NULL)) < 0)
		die("connect");
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	close(listener);
}

/* A loopback TCP round trip between two threads. */
static void measure_loopback(double seconds, size_t bytes)
{
	uint8_t *block = calloc(1, bytes);
	double started;
	size_t count = 0;
	pthread_t thread;
	int pair[2];

	connect_pair(pair);
	if (pthread_create(&thread, NULL, echo, &pair[1]) != 0)
		die("thread");
	started = now_s();
	while (now_s() - started < seconds && count < SAMPLES_MAX) {
		double before = now_s();

		if (send(pair[0], block, bytes, MSG_NOSIGNAL) != (ssize_t)bytes ||
		    recv(pair[0], block, bytes, MSG_WAITALL) != (ssize_t)bytes)
			die("loopback");
		samples[count++] = (now_s() - before) * 1e6;
	}
	tell("raw_loopback_round_trip_p50", median(samples, count), "us");
	shutdown(pair[0], SHUT_RDWR);
	pthread_join(thread, NULL);
	close(pair[0]);
	close(pair[1]);
	free(block);
}

int main(int argc, char **argv)
{
	double seconds;
	size_t bytes;

	if (argc != 4) {
		fprintf(stderr, "usage: raw DIRECTORY SECONDS BYTES\n");
		return 2;
	}
	seconds = strtod(argv[2], NULL);
	bytes = strtoul(argv[3], NULL, 10);
	if (seconds <= 0 || bytes < 16 || bytes > 65536) {
		fprintf(stderr, "raw: SECONDS above 0, BYTES from 16 to 65536\n");
		return 2;
	}
	measure_fdatasync(argv[1], seconds, bytes);
	for (size_t batch = 1; batch <= 1000; batch *= 10)
		measure_lmdb(argv[1], seconds, bytes, batch);
	measure_loopback(seconds, bytes);
	return 0;
}
