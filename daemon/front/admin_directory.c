/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup.h"
#include "broker/rows.h"
#include "contract/codec.h"
#include "front/admin_serve.h"

#define BINDINGS_MOST (4u * LIMIT_DEVICES) /* shown of one agency: its newest, ended ones too */

struct showing {
	struct admin_call *call;
	Pb__AgencyState **states; /* by position in the file */
	size_t count;
	Pb__AgencyState *state;   /* whose devices are being added */
	Pb__Binding *bindings[BINDINGS_MOST];
};

static enum err add_binding(struct showing *showing, const struct device *device)
{
	struct arena *arena = &showing->call->arena;
	Pb__Binding *binding = arena_alloc(arena, sizeof *binding);
	char *name = arena_text(arena, bytes_of_text(device->name));

	if (binding == NULL || name == NULL)
		return ERR_NOMEM;
	pb__binding__init(binding);
	binding->agency = showing->state->agency;
	binding->device = device->device;
	binding->device_name = name;
	binding->signing_certificate = pb_of_bytes(device->signing_certificate);
	binding->sealing_certificate = pb_of_bytes(device->sealing_certificate);
	binding->seq = device->seq;
	binding->bound_at_us = device->bound_at_us;
	binding->ends_at_us = device->ends_at_us;
	binding->compromised = device->compromised;
	showing->bindings[showing->state->n_bindings++] = binding;
	return ERR_OK;
}

/* Every device that the agency has or had: an operator must see that one was revoked, and as what.  Numbers have no gaps. */
static enum err add_bindings(struct showing *showing, uint32_t agency)
{
	enum err err = ERR_OK;

	for (uint32_t number = 1; err == ERR_OK; number++) {
		struct device device;

		err = device_get(showing->call->txn, agency, number, &device);
		if (err != ERR_OK)
			break;
		if (showing->state->n_bindings == BINDINGS_MOST)
			memmove(showing->bindings, showing->bindings + 1, --showing->state->n_bindings * sizeof *showing->bindings);
		err = add_binding(showing, &device);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err add_state(struct showing *showing, char *id)
{
	struct arena *arena = &showing->call->arena;
	Pb__AgencyState *state = arena_alloc(arena, sizeof *state);
	struct agency agency;
	enum err err;

	if (state == NULL)
		return ERR_NOMEM;
	err = agency_by_id(showing->call->txn, bytes_of_text(id), arena, &agency);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	pb__agency_state__init(state);
	state->agency = id;
	state->number = agency.number;
	state->waiting = broker_waiting(showing->call->front->broker, agency.number);
	state->last_seen_us = pulse_seen(&showing->call->front->pulses, agency.number);
	showing->state = state;
	err = agency_standing(showing->call->txn, agency.number, agency.record, arena, &state->standing);
	if (err == ERR_OK || err == ERR_NOT_FOUND)
		err = add_bindings(showing, agency.number);
	if (err != ERR_OK)
		return err;
	state->bindings = arena_copy(arena, bytes_of(showing->bindings, state->n_bindings * sizeof *showing->bindings));
	showing->states[showing->count++] = state;
	return state->bindings != NULL ? ERR_OK : ERR_NOMEM;
}

static enum err add_invitation(void *context, const struct invitation *invitation)
{
	const struct showing *showing = context;

	if (invitation->used || invitation->expires_at_us <= broker_wall_us(showing->call->front->broker))
		return ERR_OK;
	for (size_t i = 0; i < showing->count; i++)
		if (showing->states[i]->number == invitation->agency && showing->states[i]->invited_until_us < invitation->expires_at_us)
			showing->states[i]->invited_until_us = invitation->expires_at_us;
	return ERR_OK;
}

enum err admin_directory_show(struct admin_call *call)
{
	Pb__DirectoryView *view = arena_alloc(&call->arena, sizeof *view);
	struct showing showing = { .call = call };
	const Pb__DirectoryFile *file = NULL;
	uint64_t version = 0;
	enum err err = view != NULL ? admin_reading(call) : ERR_NOMEM;

	if (err == ERR_OK)
		err = directory_current(call->txn, &call->arena, &file, &version);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	pb__directory_view__init(view);
	if (file != NULL) {
		showing.states = arena_calloc(&call->arena, file->n_agencies, sizeof *showing.states);
		err = showing.states != NULL ? ERR_OK : ERR_NOMEM;
		for (size_t i = 0; i < file->n_agencies && err == ERR_OK; i++)
			err = add_state(&showing, file->agencies[i]->id);
		if (err == ERR_OK)
			err = invitation_each(call->txn, add_invitation, &showing);
		if (err != ERR_OK)
			return err;
	}
	view->file = (Pb__DirectoryFile *)(uintptr_t)file;
	view->version = version;
	view->agencies = showing.states;
	view->n_agencies = showing.count;
	call->reply.body_case = PB__ADMIN_REPLY__BODY_DIRECTORY;
	call->reply.directory = view;
	return ERR_OK;
}

enum err admin_calendar_show(struct admin_call *call)
{
	Pb__CalendarView *view = arena_alloc(&call->arena, sizeof *view);
	struct bytes file = bytes_of(NULL, 0);
	enum err err = view != NULL ? admin_reading(call) : ERR_NOMEM;

	if (err == ERR_OK)
		err = holiday_file_get(call->txn, &file);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	pb__calendar_view__init(view);
	view->file = pb_of_bytes(file);
	call->reply.body_case = PB__ADMIN_REPLY__BODY_CALENDAR;
	call->reply.calendar = view;
	return ERR_OK;
}
