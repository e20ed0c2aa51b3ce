/* SPDX-License-Identifier: Apache-2.0 */
/* broker/business_time.c - see business_time.h for the contract. */
#include "broker/business_time.h"

#include "broker/rows.h"

enum err calendar_of(struct world *world, uint32_t agency, struct calendar *ret)
{
	const struct registry_agency *holder = registry_agency(world->registry, agency);

	if (holder == NULL)
		return ERR_NOT_FOUND;
	*ret = (struct calendar){
		.hours = &holder->hours,
		.holidays = world->holidays,
		.offset_minutes = registry_zone_minutes(world->registry),
	};
	return ERR_OK;
}

enum err business_time_load(struct txn *txn, struct holidays **holidays)
{
	struct holidays *loaded = NULL;
	struct bytes file;
	enum err err = holiday_file_get(txn, &file);

	if (err == ERR_OK)
		err = holidays_parse(file, NULL, NULL, &loaded);
	if (err == ERR_FORMAT || err == ERR_TOO_LARGE)
		return ERR_CORRUPT; /* it was checked before it was recorded */
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	holidays_free(*holidays);
	*holidays = loaded;
	return ERR_OK;
}
