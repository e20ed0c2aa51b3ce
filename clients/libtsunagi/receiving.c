/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/receiving.c - see client.h: hand-outs come in as far as we gave credit, and each is verified when its turn has come.
 *
 * What the broker may send is bounded by credit, counted as it counts: items, and the bytes of their parts. */
#include <inttypes.h>
#include <stdio.h>

#include "libtsunagi/client.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/tasks.h"

#define OVERDRAFT 4u /* times the credit that a confused broker may send before the session ends */

void receiving_give_back(struct tsg_client *client, const struct arrival *arrival)
{
	client->taken_items++;
	client->taken_bytes += arrival->cost;
}

static bool is_here(const struct tsg_client *client, uint64_t item)
{
	for (const struct arrival *arrival = client->arrivals; arrival != NULL; arrival = arrival->next)
		if (arrival->item == item)
			return true;
	return tasks_have(client, item) || delivery_in_hand(client, item);
}

static void queue_arrival(struct tsg_client *client, struct arrival *arrival)
{
	if (is_here(client, arrival->item) || settling_knows(client, arrival)) {
		receiving_give_back(client, arrival);
		arrival_free(arrival);
		return;
	}
	if (arrival->what == PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK) {
		tasks_add(client, arrival);
		return;
	}
	if (client->arrivals == NULL)
		client->arrivals_end = &client->arrivals;
	arrival->next = NULL;
	*client->arrivals_end = arrival;
	client->arrivals_end = &arrival->next;
	client->arrival_count++;
}

void receiving_handout(struct tsg_client *client, const Pb__Handout *handout, struct bytes data)
{
	struct arrival *first = NULL;
	enum err err = ERR_FORMAT;

	if (client->arrival_count + handout->n_items <= OVERDRAFT * CREDIT_ITEMS + client->extra_items)
		err = arrivals_of_handout(handout, data, &first);
	if (err != ERR_OK) {
		session_drop(client->session, err == ERR_NOMEM ? SESSION_FAULT_LOST : SESSION_FAULT_TALK);
		return;
	}
	while (first != NULL) {
		struct arrival *next = first->next;

		queue_arrival(client, first);
		first = next;
	}
}

void receiving_lost(struct tsg_client *client)
{
	struct arrival *arrival = NULL;

	while ((arrival = client->arrivals) != NULL) {
		client->arrivals = arrival->next;
		arrival_free(arrival);
	}
	tasks_lost(client);
	client->arrival_count = 0;
	client->taken_items = client->taken_bytes = client->granted_items = client->granted_bytes = 0;
}

void receiving_welcome(struct tsg_client *client)
{
	receiving_lost(client);
	/* The Hello was said before the program first asked for a delivery. */
	if (client->receives && !session_said_receives(client->session))
		session_bye(client->session);
}

void receiving_start(struct tsg_client *client)
{
	if (client->receives)
		return;
	client->receives = true;
	if (session_is_open(client->session))
		session_bye(client->session);
}

void receiving_grant(struct tsg_client *client)
{
	uint64_t items = client->taken_items + CREDIT_ITEMS + client->extra_items;
	uint64_t bytes = client->taken_bytes + CREDIT_BYTES;
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__Credit credit = PB__CREDIT__INIT;

	if (!client->receives || (items - client->granted_items < CREDIT_ITEMS / 2 && bytes - client->granted_bytes < CREDIT_BYTES / 2))
		return;
	credit.items = items;
	credit.bytes = bytes;
	message.body_case = PB__FROM_CLIENT__BODY_CREDIT;
	message.credit = &credit;
	if (session_send(client->session, &message, bytes_of(NULL, 0)) == ERR_OK) {
		client->granted_items = items;
		client->granted_bytes = bytes;
	}
}

static enum warning warning_of(enum verdict verdict)
{
	return verdict == VERDICT_FOREIGN     ? WARNING_FOREIGN_CERTIFICATE
	       : verdict == VERDICT_CANNOT_OPEN ? WARNING_CANNOT_OPEN
						: WARNING_NOT_AUTHENTIC;
}

static Pb__RefuseReason refusal_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_NOT_AUTHENTIC:
		return PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC;
	case VERDICT_NOT_UNDERSTOOD:
		return PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD;
	default:
		return PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN;
	}
}

/* Never given to the program: the sender and the operator are told by the refusal, our people by the warning; of the site's own word that
 * this version does not know, the operator alone. */
static void turn_away(struct tsg_client *client, const struct arrival *arrival, enum verdict verdict, const char *reason)
{
	char id[ID_TEXT], subject[sizeof client->knowledge->warnings.rows[0].subject];
	struct id message_id;

	if (arrival->view != NULL) {
		memcpy(message_id.bytes, arrival->view->message_id.data, ID_BYTES);
		id_format(&message_id, id);
		snprintf(subject, sizeof subject, "%s %.100s", id, arrival->view->sender);
	} else {
		snprintf(subject, sizeof subject, "%" PRIu64 " %.100s", arrival->item, client->bundle->site);
	}
	if (verdict != VERDICT_NOT_UNDERSTOOD)
		knowledge_warn(client->knowledge, warning_of(verdict), subject, reason);
	/* Without memory it stays leased, comes again, and is turned away then. */
	if (settling_note(client, arrival->item, &arrival->view_hash, refusal_of(verdict), reason) == NULL)
		failure_tell(&client->failure, PROBLEM_MEMORY, "a refusal", NULL);
}

static enum verdict judge(struct tsg_client *client, struct arrival *arrival, const char **ret_reason)
{
	enum verdict verdict = arrival_verify(arrival, client->bundle, &client->signers, ret_reason);

	return verdict == VERDICT_GENUINE ? arrival_open(arrival, client->bundle, &client->signers, ret_reason) : verdict;
}

/* Asks for what is missing; true when it was found at once. */
static bool find_signer(struct tsg_client *client, const struct digest *wanted)
{
	const struct signer *signer = NULL;

	watching_signer(client, wanted);
	signer = signers_find(&client->signers, wanted);
	return signer != NULL && signer->state != SIGNER_ASKED;
}

enum examined receiving_examine(struct tsg_client *client, struct arrival *arrival)
{
	const char *reason = NULL;
	enum verdict verdict = judge(client, arrival, &reason);

	while (verdict == VERDICT_ASK_SIGNER && find_signer(client, &arrival->wanted))
		verdict = judge(client, arrival, &reason);
	if (verdict == VERDICT_GENUINE)
		return EXAMINED_GENUINE;
	if (verdict == VERDICT_ASK_SIGNER || verdict == VERDICT_FAULT)
		return EXAMINED_LATER;
	turn_away(client, arrival, verdict, reason);
	return EXAMINED_TURNED_AWAY;
}

struct arrival *receiving_take(struct tsg_client *client)
{
	struct arrival *arrival = NULL;

	while ((arrival = client->arrivals) != NULL) {
		enum examined examined = receiving_examine(client, arrival);

		if (examined == EXAMINED_LATER)
			return NULL;
		client->arrivals = arrival->next;
		client->arrival_count--;
		receiving_give_back(client, arrival);
		if (examined == EXAMINED_GENUINE)
			return arrival;
		arrival_free(arrival);
	}
	return NULL;
}

void receiving_free(struct tsg_client *client)
{
	receiving_lost(client);
}
