/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/settling.c - see client.h: our signed word on what was handed out: it is stored here, or it cannot be handled.
 *
 * An acknowledgement noted here is said until it is answered, over lost sessions and, by the file `acknowledged`, over the end of the
 * process: the program said that it stored the message, and need not be asked again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "libtsunagi/client.h"

#define MARK_BYTES (8u + DIGEST_BYTES)
#define MARKS_MAX (1024u * 1024u)
#define PAUSE_US 1000000LL

/* ---- what a crash must not forget ---- */

static void write_mark(struct settlements *settlements, const struct settlement *settlement)
{
	uint8_t mark[MARK_BYTES];

	be64_put(mark, settlement->item);
	memcpy(mark + 8, settlement->view_hash.bytes, DIGEST_BYTES);
	/* Without the mark a crash costs one redelivery, marked as such. */
	if (settlements->marks >= 0 && file_put(settlements->marks, bytes_of(mark, sizeof mark)) != ERR_OK)
		errno = 0;
}

static void clear_marks(struct settlements *settlements)
{
	if (settlements->marks >= 0 && ftruncate(settlements->marks, 0) != 0)
		errno = 0; /* said once more after a restart: an acknowledgement is idempotent */
}

static struct settlement *add(struct settlements *settlements, uint64_t item, const struct digest *view_hash)
{
	struct settlement *settlement = calloc(1, sizeof *settlement);
	struct settlement **place = &settlements->first;

	if (settlement == NULL)
		return NULL;
	settlement->item = item;
	settlement->view_hash = *view_hash;
	while (*place != NULL)
		place = &(*place)->next;
	*place = settlement;
	settlements->waiting++;
	return settlement;
}

static struct settlement *find(const struct settlements *settlements, uint64_t item)
{
	for (struct settlement *settlement = settlements->first; settlement != NULL; settlement = settlement->next)
		if (settlement->item == item && (settlement->state == SETTLEMENT_WAITS || settlement->state == SETTLEMENT_TRAVELS))
			return settlement;
	return NULL;
}

static void read_marks(struct settlements *settlements, struct bytes file)
{
	for (size_t at = 0; at + MARK_BYTES <= file.len; at += MARK_BYTES) {
		struct digest view_hash;

		memcpy(view_hash.bytes, file.data + at + 8, DIGEST_BYTES);
		if (find(settlements, be64_get(file.data + at)) == NULL && add(settlements, be64_get(file.data + at), &view_hash) == NULL)
			return;
	}
}

enum err settling_open(struct tsg_client *client)
{
	char *path = path_join(client->folder, "acknowledged");
	struct buf file;
	enum err err = ERR_NOMEM;

	client->settlements.marks = -1;
	buf_init(&file, MARKS_MAX);
	if (path != NULL)
		err = file_read(path, &file);
	if (err == ERR_OK)
		read_marks(&client->settlements, buf_bytes(&file));
	if (err == ERR_OK || err == ERR_NOT_FOUND || err == ERR_TOO_LARGE) {
		client->settlements.marks = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		err = client->settlements.marks < 0 ? err_from_errno(errno) : ERR_OK;
	}
	buf_free(&file);
	free(path);
	return err;
}

void settling_close(struct tsg_client *client)
{
	struct settlement *settlement = NULL;

	while ((settlement = client->settlements.first) != NULL) {
		client->settlements.first = settlement->next;
		free(settlement);
	}
	if (client->settlements.marks >= 0)
		close(client->settlements.marks);
}

/* ---- noting ---- */

struct settlement *settling_note(struct tsg_client *client, uint64_t item, const struct digest *view_hash, Pb__RefuseReason reason,
				 const char *detail)
{
	struct settlement *settlement = find(&client->settlements, item);

	if (settlement != NULL)
		return settlement;
	settlement = add(&client->settlements, item, view_hash);
	if (settlement == NULL)
		return NULL;
	settlement->reason = reason;
	snprintf(settlement->detail, sizeof settlement->detail, "%s", detail == NULL ? "" : detail);
	if (reason == PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED)
		write_mark(&client->settlements, settlement);
	return settlement;
}

static void remember(struct settlements *settlements, const struct settlement *settlement)
{
	settlements->remembered[settlements->remembered_next].item = settlement->item;
	settlements->remembered[settlements->remembered_next].view_hash = settlement->view_hash;
	settlements->remembered_next = (settlements->remembered_next + 1) % SETTLED_REMEMBERED;
	if (settlements->remembered_count < SETTLED_REMEMBERED)
		settlements->remembered_count++;
}

bool settling_knows(struct tsg_client *client, const struct arrival *arrival)
{
	const struct settlements *settlements = &client->settlements;

	if (find(settlements, arrival->item) != NULL)
		return true;
	for (size_t i = 0; i < settlements->remembered_count; i++)
		if (settlements->remembered[i].item == arrival->item &&
		    digest_equal(&settlements->remembered[i].view_hash, &arrival->view_hash))
			return settling_note(client, arrival->item, &arrival->view_hash, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, NULL) != NULL;
	return false;
}

/* ---- saying ---- */

static enum err put_order(struct tsg_client *client, Pb__Statement *statement, struct settlement *list)
{
	struct cargo *cargo = calloc(1, sizeof *cargo);
	struct order *order = NULL;
	struct bytes bytes;
	struct buf packed;
	enum err err = cargo == NULL ? ERR_NOMEM : ERR_OK;

	buf_init(&packed, LIMIT_STATEMENT_BYTES);
	if (err == ERR_OK)
		err = codec_pack(&statement->base, &packed);
	bytes = buf_bytes(&packed);
	if (err == ERR_OK)
		err = order_new(&bytes, 1, NULL, 0, cargo, &order);
	buf_free(&packed);
	if (err != ERR_OK) {
		cargo_free(cargo);
		return err;
	}
	cargo->kind = CARGO_SETTLEMENTS;
	cargo->settlements = list;
	for (struct settlement *settlement = list; settlement != NULL; settlement = settlement->next_in_order)
		settlement->state = SETTLEMENT_TRAVELS;
	batcher_put(client->batcher, order, true);
	return ERR_OK;
}

static enum err say_refusal(struct tsg_client *client, struct settlement *settlement)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Refuse refuse = PB__REFUSE__INIT;

	refuse.item = settlement->item;
	refuse.view_hash = pb_of_bytes(digest_bytes(&settlement->view_hash));
	refuse.reason = settlement->reason;
	refuse.detail = settlement->detail;
	statement.body_case = PB__STATEMENT__BODY_REFUSE;
	statement.refuse = &refuse;
	settlement->next_in_order = NULL;
	return put_order(client, &statement, settlement);
}

static enum err say_acknowledgements(struct tsg_client *client, struct settlement *const *list, size_t count)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Acknowledge__Item *rows = calloc(count, sizeof *rows);
	Pb__Acknowledge__Item **items = calloc(count, sizeof *items);
	enum err err = rows == NULL || items == NULL ? ERR_NOMEM : ERR_OK;

	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		pb__acknowledge__item__init(&rows[i]);
		items[i] = &rows[i];
		rows[i].item = list[i]->item;
		rows[i].view_hash = pb_of_bytes(digest_bytes(&list[i]->view_hash));
		list[i]->next_in_order = i + 1 < count ? list[i + 1] : NULL;
	}
	acknowledge.n_items = count;
	acknowledge.items = items;
	statement.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	statement.acknowledge = &acknowledge;
	if (err == ERR_OK)
		err = put_order(client, &statement, list[0]);
	free(rows);
	free(items);
	return err;
}

/* All acknowledgements that wait, together; those that were refused together, one by one. */
static void feed_acknowledgements(struct tsg_client *client)
{
	struct settlement *list[LIMIT_ACKNOWLEDGED];
	size_t count = 0;

	for (struct settlement *settlement = client->settlements.first; settlement != NULL && count < LIMIT_ACKNOWLEDGED; settlement = settlement->next) {
		if (settlement->state != SETTLEMENT_WAITS || settlement->reason != PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED)
			continue;
		if (settlement->alone && count > 0)
			continue;
		list[count++] = settlement;
		if (settlement->alone)
			break;
	}
	if (count > 0 && say_acknowledgements(client, list, count) == ERR_OK)
		client->settlements.travels = true;
}

void settling_feed(struct tsg_client *client)
{
	if (client->settlements.waiting == 0 || client->settlements.not_before_us > clock_mono_us())
		return;
	for (struct settlement *settlement = client->settlements.first; settlement != NULL; settlement = settlement->next)
		if (settlement->state == SETTLEMENT_WAITS && settlement->reason != PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED &&
		    say_refusal(client, settlement) != ERR_OK)
			return;
	if (!client->settlements.travels)
		feed_acknowledgements(client);
}

/* ---- answers ---- */

static void settle(struct tsg_client *client, struct settlement *settlement, const Pb__Reply *reply)
{
	bool acknowledges = settlement->reason == PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED;

	client->settlements.waiting--;
	if (reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED) {
		settlement->state = SETTLEMENT_DONE;
		if (acknowledges)
			remember(&client->settlements, settlement);
	} else {
		settlement->state = SETTLEMENT_REFUSED;
		failure_refused(&settlement->failure, reply->refusal);
	}
}

static bool passes_by_itself(const Pb__Reply *reply)
{
	if (reply->outcome_case != PB__REPLY__OUTCOME_REFUSAL)
		return false;
	return reply->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED ||
	       reply->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING || reply->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL ||
	       reply->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_STORE_FULL;
}

void settling_answered(struct tsg_client *client, struct cargo *cargo, const Pb__Reply *reply)
{
	bool later = passes_by_itself(reply);
	bool together = cargo->settlements->next_in_order != NULL;
	struct settlement *next = NULL;

	if (cargo->settlements->reason == PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED)
		client->settlements.travels = false;
	if (later)
		client->settlements.not_before_us =
			clock_mono_us() + (reply->refusal->retry_after_ms == 0 ? PAUSE_US : (int64_t)reply->refusal->retry_after_ms * 1000);
	for (struct settlement *settlement = cargo->settlements; settlement != NULL; settlement = next) {
		next = settlement->next_in_order;
		if (later || (together && reply->outcome_case != PB__REPLY__OUTCOME_ACCEPTED)) {
			settlement->state = SETTLEMENT_WAITS;
			settlement->alone = settlement->alone || !later;
		} else {
			settle(client, settlement, reply);
		}
	}
}

void settling_reap(struct tsg_client *client)
{
	struct settlement **place = &client->settlements.first;
	bool had = *place != NULL;

	while (*place != NULL) {
		struct settlement *settlement = *place;

		if (!settlement->awaited && (settlement->state == SETTLEMENT_DONE || settlement->state == SETTLEMENT_REFUSED)) {
			*place = settlement->next;
			free(settlement);
		} else {
			place = &settlement->next;
		}
	}
	if (had && client->settlements.waiting == 0)
		clear_marks(&client->settlements);
}
