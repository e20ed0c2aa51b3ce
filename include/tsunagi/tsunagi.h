/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/tsunagi.h - send and receive referrals and case messages through a Tsunagi broker.
 *
 * A client is one device of one agency, as its bundle says.  Text is UTF-8 and goes in and comes out as JSON whose names are those of
 * the published schemas (`tsunagi schema`).  Nothing here keeps global state or starts threads: work is done inside your calls.
 *
 * Threads: one client belongs to one thread at a time; different clients are independent.  Blocking: only where a timeout is named,
 * and in tsg_send_json and tsg_act_json, which wait up to the client's timeout (tsg_client_set_timeout, 10 s at first).
 * Ownership: what is returned through a char ** is yours, freed with tsg_free; handles have their own free calls, which take NULL.
 * Results: TSG_OK is 0, every failure negative; tsg_last_error tells the story of the client's last failure. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TSG_OK 0
#define TSG_REFUSED (-1)      /* the broker, or a check before it, said no: the detail says what to change */
#define TSG_NOT_FOUND (-2)
#define TSG_TIMEOUT (-3)      /* nothing came within the time; not a fault */
#define TSG_UNREACHABLE (-4)  /* the detail says which step fails: name, TCP, key, enrolment, version */
#define TSG_IN_OUTBOX (-5)    /* safe on this device's disk only; it is sent, once, when the broker can be reached */
#define TSG_USAGE (-6)        /* called wrongly: a NULL, a closed handle, JSON that is no JSON */
#define TSG_NOT_AUTHENTIC (-7)/* a signature, binding, digest or proof does not hold */
#define TSG_IO (-8)           /* this device's own disk or files */
#define TSG_NO_MEMORY (-9)
#define TSG_UNDECIDED (-10)   /* cannot be proved either way with what is here */

typedef struct tsg_client tsg_client;
typedef struct tsg_delivery tsg_delivery;

const char *tsg_version(void);
const char *tsg_strerror(int result); /* constant, never NULL */
void tsg_free(void *text);

/* ---- enrolment ---- */

/* Makes this device's keys here, enrols with an invitation file and writes the bundle (0600).  ret_json tells agency, device and the
 * fingerprint to compare by telephone.  Waits up to timeout_ms. */
int tsg_enrol(const char *invitation_file, const char *device_name, const char *bundle_file, int timeout_ms, char **ret_json);

/* Without a network: first the keys and a request file to carry to the operator, then the answer file that comes back. */
int tsg_enrol_request(const char *agency_address, const char *device_name, const char *bundle_file, const char *request_file,
		      char **ret_json);
int tsg_enrol_answer(const char *bundle_file, const char *answer_file, char **ret_json);

/* Tries each step to the broker by itself and tells them as {"steps":[{"step","ok","detail"}],...}; TSG_UNREACHABLE when one fails. */
int tsg_ping(const char *bundle_file, int timeout_ms, char **ret_json);

/* ---- a client ---- */

/* outbox_directory: where messages wait and what this device knows is kept; NULL: the bundle's path with ".outbox".  It is
 * created (0700) and locked: one process at a time (TSG_IO says who).  No connection is needed to open. */
int tsg_client_open(const char *bundle_file, const char *outbox_directory, tsg_client **ret_client);
/* The same; on failure *ret_error_json (may be NULL) tells why, as tsg_last_error would. */
int tsg_client_open_json(const char *bundle_file, const char *outbox_directory, tsg_client **ret_client, char **ret_error_json);
void tsg_client_close(tsg_client *client); /* says bye; what waits in the outbox stays there */

void tsg_client_set_timeout(tsg_client *client, int timeout_ms);

/* A descriptor to poll for reading; when it is ready, call tsg_client_dispatch or any call that waits.  Between calls of this library the
 * session is not kept alive: a program that works on a delivery for longer than about half a minute calls tsg_client_dispatch meanwhile, or
 * the broker takes it for lost (after its session_timeout, a minute unless the site says otherwise), hands the delivery out again, and
 * counts a failed attempt if that happens again (its acknowledgement is valid all the same). */
int tsg_client_fd(tsg_client *client);

/* Does what there is to do - connect, send, receive, heartbeats - waiting up to timeout_ms for something to happen (0: not at all). */
int tsg_client_dispatch(tsg_client *client, int timeout_ms);

/* What went wrong last, as {"error":{"code","message","hint"}}; borrowed until the next call on this client; never NULL. */
const char *tsg_last_error(tsg_client *client);

/* This agency, site, connection, what waits in the outbox, last checkpoint, and warnings such as a certificate binding that
 * this device does not know: {"agency","site","device","connection","outbox","checkpoint","warnings":[...]}. */
int tsg_client_status_json(tsg_client *client, char **ret_json);

/* ---- sending ---- */

/* Checks, seals and stores the message in the outbox, then sends it and waits for the receipt.
 * TSG_OK: durable at the broker, ret_receipt_json its receipt.  TSG_IN_OUTBOX: the same with "state":"outbox".  TSG_REFUSED: not sent and
 * not kept.  "key" in the JSON makes a retry the same message: same key and content give the same receipt, other content is refused.
 *
 * "respond_by" of a request brings its answer forward: it is due then, with reminders and escalations at their shares of the shorter time, where
 * that is sooner than its urgency has it.  Sooner than anybody there could answer it is refused (TOO_SOON), with the soonest that can be asked for.
 *
 * "co_support": true of a request says that its sender goes on supporting, beside whoever takes it; "report_days" how often a word on progress is
 * due from then on (30; at most 366).
 *
 * A request that cannot wait: in danger to life it goes to the police or the 24/365 health contact as well, and the receipt's "danger" says to
 * whom and to telephone (it needs the basis PROTECT_LIFE); an urgent one to a desk that is closed when its answer is due comes back with
 * "warnings", each with the open desks that there are. */
int tsg_send_json(tsg_client *client, const char *json, size_t length, char **ret_receipt_json);

/* The same without waiting: ret_json tells the message id once it is safe in the outbox; the receipt comes through tsg_next_receipt. */
int tsg_enqueue_json(tsg_client *client, const char *json, size_t length, char **ret_json);
int tsg_next_receipt(tsg_client *client, int timeout_ms, char **ret_receipt_json); /* TSG_OK also with "state":"refused" and "error" */

/* Every problem of a message by field, offline: {"ok","problems":[{"field","message"}]}; TSG_REFUSED when there is one. */
int tsg_check_json(const char *json, size_t length, char **ret_json);

/* A conference message, as tsg_delivery_save keeps it, as a calendar (RFC 5545, text/calendar) for the calendars that people look at: when,
 * where and under which title one meets, nothing of its agenda or minutes; a series as its dates.  Besides the message's own fields, "state" (a
 * conference's state: PROPOSED where it is missing), "protected": true (the place is left out) and "sequence" are read.  Needs no client.
 * TSG_REFUSED: *ret_text tells every problem as tsg_check_json does. */
int tsg_conference_ics(const char *json, size_t length, char **ret_text);

/* Which agencies a need leads to, in which order, and why; which were passed over, and why: by the rules of the site's signed directory.
 * Nothing leaves this device; only where it has no directory yet does it wait for one.
 *
 * need: {"topics":["DEBT"],"ward","outside","age","facts":[…],"urgency","kind","at"} (`tsunagi template need`).  ret_json: {"type":"route",
 * "directory_version","choices":[{"agency","address","name","phone","rule","because","cautions":[{"code","text"}],"opens_at"}],"fell_back",
 * "danger","passed_over":{"counts":{…},"agencies":[{"agency","reason","text",…}],"left_off"}}; with all, every agency passed over is named.
 * A message that follows takes the choices as "to" and the rule as "rule".  TSG_REFUSED: the need says what it cannot; TSG_NOT_FOUND: the
 * directory has no rules. */
int tsg_route_json(tsg_client *client, const char *need, size_t length, int all, char **ret_json);

/* What waits: {"messages":[{"message_id","key","to","since","attempts","last_error"}]}; sending it now; taking one back that was
 * never accepted (TSG_REFUSED when the broker may have it). */
int tsg_outbox_json(tsg_client *client, char **ret_json);
int tsg_outbox_flush(tsg_client *client, int timeout_ms, char **ret_json);
int tsg_outbox_discard(tsg_client *client, const char *message_id, char **ret_json);

/* ---- receiving ---- */

/* The next delivery, opened and verified.  TSG_TIMEOUT when none came.  It stays leased to this client until it is acknowledged or
 * refused; the handle is yours, freed with tsg_delivery_free (which does neither). */
int tsg_next(tsg_client *client, int timeout_ms, tsg_delivery **ret_delivery);
void tsg_delivery_free(tsg_delivery *delivery);

/* What it is, as JSON; borrowed.
 *
 * A message ("type":"delivery"): envelope, content, who signed it, "redelivered", "undeclared_classes" and other marks.  Parts that are
 * held until acceptance are marked "withheld"; once they are released they come as a delivery of the same "message_id" with
 * "released": true, which holds their content and marks the others "delivered_before".
 *
 * The site's own word ("type":"notice"): "what" (ANSWER_DUE, SILENT, TAKEN_ELSEWHERE, …), "thread" (the message that opened it), "kind",
 * "case_id", "agency", "state", "holder", "due" and what else belongs to it, "title" and "text" in the reader's language.  It is acknowledged
 * like a message, and refused like one. */
const char *tsg_delivery_json(tsg_delivery *delivery);

/* Writes message.json, the sealed parts and the attachments (streamed, verified) into a new directory DIRECTORY/MESSAGE_ID and syncs
 * them; an existing complete one is left alone (ids are their senders' own: where another agency's message of the same id stands, this one
 * becomes DIRECTORY/MESSAGE_ID.SENDER).  Fetches attachments, so it may wait up to the client's timeout per segment.  A release
 * adds its parts, its attachments and release.json, last, to the directory of its message; a notice becomes DIRECTORY/notices/ITEM.json. */
int tsg_delivery_save(tsg_delivery *delivery, const char *directory);

/* Stored safely: the broker need not keep it for us.  Returns once the broker has it durably, TSG_TIMEOUT when that is not known yet (it is
 * sent again by itself). */
int tsg_ack(tsg_delivery *delivery);

/* The same without waiting: acknowledgements that come together are said together.  How many are not answered yet: tsg_client_unanswered;
 * call tsg_client_dispatch until there are none.  Those that a program's end overtakes are said at its next start. */
int tsg_ack_later(tsg_delivery *delivery);
size_t tsg_client_unanswered(tsg_client *client); /* acknowledgements and refusals under way */

/* Cannot be handled.  code: RETRY_LATER, NOT_UNDERSTOOD, PROGRAM_FAILED; text tells sender and operator why and names no person. */
int tsg_refuse(tsg_delivery *delivery, const char *code, const char *text);

/* What waits at the broker, counting nothing. */
int tsg_inbox_json(tsg_client *client, char **ret_json);

/* Other actions, each {"action":…} with its fields:
 *   A short code will do where an id is asked for.
 *   route {need, all}: as tsg_route_json; receipt {message_id, open: [part numbers, from 0]} or {seq}: as tsg_receipt_json, with those parts
 *   and the keys that open them, from what this device sent: keep it as you keep the message itself; trace {message_id}; directory; certificates {agency}: what the site signed of it; dry_run {message}:
 *   all checks and the sealing, nothing kept; refuse {message_id, reason, text} and acknowledge {message_id}: an item that waits at the
 *   broker, unseen by the program; rotate: new keys for this device; device_add {request_file, answer_file}: admits a further device;
 *   find {code}: which message a short code is of, among the newest that this agency sent or was sent: {"type":"found","code","message_id"};
 *   acknowledge_warning {code, subject}: a warning of the status was looked into (subject may be left out); capacity {places: {SERVICE: open,
 *   waitlist or full}}: how many places our services have, "*" being the agency as a whole, and without places only what stands; confirm:
 *   our entry in the directory is right, as of today.  Both give {"type":"standing","agency","services","places","confirmed_on","seq"}.
 *
 * review {since, until, after, limit, reviewed}: what was provided without consent and every fan-out in danger to life, of what this agency
 *   sent and was handed: {"type":"reviews","reviews":[{"seq","at","message_id","from","to","basis","classes","danger","reviewed_at",…}],"more_after"}.
 * provisions {since, until, after, limit, received: [folders of tsg_delivery_save]}: what this agency provided and was provided with, a record each, with
 *   "direction" GIVEN or RECEIVED; "person_name" is added here, from this device's own sealed copies and from those folders: no broker knows it.
 * disclosure {case, received}: all that was provided about a case that this agency owns, and what happened in it ("provisions", "happenings").
 * persons {query, received}: whom this device knows by that name or its kana, whatever the kind of kana; without query everybody.  Asks no broker.
 * case.show {case, received}: with "person" and "household" as far as this device knows them; never of a protected case.
 *
 * note {id, text, text_classes, attach, to, basis, key}: a word on a conference, a request or a case, to those who take part in it; without a basis
 *   it rests on what that rests on (of a case its newest request).
 *
 * conference.ics {id, conference: {title, place, series}}: a conference as a calendar, as the site says that it stands, with what the program
 *   kept of its words; of a protected case without the place: {"type":"calendar","conference_id","protected","text"}.
 *
 * What an agency does to a request: request.seen, ask, answer, accept, decline, redirect, start, report, hold, resume, complete, withdraw and
 * close {id, to, for, on, reason, outcome, next_agency, none_known, text, text_classes, attach, purge, key}.  id is the request's, or its short code;
 * "to" chooses among the agencies that were asked, "for" among the parts that this one has: its own under its own name,
 * else the agency that closed (several: without it WHICH_LEG);
 * the library finds the legs, refuses what cannot be done with what can, seals the words on the request's own basis, and sends it as a message:
 * TSG_OK with its receipt and "leg", "legs" as they then stand, TSG_IN_OUTBOX with "state":"outbox".  "key" makes a retry the same act.
 * request.list {case, holder:"me", overdue, ended} and request.show {id}: the legs that this agency takes part in:
 *   {"request","code","case","ask","from","to","part","state","holder","holder_agency","due","overdue","urgency","since","seen_at","last_word_at",
 *    "reason","outcome","next_agency","allowed":[{"action","text"}],…}; words stay, each with its text in the reader's language (state_text). */
int tsg_act_json(tsg_client *client, const char *json, size_t length, char **ret_result_json);

/* ---- proof ---- */

/* The receipt as evidence that stands offline: {"type":"tsunagi-receipt",...}. */
int tsg_receipt_json(tsg_client *client, const char *message_id, char **ret_json);

/* Verifies such a file with nothing but keys that the verifier trusts ("origin+hexid+base64" as `tsunagi ledger site key` prints).
 * TSG_OK proved, TSG_NOT_AUTHENTIC false, TSG_UNDECIDED.  ret_json tells each check and what it does not show. */
int tsg_verify_json(const char *json, size_t length, const char *const *trusted_keys, size_t count, char **ret_json);

/* ---- typed calls ---- */

typedef struct tsg_message tsg_message;

/* A message to build up; kind is a word such as "REQUEST".  Setters copy; TSG_USAGE names the field in tsg_message_error. */
int tsg_message_new(const char *kind, tsg_message **ret_message);
void tsg_message_free(tsg_message *message);
int tsg_message_to(tsg_message *message, const char *agency);            /* once per recipient */
int tsg_message_set(tsg_message *message, const char *field, const char *value); /* "ask", "urgency", "sheet.person.name", … */
int tsg_message_attach(tsg_message *message, const char *path, const char *media_type, const char *classes); /* "HEALTH,FINANCE" */
const char *tsg_message_error(const tsg_message *message);

typedef struct tsg_receipt {
	char message_id[37];
	char code[12];        /* to read out by telephone */
	char site[64];
	uint32_t epoch;
	uint64_t seq;         /* ledger entry */
	int64_t accepted_at_us; /* since 1970-01-01 UTC; 0: not accepted yet */
	int accepted;         /* 1: durable at the broker, 0: in the outbox */
	int duplicate;
} tsg_receipt;

int tsg_submit(tsg_client *client, const tsg_message *message, tsg_receipt *ret_receipt); /* as tsg_send_json */

typedef struct tsg_choice {
	char agency[64];
	char address[128];
	char rule[64];
	char because[512];  /* in the reader's language, cut at its end where it is longer */
	int closed;         /* 1: at that moment */
	size_t cautions;    /* what should be known of it; tsg_route_json tells */
} tsg_choice;

/* The choices for a need, best first: up to capacity of them; *ret_count tells how many there are, at least 1. */
int tsg_route(tsg_client *client, const char *need, size_t length, tsg_choice *ret_choices, size_t capacity, size_t *ret_count);

/* Borrowed from the delivery.  Of a notice the message id is the item's number, the sender the site, the kind that of its thread (NULL: it
 * is about none), and text what happened or is due, in the reader's language; a message has no such text: NULL. */
const char *tsg_delivery_message_id(tsg_delivery *delivery);
const char *tsg_delivery_sender(tsg_delivery *delivery);
const char *tsg_delivery_kind(tsg_delivery *delivery);
const char *tsg_delivery_text(tsg_delivery *delivery);
uint64_t tsg_delivery_item(tsg_delivery *delivery); /* its number in the mailbox: never given twice by the site */
int tsg_delivery_is_notice(tsg_delivery *delivery);
int tsg_delivery_released(tsg_delivery *delivery);  /* parts that were held back until acceptance, of a message delivered before */
const char *tsg_delivery_field(tsg_delivery *delivery, const char *field); /* "sheet.person.name"; NULL when not there */
int tsg_delivery_redelivered(tsg_delivery *delivery);
size_t tsg_delivery_attachments(tsg_delivery *delivery);

#ifdef __cplusplus
}
#endif
