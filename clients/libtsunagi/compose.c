/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/compose.c - see compose.h for the contract. */
#include "libtsunagi/compose.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/precautions.h"
#include "libtsunagi/recipients.h"
#include "libtsunagi/sealing.h"

/* What grows while a message is composed. */
struct composing {
	struct tsg_client *client;
	struct draft draft;
	struct id id, case_id;
	Pb__View head;
	Pb__BasisClaim anonymous; /* the basis where it is not the draft's own */
	Pb__DisclosureClass classes[LIMIT_CLASSES];
	size_t class_count;
	struct segment segments[LIMIT_BLOBS];
	size_t segment_count;
	Pb__BlobRef blobs[LIMIT_BLOBS], *blob_list[LIMIT_BLOBS];
	struct digest content_hash;
	struct precautions precautions;
	struct buf statements[LIMIT_RECIPIENTS], parts[LIMIT_RECIPIENTS];
	char addresses[LIMIT_RECIPIENTS][LIMIT_ADDRESS + 1];
	size_t count;
};

static struct composing *composing_new(struct tsg_client *client)
{
	struct composing *composing = calloc(1, sizeof *composing);

	if (composing == NULL)
		return NULL;
	composing->client = client;
	for (size_t i = 0; i < LIMIT_RECIPIENTS; i++) {
		buf_init(&composing->statements[i], 2 * LIMIT_STATEMENT_BYTES);
		buf_init(&composing->parts[i], 2 * LIMIT_PART_BYTES);
	}
	return composing;
}

static void composing_free(struct composing *composing)
{
	if (composing == NULL)
		return;
	draft_free(&composing->draft);
	precautions_free(&composing->precautions);
	for (size_t i = 0; i < LIMIT_RECIPIENTS; i++) {
		buf_free(&composing->statements[i]);
		buf_free(&composing->parts[i]);
	}
	free(composing);
}

static int tell(struct composing *composing, enum err err, const char *what)
{
	return failure_err(&composing->client->failure, err, what);
}

static int read_draft(struct composing *composing, const json_t *json)
{
	struct problems problems = { 0 };
	struct buf text;
	enum err err = draft_read(json, client_now_us(composing->client), &composing->draft, &problems);
	int result = TSG_OK;

	if (err == ERR_REFUSED) {
		buf_init(&text, 16384);
		problems_text(&problems, &text);
		result = failure_tell(&composing->client->failure, PROBLEM_MESSAGE, text.err == ERR_OK ? buf_text(&text) : "", NULL);
		buf_free(&text);
	} else if (err != ERR_OK) {
		result = tell(composing, err, "the message");
	}
	problems_free(&problems);
	return result;
}

/* The content's identity: what was written and what the attached files hold.  said: in whose place the message was made. */
static int hash_content(struct composing *composing, const json_t *said)
{
	const char *paths[LIMIT_ATTACHMENTS];

	for (size_t i = 0; i < composing->draft.attachment_count; i++)
		paths[i] = composing->draft.attachments[i].path;
	if (said != NULL)
		return content_identity_said(composing->client, said, &composing->content_hash);
	return content_identity(composing->client, &composing->draft.content_hash, paths, composing->draft.attachment_count, &composing->content_hash);
}

static void list_classes(struct composing *composing)
{
	for (int value = 1; value < 32 && composing->class_count < LIMIT_CLASSES; value++)
		if ((composing->draft.classes & CLASS_BIT(value)) != 0)
			composing->classes[composing->class_count++] = (Pb__DisclosureClass)value;
}

static bool needs_case(const Pb__View *head)
{
	if (head->conference_act != NULL) /* staff and education meetings may be about nobody; an act's case is its conference's */
		return head->case_id.len == 0 && head->conference_act->action == PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE &&
		       (head->conference_act->kind == PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE ||
			head->conference_act->kind == PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING);
	if (head->leg_act != NULL || head->close != PB__OUTCOME__OUTCOME_UNSPECIFIED || (head->kind == PB__KIND__KIND_NOTE && head->thread_id.len > 0))
		return false; /* what stands in a thread is about what that is about, be it nobody */
	return head->case_id.len == 0 && head->kind != PB__KIND__KIND_ANNOUNCEMENT && head->ask != PB__ASK__ASK_CAPACITY;
}

/* What all Views of the message share. */
static enum err fill_head(struct composing *composing)
{
	struct tsg_client *client = composing->client;
	Pb__View *head = &composing->head;
	enum err err = id_new_after(&client->last_id, &composing->id);

	if (err == ERR_OK) {
		client->last_id = composing->id;
		err = id_new(&composing->case_id);
	}
	*head = *composing->draft.head;
	head->message_id = pb_of_bytes(bytes_of(composing->id.bytes, ID_BYTES));
	if (needs_case(head))
		head->case_id = pb_of_bytes(bytes_of(composing->case_id.bytes, ID_BYTES));
	head->sender = client->bundle->address;
	head->created_at_us = clock_wall_us();
	head->directory_version = site_directory_version(client->directory);
	if (head->urgency == PB__URGENCY__URGENCY_UNSPECIFIED)
		head->urgency = PB__URGENCY__URGENCY_ROUTINE;
	if (head->kind == PB__KIND__KIND_REQUEST && head->take == PB__TAKE__TAKE_UNSPECIFIED && !draft_is_act(composing->draft.head))
		head->take = composing->draft.release == PB__RELEASE__RELEASE_ON_ACCEPT ? PB__TAKE__TAKE_ANY_ONE : PB__TAKE__TAKE_ALL;
	if (head->basis != NULL && bytes_equal(bytes_of_pb(head->basis->meeting_id), bytes_of(draft_own_id, ID_BYTES))) {
		composing->anonymous = *head->basis;
		composing->anonymous.meeting_id = head->message_id;
		head->basis = &composing->anonymous;
	}
	if (head->basis == NULL) { /* an announcement: about an event, never about a person */
		pb__basis_claim__init(&composing->anonymous);
		composing->anonymous.basis = PB__BASIS__BASIS_ANONYMOUS;
		head->basis = &composing->anonymous;
	}
	list_classes(composing);
	return err;
}

static int seal_attachments(struct composing *composing)
{
	struct draft *draft = &composing->draft;
	char *folder = NULL;
	enum err err = ERR_OK;

	if (draft->attachment_count == 0)
		return TSG_OK;
	err = outbox_segments_folder(&composing->client->outbox, &composing->id, &folder);
	for (size_t i = 0; i < draft->attachment_count && err == ERR_OK; i++) {
		const struct draft_attachment *row = &draft->attachments[i];

		err = attachment_seal(row->path, row->size, folder, &draft->arena, row->attachment, composing->segments,
				      &composing->segment_count);
		if (err != ERR_OK) {
			free(folder);
			return failure_tell(&composing->client->failure, PROBLEM_ATTACHMENT, row->path, err_text(err));
		}
	}
	free(folder);
	if (err != ERR_OK)
		return tell(composing, err, "segments");
	for (size_t i = 0; i < composing->segment_count; i++) {
		pb__blob_ref__init(&composing->blobs[i]);
		composing->blobs[i].sha256 = pb_of_bytes(digest_bytes(&composing->segments[i].digest));
		composing->blobs[i].size = composing->segments[i].size;
		composing->blob_list[i] = &composing->blobs[i];
	}
	composing->head.n_blobs = composing->segment_count;
	composing->head.blobs = composing->blob_list;
	return TSG_OK;
}

static int seal_for(struct composing *composing, const char *to, const struct clear_part *clear, size_t clear_count)
{
	struct tsg_client *client = composing->client;
	size_t place = composing->count;
	struct recipient recipient;
	enum err err = ERR_OK;
	int result = recipient_resolve(to, client->bundle, client->directory, composing->head.created_at_us, &recipient, &client->failure);

	if (result != TSG_OK)
		return result;
	snprintf(composing->addresses[place], sizeof composing->addresses[place], "%s", recipient.address);
	err = seal_view(&composing->head, &recipient, client->bundle, clear, clear_count, &composing->statements[place], &composing->parts[place]);
	composing->count++;
	recipient_free(&recipient);
	return err == ERR_OK ? TSG_OK : tell(composing, err, "the sealed message");
}

static int seal_views(struct composing *composing)
{
	struct clear_part clear = { .release = composing->draft.release,
				    .classes = composing->classes,
				    .class_count = composing->class_count };
	size_t clear_count = composing->draft.content == NULL ? 0 : 1; /* an act may say all in its envelope */
	struct buf content;
	enum err err = ERR_OK;
	int result = TSG_OK;

	buf_init(&content, LIMIT_PART_BYTES);
	if (clear_count > 0)
		err = codec_pack(&composing->draft.content->base, &content);
	clear.content = buf_bytes(&content);
	if (err != ERR_OK)
		result = tell(composing, err, "the message");
	for (size_t i = 0; i < composing->draft.to_count && result == TSG_OK; i++)
		result = seal_for(composing, composing->draft.to[i], &clear, clear_count);
	if (content.data != NULL)
		secret_wipe(content.data, content.cap);
	buf_free(&content);
	return result;
}

/* Such a message's own copy is kept: the record that the law asks for names the person. */
static bool names_person(const struct composing *composing)
{
	const Pb__Content *content = composing->draft.content;

	if (content != NULL && content->body_case == PB__CONTENT__BODY_SHEET)
		return (content->sheet->person != NULL && *content->sheet->person->name != '\0') || content->sheet->n_household_cases > 0;
	return content != NULL && content->body_case == PB__CONTENT__BODY_CONSENT && *content->consent->person_name != '\0';
}

static json_t *head_json(const struct composing *composing)
{
	const Pb__View *head = &composing->head;
	json_t *to = json_array();

	for (size_t i = 0; i < composing->count; i++)
		json_array_append_new(to, json_string(composing->addresses[i]));
	return json_pack("{s:s, s:b, s:o, s:s, s:s*, s:o*, s:I, s:I, s:s*, s:O*, s:O*}", "type", "tsunagi-outbox", "names_person", (int)names_person(composing), "to", to, "kind",
			 json_word(&pb__kind__descriptor, (int)head->kind), "urgency", json_word(&pb__urgency__descriptor, (int)head->urgency),
			 "case_id", head->case_id.len == ID_BYTES ? json_id(head->case_id.data) : NULL, "urgency_number",
			 (json_int_t)head->urgency, "directory_version", (json_int_t)head->directory_version, "key", composing->draft.key, "danger", composing->precautions.danger, "warnings",
			 composing->precautions.warnings);
}

static int keep(struct composing *composing, struct composed *composed)
{
	struct bytes statements[LIMIT_RECIPIENTS], parts[LIMIT_RECIPIENTS];
	struct order *order = NULL;
	json_t *head = head_json(composing);
	size_t control = 0;
	enum err err = head == NULL ? ERR_NOMEM : ERR_OK;

	for (size_t i = 0; i < composing->count; i++) {
		statements[i] = buf_bytes(&composing->statements[i]);
		parts[i] = buf_bytes(&composing->parts[i]);
		control += statements[i].len + 64;
	}
	if (control > LIMIT_CONTROL_BYTES / 2)
		err = ERR_TOO_LARGE;
	if (err == ERR_OK)
		err = order_new(statements, composing->count, parts, composing->count, NULL, &order);
	if (err == ERR_OK)
		err = outbox_put(&composing->client->outbox, &composing->id, head, &composing->content_hash, order, composing->segments,
				 composing->segment_count, &composed->message);
	order_free(order);
	json_decref(head);
	composed->id = composing->id;
	return err == ERR_OK ? TSG_OK : tell(composing, err, composing->client->outbox.folder);
}

static int seal(struct composing *composing)
{
	enum err err = ERR_OK;
	int result = TSG_OK;

	if (site_directory_version(composing->client->directory) == 0)
		return failure_tell(&composing->client->failure, PROBLEM_NO_DIRECTORY, composing->client->bundle->site, NULL);
	err = fill_head(composing);
	if (err != ERR_OK)
		return tell(composing, err, "the message");
	result = precautions_take(composing->client, &composing->draft, client_now_us(composing->client), &composing->precautions);
	if (result == TSG_OK)
		result = seal_attachments(composing);
	return result == TSG_OK ? seal_views(composing) : result;
}

/* What a failure left of the attachments' segments. */
static void forget_segments(struct composing *composing)
{
	if (composing->draft.attachment_count > 0)
		outbox_sweep(&composing->client->outbox);
}

int compose(struct tsg_client *client, const json_t *json, const json_t *said, struct composed *ret_composed)
{
	struct composing *composing = composing_new(client);
	struct composed composed = { 0 };
	bool found = false;
	int result = composing == NULL ? failure_err(&client->failure, ERR_NOMEM, "the message") : read_draft(composing, json);

	if (result == TSG_OK)
		result = hash_content(composing, said);
	if (result == TSG_OK && composing->draft.key != NULL)
		result = compose_look_up(client, composing->draft.key, &composing->content_hash, &composed, &found);
	if (result == TSG_OK && !found) {
		result = seal(composing);
		if (result == TSG_OK)
			result = keep(composing, &composed);
		if (result != TSG_OK)
			forget_segments(composing);
	}
	composing_free(composing);
	if (result == TSG_OK)
		*ret_composed = composed;
	else
		json_decref(composed.receipt);
	return result;
}

int compose_dry(struct tsg_client *client, const json_t *json, json_t **ret_json)
{
	struct composing *composing = composing_new(client);
	size_t size = 0;
	json_t *to = json_array();
	int result = composing == NULL ? failure_err(&client->failure, ERR_NOMEM, "the message") : read_draft(composing, json);

	if (result == TSG_OK)
		result = hash_content(composing, NULL);
	if (result == TSG_OK)
		result = seal(composing);
	for (size_t i = 0; result == TSG_OK && i < composing->count; i++) {
		json_array_append_new(to, json_string(composing->addresses[i]));
		size += composing->statements[i].len + composing->parts[i].len;
	}
	if (result == TSG_OK) {
		json_t *classes = json_array();

		for (size_t i = 0; i < composing->class_count; i++)
			json_array_append_new(classes, json_string(json_word(&pb__disclosure_class__descriptor, (int)composing->classes[i])));
		*ret_json = json_pack("{s:b, s:O, s:o, s:I, s:I, s:O*, s:O*}", "ok", 1, "to", to, "classes", classes, "size", (json_int_t)size, "directory_version",
				      (json_int_t)composing->head.directory_version, "danger", composing->precautions.danger, "warnings",
				      composing->precautions.warnings);
	}
	json_decref(to);
	if (composing != NULL)
		forget_segments(composing);
	composing_free(composing);
	return result;
}
