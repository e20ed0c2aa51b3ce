/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/standing_print.h"

#include <string.h>

#include "contract/json.h"
#include "tsunagi/display.h"
#include "tsunagi/out.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define NAME 128

const char *standing_word(const char *places)
{
	if (places == NULL || strcmp(places, "OPEN") == 0)
		return words("open", "受入可");
	return strcmp(places, "FULL") == 0 ? words("full", "満員") : words("waitlist", "待機あり");
}

static void print_service(struct table *table, const json_t *service)
{
	const json_t *names = json_object_get(service, "names");
	const char *name = json_string_value(json_object_get(names, words("en", "ja")));
	char clean[NAME];

	display_clean(name == NULL ? "" : name, clean, sizeof clean);
	table_cell(table, json_string_value(json_object_get(service, "service")));
	table_cell(table, clean);
	table_cell(table, standing_word(json_string_value(json_object_get(service, "places"))));
}

void standing_print(const json_t *standing)
{
	const char *titles[] = { words("SERVICE", "サービス"), words("NAME", "名称"), words("PLACES", "空き") };
	const char *whole = json_string_value(json_object_get(standing, "places"));
	const char *day = json_string_value(json_object_get(standing, "confirmed_on"));
	const json_t *services = json_object_get(standing, "services");
	struct table *table = table_new(titles, 3);
	const json_t *service;
	size_t index;

	json_array_foreach((json_t *)(uintptr_t)services, index, service)
		print_service(table, service);
	if (json_array_size(services) > 0)
		table_print(table);
	table_free(table);
	if (whole != NULL)
		out_text(words("The agency as a whole: %s\n", "機関全体:%s\n"), standing_word(whole));
	out_text(words("Entry confirmed on: %s\n", "内容の確認日:%s\n"), day == NULL ? words("never", "なし") : day);
}

void standing_fields(const Pb__Standing *standing)
{
	for (size_t i = 0; standing != NULL && i < standing->n_places; i++) {
		const Pb__ServicePlaces *places = standing->places[i];

		table_field(words("places", "空き"), "%s: %s", places->service[0] == '\0' ? words("the whole agency", "機関全体") : places->service,
			    standing_word(json_word(&pb__places__descriptor, (int)places->places)));
	}
	if (standing != NULL && standing->confirmed_on[0] != '\0')
		table_field(words("confirmed", "確認"), words("%s, by the agency itself", "%s(機関による)"), standing->confirmed_on);
}
