/* SPDX-License-Identifier: Apache-2.0 */
#include "acts.h"

#include <stdio.h>

#include "contract/codec.h"
#include "unit.h"

#define SAID_MAX 16

struct bytes acts_holidays(char text[ACTS_FILE], int last_year)
{
	int len = snprintf(text, ACTS_FILE, "\xef\xbb\xbf国民の祝日・休日月日,国民の祝日・休日名称\r\n");

	for (int year = 2026; year <= last_year; year++)
		len += snprintf(text + len, ACTS_FILE - (size_t)len,
				"%d/1/1,元日\r\n%d/5/3,憲法記念日\r\n%d/5/4,みどりの日\r\n%d/5/5,こどもの日\r\n%d/11/23,勤労感謝の日\r\n", year, year, year,
				year, year);
	require(len < ACTS_FILE);
	return bytes_of(text, (size_t)len);
}

/* An operator's act of another kind, made over. */
static struct inbound *act_new(Pb__AdminRequest__BodyCase body, Pb__AdminRequest **ret_request)
{
	static const uint8_t nobody[16] = { 1 };
	struct inbound *inbound = site_trace(nobody);

	*ret_request = (Pb__AdminRequest *)(uintptr_t)inbound->act.request;
	(*ret_request)->body_case = body;
	return inbound;
}

static void *keep(struct inbound *inbound, struct bytes bytes)
{
	uint8_t *copy = arena_copy(&inbound->arena, bytes);

	require(copy != NULL);
	return copy;
}

struct inbound *site_calendar(struct bytes file)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(PB__ADMIN_REQUEST__BODY_CALENDAR_LOAD, &request);

	request->calendar_load = pb_of_bytes(bytes_of(keep(inbound, file), file.len));
	return inbound;
}

struct inbound *site_confirm(const char *reason)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(PB__ADMIN_REQUEST__BODY_CLOCK_CONFIRM, &request);

	request->clock_confirm = keep(inbound, bytes_of(reason, strlen(reason) + 1));
	return inbound;
}

struct inbound *site_hand_over(const char *agency, const char *to)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(PB__ADMIN_REQUEST__BODY_HAND_OVER, &request);
	Pb__AdminHandOver act = PB__ADMIN_HAND_OVER__INIT;

	act.agency = keep(inbound, bytes_of(agency, strlen(agency) + 1));
	act.to = keep(inbound, bytes_of(to, strlen(to) + 1));
	act.reason = keep(inbound, bytes_of("dissolved", 10));
	request->hand_over = keep(inbound, bytes_of(&act, sizeof(act)));
	return inbound;
}

struct inbound *site_reviewed(const uint64_t *seqs, size_t count, const char *remark)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(PB__ADMIN_REQUEST__BODY_REVIEWED, &request);
	Pb__AdminReviewed made = PB__ADMIN_REVIEWED__INIT;

	made.seqs = keep(inbound, bytes_of(seqs, count * sizeof(*seqs)));
	made.n_seqs = count;
	made.remark = keep(inbound, bytes_of(remark, strlen(remark) + 1));
	request->reviewed = keep(inbound, bytes_of(&made, sizeof(made)));
	return inbound;
}

struct inbound *site_move(int64_t by_us, uint32_t business_days)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(PB__ADMIN_REQUEST__BODY_CLOCK_MOVE, &request);
	Pb__AdminClockMove *move = arena_alloc(&inbound->arena, sizeof(*move));

	require(move != NULL);
	pb__admin_clock_move__init(move);
	move->by_us = by_us;
	move->business_days = business_days;
	request->clock_move = move;
	return inbound;
}

struct inbound *site_fault(Pb__DevFault fault, const char *agency, uint32_t times)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(PB__ADMIN_REQUEST__BODY_DEV_FAULT, &request);
	Pb__AdminDevFault *asked = arena_alloc(&inbound->arena, sizeof(*asked));

	require(asked != NULL);
	pb__admin_dev_fault__init(asked);
	asked->fault = fault;
	asked->agency = keep(inbound, bytes_of(agency, strlen(agency) + 1));
	asked->times = times;
	request->dev_fault = asked;
	return inbound;
}

struct inbound *site_erase(const uint8_t case_id[16], bool even_open)
{
	Pb__AdminRequest *request;
	struct inbound *inbound = act_new(PB__ADMIN_REQUEST__BODY_ERASE, &request);
	Pb__AdminErase *erase = arena_alloc(&inbound->arena, sizeof(*erase));

	require(erase != NULL);
	pb__admin_erase__init(erase);
	erase->case_id = pb_of_bytes(bytes_of(keep(inbound, bytes_of(case_id, 16)), 16));
	erase->reason = keep(inbound, bytes_of("a test", 7));
	erase->even_open = even_open;
	request->erase = erase;
	return inbound;
}

Pb__RefusalCode site_answered(const struct site *site)
{
	return site->answer->body_case == PB__ADMIN_REPLY__BODY_REFUSAL ? site->answer->refusal->code : 0;
}

void frame_standing(struct inbound *frame, const struct said_places *places, size_t count, const char *confirmed_on, int64_t at_us)
{
	Pb__ServicePlaces rows[SAID_MAX], *list[SAID_MAX];
	Pb__SayStanding said = PB__SAY_STANDING__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;

	require(count <= SAID_MAX);
	for (size_t i = 0; i < count; i++) {
		pb__service_places__init(&rows[i]);
		rows[i].service = (char *)(uintptr_t)places[i].service;
		rows[i].places = places[i].places;
		list[i] = &rows[i];
	}
	said.places = list;
	said.n_places = count;
	said.confirmed_on = (char *)(uintptr_t)(confirmed_on == NULL ? "" : confirmed_on);
	said.at_us = at_us;
	statement.body_case = PB__STATEMENT__BODY_SAY_STANDING;
	statement.say_standing = &said;
	frame_statement(frame, &statement);
}
