/* SPDX-License-Identifier: Apache-2.0 */
/* conversation.h - two clients and the stage between them. */
#pragma once
#include "stage.h"
#include "tsunagi/tsunagi.h"

struct talk {
	struct stage *stage;
	struct stage_agency *link, *desk, *third;
	tsg_client *sender, *recipient; /* of link and desk */
};

/* What every test's message holds, without its braces. */
#define TALK_SHEET                                                                                                            \
	"\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"desk\"],\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"調整\"}," \
	"\"sheet\":{\"person\":{\"name\":\"例田 はるか\"},\"history\":\"経過\",\"topics\":[{\"topic\":\"HOUSING\",\"mark\":\"MAIN\"}],"       \
	"\"referral_reason\":\"住まいの相談\",\"expected_support\":\"支援の調整\",\"not_seen\":\"特になし\",\"text_classes\":[\"IDENTITY\"]}"

struct receipt {
	int result;
	char message_id[37];
	char state[16];
	int duplicate;
};

/* Agencies link, desk and third; the broker runs; both clients are open. */
struct talk talk_begin(void);
void talk_end(struct talk *talk);

struct receipt talk_send(struct talk *talk, const char *urgency, const char *key);
int talk_enqueue(struct talk *talk, const char *key);
void talk_receipt(struct talk *talk); /* takes one receipt, which must say accepted */
void talk_settle(struct talk *talk);  /* until no acknowledgement of the recipient is unanswered */
size_t talk_outbox(struct talk *talk);

/* Connects the client, or the sender, until it has the directory. */
void talk_client_knows(const struct talk *talk, tsg_client *client);
void talk_know_directory(struct talk *talk);

/* Waits until the sender has noticed that its session is gone (after stage_stop): what it says then waits for the next one. */
void talk_know_lost(struct talk *talk);
void talk_reopen_sender(struct talk *talk);
void talk_reopen_recipient(struct talk *talk);
void stage_hold(struct talk *talk, bool hold);

void talk_write(const char *path, struct bytes content);
void talk_read(const char *path, struct buf *out);

/* Lets a client work for this long, or until its status names this warning (NULL: for all the time). */
void talk_work(tsg_client *client, int ms, const char *until_warned);

/* Lets a client receive until its status names this warning; nothing may come for the program meanwhile. */
void talk_turned_away(tsg_client *client, const char *warning);

/* Lets the sender work until it asks for nothing any more; how much it has read by then. */
size_t talk_quiet(struct talk *talk);

/* True when the client's status names this warning. */
bool talk_warned(tsg_client *client, const char *code);
