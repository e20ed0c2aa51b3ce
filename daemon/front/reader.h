/* SPDX-License-Identifier: Apache-2.0 */
/* front/reader.h - who is shown something: an agency, or an operator; and the names under which that reader knows others. */
#pragma once
#include "base/arena.h"
#include "front/admin_serve.h"
#include "front/reads.h"

struct reader {
	struct txn *txn;
	struct arena *arena;   /* of all that is shown */
	const char *site;
	uint32_t agency;       /* 0: an operator */
	const char *address;   /* "": an operator */
	bool owns;             /* it owns the case that is told of, and sees all of it */
};

/* Of a question on the operators' socket: its transaction is open then. */
enum err reader_operator(struct admin_call *call, struct reader *ret_reader);

/* Of an agency's question. */
enum err reader_agency(struct asking *asking, struct reader *ret_reader);

/* Whether all of a message is the reader's to see: an operator, or the owner of its case. */
static inline bool reader_sees_all(const struct reader *reader)
{
	return reader->agency == 0 || reader->owns;
}

/* The name of an agency by its number, never NULL: "" for none, "*" for one that the reader is not shown. */
enum err reader_name(const struct reader *reader, uint32_t number, char **ret_name);

/* Whether a protected case's owner keeps the reader out of it; never an operator, who sees envelopes. */
enum err reader_is_kept_out(const struct reader *reader, struct bytes case_id, bool *ret_kept_out);

/* Classes as a message names them, ascending; set: bit n for DisclosureClass n. */
enum err reader_classes(const struct reader *reader, uint32_t set, Pb__DisclosureClass **ret_classes, size_t *ret_count);
