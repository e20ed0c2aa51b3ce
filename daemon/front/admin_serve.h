/* SPDX-License-Identifier: Apache-2.0 */
/* front/admin_serve.h - one connection of the operators' socket, and one request on it. */
#pragma once
#include "admin.pb-c.h"
#include "broker/erased.h"
#include "front/state.h"

#define ADMIN_REQUEST_BYTES (LIMIT_DIRECTORY_BYTES + 64u * 1024u)
#define ADMIN_REPLY_BYTES (4u * LIMIT_DIRECTORY_BYTES)
#define ADMIN_ARENA_BYTES (6u * LIMIT_DIRECTORY_BYTES)

/* Answers requests until the peer has said all, is silent, or stop_fd is readable. */
void admin_serve(struct front *front, int fd, int stop_fd);

/* One request under way.  Runs on one of the operators' threads: of the front it may use what any thread may. */
struct admin_call {
	struct front *front;
	const Pb__AdminRequest *request;
	Pb__Operator operator;
	struct arena arena;     /* what reply points to */
	struct arena asked;     /* the request, and what is made for the writer; it goes there with it */
	struct txn *txn;        /* NULL until a reading needs one; borrowed by the reply, ended after it was sent */
	struct bytes named;     /* the id that a reading was asked for; empty: none */
	enum erased_what named_as; /* what it is the id of, where it was erased */
	Pb__AdminReply reply;
	struct buf kept;
};

/* Answers the request: fills call->reply in. */
void admin_answer(struct admin_call *call);

/* admin_writer.c: hands the request to the writer and waits; its reply stands in call->reply.  True when it was done. */
bool admin_to_writer(struct admin_call *call);
/* The same for a device's request brought by hand. */
bool admin_bind(struct admin_call *call, const Pb__BindEntry *entry, const char *address);

/* Readings, each into call->reply.  What the rules require to be recorded has been. */
enum err admin_status(struct admin_call *call);
enum err admin_calendar_show(struct admin_call *call);
enum err admin_directory_show(struct admin_call *call);
enum err admin_queue_list(struct admin_call *call, const Pb__AdminQueueList *list);
enum err admin_queue_show(struct admin_call *call, struct bytes message_id, const char *agency); /* id, of whose items alone; empty: all */
enum err admin_trace(struct admin_call *call, struct bytes message_id);
enum err admin_overdue(struct admin_call *call, const Pb__AdminOverdue *asked);
enum err admin_reviews(struct admin_call *call, const Pb__ReviewQuery *query);
enum err admin_provisions(struct admin_call *call, const Pb__ProvisionQuery *query);
enum err admin_disclosure(struct admin_call *call, const Pb__DisclosureQuery *query);
enum err admin_checkpoint(struct admin_call *call);
enum err admin_prove(struct admin_call *call, uint64_t seq);
enum err admin_hand_over_look(struct admin_call *call, const Pb__AdminHandOver *asked); /* of what an agency that closed left */
enum err admin_erase_look(struct admin_call *call, struct bytes case_id);

/* What was asked for is not there: it was erased, or never was. */
void admin_refuse_absent(struct admin_call *call);

/* Arms it, once it is on record. */
enum err admin_dev_fault(struct admin_call *call, const Pb__AdminDevFault *asked);

/* Makes the entry for a request brought by hand and hands it in. */
enum err admin_enrol(struct admin_call *call, const Pb__AdminEnrolRequest *request);

/* A refusal as the reply. */
void admin_refuse(struct admin_call *call, Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound);

/* call->txn is open, or the error says why not. */
enum err admin_reading(struct admin_call *call);

/* Fills status->overdue in; call->txn is open. */
