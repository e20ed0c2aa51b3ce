/* SPDX-License-Identifier: Apache-2.0 */
/* rules/safety.c - see safety.h for the contract. */
#include "rules/safety.h"

#include <string.h>

#include "contract/disclosure.h"

static enum err refuse(struct safety_fault *ret_fault, Pb__RefusalCode code, const char *subject)
{
	*ret_fault = (struct safety_fault){ code, subject };
	return ERR_REFUSED;
}

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && a[0] != '\0' && strcmp(a, b) == 0;
}

static bool listed(const char *const *list, size_t count, const char *address)
{
	for (size_t i = 0; i < count; i++) {
		if (same(list[i], address))
			return true;
	}
	return false;
}

/* ---- confidential agencies ---- */

static bool admits(const struct safety_agency *agency, const struct safety_agency *other)
{
	return !agency->confidential || (!other->confidential && same(agency->proxy, other->address));
}

bool safety_may_deal(const struct safety_agency *a, const struct safety_agency *b)
{
	return admits(a, b) && admits(b, a);
}

enum err safety_check_named(const struct safety_agency *asker, const struct safety_agency *named, struct safety_fault *ret_fault)
{
	if (same(asker->address, named->address) || safety_may_deal(asker, named))
		return ERR_OK;
	return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, named->address);
}

const char *safety_shown_as(const struct safety_agency *agency, const char *reader)
{
	if (!agency->confidential || same(agency->address, reader) || same(agency->proxy, reader))
		return agency->address;
	return agency->proxy != NULL && agency->proxy[0] != '\0' ? agency->proxy : NULL;
}

/* ---- protected cases ---- */

static bool is_kept_out(const struct safety_case *which, const char *address)
{
	return which->protected && listed(which->kept_out, which->kept_out_count, address);
}

bool safety_knows_case(const struct safety_case *which, bool member, const char *address)
{
	return member && !is_kept_out(which, address);
}

enum err safety_check_seat(const struct safety_case *which, const char *asker, const char *agency, struct safety_fault *ret_fault)
{
	if (is_kept_out(which, asker))
		return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE, NULL);
	if (!is_kept_out(which, agency))
		return ERR_OK;
	return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, same(which->owner, asker) ? "denied_in_case" : "not_in_this_case");
}

enum err safety_check_protect(const struct safety_case *which, bool member, const char *asker, const char *const *kept_out, size_t kept_out_count,
			      struct safety_fault *ret_fault)
{
	if (!safety_knows_case(which, member, asker))
		return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE, NULL);
	if (!same(which->owner, asker))
		return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, "only_owner_protects");
	if (listed(kept_out, kept_out_count, which->owner))
		return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, "owner_kept_out");
	return ERR_OK;
}

enum err safety_check_household(const struct safety_case *which, size_t household_cases, struct safety_fault *ret_fault)
{
	if (!which->protected || household_cases == 0)
		return ERR_OK;
	return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, "protected_household");
}

bool safety_shows_places(const struct safety_case *which)
{
	return !which->protected;
}

bool safety_tells_next_agency(const struct safety_case *which, const char *reader, const char *sender, const char *redirecting, const char *next)
{
	return !which->protected || same(reader, sender) || same(reader, redirecting) || same(reader, next);
}

/* ---- whereabouts ---- */

enum err safety_check_release(class_set classes, Pb__Release release, struct safety_fault *ret_fault)
{
	struct disclosure_fault fault;

	if (disclosure_check_release(classes, release, &fault) == ERR_OK)
		return ERR_OK;
	return refuse(ret_fault, PB__REFUSAL_CODE__REFUSAL_CODE_BASIS, fault.reason);
}
