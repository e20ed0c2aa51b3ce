/* SPDX-License-Identifier: Apache-2.0 */
#include "front/reader.h"

#include "broker/lookup.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"

enum err reader_operator(struct admin_call *call, struct reader *ret_reader)
{
	enum err err = admin_reading(call);

	*ret_reader = (struct reader){ .txn = call->txn, .arena = &call->arena, .site = call->front->site, .address = "" };
	return err;
}

enum err reader_agency(struct asking *asking, struct reader *ret_reader)
{
	char *address = NULL;
	enum err err = agency_address(asking->txn, asking->front->site, asking->peer->agency, asking->arena, &address);

	*ret_reader = (struct reader){ asking->txn, asking->arena, asking->front->site, asking->peer->agency, address, false };
	return err;
}

enum err reader_name(const struct reader *reader, uint32_t number, char **ret_name)
{
	const char *name = NULL;
	enum err err = number == 0 ? ERR_OK : agency_shown_as(reader->txn, reader->site, number, reader->address, reader->arena, &name);

	if (err == ERR_OK)
		*ret_name = pb_of_text(name != NULL ? name : number == 0 ? "" : "*");
	return err;
}

enum err reader_is_kept_out(const struct reader *reader, struct bytes case_id, bool *ret_kept_out)
{
	*ret_kept_out = false;
	if (reader->agency == 0 || case_id.len != ID_BYTES)
		return ERR_OK;
	return kept_out_of(reader->txn, bytes_of_text(reader->address), case_id, ret_kept_out);
}

enum err reader_classes(const struct reader *reader, uint32_t set, Pb__DisclosureClass **ret_classes, size_t *ret_count)
{
	Pb__DisclosureClass *classes = arena_calloc(reader->arena, LIMIT_CLASSES, sizeof *classes);

	if (classes == NULL)
		return ERR_NOMEM;
	*ret_count = 0;
	for (unsigned class = 1; class <= LIMIT_CLASSES; class++)
		if ((set >> class & 1) != 0)
			classes[(*ret_count)++] = (Pb__DisclosureClass)class;
	*ret_classes = classes;
	return ERR_OK;
}
