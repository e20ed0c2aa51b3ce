/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/delivery_json.c - see delivery.h: what was handed to the program, as it reads it. */
#include "contract/json.h"
#include "contract/notice_texts.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/fields.h"

#define NOTICE_TEXT_BYTES 4096u

/* ---- a message ---- */

static json_t *classes_json(class_set classes)
{
	json_t *list = json_array();

	for (int value = 1; value < 32; value++) {
		const char *word = (classes & CLASS_BIT(value)) != 0 ? json_word(&pb__disclosure_class__descriptor, value) : NULL;

		if (word != NULL)
			json_array_append_new(list, json_string(word));
	}
	return list;
}

/* Keys and segments are for this library alone. */
static void strip_attachments(json_t *content)
{
	const char *name = NULL;
	json_t *body = NULL, *row = NULL;
	size_t index = 0;

	json_object_foreach(content, name, body) {
		json_t *list = json_object_get(body, "attachments");

		json_array_foreach(list, index, row) {
			json_object_del(row, "key");
			json_object_del(row, "segments");
		}
	}
}

static int add_content(json_t *json, const struct arrival_part *part)
{
	json_t *content = json_of_message(&part->content->base);
	int failed = content == NULL;

	if (!failed) {
		strip_attachments(content);
		failed = json_object_update_missing(json, content);
	}
	json_decref(content);
	return failed;
}

static int add_parts(json_t *json, const struct arrival *arrival)
{
	json_t *parts = json_object_get(json, "parts");
	class_set undeclared = 0;
	int failed = 0;

	for (size_t i = 0; i < arrival->part_count && failed == 0; i++) {
		json_t *row = json_array_get(parts, i);

		if (arrival->parts[i].withheld) /* a release brings what was withheld before, and nothing else */
			failed = json_object_set_new(row, arrival->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? "delivered_before" : "withheld", json_true());
		else
			failed = add_content(json, &arrival->parts[i]);
		undeclared |= arrival->parts[i].undeclared;
	}
	return failed == 0 && undeclared != 0 ? json_object_set_new(json, "undeclared_classes", classes_json(undeclared)) : failed;
}

static json_t *marks_json(const struct arrival *arrival)
{
	struct id id;
	char code[ID_CODE_TEXT];

	memcpy(id.bytes, arrival->view->message_id.data, ID_BYTES);
	id_code(&id, code);
	return json_pack("{s:s, s:s, s:I, s:I, s:o, s:b, s:I, s:b, s:{s:s, s:I, s:o}, s:o}", "type", "delivery", "code", code, "item",
			 (json_int_t)arrival->item, "seq", (json_int_t)arrival->seq, "accepted_at", json_time(arrival->accepted_at_us), "redelivered",
			 arrival->redelivered ? 1 : 0, "attempts", (json_int_t)arrival->attempts, "after_dead_letter",
			 arrival->after_dead_letter ? 1 : 0, "signed_by", "agency", arrival->view->sender, "device",
			 (json_int_t)arrival->signer_device, "certificate_sha256", json_hex(digest_bytes(&arrival->certificate)), "view_hash",
			 json_hex(digest_bytes(&arrival->view_hash)));
}

static json_t *message_json(const struct arrival *arrival)
{
	json_t *json = marks_json(arrival);
	json_t *view = json_of_message(&arrival->view->base);
	int failed = json == NULL || view == NULL;

	if (!failed && arrival->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		failed = json_object_set_new(json, "released", json_true());
	if (!failed) {
		json_object_del(view, "sealed_to");
		json_object_del(view, "nonce");
		json_object_del(view, "blobs");
		failed = json_object_update_missing(json, view) != 0 || add_parts(json, arrival) != 0;
	}
	json_decref(view);
	if (failed) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* ---- the site's own word ---- */

/* A field of the notice under the name that people know it by. */
static int rename_field(json_t *json, const char *from, const char *to)
{
	json_t *value = json_incref(json_object_get(json, from));

	json_object_del(json, from);
	return value == NULL ? 0 : json_object_set_new(json, to, value);
}

static int add_text(json_t *json, const Pb__SiteNotice *notice)
{
	enum language language = language_of_environment();
	struct buf text;
	int failed = 1;

	buf_init(&text, NOTICE_TEXT_BYTES);
	if (notice_text(notice, JSON_OFFSET_MINUTES, language, &text) == ERR_OK)
		failed = json_object_set_new(json, "text", json_string(buf_text(&text)));
	buf_free(&text);
	return failed != 0 ? failed : json_object_set_new(json, "title", json_string(notice_title(notice->what, language)));
}

static json_t *notice_json(const struct arrival *arrival, const char *site)
{
	json_t *json = json_pack("{s:s, s:I, s:I, s:o, s:b, s:I, s:s, s:o}", "type", "notice", "item", (json_int_t)arrival->item, "seq",
				 (json_int_t)arrival->seq, "accepted_at", json_time(arrival->accepted_at_us), "redelivered",
				 arrival->redelivered ? 1 : 0, "attempts", (json_int_t)arrival->attempts, "site", site, "notice_hash",
				 json_hex(digest_bytes(&arrival->view_hash)));
	json_t *said = json_of_message(&arrival->notice->base);
	int failed = json == NULL || said == NULL;

	if (!failed)
		failed = json_object_update_missing(json, said) != 0 || rename_field(json, "thread_id", "thread") != 0 ||
			 rename_field(json, "due_at", "due") != 0 || add_text(json, arrival->notice) != 0;
	json_decref(said);
	if (!failed)
		return json;
	json_decref(json);
	return NULL;
}

json_t *delivery_json(const struct arrival *arrival, const char *site)
{
	return arrival->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE ? notice_json(arrival, site) : message_json(arrival);
}
