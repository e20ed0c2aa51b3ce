/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what is kept for the law, for operators and for agencies. */
#include "tsunagi/commands.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"

static const struct option_row review_options[] = {
	RECORDS_OPTIONS,
	{ "all", NULL, { "what was reviewed too", "点検済みのものも示す" } },
	{ NULL },
};

static const struct option_row review_done_options[] = {
	{ "note", "TEXT", { "what was found; stands in the ledger, so name no person", "点検の所見。台帳に残るので個人名は書かない" } },
	{ NULL },
};

const struct command commands_of_records[] = {
	{ "review", "", 0, 0, review_options, cmd_review,
	  { "what was provided without the person's consent, and danger to life: to be looked at afterwards",
	    "同意によらない提供と、命の危険での一斉連絡(事後の点検の対象)を示す" },
	  { "Envelopes alone. The operator sees all of them, and the ledger records that it was asked; with --as an agency sees what it\n"
	    "sent and was handed.",
	    "封筒の情報だけです。運用担当にはすべてが示され、照会は台帳に残ります。--as を付けると、その機関が送ったものと\n"
	    "受け取ったものが示されます。" },
	  "tsunagi review\ntsunagi review --since 2026-11-01 --all --json\ntsunagi review --as link.bundle" },
	{ "review done", "ID...", 1, 1000, review_done_options, cmd_review_done,
	  { "records that it was reviewed", "点検したことを記録する" },
	  { "ID is the entry's number, or the message's id or short code. Who said so and when stands in the ledger.",
	    "ID は記録の番号、または連絡の番号か短いコードです。だれがいつ点検したかが台帳に残ります。" },
	  "tsunagi review done 1042 --note \"police told at once; law and reason fit\"" },
	{ NULL },
};
