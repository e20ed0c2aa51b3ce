/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/danger.c - see precautions.h: who else is told at once when life is in danger. */
#include <stdio.h>
#include <string.h>

#include "contract/json.h"
#include "libtsunagi/precautions.h"

/* By the kind of danger: what is told of, the categories of who averts it, and the number that anybody can dial. */
static const struct contact {
	class_set classes; /* any of them; 0: whatever it is */
	const char *categories[3];
	const char *sector; /* and open at any hour, where no agency has such a category; NULL: none */
	const char *because[2];
} contacts[] = {
	{ CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_VIOLENCE), { "police" }, NULL,
	  { "where there is violence, the police come first", "暴力があるときは、まず警察に伝えます" } },
	{ CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH) | CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_MENTAL_HEALTH), { "health_emergency" }, "health",
	  { "the health contact that answers at any hour", "24時間365日対応する保健・医療の窓口に伝えます" } },
	{ 0, { "police" }, NULL, { "life is in danger: the police come first", "命の危険があるときは、まず警察に伝えます" } },
};

static bool has_category(const Pb__Agency *agency, const char *category)
{
	for (size_t i = 0; i < agency->n_categories; i++)
		if (strcmp(agency->categories[i], category) == 0)
			return true;
	return false;
}

static bool is_contact(const struct contact *contact, const Pb__Agency *agency, bool by_sector)
{
	if (by_sector)
		return contact->sector != NULL && strcmp(agency->sector, contact->sector) == 0 && agency->hours != NULL && agency->hours->always;
	for (size_t i = 0; contact->categories[i] != NULL; i++)
		if (has_category(agency, contact->categories[i]))
			return true;
	return false;
}

static bool covers(const Pb__Agency *agency, const char *ward)
{
	for (size_t i = 0; i < agency->n_areas; i++)
		if (*ward == '\0' || strcmp(agency->areas[i], "*") == 0 || strcmp(agency->areas[i], ward) == 0)
			return true;
	return agency->n_areas == 0;
}

static bool takes_requests(const Pb__Agency *agency)
{
	for (size_t i = 0; i < agency->n_kinds; i++)
		if (agency->kinds[i] == PB__KIND__KIND_REQUEST)
			return true;
	return agency->n_kinds == 0;
}

/* Somebody must be able to open it: an agency without a device is no help tonight. */
static bool can_be_told(const struct tsg_client *client, const Pb__Agency *agency)
{
	return !agency->confidential && takes_requests(agency) && strcmp(agency->id, client->bundle->agency) != 0 &&
	       site_directory_bindings(client->directory, agency->id, NULL, 0) > 0;
}

static const Pb__Agency *find_contact(const struct tsg_client *client, const struct contact *contact, const char *ward)
{
	const Pb__DirectorySnapshot *snapshot = site_directory_snapshot(client->directory);

	for (int by_sector = 0; by_sector < 2; by_sector++)
		for (size_t i = 0; snapshot != NULL && i < snapshot->file->n_agencies; i++) {
			const Pb__Agency *agency = snapshot->file->agencies[i];

			if (is_contact(contact, agency, by_sector != 0) && covers(agency, ward) && can_be_told(client, agency))
				return agency;
		}
	return NULL;
}

/* The first kind of danger that the sheet tells of and that somebody there averts. */
static const Pb__Agency *choose(const struct tsg_client *client, const struct draft *draft, const struct contact **ret_contact)
{
	Pb__Need need;

	draft_need(draft, &need);
	for (size_t i = 0; i < sizeof contacts / sizeof *contacts; i++) {
		const Pb__Agency *agency = NULL;

		if (contacts[i].classes != 0 && (contacts[i].classes & draft->classes) == 0)
			continue;
		agency = find_contact(client, &contacts[i], need.ward);
		*ret_contact = &contacts[i];
		if (agency != NULL)
			return agency;
	}
	return NULL;
}

static json_t *danger_json(const Pb__Agency *added, const char *site, const struct contact *contact)
{
	enum language language = language_of_environment();
	json_t *danger = json_pack("{s:[s,s], s:[], s:s}", "telephone", "110", "119", "added", "text",
				   language == LANGUAGE_JA ? "電話もしてください:警察 110・救急 119。この連絡だけを頼りに待たないでください。" :
							     "Telephone as well: police 110, ambulance 119. Do not wait for this message alone.");
	char address[LIMIT_ADDRESS + 1];

	if (danger == NULL || added == NULL)
		return danger;
	snprintf(address, sizeof address, "%s@%s", added->id, site);
	json_array_append_new(json_object_get(danger, "added"), json_pack("{s:s, s:s*, s:s}", "agency", address, "phone",
									  added->contact == NULL || *added->contact->phone == '\0' ? NULL : added->contact->phone,
									  "because", contact->because[language]));
	return danger;
}

static int add(struct tsg_client *client, struct draft *draft, const Pb__Agency *agency)
{
	const Pb__BasisClaim *basis = draft->head->basis;
	const char *word = basis == NULL ? NULL : json_word(&pb__basis__descriptor, (int)basis->basis);

	if (basis == NULL || basis->basis != PB__BASIS__BASIS_PROTECT_LIFE)
		return failure_tell(&client->failure, PROBLEM_DANGER_BASIS, agency->id, word);
	if (draft->to_count == LIMIT_RECIPIENTS)
		return failure_tell(&client->failure, PROBLEM_TOO_LARGE, "to", NULL);
	draft->to[draft->to_count] = arena_text(&draft->arena, bytes_of_text(agency->id));
	if (draft->to[draft->to_count] == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the message");
	draft->to_count++;
	return TSG_OK;
}

int danger_take(struct tsg_client *client, struct draft *draft, json_t **ret_danger)
{
	const struct contact *contact = NULL;
	const Pb__Agency *agency = choose(client, draft, &contact);
	int result = TSG_OK;

	if (agency != NULL && draft_names(draft, agency->id, client->bundle->site))
		agency = NULL;
	if (agency != NULL)
		result = add(client, draft, agency);
	if (result != TSG_OK)
		return result;
	*ret_danger = danger_json(agency, client->bundle->site, contact);
	return *ret_danger == NULL ? failure_err(&client->failure, ERR_NOMEM, "the message") : TSG_OK;
}
