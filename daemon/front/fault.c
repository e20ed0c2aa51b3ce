/* SPDX-License-Identifier: Apache-2.0 */
#include "front/fault.h"

#include <string.h>

#include "broker/rows_cases.h"
#include "broker/rows_consents.h"
#include "front/hand_out.h"
#include "front/state.h"

void faults_init(struct faults *faults)
{
	pthread_mutex_init(&faults->mutex, NULL);
}

void faults_free(struct faults *faults)
{
	pthread_mutex_destroy(&faults->mutex);
}

enum err faults_arm(struct faults *faults, const struct fault *fault)
{
	enum err err = ERR_BUSY;
	size_t count;

	pthread_mutex_lock(&faults->mutex);
	count = atomic_load(&faults->count);
	if (count < FAULTS_MOST) {
		faults->rows[count] = *fault;
		atomic_store(&faults->count, count + 1);
		err = ERR_OK;
	}
	pthread_mutex_unlock(&faults->mutex);
	return err;
}

/* ---- which one it is ---- */

static bool is_of(const struct fault *fault, const char *address)
{
	size_t len = strlen(fault->agency);

	return len == 0 || (strncmp(address, fault->agency, len) == 0 && address[len] == '@');
}

static void spend(struct faults *faults, size_t at)
{
	size_t count = atomic_load(&faults->count);

	if (--faults->rows[at].times > 0)
		return;
	memmove(&faults->rows[at], &faults->rows[at + 1], (count - at - 1) * sizeof *faults->rows);
	atomic_store(&faults->count, count - 1);
}

/* Whether it happens to that agency now; then it has happened. */
static bool happens(struct front *front, Pb__DevFault what, const struct peer *peer)
{
	struct faults *faults = &front->faults;
	bool found = false;

	if (atomic_load(&faults->count) == 0)
		return false;
	pthread_mutex_lock(&faults->mutex);
	for (size_t i = 0; !found && i < atomic_load(&faults->count); i++) {
		found = faults->rows[i].what == what && is_of(&faults->rows[i], peer->address);
		if (found)
			spend(faults, i);
	}
	pthread_mutex_unlock(&faults->mutex);
	return found;
}

/* ---- cut ---- */

static void cut(struct front *front, struct peer *peer)
{
	int fd = peer->fd;

	log_info("dev_fault", "session=%016llx connection=cut", (unsigned long long)peer->number);
	peer_end(front, peer, false, "dev_fault");
	guard_cut(&front->guard, fd, 0); /* nobody's since its session ended */
}

static bool cut_all(struct front *front, const struct fault *fault)
{
	struct peer *peer;
	size_t place = 0;
	bool any = false;

	while ((peer = peer_next(&front->peers, &place)) != NULL)
		if (peer->state == PEER_OPEN && is_of(fault, peer->address)) {
			cut(front, peer);
			any = true;
		}
	return any;
}

void faults_begin(struct front *front)
{
	struct faults *faults = &front->faults;

	if (atomic_load(&faults->count) == 0)
		return;
	pthread_mutex_lock(&faults->mutex);
	for (size_t i = atomic_load(&faults->count); i-- > 0;) {
		struct fault *fault = &faults->rows[i];

		if (fault->what != PB__DEV_FAULT__DEV_FAULT_CUT || fault->begun)
			continue;
		fault->begun = true;
		if (cut_all(front, fault))
			spend(faults, i);
	}
	pthread_mutex_unlock(&faults->mutex);
}

bool fault_cuts(struct front *front, struct peer *peer)
{
	bool cuts = happens(front, PB__DEV_FAULT__DEV_FAULT_CUT, peer);

	if (cuts)
		cut(front, peer);
	return cuts;
}

/* ---- lose_ack ---- */

static bool says_accepted(const Pb__FromBroker *frame)
{
	if (frame->body_case != PB__FROM_BROKER__BODY_REPLIES)
		return false;
	for (size_t i = 0; i < frame->replies->n_replies; i++)
		if (frame->replies->replies[i]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED)
			return true;
	return frame->replies->run != NULL;
}

bool fault_loses(struct front *front, struct peer *peer, const Pb__FromBroker *frame)
{
	bool loses = atomic_load(&front->faults.count) > 0 && says_accepted(frame) && happens(front, PB__DEV_FAULT__DEV_FAULT_LOSE_ACK, peer);

	if (loses)
		cut(front, peer);
	return loses;
}

/* ---- duplicate ---- */

static bool rests_on_consent(struct txn *txn, const struct handout_item *item)
{
	struct condition condition;

	return condition_get(txn, item->about != 0 ? item->about : item->item, &condition) != ERR_NOT_FOUND;
}

static void keep(struct fault_repeat *repeat, struct txn *txn, const struct handout_item *items, size_t count)
{
	for (size_t i = 0; i < count && repeat->count < FAULT_REPEAT_ITEMS; i++) {
		if (rests_on_consent(txn, &items[i]))
			continue;
		repeat->items[repeat->count] = items[i];
		repeat->items[repeat->count++].redelivered = true;
	}
}

void fault_note(struct front *front, const struct peer *peer, const struct handout_item *items, size_t count)
{
	struct faults *faults = &front->faults;
	struct fault_repeat *repeat = NULL;
	struct txn *txn;

	if (atomic_load(&faults->count) == 0 || peer->state != PEER_OPEN)
		return;
	for (size_t i = 0; i < FAULT_REPEATS_MOST && repeat == NULL; i++)
		repeat = faults->repeats[i].count == 0 ? &faults->repeats[i] : NULL;
	if (repeat == NULL || !happens(front, PB__DEV_FAULT__DEV_FAULT_DUPLICATE, peer) || txn_begin_read(front->store, &txn) != ERR_OK)
		return;
	repeat->agency = peer->agency;
	repeat->session = peer->number;
	keep(repeat, txn, items, count);
	faults->repeat_count += repeat->count > 0;
	txn_abort(txn);
}

/* An agency that is kept out of some case by now is handed nothing but what the writer looks at again. */
static bool may_know(struct front *front, const struct peer *peer)
{
	struct txn *txn;
	bool kept_out = true;

	if (txn_begin_read(front->store, &txn) != ERR_OK)
		return false;
	if (kept_out_of_any(txn, bytes_of_text(peer->address), &kept_out) != ERR_OK)
		kept_out = true;
	txn_abort(txn);
	return !kept_out;
}

void fault_repeats(struct front *front, struct peer *peer)
{
	struct faults *faults = &front->faults;

	for (size_t i = 0; i < FAULT_REPEATS_MOST && faults->repeat_count > 0; i++) {
		struct fault_repeat *repeat = &faults->repeats[i];
		size_t count = repeat->count;

		if (count == 0 || repeat->agency != peer->agency || repeat->session == peer->number || !peer->receives)
			continue;
		repeat->count = 0;
		faults->repeat_count--;
		log_info("dev_fault", "session=%016llx repeated=%zu", (unsigned long long)peer->number, count);
		if (may_know(front, peer))
			hand_out(front, peer, repeat->items, count);
		if (peer->state != PEER_OPEN)
			return;
	}
}
