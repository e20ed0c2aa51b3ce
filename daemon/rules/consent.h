/* SPDX-License-Identifier: Apache-2.0 */
/* rules/consent.h - the life of a consent: registered, narrowed, withdrawn, run out; what it covers, and what ends with it.
 *
 * A consent only ever shrinks: for more the person is asked again, and a new one registered.  Narrowing and withdrawal hold from the
 * moment they are durable.  Any agency on the case may do either, for the person may say so to whoever is with them; to everybody else
 * the consent is not there.
 *
 * Pure: all that decides is handed in, nothing is kept and nothing allocated; what is pointed to is borrowed for the call.  Refusals are a
 * field and a stable word, whose sentences in both languages are the contract's (refusal_texts.h); the code is CONSENT. */
#pragma once
#include "base/id.h"
#include "contract/basis_rules.h"

/* What a person agreed to. */
struct consent_scope {
	class_set classes;
	const char *const *agencies; /* addresses */
	size_t agency_count;
	const char *const *categories; /* words of the directory: every agency of such a category */
	size_t category_count;
	int64_t until_us; /* first moment at which it is over; 0: no end */
};

struct consent {
	struct id id;      /* of the message that registered it */
	struct id case_id;
	Pb__ConsentGiver giver;
	Pb__ConsentHow how;
	Pb__ConsentState state;
	int64_t from_us;
	struct consent_scope scope;
};

/* Whether it may be registered: a giver who can consent to these classes, how it was given, some class, somebody to share with, and an
 * end that lies ahead of its beginning and of now_us.  ERR_REFUSED with the fault. */
enum err consent_register(const struct consent *consent, int64_t now_us, struct disclosure_fault *ret_fault);

/* Whether it may be narrowed so.
 *
 *   on_case  whoever asks is on the consent's case
 *   named    the agencies of wanted->agencies, in the same order, with their categories: one of them may stand for a category that
 *            the consent named as a whole; NULL when wanted names none
 *
 * ERR_REFUSED with the fault: it is over, or what is wanted is wider, the same, or nothing at all. */
enum err consent_narrow(const struct consent *consent, const struct consent_scope *wanted, const struct basis_agency *named, bool on_case,
			int64_t now_us, struct disclosure_fault *ret_fault);

/* Whether it may be withdrawn: also when it ran out, since its receipt tells what was handed out before.  ERR_REFUSED with the fault. */
enum err consent_withdraw(const struct consent *consent, bool on_case, struct disclosure_fault *ret_fault);

/* Whether its end has come: the word of its timer.  ERR_REFUSED with the fault when it was over already or still runs. */
enum err consent_run_out(const struct consent *consent, int64_t now_us, struct disclosure_fault *ret_fault);

/* When that timer is due; 0: never, it has no end or is over. */
int64_t consent_timer_us(const struct consent *consent);

/* Whether it covers these classes for this recipient at that moment.  ERR_REFUSED with the fault, whose words are those of
 * basis_check_consent (code BASIS).  consent NULL: there is none. */
enum err consent_covers(const struct consent *consent, const struct basis_agency *recipient, class_set classes, int64_t now_us,
			struct disclosure_fault *ret_fault);

/* ---- what narrowing takes away ---- */

struct consent_loss {
	class_set classes;   /* that may be shared no more */
	size_t agencies;     /* how many are named no more */
	size_t categories;
	bool sooner;         /* it ends earlier */
};

struct consent_loss consent_loss(const struct consent_scope *before, const struct consent_scope *after);

/* The names in before that after lacks, in order, written to ret_names (room for all of before's); how many. */
size_t consent_agencies_lost(const struct consent_scope *before, const struct consent_scope *after, const char **ret_names);
size_t consent_categories_lost(const struct consent_scope *before, const struct consent_scope *after, const char **ret_names);

/* ---- what the receipt tells ---- */

/* One hand-out of a part that rested on a consent. */
struct consent_handout {
	struct id consent;
	const char *recipient; /* address */
	const char *proxy;     /* of a confidential recipient; NULL: it is not confidential */
	class_set classes;
	int64_t at_us;
};

struct consent_told {
	size_t index;     /* of the hand-out */
	const char *name; /* as the reader may know it: a confidential agency is told as its proxy, but to the proxy itself */
};

/* Which hand-outs a receipt lists: those that rested on it, oldest first; how many.  The case's owner is told to whom, others only the
 * number, and ret_told stays as it was.
 *
 *   owner     whether the reader owns the case
 *   reader    its address
 *   ret_told  room for count */
size_t consent_receipt(const struct consent *consent, const struct consent_handout *handouts, size_t count, bool owner, const char *reader,
		       struct consent_told *ret_told);

/* ---- what rests on it ---- */

struct consent_part {
	class_set classes;
	bool handed_out;
};

/* A leg, as far as a consent matters. */
struct consent_leg {
	struct id consent; /* that its request rests on; all zero: none */
	Pb__LegState state;
	struct basis_agency recipient;
	const struct consent_part *parts;
	size_t part_count;
};

enum consent_effect {
	CONSENT_LEAVES,      /* it does not rest on it, or has ended */
	CONSENT_NOTICE,      /* open, and all that it may still hand out is covered: its holder is told */
	CONSENT_BLOCKS_PART, /* the parts not covered are blocked; others were handed out or are still covered */
	CONSENT_BLOCKS_LEG   /* nothing was handed out and nothing is covered: BLOCKED */
};

/* What the consent, as it stands now, does to a leg; its parts that may not be handed out any more are consent_blocks_part's. */
enum consent_effect consent_effect(const struct consent *consent, const struct consent_leg *leg, int64_t now_us);
bool consent_blocks_part(const struct consent *consent, const struct consent_leg *leg, size_t part, int64_t now_us);

/* The open legs that rest on it, as indices in order; room for count; how many. */
size_t consent_open_legs(const struct consent *consent, const struct consent_leg *legs, size_t count, size_t *ret_indices);
