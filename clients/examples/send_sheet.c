/* SPDX-License-Identifier: Apache-2.0 */
/* send_sheet - builds a referral sheet with the typed calls and sends it.
 *
 *	send_sheet BUNDLE RECIPIENT [KEY]
 *
 * KEY is the sender's own number for this referral: run again with the same key after a crash or a cut line, and it is the same
 * message, sent once.  Exits 0 when the broker has it durably, 5 when it is safe in the outbox only, 1 otherwise. */
#include <stdio.h>
#include <tsunagi/tsunagi.h>

static const struct {
	const char *field, *value;
} sheet[] = {
	{ "ask", "REFER" },
	{ "urgency", "SOON" },
	{ "basis.basis", "PUBLIC_DUTY" },
	{ "basis.law", "SELF_RELIANCE_9" },
	{ "basis.reason", "自立相談支援の利用調整" },
	{ "sheet.received_on", "2026-11-20" },
	{ "sheet.organisation", "子ども・若者総合相談センター Link" },
	{ "sheet.person.name", "例田 はるか" },
	{ "sheet.person.kana", "れいだ はるか" },
	{ "sheet.person.birth_date", "平成10年5月2日" },
	{ "sheet.topics[0].topic", "INCOME_WORK" },
	{ "sheet.topics[0].mark", "MAIN" },
	{ "sheet.topics[1].topic", "RENT_LOAN" },
	{ "sheet.topics[1].mark", "CONCERN" },
	{ "sheet.household[0].relation", "母" },
	{ "sheet.household[0].age", "57" },
	{ "sheet.referral_reason", "家賃の滞納が3か月になり、仕事の相談も希望している。" },
	{ "sheet.expected_support", "家計の見直しと、就労に向けた面談をお願いしたい。" },
	{ "sheet.not_seen", "母の入院がいつまでか。" },
	{ "sheet.text_classes", "IDENTITY,FAMILY,FINANCE,EMPLOYMENT" },
};

/* Fills the message; 0 when every field was taken. */
static int fill(tsg_message *message, const char *recipient, const char *key)
{
	if (tsg_message_to(message, recipient) != TSG_OK)
		return -1;
	if (key != NULL && tsg_message_set(message, "key", key) != TSG_OK)
		return -1;
	for (size_t i = 0; i < sizeof sheet / sizeof sheet[0]; i++)
		if (tsg_message_set(message, sheet[i].field, sheet[i].value) != TSG_OK)
			return -1;
	return 0;
}

static int send_it(tsg_client *client, const tsg_message *message)
{
	tsg_receipt receipt;
	int result = tsg_submit(client, message, &receipt);

	if (result == TSG_OK)
		printf("accepted %s (%s) as entry %llu of %s/%u%s\n", receipt.message_id, receipt.code, (unsigned long long)receipt.seq,
		       receipt.site, receipt.epoch, receipt.duplicate ? ", sent before" : "");
	else if (result == TSG_IN_OUTBOX)
		printf("in the outbox %s (%s): %s\n", receipt.message_id, receipt.code, tsg_last_error(client));
	else
		fprintf(stderr, "send_sheet: %s\n", tsg_last_error(client));
	return result == TSG_OK ? 0 : result == TSG_IN_OUTBOX ? 5 : 1;
}

int main(int count, char **arguments)
{
	tsg_client *client = NULL;
	tsg_message *message = NULL;
	char *error = NULL;
	int exit_code = 1;

	if (count < 3) {
		fprintf(stderr, "usage: send_sheet BUNDLE RECIPIENT [KEY]\n");
		return 2;
	}
	if (tsg_client_open_json(arguments[1], NULL, &client, &error) != TSG_OK) {
		fprintf(stderr, "send_sheet: %s\n", error == NULL ? "cannot open the bundle" : error);
	} else if (tsg_message_new("REQUEST", &message) != TSG_OK || fill(message, arguments[2], count > 3 ? arguments[3] : NULL) != 0) {
		fprintf(stderr, "send_sheet: %s\n", tsg_message_error(message));
	} else {
		exit_code = send_it(client, message);
	}
	tsg_message_free(message);
	tsg_client_close(client);
	tsg_free(error);
	return exit_code;
}
