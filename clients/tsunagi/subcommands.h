/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/subcommands.h - what each cmd_*.c gives: one function a subcommand. */
#pragma once
#include "tsunagi/outcome.h"

struct call; /* tsunagi/command.h */

enum outcome cmd_announce(const struct call *call);
enum outcome cmd_announcement_show(const struct call *call);
enum outcome cmd_announcement_sign_up(const struct call *call);
enum outcome cmd_conference_answer(const struct call *call);
enum outcome cmd_conference_cancel(const struct call *call);
enum outcome cmd_conference_close(const struct call *call);
enum outcome cmd_conference_convene(const struct call *call);
enum outcome cmd_conference_dissent(const struct call *call);
enum outcome cmd_conference_list(const struct call *call);
enum outcome cmd_conference_materials(const struct call *call);
enum outcome cmd_conference_minutes(const struct call *call);
enum outcome cmd_conference_propose(const struct call *call);
enum outcome cmd_conference_show(const struct call *call);
enum outcome cmd_item_assign(const struct call *call);
enum outcome cmd_item_drop(const struct call *call);
enum outcome cmd_item_finish(const struct call *call);
enum outcome cmd_item_hand_back(const struct call *call);
enum outcome cmd_item_list(const struct call *call);
enum outcome cmd_item_reassign(const struct call *call);
enum outcome cmd_item_report(const struct call *call);
enum outcome cmd_note(const struct call *call);
enum outcome cmd_purge(const struct call *call);
enum outcome cmd_init(const struct call *call);
enum outcome cmd_directory_check(const struct call *call);
enum outcome cmd_directory_load(const struct call *call);
enum outcome cmd_directory_diff(const struct call *call);
enum outcome cmd_directory_show(const struct call *call);
enum outcome cmd_agency_add(const struct call *call);
enum outcome cmd_agency_list(const struct call *call);
enum outcome cmd_agency_show(const struct call *call);
enum outcome cmd_agency_rotate(const struct call *call);
enum outcome cmd_agency_revoke(const struct call *call);
enum outcome cmd_status(const struct call *call);
enum outcome cmd_queue(const struct call *call);
enum outcome cmd_overdue(const struct call *call);
enum outcome cmd_queue_show(const struct call *call);
enum outcome cmd_queue_freeze(const struct call *call);
enum outcome cmd_queue_thaw(const struct call *call);
enum outcome cmd_queue_requeue(const struct call *call);
enum outcome cmd_queue_expire(const struct call *call);
enum outcome cmd_trace(const struct call *call);
enum outcome cmd_ledger_verify(const struct call *call);
enum outcome cmd_ledger_checkpoint(const struct call *call);
enum outcome cmd_ledger_prove(const struct call *call);
enum outcome cmd_site_key(const struct call *call); /* also "ledger site key" */
enum outcome cmd_desk(const struct call *call);
enum outcome cmd_calendar_load(const struct call *call);
enum outcome cmd_calendar_show(const struct call *call);
enum outcome cmd_clock_confirm(const struct call *call);
enum outcome cmd_dev_clock(const struct call *call);
enum outcome cmd_dev(const struct call *call);
enum outcome cmd_version(const struct call *call);

enum outcome cmd_enrol(const struct call *call);
enum outcome cmd_ping(const struct call *call);
enum outcome cmd_template(const struct call *call);
enum outcome cmd_schema(const struct call *call);
enum outcome cmd_codes(const struct call *call);
enum outcome cmd_check(const struct call *call);
enum outcome cmd_conference_ics(const struct call *call);
enum outcome cmd_send(const struct call *call);
enum outcome cmd_inbox(const struct call *call);
enum outcome cmd_receive(const struct call *call);
enum outcome cmd_refuse(const struct call *call);
enum outcome cmd_request_print(const struct call *call);
enum outcome cmd_request_list(const struct call *call);
enum outcome cmd_request_show(const struct call *call);
enum outcome cmd_request_seen(const struct call *call);
enum outcome cmd_request_ask(const struct call *call);
enum outcome cmd_request_answer(const struct call *call);
enum outcome cmd_request_accept(const struct call *call);
enum outcome cmd_request_decline(const struct call *call);
enum outcome cmd_request_redirect(const struct call *call);
enum outcome cmd_request_start(const struct call *call);
enum outcome cmd_request_report(const struct call *call);
enum outcome cmd_request_hold(const struct call *call);
enum outcome cmd_request_resume(const struct call *call);
enum outcome cmd_request_complete(const struct call *call);
enum outcome cmd_request_withdraw(const struct call *call);
enum outcome cmd_request_close(const struct call *call);
enum outcome cmd_outbox_list(const struct call *call);
enum outcome cmd_outbox_flush(const struct call *call);
enum outcome cmd_outbox_discard(const struct call *call);
enum outcome cmd_route(const struct call *call);
enum outcome cmd_capacity(const struct call *call);
enum outcome cmd_confirm(const struct call *call);
enum outcome cmd_receipt(const struct call *call);
enum outcome cmd_verify(const struct call *call);
