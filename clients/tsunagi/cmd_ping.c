/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static const struct {
	const char *step;
	const char *text[2];
} steps[] = {
	{ "bundle", { "bundle", "バンドル" } },
	{ "name", { "name", "名前解決" } },
	{ "tcp", { "connection", "接続" } },
	{ "connect", { "connection", "接続" } },
	{ "connection", { "connection", "接続" } },
	{ "key", { "broker's key", "ブローカーの鍵" } },
	{ "broker_key", { "broker's key", "ブローカーの鍵" } },
	{ "enrolment", { "enrolment", "登録" } },
	{ "version", { "version", "通信の版" } },
	{ "welcome", { "greeting", "応答" } },
	{ "ledger", { "ledger", "台帳" } },
	{ "clock", { "clock", "時計" } },
};

static const char *step_word(const char *step)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (strcmp(steps[i].step, step) == 0)
			return words_of(steps[i].text);
	return step;
}

static void print_step(const json_t *row)
{
	const char *name = step_word(json_row_text(row, "step"));
	bool ok = json_is_true(json_object_get(row, "ok"));
	size_t width = display_width(name);
	char detail[DISPLAY_LINE];

	display_clean(json_row_text(row, "detail"), detail, sizeof detail);
	out_text("  %s%s%s  %s%*s%s\n", out_style(ok ? OUT_GOOD : OUT_BAD), ok ? words("ok  ", "良  ") : words("FAIL", "不可"), out_style(OUT_PLAIN), name,
		 (int)(width < 16 ? 16 - width : 1), "", detail);
}

enum outcome cmd_ping(const struct call *call)
{
	int timeout_ms = AGENCY_WAIT_MS;
	const char *bundle;
	char *text = NULL;
	json_t *json;
	json_t *row;
	size_t index;
	int result;
	enum outcome outcome = agency_bundle(call, &bundle);

	if (outcome == OUTCOME_DONE)
		outcome = agency_timeout(call, &timeout_ms);
	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_ping(bundle, timeout_ms, &text);
	json = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (json_object_get(json, "steps") == NULL) {
		outcome = agency_problem(result, text);
	} else {
		json_array_foreach(json_object_get(json, "steps"), index, row)
			print_step(row);
		if (out_json_wanted())
			out_json(json_incref(json));
		else if (result != TSG_OK)
			agency_problem(result, text);
		outcome = agency_outcome(result);
	}
	json_decref(json);
	tsg_free(text);
	return outcome;
}
