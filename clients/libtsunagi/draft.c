/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft.c - see draft.h for the contract; draft_check.c holds the rules. */
#include "libtsunagi/draft.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"

#define DRAFT_BYTES (8u * 1024u * 1024u)
#define KEY_BYTES 255u

/* Names of the writer's JSON and those of the envelope they become. */
static const struct {
	const char *name, *view_name;
} head_names[] = {
	{ "kind", "kind" },     { "ask", "ask" },         { "urgency", "urgency" },       { "take", "take" },
	{ "case", "case_id" },  { "case_id", "case_id" }, { "thread", "thread_id" },      { "thread_id", "thread_id" },
	{ "rule", "rule_id" },  { "basis", "basis" },   { "respond_by", "respond_by" }, { "expires_at", "expires_at" },
	{ "leg_act", "leg_act" }, { "close", "close" }, { "report_days", "report_days" }, { "conference_act", "conference_act" },
	{ "consent_act", "consent_act" }, { "announcement_act", "announcement_act" }, { "co_support", "co_support" },
};

static const char *const content_names[] = { "sheet", "conference", "consent", "note", "announcement" };
static const char *const other_names[] = { "to", "release", "key", "attach" };

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_content(const char *name)
{
	for (size_t i = 0; i < COUNT(content_names); i++)
		if (strcmp(name, content_names[i]) == 0)
			return true;
	return false;
}

static const char *view_name(const char *name)
{
	for (size_t i = 0; i < COUNT(head_names); i++)
		if (strcmp(name, head_names[i].name) == 0)
			return head_names[i].view_name;
	return NULL;
}

static bool is_other(const char *name)
{
	for (size_t i = 0; i < COUNT(other_names); i++)
		if (strcmp(name, other_names[i]) == 0)
			return true;
	return false;
}

/* Sorts the writer's fields into those of the envelope and those of the content. */
static void split(const json_t *json, json_t *head, json_t *content, struct problems *problems)
{
	const char *name = NULL;
	json_t *value = NULL;

	json_object_foreach((json_t *)(uintptr_t)json, name, value) {
		if (view_name(name) != NULL)
			json_object_set(head, view_name(name), value);
		else if (is_content(name))
			json_object_set(content, name, value);
		else if (!is_other(name))
			problems_add(problems, name, "there is no such field here", "この項目はありません", NULL);
	}
}

/* Also one that cannot be read: then that is what is wrong, not that it has no words. */
static bool is_meant_as_act(const json_t *head)
{
	static const char *const names[] = { "leg_act", "close", "conference_act", "consent_act", "announcement_act" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (json_object_get(head, names[i]) != NULL)
			return true;
	return false;
}

/* What an act says stands in the envelope: it needs words only where its rules ask for them (draft_acts.c). */
static enum err read_content(const json_t *head, const json_t *content, struct draft *draft, struct problems *problems)
{
	const ProtobufCMessage *body = NULL;
	enum err err = ERR_OK;

	if (json_object_size(content) == 0 && (draft->head != NULL ? draft_is_act(draft->head) : is_meant_as_act(head)))
		return ERR_OK;
	if (json_object_size(content) == 1)
		err = json_to_message(content, &pb__content__descriptor, &draft->arena, &body, problems_on_fault, problems);
	else
		problems_add(problems, "sheet", "exactly one of sheet, conference, consent, note, announcement is needed",
			     "sheet, conference, consent, note, announcement のうち一つだけが必要です", NULL);
	draft->content = (Pb__Content *)(uintptr_t)body;
	return err;
}

static enum err read_messages(const json_t *json, struct draft *draft, struct problems *problems)
{
	json_t *head = json_object();
	json_t *content = json_object();
	const ProtobufCMessage *view = NULL;
	enum err err = head == NULL || content == NULL ? ERR_NOMEM : ERR_OK;

	if (err == ERR_OK) {
		split(json, head, content, problems);
		err = json_to_message(head, &pb__view__descriptor, &draft->arena, &view, problems_on_fault, problems);
	}
	if (err == ERR_OK)
		draft->head = (const Pb__View *)view;
	if (err == ERR_OK || err == ERR_FORMAT)
		err = read_content(head, content, draft, problems);
	json_decref(head);
	json_decref(content);
	return err == ERR_FORMAT ? ERR_OK : err;
}

static void read_recipients(const json_t *json, struct draft *draft, struct problems *problems)
{
	const json_t *list = json_object_get(json, "to");
	size_t count = json_is_array(list) ? json_array_size(list) : 0;

	if (count == 0 || count > LIMIT_RECIPIENTS) {
		problems_add(problems, "to", "a list of 1 to 16 agencies is needed", "宛先の機関を1〜16の一覧で書いてください", NULL);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		struct bytes agency, site;

		if (text == NULL || strlen(text) > LIMIT_ADDRESS ||
		    (!text_is_label(bytes_of_text(text)) && !text_split_address(bytes_of_text(text), &agency, &site)))
			problems_add(problems, "to", "an agency is written id or id@site (lower-case letters, digits, hyphens)",
				     "機関は id または id@site(半角の英小文字・数字・ハイフン)で書きます", text);
		else
			draft->to[draft->to_count++] = arena_text(&draft->arena, bytes_of_text(text));
	}
}

static void read_words(const json_t *json, struct draft *draft, struct problems *problems)
{
	const json_t *release = json_object_get(json, "release");
	const json_t *key = json_object_get(json, "key");
	int value = (int)PB__RELEASE__RELEASE_ON_DELIVERY;

	if (release != NULL &&
	    (!json_is_string(release) || !json_word_value(&pb__release__descriptor, json_string_value(release), &value) || value == 0))
		problems_add(problems, "release", "ON_DELIVERY or ON_ACCEPT", "ON_DELIVERY か ON_ACCEPT です", json_string_value(release));
	draft->release = (Pb__Release)value;
	if (key == NULL || json_is_null(key))
		return;
	if (!json_is_string(key) || json_string_length(key) == 0 || json_string_length(key) > KEY_BYTES ||
	    text_check(bytes_of_text(json_string_value(key)), NULL) != TEXT_OK)
		problems_add(problems, "key", "a text of 1 to 255 bytes", "1〜255バイトの文字列です", NULL);
	else
		draft->key = arena_text(&draft->arena, bytes_of_text(json_string_value(key)));
}

bool draft_attachment_list(Pb__Content *content, Pb__Attachment ****ret_list, size_t **ret_count)
{
	switch (content->body_case) {
	case PB__CONTENT__BODY_SHEET:
		*ret_list = &content->sheet->attachments;
		*ret_count = &content->sheet->n_attachments;
		return true;
	case PB__CONTENT__BODY_CONFERENCE:
		*ret_list = &content->conference->attachments;
		*ret_count = &content->conference->n_attachments;
		return true;
	case PB__CONTENT__BODY_CONSENT:
		*ret_list = &content->consent->attachments;
		*ret_count = &content->consent->n_attachments;
		return true;
	case PB__CONTENT__BODY_NOTE:
		*ret_list = &content->note->attachments;
		*ret_count = &content->note->n_attachments;
		return true;
	default:
		return false;
	}
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static bool file_size(const char *path, struct problems *problems, int64_t *ret_size)
{
	struct stat status;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
		problems_add(problems, "attach.path", "there is no such file", "このファイルはありません", path);
		return false;
	}
	if (status.st_size > (off_t)LIMIT_ATTACHMENT_BYTES || status.st_size == 0) {
		problems_add(problems, "attach.path", "an attachment has 1 byte to 16 MiB", "添付は1バイト〜16 MiBです", path);
		return false;
	}
	*ret_size = status.st_size;
	return true;
}

/* What the writer says that an attachment tells; without a word, what its free text was said to tell. */
static json_t *classes_of(const json_t *message, const json_t *row)
{
	json_t *classes = json_object_get(row, "classes");

	for (size_t i = 0; classes == NULL && i < COUNT(content_names); i++)
		classes = json_object_get(json_object_get(message, content_names[i]), "text_classes");
	return classes;
}

/* Name, media type and classes, through the schema; path is our own. */
static Pb__Attachment *read_attachment(const json_t *row, json_t *classes, const char *path, struct draft *draft, struct problems *problems)
{
	const json_t *media_type = json_object_get(row, "media_type");
	json_t *fields = json_pack("{s:s, s:s, s:O*}", "name", file_name(path), "media_type",
				   media_type == NULL ? "application/octet-stream" : json_string_value(media_type), "classes", classes);
	const ProtobufCMessage *message = NULL;

	if (fields == NULL)
		problems_add(problems, "attach", "media_type is text", "media_type は文字列です", path);
	else if (json_to_message(fields, &pb__attachment__descriptor, &draft->arena, &message, problems_on_fault, problems) != ERR_OK)
		message = NULL;
	json_decref(fields);
	return (Pb__Attachment *)(uintptr_t)message;
}

static void read_attach_row(const json_t *message, const json_t *row, struct draft *draft, struct problems *problems)
{
	const char *path = json_string_value(json_object_get(row, "path"));
	struct draft_attachment *to = &draft->attachments[draft->attachment_count];

	if (path == NULL) {
		problems_add(problems, "attach.path", "each attachment needs a path", "添付には path が必要です", NULL);
		return;
	}
	if (!file_size(path, problems, &to->size))
		return;
	to->path = arena_text(&draft->arena, bytes_of_text(path));
	to->attachment = read_attachment(row, classes_of(message, row), path, draft, problems);
	if (to->path != NULL && to->attachment != NULL)
		draft->attachment_count++;
}

static enum err read_attachments(const json_t *json, struct draft *draft, struct problems *problems)
{
	const json_t *list = json_object_get(json, "attach");
	Pb__Attachment ***place = NULL;
	size_t *count = NULL;

	if (draft->content == NULL)
		return ERR_OK;
	if (draft_attachment_list(draft->content, &place, &count) && *count > 0)
		problems_add(problems, "attachments", "attachments are given as files under attach, not inside the content",
			     "添付は内容の中ではなく attach にファイルで指定します", NULL);
	if (list != NULL && !json_is_null(list) && !json_is_array(list))
		problems_add(problems, "attach", "a list of files is needed, each as {\"path\":...}", "添付は {\"path\":...} の一覧で書いてください", NULL);
	if (json_array_size(list) == 0)
		return ERR_OK;
	if (place == NULL || json_array_size(list) > LIMIT_ATTACHMENTS) {
		problems_add(problems, "attach", "this kind takes no attachments, or there are more than 16",
			     "この種類には添付できないか、16件を超えています", NULL);
		return ERR_OK;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		read_attach_row(json, json_array_get(list, i), draft, problems);
	*place = arena_calloc(&draft->arena, LIMIT_ATTACHMENTS, sizeof **place);
	if (*place == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < draft->attachment_count; i++)
		(*place)[i] = draft->attachments[i].attachment;
	*count = draft->attachment_count;
	return ERR_OK;
}

/* The same message written with other spaces or in another order is the same message. */
static enum err hash_canonical(const json_t *json, struct digest *ret_hash)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);

	if (text == NULL)
		return ERR_NOMEM;
	*ret_hash = digest_of(bytes_of_text(text));
	free(text);
	return ERR_OK;
}

enum err draft_read(const json_t *json, int64_t now_us, struct draft *ret_draft, struct problems *problems)
{
	struct draft *draft = ret_draft;
	enum err err = ERR_OK;

	*draft = (struct draft){ 0 };
	arena_init(&draft->arena, DRAFT_BYTES);
	if (!json_is_object(json)) {
		problems_add(problems, "", "a message is a JSON object", "連絡は JSON のオブジェクトで書きます", NULL);
		return ERR_REFUSED;
	}
	err = read_messages(json, draft, problems);
	if (err == ERR_OK) {
		read_recipients(json, draft, problems);
		read_words(json, draft, problems);
		err = read_attachments(json, draft, problems);
	}
	if (err == ERR_OK)
		err = hash_canonical(json, &draft->content_hash);
	if (err == ERR_OK)
		err = draft_complete_conference(draft);
	if (err == ERR_OK && problems_count(problems) == 0)
		draft_check(draft, now_us, problems);
	return err == ERR_OK && problems_count(problems) > 0 ? ERR_REFUSED : err;
}

void draft_free(struct draft *draft)
{
	arena_free(&draft->arena);
}
