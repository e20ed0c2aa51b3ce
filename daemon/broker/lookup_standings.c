/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_standings.c - what agencies said of themselves, as readers are told it; see lookup.h for the contract. */
#include "broker/lookup.h"
#include "broker/rows.h"
#include "broker/rows_standings.h"

static bool offers(const Pb__Agency *record, const char *service)
{
	for (size_t i = 0; i < record->n_services; i++)
		if (strcmp(record->services[i]->id, service) == 0)
			return true;
	return service[0] == '\0';
}

enum err agency_standing(struct txn *txn, uint32_t number, const Pb__Agency *record, struct arena *arena, Pb__Standing **ret_standing)
{
	Pb__Standing *standing = arena_alloc(arena, sizeof(*standing));
	struct standing_row row;
	size_t kept = 0;
	enum err err = standing != NULL ? standing_get(txn, number, arena, &row) : ERR_NOMEM;

	if (err != ERR_OK)
		return err;
	*standing = *row.standing;
	standing->agency = record->id;
	for (size_t i = 0; i < standing->n_places; i++)
		if (offers(record, standing->places[i]->service))
			standing->places[kept++] = standing->places[i]; /* what its entry no longer names is told no more */
	standing->n_places = kept;
	*ret_standing = standing;
	return ERR_OK;
}

enum err directory_standings(struct txn *txn, const Pb__DirectoryFile *file, struct arena *arena, Pb__Standing ***ret_standings,
			     size_t *ret_count)
{
	Pb__Standing **standings = arena_alloc(arena, (file->n_agencies + 1) * sizeof(*standings));
	size_t count = 0;

	if (standings == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < file->n_agencies; i++) {
		uint32_t number;
		enum err err = agency_number_get(txn, bytes_of_text(file->agencies[i]->id), &number);

		if (err == ERR_OK)
			err = agency_standing(txn, number, file->agencies[i], arena, &standings[count]);
		if (err == ERR_OK)
			count++;
		else if (err != ERR_NOT_FOUND)
			return err;
	}
	*ret_standings = standings;
	*ret_count = count;
	return ERR_OK;
}
