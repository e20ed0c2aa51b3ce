/* SPDX-License-Identifier: Apache-2.0 */
#include "front/front.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "front/admin.h"
#include "front/fault.h"
#include "front/loop.h"
#include "ledger/entry.h"

#define READING_BYTES (64u * 1024u * 1024u) /* of what one answer decodes; each reader stops long before */
#define MILLISECOND_US 1000                 /* a number of sessions that no second of a start can use up */
#define LINGER_MS 1000                      /* for the last words, at the end */
#define PULSES (4u * LIMIT_AGENCIES)        /* agency numbers followed: those that the directory once named keep theirs */
#define DESCRIPTORS_ASSUMED 65536u          /* where the limit is "unlimited" */

/* ---- faults ---- */

void front_end(struct front *front, enum err err, const char *format, ...)
{
	va_list arguments;

	pthread_mutex_lock(&front->ended_mutex);
	if (front->ended == ERR_OK) {
		front->ended = err;
		va_start(arguments, format);
		vsnprintf(front->ended_text, sizeof front->ended_text, format, arguments);
		va_end(arguments);
		eventfd_write(front->ended_fd, 1);
	}
	pthread_mutex_unlock(&front->ended_mutex);
}

enum err front_read_failed(struct front *front, enum err err, const char *what, uint64_t number)
{
	if (err == ERR_CORRUPT)
		front_end(front, err, "%s %llu is damaged", what, (unsigned long long)number);
	log_error("read_failed", "what=%s number=%llu error=%s", what, (unsigned long long)number, err_name(err));
	return err;
}

enum err front_ended(struct front *front, char *text, size_t text_size)
{
	enum err err;

	pthread_mutex_lock(&front->ended_mutex);
	err = front->ended;
	snprintf(text, text_size, "%s", front->ended_text);
	pthread_mutex_unlock(&front->ended_mutex);
	return err;
}

int front_ended_fd(const struct front *front)
{
	return front->ended_fd;
}

uint64_t front_turns(struct front *front)
{
	return atomic_load(&front->turns);
}

size_t front_unread(struct front *front)
{
	return flow_bytes(&front->sending);
}

/* ---- from other threads ---- */

static void wake(struct front *front)
{
	eventfd_write(front->wake_fd, 1);
}

void front_close_doors(struct front *front)
{
	atomic_store(&front->close_doors, true);
	wake(front);
}

void front_reload(struct front *front, const struct config *config)
{
	pthread_mutex_lock(&front->reload_mutex);
	front->reload = *config;
	front->reload_due = true;
	pthread_mutex_unlock(&front->reload_mutex);
	wake(front);
}

/* ---- building up and tearing down ---- */

static size_t descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return DESCRIPTORS_ASSUMED;
	return (size_t)limit.rlim_cur;
}

/* The epoch stands in the log's origin line, and nowhere else. */
static enum err read_origin(struct front *front)
{
	struct checkpoint checkpoint;
	struct bytes note;
	uint64_t size;
	struct txn *txn = NULL;
	enum err err = txn_begin_read(front->store, &txn);

	if (err == ERR_OK)
		err = checkpoint_newest(txn, 0, &note, &size);
	if (err == ERR_OK)
		err = checkpoint_parse(note, &checkpoint);
	txn_abort(txn);
	if (err != ERR_OK)
		return err;
	front->epoch = checkpoint_epoch(&checkpoint);
	if (front->epoch == 0)
		return ERR_CORRUPT;
	snprintf(front->origin, sizeof front->origin, "%s", checkpoint.origin);
	return ERR_OK;
}

static enum err load_keys(struct front *front)
{
	struct txn *txn = NULL;
	enum err err = txn_begin_read(front->store, &txn);

	if (err == ERR_OK)
		err = keyring_load(&front->keyring, txn);
	txn_abort(txn);
	return err;
}

static enum err make_descriptors(struct front *front)
{
	front->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	front->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return front->wake_fd >= 0 && front->ended_fd >= 0 ? ERR_OK : err_from_errno(errno);
}

static enum err build(struct front *front, const struct front_setup *setup, char *fault, size_t fault_size)
{
	size_t most = front->config.connections_max < PEERS_MOST ? (size_t)front->config.connections_max : PEERS_MOST;
	enum err err = make_descriptors(front);

	if (err == ERR_OK)
		err = read_origin(front);
	if (err == ERR_OK)
		err = load_keys(front);
	if (err == ERR_OK)
		err = peers_init(&front->peers, most, (uint64_t)(setup->started_at_us / MILLISECOND_US));
	if (err == ERR_OK)
		err = guard_init(&front->guard, most, descriptor_limit());
	if (err == ERR_OK)
		err = pulses_init(&front->pulses, PULSES);
	snprintf(fault, fault_size, "the front cannot begin: %s", err_text(err));
	if (err == ERR_OK)
		err = endpoint_open(&front->config, front->keys->curve_secret, &front->endpoint, fault, fault_size);
	if (err == ERR_OK)
		err = admin_start(front, setup->admin_socket, &front->admin, fault, fault_size);
	return err;
}

static void init(struct front *front, const struct front_setup *setup)
{
	front->config = *setup->config;
	front->keys = setup->keys;
	front->store = setup->store;
	front->broker = setup->broker;
	front->started_at_us = setup->started_at_us;
	front->wake_fd = -1;
	front->ended_fd = -1;
	snprintf(front->site, sizeof front->site, "%s", setup->config->site);
	front->connections_max = setup->config->connections_max;
	front->mailbox_items = setup->config->mailbox_items;
	front->reserve_size = setup->config->reserve_size;
	atomic_init(&front->certificate_days, setup->config->certificate_days);
	arena_init(&front->scratch, LIMIT_DECODE_BYTES);
	arena_init(&front->reading, READING_BYTES);
	buf_init(&front->packing, LIMIT_DECODE_BYTES);
	flow_init(&front->pending, front->config.pending_bytes_max, front->config.pending_reserve);
	flow_init(&front->sending, front->config.pending_bytes_max, front->config.pending_bytes_max / SENDING_RESERVE_SHARE);
	faults_init(&front->faults);
	pthread_mutex_init(&front->reload_mutex, NULL);
	pthread_mutex_init(&front->ended_mutex, NULL);
}

static void close_descriptor(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void tear_down(struct front *front)
{
	admin_stop(front->admin);
	endpoint_close(&front->endpoint, LINGER_MS); /* frees what was still to be sent, and with it the last shares of front->sending */
	peers_free(&front->peers);
	guard_free(&front->guard);
	pulses_free(&front->pulses);
	faults_free(&front->faults);
	keyring_free(&front->keyring);
	buf_free(&front->snapshot.signed_bytes);
	arena_free(&front->scratch);
	arena_free(&front->reading);
	buf_free(&front->packing);
	close_descriptor(front->wake_fd);
	close_descriptor(front->ended_fd);
	pthread_mutex_destroy(&front->reload_mutex);
	pthread_mutex_destroy(&front->ended_mutex);
	free(front);
}

enum err front_start(const struct front_setup *setup, struct front **ret_front, char *fault, size_t fault_size)
{
	struct front *front = calloc(1, sizeof *front);
	enum err err;

	if (front == NULL)
		return ERR_NOMEM;
	init(front, setup);
	err = build(front, setup, fault, fault_size);
	if (err == ERR_OK) {
		int failed = pthread_create(&front->thread, NULL, front_loop, front);

		front->thread_runs = failed == 0;
		err = err_from_errno(failed);
	}
	if (err != ERR_OK) {
		tear_down(front);
		return err;
	}
	for (size_t i = 0; i < front->config.endpoint_count; i++)
		log_info("listening", "endpoint=%s", setup->config->endpoints[i]);
	log_info("listening", "endpoint=%s", setup->admin_socket);
	*ret_front = front;
	return ERR_OK;
}

void front_stop(struct front *front)
{
	if (front == NULL)
		return;
	atomic_store(&front->stop, true);
	wake(front);
	if (front->thread_runs)
		pthread_join(front->thread, NULL);
	tear_down(front);
}
