/* SPDX-License-Identifier: Apache-2.0 */
/* broker/directory.c - rule: the operator's file becomes the site's directory as a whole, or not at all.
 *
 * It must be for this site, with agencies in ascending order of their ids, each a label, each official number right by its check
 * digit, each coordinator and proxy an agency of the file, and no entry may lead to a confidential one.  Its routing rules lead to someone, and none to a confidential agency: the
 * snapshot that everyone reads holds them.  An id that appears for the first time gets the next number, which it keeps for ever; an
 * agency that the file no longer names is closed, and open again when a later file names it.  The file that is current already changes
 * nothing. */
#include <stdlib.h>

#include "base/text.h"
#include "broker/chores.h"
#include "broker/rows.h"
#include "broker/verbs.h"
#include "contract/codec.h"
#include "contract/identifiers.h"
#include "contract/limits.h"
#include "contract/routing_rules.h"

#define AGENCY_NUMBERS_MAX 1048575u /* what the mailbox index can hold */
#define APPLY_ARENA_BYTES (8u * LIMIT_DIRECTORY_BYTES)

static bool is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static int compare_id(const void *id, const void *agency)
{
	return strcmp(id, (*(Pb__Agency *const *)agency)->id);
}

/* The file's agency with that id, NULL: none; its agencies are in order. */
static const Pb__Agency *named_agency(const Pb__DirectoryFile *file, const char *id)
{
	Pb__Agency *const *found = bsearch(id, file->agencies, file->n_agencies, sizeof(*file->agencies), compare_id);

	return found == NULL ? NULL : *found;
}

static bool names(const Pb__DirectoryFile *file, const char *id)
{
	return named_agency(file, id) != NULL;
}

static struct objection check_agency(const Pb__Agency *agency)
{
	if (!text_is_label(bytes_of_text(agency->id)))
		return OBJECT(MALFORMED, .subject = "agencies.id");
	if (is_set(agency->corporate_number) && !identifier_corporate(agency->corporate_number))
		return OBJECT(MALFORMED, .subject = "agencies.corporate_number");
	if (is_set(agency->care_office_number) && !identifier_care_office(agency->care_office_number))
		return OBJECT(MALFORMED, .subject = "agencies.care_office_number");
	return (struct objection){ 0 };
}

/* The loader told each fault with its line before the file was sent. */
static void ignore_fault(void *context, size_t index, const char *field, const char *text)
{
	(void)context;
	(void)index;
	(void)field;
	(void)text;
}

static struct objection check_rules(const Pb__DirectoryFile *file)
{
	if (file->n_rules > LIMIT_ROUTING_RULES)
		return OBJECT(TOO_MANY, .subject = "rules", .value = (int64_t)file->n_rules, .bound = LIMIT_ROUTING_RULES);
	if (routing_rules_check(file, ignore_fault, NULL) > 0)
		return OBJECT(MALFORMED, .subject = "rules");
	return (struct objection){ 0 };
}

static bool is_confidential(const Pb__DirectoryFile *file, const char *id)
{
	return is_set(id) && named_agency(file, id)->confidential;
}

/* No entry leads to a confidential agency: nobody's coordinator or proxy is one, its own coordinator is its proxy, which alone knows it, and
 * what everyone could be shown of it is not there.  Its proxy may be missing: then it deals with nobody. */
static bool stays_hidden(const Pb__DirectoryFile *file, const Pb__Agency *agency)
{
	if (is_confidential(file, agency->coordinator) || is_confidential(file, agency->proxy))
		return false;
	if (!agency->confidential)
		return !is_set(agency->proxy);
	if (is_set(agency->coordinator) && strcmp(agency->coordinator, agency->proxy) != 0)
		return false;
	return agency->names == NULL && !is_set(agency->sector) && agency->n_categories == 0 && agency->n_areas == 0 && agency->contact == NULL && !is_set(agency->corporate_number) &&
	       !is_set(agency->care_office_number);
}

static struct objection check_file(const struct world *world, const Pb__DirectoryFile *file)
{
	if (strcmp(file->site, world->rules->site) != 0)
		return OBJECT(MALFORMED, .subject = "site");
	if (is_set(file->local_government_code) && !identifier_local_government(file->local_government_code))
		return OBJECT(MALFORMED, .subject = "local_government_code");
	if (file->n_agencies > LIMIT_AGENCIES)
		return OBJECT(TOO_MANY, .subject = "agencies", .value = (int64_t)file->n_agencies, .bound = LIMIT_AGENCIES);
	for (size_t i = 0; i < file->n_agencies; i++) {
		struct objection objection = check_agency(file->agencies[i]);

		if (objection.code != 0)
			return objection;
		if (i > 0 && strcmp(file->agencies[i - 1]->id, file->agencies[i]->id) >= 0)
			return OBJECT(MALFORMED, .subject = file->agencies[i]->id); /* twice, or out of order */
	}
	for (size_t i = 0; i < file->n_agencies; i++) {
		const Pb__Agency *agency = file->agencies[i];

		if (is_set(agency->coordinator) && !names(file, agency->coordinator))
			return OBJECT(UNKNOWN_AGENCY, .subject = agency->coordinator);
		if (is_set(agency->proxy) && !names(file, agency->proxy))
			return OBJECT(UNKNOWN_AGENCY, .subject = agency->proxy);
		if (!stays_hidden(file, agency))
			return OBJECT(SAFETY, .subject = "confidential_entry");
	}
	return check_rules(file);
}

/* Numbers for ids that are new, agencies that are gone. */
static enum err fill(struct world *world, const Pb__DirectoryFile *file, Pb__DirectoryEntry *entry, struct objection *ret_objection)
{
	uint32_t last = registry_last_number(world->registry);

	entry->numbered = world_alloc(world, file->n_agencies, sizeof(*entry->numbered));
	entry->closed = world_alloc(world, last, sizeof(*entry->closed));
	if (entry->numbered == NULL || entry->closed == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < file->n_agencies; i++) {
		Pb__DirectoryEntry__Numbered *numbered;

		if (registry_by_id(world->registry, bytes_of_text(file->agencies[i]->id)) != NULL)
			continue;
		numbered = world_alloc(world, 1, sizeof(*numbered));
		if (numbered == NULL)
			return ERR_NOMEM;
		pb__directory_entry__numbered__init(numbered);
		numbered->id = file->agencies[i]->id;
		numbered->number = last + 1 + (uint32_t)entry->n_numbered;
		entry->numbered[entry->n_numbered++] = numbered;
	}
	if (entry->n_numbered > AGENCY_NUMBERS_MAX - last)
		*ret_objection = OBJECT(TOO_MANY, .subject = "agencies", .value = (int64_t)last + (int64_t)entry->n_numbered,
					.bound = AGENCY_NUMBERS_MAX);
	for (uint32_t number = 1; number <= last; number++) {
		const struct registry_agency *agency = registry_agency(world->registry, number);
		char id[REGISTRY_ADDRESS_MAX];

		if (agency == NULL || agency->closed)
			continue;
		memcpy(id, agency->address, agency->id_len);
		id[agency->id_len] = '\0';
		if (!names(file, id))
			entry->closed[entry->n_closed++] = number;
	}
	return ERR_OK;
}

static bool is_current(struct txn *txn, struct bytes file)
{
	struct bytes current;

	return directory_file_get(txn, &current) == ERR_OK && bytes_equal(current, file);
}

enum err directory_decide(struct world *world, const Pb__Operator *operator, struct bytes bytes, struct decision *ret_decision)
{
	Pb__DirectoryEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct codec_fault fault = { 0 };
	const Pb__DirectoryFile *file;
	struct objection objection;
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	if (bytes.len > LIMIT_DIRECTORY_BYTES)
		return decide_refusal(world, REFUSE(TOO_LARGE), "directory", (int64_t)bytes.len, LIMIT_DIRECTORY_BYTES, ret_decision);
	if (world->tight)
		return decide_refusal(world, REFUSE(STORE_FULL), NULL, (int64_t)world->room.disk_free_bytes,
				      (int64_t)world->room.reserve_bytes, ret_decision);
	err = CODEC_DECODE(directory_file, bytes, world->arena, &file, &fault);
	if (err == ERR_FORMAT || err == ERR_TOO_LARGE)
		return decide_refusal(world, REFUSE(MALFORMED), fault.path, 0, 0, ret_decision);
	if (err != ERR_OK)
		return err;
	objection = check_file(world, file);
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (is_current(world->txn, bytes)) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	pb__directory_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->file = pb_of_bytes(bytes);
	err = fill(world, file, entry, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	return decide_entry(world, PB__ENTRY_BODY__BODY_DIRECTORY, entry, ret_decision);
}

static enum err apply_agency(struct txn *txn, const Pb__Agency *agency, struct buf *packed)
{
	uint32_t number;
	enum err err = agency_number_get(txn, bytes_of_text(agency->id), &number);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* each id was numbered by this entry or an earlier one */
	buf_clear(packed);
	err = codec_pack(&agency->base, packed);
	if (err == ERR_OK)
		agency_row_put(txn, number, &(struct agency_row){ .record = buf_bytes(packed) });
	return err;
}

static enum err apply_closed(struct txn *txn, uint64_t seq, uint32_t number, struct buf *copy)
{
	struct agency_row row;
	enum err err = agency_row_get(txn, number, &row);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	buf_clear(copy);
	buf_put(copy, row.record); /* borrowed from txn, which is about to be written */
	row.record = buf_bytes(copy);
	row.closed = true;
	agency_row_put(txn, number, &row);
	chore_put(txn, &(struct chore){ .since = seq, .kind = PB__CHORE__CHORE_CLOSE, .agency = number });
	return copy->err;
}

enum err directory_apply(struct txn *txn, const struct leaf_header *header, const Pb__DirectoryEntry *entry)
{
	const Pb__DirectoryFile *file;
	struct arena arena;
	struct buf packed;
	enum err err;

	arena_init(&arena, APPLY_ARENA_BYTES);
	buf_init(&packed, LIMIT_DIRECTORY_BYTES);
	for (size_t i = 0; i < entry->n_numbered; i++)
		agency_number_put(txn, bytes_of_text(entry->numbered[i]->id), entry->numbered[i]->number);
	err = CODEC_DECODE(directory_file, bytes_of_pb(entry->file), &arena, &file, NULL);
	if (err == ERR_FORMAT)
		err = ERR_CORRUPT;
	for (size_t i = 0; err == ERR_OK && i < file->n_agencies; i++)
		err = apply_agency(txn, file->agencies[i], &packed);
	for (size_t i = 0; err == ERR_OK && i < entry->n_closed; i++)
		err = apply_closed(txn, header->seq, entry->closed[i], &packed);
	if (err == ERR_OK) {
		directory_file_put(txn, bytes_of_pb(entry->file));
		directory_version_put(txn, header->seq);
	}
	buf_free(&packed);
	arena_free(&arena);
	return err;
}
