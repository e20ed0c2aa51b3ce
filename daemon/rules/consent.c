/* SPDX-License-Identifier: Apache-2.0 */
/* rules/consent.c - see consent.h for the contract. */
#include "rules/consent.h"

#include <string.h>

#include "contract/request_states.h"

static enum err refuse(struct disclosure_fault *ret_fault, const char *field, const char *reason)
{
	*ret_fault = (struct disclosure_fault){ field, reason };
	return ERR_REFUSED;
}

static bool names(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], word) == 0)
			return true;
	}
	return false;
}

static bool same_id(const struct id *a, const struct id *b)
{
	return memcmp(a->bytes, b->bytes, ID_BYTES) == 0;
}

static bool has_end(int64_t until_us)
{
	return until_us != 0;
}

static bool is_over(int64_t until_us, int64_t now_us)
{
	return has_end(until_us) && now_us >= until_us;
}

enum err consent_register(const struct consent *consent, int64_t now_us, struct disclosure_fault *ret_fault)
{
	const struct consent_scope *scope = &consent->scope;
	enum err err;

	if (scope->classes == 0)
		return refuse(ret_fault, "consent.classes", "consent_needs_classes");
	err = basis_check_giver(consent->giver, scope->classes, ret_fault);
	if (err != ERR_OK)
		return err;
	if (consent->how < PB__CONSENT_HOW__CONSENT_HOW_WRITTEN || consent->how > PB__CONSENT_HOW__CONSENT_HOW_ELECTRONIC)
		return refuse(ret_fault, "consent.how", "consent_needs_how");
	if (scope->agency_count == 0 && scope->category_count == 0)
		return refuse(ret_fault, "consent.agencies", "consent_needs_agencies");
	if (is_over(scope->until_us, now_us) || is_over(scope->until_us, consent->from_us))
		return refuse(ret_fault, "consent.until", "consent_over_already");
	return ERR_OK;
}

/* ---- changes ---- */

/* Who is not on the case is told what a person is told who guesses at ids. */
static enum err check_there(const struct consent *consent, bool on_case, struct disclosure_fault *ret_fault)
{
	if (!on_case || consent->state == PB__CONSENT_STATE__CONSENT_STATE_UNSPECIFIED)
		return refuse(ret_fault, "consent", "consent_unknown");
	return ERR_OK;
}

static enum err check_in_force(const struct consent *consent, int64_t now_us, struct disclosure_fault *ret_fault)
{
	if (consent->state == PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN)
		return refuse(ret_fault, "consent", "consent_withdrawn");
	if (consent->state != PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE || is_over(consent->scope.until_us, now_us))
		return refuse(ret_fault, "consent", "consent_ran_out");
	return ERR_OK;
}

static bool reaches(const struct consent_scope *scope, const struct basis_agency *agency)
{
	if (names(scope->agencies, scope->agency_count, agency->address))
		return true;
	for (size_t i = 0; i < agency->category_count; i++) {
		if (names(scope->categories, scope->category_count, agency->categories[i]))
			return true;
	}
	return false;
}

/* Whether what is wanted lies within what stands, field by field; the field at fault, or NULL. */
static const char *wider_field(const struct consent_scope *stands, const struct consent_scope *wanted, const struct basis_agency *named)
{
	if ((wanted->classes & ~stands->classes) != 0)
		return "consent.classes";
	for (size_t i = 0; i < wanted->agency_count; i++) {
		if (!reaches(stands, &named[i]))
			return "consent.agencies";
	}
	for (size_t i = 0; i < wanted->category_count; i++) {
		if (!names(stands->categories, stands->category_count, wanted->categories[i]))
			return "consent.categories";
	}
	if (has_end(stands->until_us) && (!has_end(wanted->until_us) || wanted->until_us > stands->until_us))
		return "consent.until";
	return NULL;
}

static bool takes_anything(const struct consent_scope *before, const struct consent_scope *after)
{
	struct consent_loss loss = consent_loss(before, after);

	return loss.classes != 0 || loss.agencies > 0 || loss.categories > 0 || loss.sooner;
}

enum err consent_narrow(const struct consent *consent, const struct consent_scope *wanted, const struct basis_agency *named, bool on_case,
			int64_t now_us, struct disclosure_fault *ret_fault)
{
	const char *wider = NULL;
	enum err err = check_there(consent, on_case, ret_fault);

	if (err == ERR_OK)
		err = check_in_force(consent, now_us, ret_fault);
	if (err != ERR_OK)
		return err;
	wider = wider_field(&consent->scope, wanted, named);
	if (wider != NULL)
		return refuse(ret_fault, wider, "consent_wider");
	if (wanted->classes == 0 || (wanted->agency_count == 0 && wanted->category_count == 0) || is_over(wanted->until_us, now_us))
		return refuse(ret_fault, "consent", "consent_nothing_left");
	if (!takes_anything(&consent->scope, wanted))
		return refuse(ret_fault, "consent", "consent_nothing_taken");
	return ERR_OK;
}

enum err consent_withdraw(const struct consent *consent, bool on_case, struct disclosure_fault *ret_fault)
{
	enum err err = check_there(consent, on_case, ret_fault);

	if (err == ERR_OK && consent->state == PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN)
		return refuse(ret_fault, "consent", "consent_withdrawn_before");
	return err;
}

enum err consent_run_out(const struct consent *consent, int64_t now_us, struct disclosure_fault *ret_fault)
{
	if (consent->state == PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN)
		return refuse(ret_fault, "consent", "consent_withdrawn");
	if (consent->state != PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE)
		return refuse(ret_fault, "consent", "consent_ran_out");
	return is_over(consent->scope.until_us, now_us) ? ERR_OK : refuse(ret_fault, "consent.until", "consent_runs");
}

int64_t consent_timer_us(const struct consent *consent)
{
	return consent->state == PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE ? consent->scope.until_us : 0;
}

enum err consent_covers(const struct consent *consent, const struct basis_agency *recipient, class_set classes, int64_t now_us,
			struct disclosure_fault *ret_fault)
{
	struct basis_consent facts = { 0 };

	if (consent != NULL)
		facts = (struct basis_consent){
			.known = consent->state != PB__CONSENT_STATE__CONSENT_STATE_UNSPECIFIED,
			.withdrawn = consent->state == PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN,
			.from_us = consent->from_us,
			.until_us = consent->scope.until_us,
			.giver = consent->giver,
			.classes = consent->scope.classes,
			.agencies = consent->scope.agencies,
			.agency_count = consent->scope.agency_count,
			.categories = consent->scope.categories,
			.category_count = consent->scope.category_count,
		};
	/* Its timer spoke: a clock set back since does not bring it to life. */
	if (consent != NULL && consent->state == PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT)
		return refuse(ret_fault, "basis.consent_id", "consent_ran_out");
	return basis_check_consent(&facts, classes, recipient, now_us, ret_fault);
}

/* ---- what narrowing takes away ---- */

static size_t names_lost(const char *const *before, size_t before_count, const char *const *after, size_t after_count, const char **ret_names)
{
	size_t lost = 0;

	for (size_t i = 0; i < before_count; i++) {
		if (names(after, after_count, before[i]))
			continue;
		if (ret_names != NULL)
			ret_names[lost] = before[i];
		lost++;
	}
	return lost;
}

size_t consent_agencies_lost(const struct consent_scope *before, const struct consent_scope *after, const char **ret_names)
{
	return names_lost(before->agencies, before->agency_count, after->agencies, after->agency_count, ret_names);
}

size_t consent_categories_lost(const struct consent_scope *before, const struct consent_scope *after, const char **ret_names)
{
	return names_lost(before->categories, before->category_count, after->categories, after->category_count, ret_names);
}

struct consent_loss consent_loss(const struct consent_scope *before, const struct consent_scope *after)
{
	return (struct consent_loss){
		.classes = before->classes & ~after->classes,
		.agencies = consent_agencies_lost(before, after, NULL),
		.categories = consent_categories_lost(before, after, NULL),
		.sooner = has_end(after->until_us) && (!has_end(before->until_us) || after->until_us < before->until_us),
	};
}

/* ---- what the receipt tells ---- */

static const char *shown_name(const struct consent_handout *handout, const char *reader)
{
	if (handout->proxy == NULL || strcmp(handout->proxy, reader) == 0)
		return handout->recipient;
	return handout->proxy;
}

/* Into a list that is ordered by time; of two at one moment the first that was given comes first.  Hand-outs come as the ledger has them,
 * nearly in order, so that little moves. */
static void insert_told(const struct consent_handout *handouts, struct consent_told *told, size_t count, struct consent_told line)
{
	while (count > 0 && handouts[told[count - 1].index].at_us > handouts[line.index].at_us) {
		told[count] = told[count - 1];
		count--;
	}
	told[count] = line;
}

size_t consent_receipt(const struct consent *consent, const struct consent_handout *handouts, size_t count, bool owner, const char *reader,
		       struct consent_told *ret_told)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (!same_id(&handouts[i].consent, &consent->id))
			continue;
		if (owner)
			insert_told(handouts, ret_told, found, (struct consent_told){ i, shown_name(&handouts[i], reader) });
		found++;
	}
	return found;
}

/* ---- what rests on it ---- */

static bool rests_on(const struct consent *consent, const struct consent_leg *leg)
{
	return same_id(&leg->consent, &consent->id) && leg_is_open(leg->state);
}

bool consent_blocks_part(const struct consent *consent, const struct consent_leg *leg, size_t part, int64_t now_us)
{
	struct disclosure_fault fault;

	return rests_on(consent, leg) && !leg->parts[part].handed_out &&
	       consent_covers(consent, &leg->recipient, leg->parts[part].classes, now_us, &fault) != ERR_OK;
}

enum consent_effect consent_effect(const struct consent *consent, const struct consent_leg *leg, int64_t now_us)
{
	size_t blocked = 0;

	if (!rests_on(consent, leg))
		return CONSENT_LEAVES;
	for (size_t i = 0; i < leg->part_count; i++) {
		if (consent_blocks_part(consent, leg, i, now_us))
			blocked++;
	}
	if (blocked == 0)
		return CONSENT_NOTICE;
	return blocked == leg->part_count ? CONSENT_BLOCKS_LEG : CONSENT_BLOCKS_PART;
}

size_t consent_open_legs(const struct consent *consent, const struct consent_leg *legs, size_t count, size_t *ret_indices)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (rests_on(consent, &legs[i]))
			ret_indices[found++] = i;
	}
	return found;
}
