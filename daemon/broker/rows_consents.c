/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_consents.c - consents; see rows_consents.h for the contract.  What rests on them is in rows_conditions.c. */
#include "broker/rows_consents.h"

#include "broker/rows.h"
#include "contract/codec.h"

/* state, giver, how, from, until, classes, registered by, seq, case, how many agencies and categories, ended at */
#define HEAD_BYTES (1 + 1 + 1 + 8 + 8 + 2 + 4 + 8 + ID_BYTES + 2 + 2 + 8)
#define ROW_BYTES_MAX (1024u * 1024u)

/* ---- reading ---- */

/* count texts of length u8 from *at on, in the arena. */
static enum err read_texts(struct bytes *at, size_t count, struct arena *arena, const char *const **ret_texts)
{
	const char **texts = arena_calloc(arena, count, sizeof(*texts));

	if (texts == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		size_t len = at->len == 0 ? 0 : at->data[0];

		if (at->len == 0 || at->len - 1 < len)
			return ERR_CORRUPT;
		texts[i] = arena_text(arena, bytes_of(at->data + 1, len));
		if (texts[i] == NULL)
			return ERR_NOMEM;
		*at = bytes_of(at->data + 1 + len, at->len - 1 - len);
	}
	*ret_texts = texts;
	return ERR_OK;
}

static enum err decode(struct bytes consent_id, struct bytes value, struct arena *arena, struct consent_row *row)
{
	struct consent *consent = &row->consent;
	const uint8_t *from = value.data;
	struct bytes texts;
	enum err err;

	if (value.len < HEAD_BYTES || consent_id.len != ID_BYTES)
		return ERR_CORRUPT;
	memcpy(consent->id.bytes, consent_id.data, ID_BYTES);
	consent->state = (Pb__ConsentState)from[0];
	consent->giver = (Pb__ConsentGiver)from[1];
	consent->how = (Pb__ConsentHow)from[2];
	consent->from_us = (int64_t)be64_get(from + 3);
	consent->scope.until_us = (int64_t)be64_get(from + 11);
	consent->scope.classes = be16_get(from + 19);
	row->registered_by = be32_get(from + 21);
	row->seq = be64_get(from + 25);
	memcpy(consent->case_id.bytes, from + 33, ID_BYTES);
	consent->scope.agency_count = be16_get(from + 49);
	consent->scope.category_count = be16_get(from + 51);
	row->ended_at_us = (int64_t)be64_get(from + 53);
	texts = bytes_of(from + HEAD_BYTES, value.len - HEAD_BYTES);
	err = read_texts(&texts, consent->scope.agency_count, arena, &consent->scope.agencies);
	if (err == ERR_OK)
		err = read_texts(&texts, consent->scope.category_count, arena, &consent->scope.categories);
	return err == ERR_OK && texts.len != 0 ? ERR_CORRUPT : err;
}

enum err consent_get(struct txn *txn, struct bytes consent_id, struct arena *arena, struct consent_row *ret_row)
{
	struct consent_row row = { 0 };
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CONSENTS, consent_id, &value);

	if (err == ERR_OK)
		err = decode(consent_id, value, arena, &row);
	if (err == ERR_OK)
		*ret_row = row;
	return err;
}

bool consent_exists(struct txn *txn, struct bytes consent_id)
{
	struct bytes value;

	return txn_get(txn, TABLE_CONSENTS, consent_id, &value) == ERR_OK;
}

Pb__ConsentAfter *consent_after(struct arena *arena, const struct consent_row *row)
{
	const struct consent *consent = &row->consent;
	Pb__ConsentAfter *after = arena_calloc(arena, 1, sizeof(*after));
	const uint8_t *ids = arena_copy(arena, bytes_of(consent, sizeof(*consent)));
	Pb__DisclosureClass *classes = arena_calloc(arena, LIMIT_CLASSES + 1, sizeof(*classes));

	if (after == NULL || ids == NULL || classes == NULL)
		return NULL;
	pb__consent_after__init(after);
	after->consent_id = pb_of_bytes(bytes_of(((const struct consent *)(const void *)ids)->id.bytes, ID_BYTES));
	after->case_id = pb_of_bytes(bytes_of(((const struct consent *)(const void *)ids)->case_id.bytes, ID_BYTES));
	after->state = consent->state;
	after->giver = consent->giver;
	after->how = consent->how;
	after->from_us = consent->from_us;
	after->until_us = consent->scope.until_us;
	after->registered_by = row->registered_by;
	after->classes = classes;
	for (unsigned class = 1; class <= LIMIT_CLASSES; class++)
		if ((consent->scope.classes & (class_set)1 << class) != 0)
			classes[after->n_classes++] = (Pb__DisclosureClass)class;
	after->agencies = (char **)(uintptr_t)consent->scope.agencies;
	after->n_agencies = consent->scope.agency_count;
	after->categories = (char **)(uintptr_t)consent->scope.categories;
	after->n_categories = consent->scope.category_count;
	return after;
}

/* ---- writing ---- */

static void put_texts(struct buf *buf, char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_put_byte(buf, (uint8_t)strlen(texts[i]));
		buf_put_text(buf, texts[i]);
	}
}

static bool fits(const Pb__ConsentAfter *after)
{
	if (after->consent_id.len != ID_BYTES || after->case_id.len != ID_BYTES || after->n_agencies > LIMIT_CONSENT_NAMES ||
	    after->n_categories > LIMIT_CONSENT_NAMES)
		return false;
	for (size_t i = 0; i < after->n_agencies; i++)
		if (strlen(after->agencies[i]) > LIMIT_ADDRESS)
			return false;
	for (size_t i = 0; i < after->n_categories; i++)
		if (strlen(after->categories[i]) > LIMIT_LABEL)
			return false;
	return true;
}

static void put_row(struct txn *txn, uint64_t seq, int64_t at_us, const Pb__ConsentAfter *after)
{
	int64_t ended_at_us = after->state == PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE ? 0 : at_us;
	uint8_t head[HEAD_BYTES];
	uint16_t classes = 0;
	struct buf row;

	for (size_t i = 0; i < after->n_classes; i++)
		classes = (uint16_t)(classes | 1u << after->classes[i]);
	head[0] = (uint8_t)after->state;
	head[1] = (uint8_t)after->giver;
	head[2] = (uint8_t)after->how;
	be64_put(head + 3, (uint64_t)after->from_us);
	be64_put(head + 11, (uint64_t)after->until_us);
	be16_put(head + 19, classes);
	be32_put(head + 21, after->registered_by);
	be64_put(head + 25, seq);
	memcpy(head + 33, after->case_id.data, ID_BYTES);
	be16_put(head + 49, (uint16_t)after->n_agencies);
	be16_put(head + 51, (uint16_t)after->n_categories);
	be64_put(head + 53, (uint64_t)ended_at_us);
	buf_init(&row, ROW_BYTES_MAX);
	buf_put(&row, bytes_of(head, sizeof(head)));
	put_texts(&row, after->agencies, after->n_agencies);
	put_texts(&row, after->categories, after->n_categories);
	if (row.err != ERR_OK)
		txn_fail(txn, row.err);
	else
		txn_put(txn, TABLE_CONSENTS, bytes_of_pb(after->consent_id), buf_bytes(&row));
	buf_free(&row);
}

/* When the timer of a row is due; 0: it has none. */
static int64_t due_at(Pb__ConsentState state, int64_t until_us)
{
	struct consent consent = { .state = state, .scope.until_us = until_us };

	return consent_timer_us(&consent);
}

static enum err drop_timer(struct txn *txn, struct bytes value)
{
	int64_t due_us;

	if (value.len < HEAD_BYTES)
		return ERR_CORRUPT;
	due_us = due_at((Pb__ConsentState)value.data[0], (int64_t)be64_get(value.data + 11));
	if (due_us != 0)
		timer_drop(txn, &(struct timer_row){ due_us, PB__TIMER_KIND__TIMER_KIND_CONSENT, be64_get(value.data + 25) });
	return ERR_OK;
}

enum err consent_put(struct txn *txn, const struct leaf_header *header, const Pb__ConsentAfter *after)
{
	uint64_t seq = header->seq;
	int64_t due_us = due_at(after->state, after->until_us);
	struct bytes value;
	enum err err;

	if (!fits(after))
		return ERR_CORRUPT;
	err = txn_get(txn, TABLE_CONSENTS, bytes_of_pb(after->consent_id), &value);
	if (err == ERR_OK) {
		seq = value.len < HEAD_BYTES ? 0 : be64_get(value.data + 25);
		err = drop_timer(txn, value);
	}
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	put_row(txn, seq, header->time_us, after);
	if (due_us != 0)
		timer_put(txn, &(struct timer_row){ due_us, PB__TIMER_KIND__TIMER_KIND_CONSENT, seq });
	return ERR_OK;
}

enum err consent_drop(struct txn *txn, struct bytes consent_id)
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CONSENTS, consent_id, &value);

	if (err == ERR_OK)
		err = drop_timer(txn, value);
	if (err == ERR_OK)
		txn_delete(txn, TABLE_CONSENTS, consent_id);
	return err;
}
