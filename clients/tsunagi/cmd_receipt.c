/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/result_file.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

enum outcome cmd_receipt(const struct call *call)
{
	struct agency_client client;
	char message[ID_TEXT];
	char *text = NULL;
	json_t *receipt;
	int result;
	enum outcome outcome = agency_client_open_for(call, &client, message);

	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_receipt_json(client.tsg, message, &text);
	outcome = result == TSG_OK ? OUTCOME_DONE : agency_client_problem(&client, result);
	if (outcome == OUTCOME_DONE) {
		receipt = agency_json(text);
		if (receipt != NULL)
			test_site_mark(receipt);
		outcome = receipt == NULL ? OUTCOME_REFUSED : result_file_put(call, receipt, words("receipt", "受付証"));
	}
	agency_client_close(&client);
	return outcome;
}
