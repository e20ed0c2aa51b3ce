/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/seal_further.c - see tasks.h: a request of ours for one more agency, in the request's thread: the same envelope and parts,
 * with the same classes and releases; what is in them is only ever in clear in this process' memory. */
#include "base/clock.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/sealing.h"
#include "libtsunagi/tasks.h"

struct further {
	struct arena arena;
	Pb__View head;
	Pb__LegAct act;
	struct id id;
	struct clear_part clear[LIMIT_PARTS];
	struct buf statement;
	struct buf parts[LIMIT_PARTS];
};

/* The View without what seal_view fills in. */
static enum err fill_head(struct tsg_client *client, const struct arrival *task, struct further *further)
{
	Pb__View *head = &further->head;
	enum err err = id_new_after(&client->last_id, &further->id);

	if (err != ERR_OK)
		return err;
	client->last_id = further->id;
	*head = *task->view;
	if (head->thread_id.len != ID_BYTES) /* it opened the request; what was sealed further before stands in its thread */
		head->thread_id = task->view->message_id;
	head->message_id = pb_of_bytes(bytes_of(further->id.bytes, ID_BYTES));
	head->created_at_us = clock_wall_us();
	head->directory_version = site_directory_version(client->directory);
	head->rule_id = pb_of_text("");
	pb__leg_act__init(&further->act);
	further->act.action = PB__LEG_ACTION__LEG_ACTION_SEAL;
	head->leg_act = &further->act;
	return ERR_OK;
}

static enum err open_parts(struct tsg_client *client, const struct arrival *task, struct further *further)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < task->part_count && err == ERR_OK; i++) {
		const Pb__PartRef *ref = task->view->parts[i];

		err = open_own_content(task->parts[i].sealed, client->bundle, &further->arena, &further->clear[i].content);
		further->clear[i].release = ref->release;
		further->clear[i].classes = ref->classes;
		further->clear[i].class_count = ref->n_classes;
	}
	return err;
}

static json_t *head_json(const Pb__View *head, const char *address, const char *key)
{
	return json_pack("{s:s, s:[s], s:s, s:s*, s:o*, s:I, s:I, s:s}", "type", "tsunagi-outbox", "to", address, "kind",
			 json_word(&pb__kind__descriptor, (int)head->kind), "urgency", json_word(&pb__urgency__descriptor, (int)head->urgency),
			 "case_id", head->case_id.len == ID_BYTES ? json_id(head->case_id.data) : NULL, "urgency_number",
			 (json_int_t)head->urgency, "directory_version", (json_int_t)head->directory_version, "key", key);
}

static enum err keep(struct tsg_client *client, const struct arrival *task, struct further *further, const char *address, const char *key,
		     struct outbox_message **ret_message)
{
	struct bytes statement = buf_bytes(&further->statement), parts[LIMIT_PARTS];
	json_t *head = head_json(&further->head, address, key);
	struct order *order = NULL;
	enum err err = head == NULL ? ERR_NOMEM : ERR_OK;

	for (size_t i = 0; i < task->part_count; i++)
		parts[i] = buf_bytes(&further->parts[i]);
	if (err == ERR_OK)
		err = order_new(&statement, 1, parts, task->part_count, NULL, &order);
	if (err == ERR_OK) /* its segments are at the broker since the message was sent */
		err = outbox_put(&client->outbox, &further->id, head, &task->view_hash, order, NULL, 0, ret_message);
	order_free(order);
	json_decref(head);
	return err;
}

static int seal(struct tsg_client *client, const struct arrival *task, const char *agency, const char *key, struct further *further,
		struct outbox_message **ret_message, struct failure *failure)
{
	struct recipient recipient;
	enum err err = fill_head(client, task, further);
	int result = TSG_OK;

	if (err == ERR_OK)
		err = open_parts(client, task, further);
	if (err != ERR_OK)
		return failure_err(failure, err, "sealing to a further agency");
	result = recipient_resolve(agency, client->bundle, client->directory, further->head.created_at_us, &recipient, failure);
	if (result != TSG_OK)
		return result;
	further->act.next_agency = recipient.address;
	err = seal_view(&further->head, &recipient, client->bundle, further->clear, task->part_count, &further->statement, further->parts);
	if (err == ERR_OK)
		err = keep(client, task, further, recipient.address, key, ret_message);
	recipient_free(&recipient);
	return err == ERR_OK ? TSG_OK : failure_err(failure, err, "sealing to a further agency");
}

int seal_further(struct tsg_client *client, const struct arrival *task, const char *agency, const char *key,
		 struct outbox_message **ret_message, struct failure *failure)
{
	struct further further = { 0 };
	int result = TSG_OK;

	arena_init(&further.arena, LIMIT_DATA_BYTES);
	buf_init(&further.statement, 2 * LIMIT_STATEMENT_BYTES);
	for (size_t i = 0; i < LIMIT_PARTS; i++)
		buf_init(&further.parts[i], 2 * LIMIT_PART_BYTES);
	result = seal(client, task, agency, key, &further, ret_message, failure);
	buf_free(&further.statement);
	for (size_t i = 0; i < LIMIT_PARTS; i++)
		buf_free(&further.parts[i]);
	arena_free(&further.arena);
	return result;
}
