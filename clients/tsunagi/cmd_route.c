/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/need.h"
#include "tsunagi/route_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome route_by_bundle(const struct call *call, const json_t *need, bool all, json_t **ret_report)
{
	struct agency_client client;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = need_route(&client, need, all, ret_report);
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_route(const struct call *call)
{
	const char *path = args_text(&call->args, "need");
	const char *directory = args_text(&call->args, "directory");
	bool all = args_has(&call->args, "all");
	json_t *need = NULL, *report = NULL;
	enum outcome outcome;

	if (path == NULL)
		return call_usage(call, "%s", words("--need FILE is missing: the need to route.", "--need ファイル で困りごとを指定してください。"));
	outcome = need_read(path, &need);
	if (outcome == OUTCOME_DONE)
		outcome = directory != NULL ? need_route_file(directory, need, all, &report) : route_by_bundle(call, need, all, &report);
	if (outcome == OUTCOME_DONE && out_json_wanted())
		out_json(json_incref(report));
	else if (outcome == OUTCOME_DONE)
		route_print(report, 0);
	json_decref(need);
	json_decref(report);
	return outcome;
}
