/* SPDX-License-Identifier: Apache-2.0 */
#include "front/shown_names.h"

#include "rules/safety.h"

static enum err address_of(const char *site, const char *id, struct arena *arena, char **ret_address)
{
	struct buf text;

	*ret_address = NULL;
	if (id[0] == '\0')
		return ERR_OK;
	buf_init(&text, LIMIT_ADDRESS + 1);
	buf_printf(&text, "%s@%s", id, site);
	*ret_address = text.err == ERR_OK ? arena_text(arena, buf_bytes(&text)) : NULL;
	buf_free(&text);
	return *ret_address != NULL ? ERR_OK : ERR_NOMEM;
}

enum err name_of(struct txn *txn, const char *site, uint32_t number, struct arena *arena, char **ret_address)
{
	struct agency agency;
	enum err err = agency_by_number(txn, number, arena, &agency);

	return err != ERR_OK ? err : address_of(site, agency.record->id, arena, ret_address);
}

enum err name_shown(struct txn *txn, const char *site, uint32_t number, const char *reader, struct arena *arena, char **ret_address)
{
	char *address = NULL, *proxy = NULL;
	struct agency agency;
	enum err err = agency_by_number(txn, number, arena, &agency);

	if (err == ERR_OK)
		err = address_of(site, agency.record->id, arena, &address);
	if (err == ERR_OK)
		err = address_of(site, agency.record->proxy, arena, &proxy);
	if (err == ERR_OK)
		*ret_address = (char *)(uintptr_t)safety_shown_as(&(struct safety_agency){ address, agency.record->confidential, proxy }, reader);
	return err;
}
