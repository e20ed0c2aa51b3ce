/* SPDX-License-Identifier: Apache-2.0 */
/* What the library sees to when a request cannot wait: whom danger to life reaches as well, and which desks are open instead. */
#include "libtsunagi/precautions.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

#define MINUTE INT64_C(60000000)
#define MONDAY INT64_C(1796000400000000) /* 2026-11-30 10:00 in Tokyo */
#define PROTECT "\"basis\":{\"basis\":\"PROTECT_LIFE\",\"law\":\"PERSONAL_INFORMATION_27_1_2\",\"reason\":\"r\"}"
#define CONSENT "\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"r\"}"

static char words[][32] = { "police", "health_emergency", "desk", "shelter_proxy", "*", "chuo", "health", "protection", "welfare" };

static const struct row {
	const char *id;
	const char *category, *sector, *area;
	bool always, bound, confidential;
} standard[] = {
	{ "aid", "health_emergency", "health", "*", true, true, false },
	{ "desk", "desk", "welfare", "*", false, true, false },
	{ "hidden", "police", "protection", "*", true, true, true },
	{ "link", "desk", "welfare", "*", false, true, false },
	{ "nightly", "desk", "welfare", "*", true, true, false },
	{ "patrol", "police", "protection", "chuo", true, true, false },
	{ "police", "police", "protection", "*", true, true, false },
};

#define ROWS_MOST 8

struct desk_scene {
	struct stage *stage;
	struct tsg_client client;
	struct bundle bundle;
};

static char *word(const char *text)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], text) == 0)
			return words[i];
	require(false);
	return NULL;
}

/* A signed directory of these agencies, in which link writes.  Its one rule leads everything to the desks. */
static void scene_open_with(struct desk_scene *scene, const struct row *rows, size_t count)
{
	Pb__DirectorySnapshot snapshot = PB__DIRECTORY_SNAPSHOT__INIT;
	Pb__SignedSnapshot sealed = PB__SIGNED_SNAPSHOT__INIT;
	Pb__DirectoryFile file = PB__DIRECTORY_FILE__INIT;
	Pb__RoutingRule rule = PB__ROUTING_RULE__INIT, *rules[] = { &rule };
	Pb__Explanation because = PB__EXPLANATION__INIT;
	Pb__Hours always = PB__HOURS__INIT;
	Pb__Agency agencies[ROWS_MOST], *agency_list[ROWS_MOST];
	Pb__Binding bindings[ROWS_MOST], *binding_list[ROWS_MOST];
	char *lists[ROWS_MOST][2], *categories[] = { word("desk") };
	uint8_t signature[ED25519_SIGNATURE];
	struct buf bytes, whole;
	struct digest digest;
	bool complete = false;

	*scene = (struct desk_scene){ .stage = stage_new() };
	always.always = true;
	for (size_t i = 0; i < count; i++) {
		pb__agency__init(&agencies[i]);
		agencies[i].id = (char *)(uintptr_t)rows[i].id;
		agencies[i].sector = word(rows[i].sector);
		lists[i][0] = word(rows[i].category);
		lists[i][1] = word(rows[i].area);
		agencies[i].categories = &lists[i][0];
		agencies[i].areas = &lists[i][1];
		agencies[i].n_categories = agencies[i].n_areas = 1;
		agencies[i].hours = rows[i].always ? &always : NULL;
		agencies[i].confidential = rows[i].confidential;
		agency_list[i] = &agencies[i];
		if (!rows[i].bound)
			continue;
		pb__binding__init(&bindings[snapshot.n_bindings]);
		bindings[snapshot.n_bindings].agency = agencies[i].id;
		binding_list[snapshot.n_bindings] = &bindings[snapshot.n_bindings];
		snapshot.n_bindings++;
	}
	because.en = because.ja = word("desk");
	rule.id = word("desk");
	rule.categories = categories;
	rule.n_categories = 1;
	rule.fallback = true;
	rule.because = &because;
	file.site = (char *)(uintptr_t)STAGE_SITE;
	file.zone = (char *)(uintptr_t)"Asia/Tokyo";
	file.agencies = agency_list;
	file.n_agencies = count;
	file.rules = rules;
	file.n_rules = 1;
	snapshot.file = &file;
	snapshot.bindings = binding_list;
	snapshot.version = 1;
	buf_init(&bytes, LIMIT_DIRECTORY_BYTES);
	buf_init(&whole, LIMIT_DIRECTORY_BYTES);
	require_ok(codec_pack(&snapshot.base, &bytes));
	digest = directory_signed_digest(STAGE_SITE, buf_bytes(&bytes));
	require_ok(signature_sign_ed25519(scene->stage->checkpoint_key, digest_bytes(&digest), signature));
	sealed.snapshot = pb_of_bytes(buf_bytes(&bytes));
	sealed.signature = pb_of_bytes(bytes_of(signature, sizeof signature));
	require_ok(codec_pack(&sealed.base, &whole));
	require_ok(site_directory_new(unit_folder(), STAGE_SITE, scene->stage->checkpoint_public, &scene->client.directory));
	require_ok(site_directory_piece(scene->client.directory, whole.len, buf_bytes(&whole), &complete));
	require(complete);
	buf_free(&bytes);
	buf_free(&whole);
	snprintf(scene->bundle.site, sizeof scene->bundle.site, "%s", STAGE_SITE);
	snprintf(scene->bundle.agency, sizeof scene->bundle.agency, "link");
	scene->client.bundle = &scene->bundle;
}

static void scene_open(struct desk_scene *scene)
{
	scene_open_with(scene, standard, sizeof standard / sizeof *standard);
}

static void scene_close(struct desk_scene *scene)
{
	site_directory_free(scene->client.directory);
	stage_free(scene->stage);
}

/* A request to the agency named; the draft's rules are not at issue, so they are not asked. */
static void draft_of(struct draft *draft, const char *to, const char *urgency, const char *basis, const char *sheet)
{
	struct problems problems = { 0 };
	char text[1500];
	json_t *json = NULL;

	snprintf(text, sizeof text, "{\"kind\":\"REQUEST\",\"ask\":\"ADVISE\",\"to\":[\"%s\"],\"urgency\":\"%s\",%s,\"sheet\":{\"text_classes\":[\"IDENTITY\"],"
				    "\"inquiry\":{\"question\":\"q\"}%s}}", to, urgency, basis, sheet);
	unit_context("%s", text);
	json = json_loads(text, 0, NULL);
	require(json != NULL);
	require_ok(draft_read(json, MONDAY, draft, &problems));
	json_decref(json);
	problems_free(&problems);
}

static const char *added(const struct precautions *precautions)
{
	const char *text = json_string_value(json_object_get(json_array_get(json_object_get(precautions->danger, "added"), 0), "agency"));

	return text == NULL ? "" : text;
}

static void check_danger(struct desk_scene *scene, const char *to, const char *sheet, const char *expected)
{
	struct precautions precautions;
	struct draft draft;
	char address[80] = "";

	draft_of(&draft, to, "DANGER", PROTECT, sheet);
	require(precautions_take(&scene->client, &draft, MONDAY, &precautions) == TSG_OK);
	if (*expected != '\0')
		snprintf(address, sizeof address, "%s@" STAGE_SITE, expected);
	check_text(added(&precautions), address);
	check_uint(draft.to_count, *expected == '\0' ? 1 : 2);
	if (*expected != '\0')
		check_text(draft.to[1], expected);
	check(strstr(json_string_value(json_object_get(precautions.danger, "text")), "119") != NULL);
	check_uint(json_array_size(json_object_get(precautions.danger, "telephone")), 2);
	check(precautions.warnings == NULL);
	precautions_free(&precautions);
	draft_free(&draft);
}

/* Violence reaches the police, illness the contact that answers at any hour, and what is not said the police. */
static void test_by_its_kind(void)
{
	struct desk_scene scene;

	scene_open(&scene);
	check_danger(&scene, "desk", ",\"facts\":{\"violence\":\"v\"},\"ward\":\"midori\"", "police");
	check_danger(&scene, "desk", ",\"facts\":{\"violence\":\"v\"},\"ward\":\"chuo\"", "patrol");
	check_danger(&scene, "desk", ",\"facts\":{\"mental_health\":\"m\"}", "aid");
	check_danger(&scene, "desk", ",\"topics\":[{\"topic\":\"ILLNESS\",\"mark\":\"MAIN\"}]", "aid");
	check_danger(&scene, "desk", ",\"facts\":{\"violence\":\"v\",\"health\":\"h\"},\"ward\":\"midori\"", "police");
	check_danger(&scene, "desk", ",\"ward\":\"midori\"", "police");
	scene_close(&scene);
}

/* Who is asked already is not asked twice; but the sender is told to telephone all the same. */
static void test_already_asked(void)
{
	struct desk_scene scene;

	scene_open(&scene);
	check_danger(&scene, "police@" STAGE_SITE, ",\"ward\":\"midori\"", "");
	check_danger(&scene, "aid", ",\"facts\":{\"health\":\"h\"}", "");
	scene_close(&scene);
}

/* Nobody who cannot open it, nobody in hiding, nobody at all: then the telephone alone. */
static void test_nobody_to_reach(void)
{
	static const struct row rows[] = {
		{ "desk", "desk", "welfare", "*", false, true, false },
		{ "hidden", "police", "protection", "*", true, true, true },
		{ "mute", "police", "protection", "*", true, false, false },
	};
	static const struct row by_sector[] = {
		{ "clinic", "desk", "health", "*", true, true, false },
		{ "desk", "desk", "welfare", "*", false, true, false },
	};
	struct desk_scene scene;

	scene_open_with(&scene, rows, 3);
	check_danger(&scene, "desk", "", "");
	scene_close(&scene);
	scene_open_with(&scene, by_sector, 2);
	check_danger(&scene, "desk", ",\"facts\":{\"health\":\"h\"}", "clinic");
	scene_close(&scene);
}

/* Another basis does not let them be told: what to write, and to telephone. */
static void test_basis(void)
{
	struct desk_scene scene;
	struct precautions precautions;
	struct draft draft;

	scene_open(&scene);
	draft_of(&draft, "desk", "DANGER", CONSENT, ",\"ward\":\"midori\"");
	check_int(precautions_take(&scene.client, &draft, MONDAY, &precautions), TSG_REFUSED);
	check_text(scene.client.failure.code, "DANGER_BASIS");
	check(strstr(scene.client.failure.hint, "PROTECT_LIFE") != NULL && strstr(scene.client.failure.hint, "110") != NULL);
	draft_free(&draft);
	scene_close(&scene);
}

static json_t *warnings_at(struct desk_scene *scene, const char *to, const char *urgency, int64_t now_us)
{
	struct precautions precautions;
	struct draft draft;

	draft_of(&draft, to, urgency, CONSENT, "");
	require(precautions_take(&scene->client, &draft, now_us, &precautions) == TSG_OK);
	check(precautions.danger == NULL);
	check_uint(draft.to_count, 1);
	draft_free(&draft);
	return precautions.warnings;
}

/* Four hours later the desk is open, or it is not: Friday 18:00 is told with Monday 9:00, and who is there instead. */
static void test_closed_when_due(void)
{
	struct desk_scene scene;
	json_t *warnings = NULL, *row = NULL;

	scene_open(&scene);
	check(warnings_at(&scene, "desk", "URGENT", MONDAY) == NULL);
	check(warnings_at(&scene, "nightly", "URGENT", MONDAY + 8 * 60 * MINUTE) == NULL);
	check(warnings_at(&scene, "desk", "SOON", MONDAY + 8 * 60 * MINUTE) == NULL);
	warnings = warnings_at(&scene, "desk", "URGENT", MONDAY + (4 * 24 + 8) * 60 * MINUTE);
	require(json_array_size(warnings) == 1);
	row = json_array_get(warnings, 0);
	check_text(json_string_value(json_object_get(row, "code")), "CLOSED_AT_DUE");
	check_text(json_string_value(json_object_get(row, "agency")), "desk");
	check(strncmp(json_string_value(json_object_get(row, "due")), "2026-12-04T22:00", 16) == 0);
	check(strncmp(json_string_value(json_object_get(row, "opens_at")), "2026-12-07T09:00", 16) == 0);
	check_text(json_string_value(json_array_get(json_object_get(row, "offers"), 0)), "nightly");
	check(strstr(json_string_value(json_object_get(row, "text")), "nightly") != NULL);
	json_decref(warnings);
	scene_close(&scene);
}

/* An act is no new request: nothing is added to it, whatever its urgency. */
static void test_acts(void)
{
	struct desk_scene scene;
	struct problems problems = { 0 };
	struct precautions precautions;
	struct draft draft;
	json_t *json = json_loads("{\"kind\":\"REQUEST\",\"to\":[\"desk\"],\"urgency\":\"DANGER\",\"thread\":\"01960000-0000-7000-8000-000000000000\","
				  CONSENT ",\"leg_act\":{\"action\":\"RESUME\"}}", 0, NULL);

	scene_open(&scene);
	require_ok(draft_read(json, MONDAY, &draft, &problems));
	check_int(precautions_take(&scene.client, &draft, MONDAY, &precautions), TSG_OK);
	check(precautions.danger == NULL && precautions.warnings == NULL);
	check_uint(draft.to_count, 1);
	json_decref(json);
	draft_free(&draft);
	scene_close(&scene);
}

UNIT_SUITE("libtsunagi/precautions",
	{ "danger reaches whom its kind asks for", test_by_its_kind },
	{ "nobody is asked twice", test_already_asked },
	{ "nobody to reach", test_nobody_to_reach },
	{ "the basis that it needs", test_basis },
	{ "a desk that is closed when its answer is due", test_closed_when_due },
	{ "an act is no new request", test_acts });
