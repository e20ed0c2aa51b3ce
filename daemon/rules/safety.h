/* SPDX-License-Identifier: Apache-2.0 */
/* rules/safety.h - nobody is endangered by being helped: confidential agencies, protected cases, whereabouts.
 *
 * A refusal must not tell what it protects.  So there are three kinds, and none names anybody but who was named by the asker:
 *
 *   UNKNOWN_AGENCY   a confidential agency, to all but its proxy: word for word what is said of an agency that is not there
 *   UNKNOWN_MESSAGE  a case, to who may not know of it: word for word what is said of a case that is not there
 *   SAFETY           what a member of the case may be told: a word of refusal_texts.h.  Only the owner hears of the list of those
 *                    kept out, which is its own; everybody else, that this agency cannot take part.
 *
 * That an answer looks alike is not enough where it comes at another time or in another place: whoever calls these asks them where it
 * would look up an agency or a case that is not there.
 *
 * Pure, as consent.h is; addresses are agency@site. */
#pragma once
#include "contract/basis_rules.h"
#include "frame.pb-c.h"

struct safety_fault {
	Pb__RefusalCode code;
	const char *subject; /* a word, or the address that the asker named, borrowed from there; NULL: none */
};

/* ---- confidential agencies ---- */

struct safety_agency {
	const char *address;
	bool confidential;
	const char *proxy; /* address, of a confidential agency; empty or NULL: it deals with nobody */
};

/* Whether the two may send each other anything: a confidential agency and its proxy alone, never two confidential ones. */
bool safety_may_deal(const struct safety_agency *a, const struct safety_agency *b);

/* Whether asker may name that agency, as a recipient or in any other field.  ERR_REFUSED with UNKNOWN_AGENCY. */
enum err safety_check_named(const struct safety_agency *asker, const struct safety_agency *named, struct safety_fault *ret_fault);

/* The name under which a reader is shown an agency: its own to itself and to its proxy, to others the proxy's; NULL: it is not shown. */
const char *safety_shown_as(const struct safety_agency *agency, const char *reader);

/* ---- protected cases ---- */

struct safety_case {
	const char *owner; /* address */
	bool protected;
	const char *const *kept_out; /* addresses: the deny-list; holds while the case is protected */
	size_t kept_out_count;
};

/* Whether that agency may know of the case at all: who is kept out may not, though it had a leg before. */
bool safety_knows_case(const struct safety_case *which, bool member, const char *address);

/* Whether asker, a member of the case, may bring agency into it: as a recipient, as the next agency of a redirect, as a delegate or a
 * participant, and as who could help instead (a name given is a door shown).  One question for every seat, so that none can be used to
 * find out about another.  ERR_REFUSED with UNKNOWN_MESSAGE when the asker itself is kept out, with SAFETY when the agency is. */
enum err safety_check_seat(const struct safety_case *which, const char *asker, const char *agency, struct safety_fault *ret_fault);

/* Whether asker may mark the case so: its owner alone, who does not shut itself out.  ERR_REFUSED with the fault; a non-member is
 * told UNKNOWN_MESSAGE. */
enum err safety_check_protect(const struct safety_case *which, bool member, const char *asker, const char *const *kept_out, size_t kept_out_count,
			      struct safety_fault *ret_fault);

/* Whether a sheet may name other cases of the household.  ERR_REFUSED with SAFETY. */
enum err safety_check_household(const struct safety_case *which, size_t household_cases, struct safety_fault *ret_fault);

/* Whether a conference of the case may be exported with its place. */
bool safety_shows_places(const struct safety_case *which);

/* Whether reader is told which agency a leg was redirected to: in a protected case the request's sender alone, and the agencies of
 * the redirect, which know it. */
bool safety_tells_next_agency(const struct safety_case *which, const char *reader, const char *sender, const char *redirecting, const char *next);

/* ---- whereabouts ---- */

/* Whether a part that tells these classes may be released so: where someone stays, on acceptance alone.  ERR_REFUSED with BASIS. */
enum err safety_check_release(class_set classes, Pb__Release release, struct safety_fault *ret_fault);
