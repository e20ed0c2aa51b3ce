/* SPDX-License-Identifier: Apache-2.0 */
/* broker/calendar_load.c - rule: the Cabinet Office's file of holidays becomes the site's as a whole, or not at all.
 *
 * A file with any problem is refused, naming its first line that has one (the loader told them all before it sent the file).  One that
 * no longer speaks of a year which the file in force speaks of is refused too: due times stand on that.  The file that is current already
 * changes nothing.  The entry keeps the file as it was given; every library gets it with the directory's next version. */
#include "broker/chores.h"
#include "broker/rows.h"
#include "broker/verbs.h"
#include "rules/holidays.h"

struct first_problem {
	bool told;
	unsigned line;
};

static void keep_first(void *context, unsigned line, const char *text)
{
	struct first_problem *problem = context;

	(void)text;
	if (!problem->told)
		*problem = (struct first_problem){ .told = true, .line = line };
}

static struct objection check_years(const struct world *world, const struct holidays *given)
{
	const struct holidays *current = world->holidays;

	if (current != NULL && given->last_year < current->last_year)
		return OBJECT(MALFORMED, .subject = "holidays.last_year", .value = given->last_year, .bound = current->last_year);
	return (struct objection){ 0 };
}

static enum err check_file(const struct world *world, struct bytes file, struct objection *ret_objection)
{
	struct first_problem problem = { 0 };
	struct holidays *holidays = NULL;
	enum err err = holidays_parse(file, keep_first, &problem, &holidays);

	if (err == ERR_TOO_LARGE)
		*ret_objection = OBJECT(TOO_LARGE, .subject = "holidays", .value = (int64_t)file.len, .bound = HOLIDAYS_FILE_MAX);
	else if (err == ERR_FORMAT)
		*ret_objection = OBJECT(MALFORMED, .subject = "holidays.line", .value = problem.line);
	else if (err == ERR_OK)
		*ret_objection = check_years(world, holidays);
	holidays_free(holidays);
	return err == ERR_NOMEM ? err : ERR_OK;
}

static bool is_current(struct txn *txn, struct bytes file)
{
	struct bytes current;

	return holiday_file_get(txn, &current) == ERR_OK && bytes_equal(current, file);
}

enum err calendar_load_decide(struct world *world, const Pb__Operator *operator, struct bytes file, struct decision *ret_decision)
{
	Pb__CalendarEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct objection objection = { 0 };
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	if (world->tight)
		return decide_refusal(world, REFUSE(STORE_FULL), NULL, (int64_t)world->room.disk_free_bytes,
				      (int64_t)world->room.reserve_bytes, ret_decision);
	err = check_file(world, file, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (is_current(world->txn, file)) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	pb__calendar_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->file = pb_of_bytes(file);
	return decide_entry(world, PB__ENTRY_BODY__BODY_CALENDAR, entry, ret_decision);
}

enum err calendar_load_apply(struct txn *txn, const struct leaf_header *header, const Pb__CalendarEntry *entry)
{
	if (entry->file.len == 0)
		return ERR_CORRUPT;
	holiday_file_put(txn, bytes_of_pb(entry->file));
	directory_version_put(txn, header->seq); /* the snapshot tells the holidays */
	for (Pb__Chore kind = PB__CHORE__CHORE_RECKON; kind <= PB__CHORE__CHORE_RECKON_CONFERENCES; kind++)
		chore_put(txn, &(struct chore){ .since = header->seq, .kind = kind });
	return ERR_OK;
}
