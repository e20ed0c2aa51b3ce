/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"
#include "front/intake.h"
#include "front/refusals.h"

static bool too_large(Pb__Refusal *refusal, const char *subject, size_t value, size_t bound)
{
	*refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, subject, (int64_t)value, (int64_t)bound);
	return false;
}

static bool too_many(Pb__Refusal *refusal, const char *subject, size_t value, size_t bound)
{
	*refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, subject, (int64_t)value, (int64_t)bound);
	return false;
}

static bool is_bytes(Pb__Refusal *refusal, const char *subject, ProtobufCBinaryData data, size_t size, bool may_be_empty)
{
	if (data.len == size || (may_be_empty && data.len == 0))
		return true;
	*refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, subject, (int64_t)data.len, (int64_t)size);
	return false;
}

static bool is_text(Pb__Refusal *refusal, const char *subject, const char *text, size_t bound)
{
	size_t len = strlen(text);

	return len <= bound || too_large(refusal, subject, len, bound);
}

static bool digests_hold(Pb__Refusal *refusal, const char *subject, const ProtobufCBinaryData *digests, size_t count, size_t most)
{
	if (count > most)
		return too_many(refusal, subject, count, most);
	for (size_t i = 0; i < count; i++)
		if (!is_bytes(refusal, subject, digests[i], DIGEST_BYTES, false))
			return false;
	return true;
}

static bool part_holds(const Pb__PartRef *part, Pb__Refusal *refusal)
{
	if (!is_bytes(refusal, "view.parts.sha256", part->sha256, DIGEST_BYTES, false))
		return false;
	if (part->size == 0 || part->size > LIMIT_PART_BYTES)
		return too_large(refusal, "view.parts.size", part->size, LIMIT_PART_BYTES);
	return part->n_classes <= LIMIT_CLASSES || too_many(refusal, "view.parts.classes", part->n_classes, LIMIT_CLASSES);
}

static bool parts_hold(const Pb__View *view, Pb__Refusal *refusal)
{
	if (view->n_parts > LIMIT_PARTS)
		return too_many(refusal, "view.parts", view->n_parts, LIMIT_PARTS);
	for (size_t i = 0; i < view->n_parts; i++)
		if (!part_holds(view->parts[i], refusal))
			return false;
	return true;
}

static bool blobs_hold(const Pb__View *view, Pb__Refusal *refusal)
{
	if (view->n_blobs > LIMIT_BLOBS)
		return too_many(refusal, "view.blobs", view->n_blobs, LIMIT_BLOBS);
	for (size_t i = 0; i < view->n_blobs; i++) {
		if (!is_bytes(refusal, "view.blobs.sha256", view->blobs[i]->sha256, DIGEST_BYTES, false))
			return false;
		if (view->blobs[i]->size == 0 || view->blobs[i]->size > LIMIT_BLOB_BYTES)
			return too_large(refusal, "view.blobs.size", view->blobs[i]->size, LIMIT_BLOB_BYTES);
	}
	return true;
}

static bool basis_holds(const Pb__BasisClaim *basis, Pb__Refusal *refusal)
{
	if (basis == NULL)
		return true; /* whether one is needed is the rules' business */
	return is_bytes(refusal, "view.basis.consent_id", basis->consent_id, ID_BYTES, true) &&
	       is_bytes(refusal, "view.basis.meeting_id", basis->meeting_id, ID_BYTES, true) &&
	       is_text(refusal, "view.basis.reason", basis->reason, LIMIT_SHORT_TEXT);
}

static bool leg_act_holds(const Pb__LegAct *act, Pb__Refusal *refusal)
{
	return act == NULL || (is_text(refusal, "view.leg_act.on", act->on, LIMIT_LABEL) &&
			       is_text(refusal, "view.leg_act.next_agency", act->next_agency, LIMIT_ADDRESS));
}

static bool conference_holds(const Pb__ConferenceAct *act, Pb__Refusal *refusal)
{
	if (act == NULL)
		return true;
	if (act->n_items > LIMIT_RECIPIENTS)
		return too_many(refusal, "view.conference_act.items", act->n_items, LIMIT_RECIPIENTS);
	for (size_t i = 0; i < act->n_items; i++)
		if (!is_text(refusal, "view.conference_act.items.owner", act->items[i]->owner, LIMIT_ADDRESS) ||
		    !is_text(refusal, "view.conference_act.items.due_on", act->items[i]->due_on, LIMIT_LABEL))
			return false;
	return is_text(refusal, "view.conference_act.next_agency", act->next_agency, LIMIT_ADDRESS);
}

static bool announcement_holds(const Pb__AnnouncementAct *act, Pb__Refusal *refusal)
{
	for (size_t i = 0; act != NULL && i < act->n_categories; i++)
		if (!is_text(refusal, "view.announcement_act.categories", act->categories[i], LIMIT_LABEL))
			return false;
	return true;
}

static bool names_hold(Pb__Refusal *refusal, const char *subject, char *const *names, size_t count, size_t bound)
{
	if (count > LIMIT_CONSENT_NAMES)
		return too_many(refusal, subject, count, LIMIT_CONSENT_NAMES);
	for (size_t i = 0; i < count; i++)
		if (!is_text(refusal, subject, names[i], bound))
			return false;
	return true;
}

static bool consent_act_holds(const Pb__ConsentAct *act, Pb__Refusal *refusal)
{
	if (act == NULL)
		return true;
	if (act->n_classes > LIMIT_CLASSES)
		return too_many(refusal, "view.consent_act.classes", act->n_classes, LIMIT_CLASSES);
	return names_hold(refusal, "view.consent_act.agencies", act->agencies, act->n_agencies, LIMIT_ADDRESS) &&
	       names_hold(refusal, "view.consent_act.categories", act->categories, act->n_categories, LIMIT_LABEL);
}

static bool view_holds(const Pb__View *view, Pb__Refusal *refusal)
{
	return is_bytes(refusal, "view.message_id", view->message_id, ID_BYTES, false) &&
	       is_bytes(refusal, "view.case_id", view->case_id, ID_BYTES, true) &&
	       is_bytes(refusal, "view.thread_id", view->thread_id, ID_BYTES, true) &&
	       is_bytes(refusal, "view.nonce", view->nonce, ID_BYTES, false) &&
	       is_text(refusal, "view.sender", view->sender, LIMIT_ADDRESS) &&
	       is_text(refusal, "view.recipient", view->recipient, LIMIT_ADDRESS) &&
	       is_text(refusal, "view.rule_id", view->rule_id, LIMIT_SHORT_TEXT) && basis_holds(view->basis, refusal) &&
	       parts_hold(view, refusal) && blobs_hold(view, refusal) && leg_act_holds(view->leg_act, refusal) && conference_holds(view->conference_act, refusal) &&
	       announcement_holds(view->announcement_act, refusal) && consent_act_holds(view->consent_act, refusal) &&
	       digests_hold(refusal, "view.sealed_to", view->sealed_to, view->n_sealed_to, LIMIT_SEALED_TO);
}

static bool acknowledge_holds(const Pb__Acknowledge *acknowledge, Pb__Refusal *refusal)
{
	if (acknowledge->n_items > LIMIT_ACKNOWLEDGED)
		return too_many(refusal, "acknowledge.items", acknowledge->n_items, LIMIT_ACKNOWLEDGED);
	for (size_t i = 0; i < acknowledge->n_items; i++)
		if (!is_bytes(refusal, "acknowledge.items.view_hash", acknowledge->items[i]->view_hash, DIGEST_BYTES, false))
			return false;
	return true;
}

static bool bind_holds(const Pb__BindDevice *bind, Pb__Refusal *refusal)
{
	if (bind->signing_request.len > LIMIT_REQUEST_BYTES)
		return too_large(refusal, "bind_device.signing_request", bind->signing_request.len, LIMIT_REQUEST_BYTES);
	if (bind->sealing_request.len > LIMIT_REQUEST_BYTES)
		return too_large(refusal, "bind_device.sealing_request", bind->sealing_request.len, LIMIT_REQUEST_BYTES);
	return is_bytes(refusal, "bind_device.curve_key", bind->curve_key, CURVE_BYTES, false) &&
	       is_text(refusal, "bind_device.device_name", bind->device_name, LIMIT_LABEL);
}

static bool mark_holds(const Pb__MarkCase *mark, Pb__Refusal *refusal)
{
	if (mark->n_kept_out > LIMIT_KEPT_OUT)
		return too_many(refusal, "mark_case.kept_out", mark->n_kept_out, LIMIT_KEPT_OUT);
	for (size_t i = 0; i < mark->n_kept_out; i++)
		if (!is_text(refusal, "mark_case.kept_out", mark->kept_out[i], LIMIT_ADDRESS))
			return false;
	return is_bytes(refusal, "mark_case.case_id", mark->case_id, ID_BYTES, false);
}

static bool standing_holds(const Pb__SayStanding *said, Pb__Refusal *refusal)
{
	if (said->n_places > LIMIT_SERVICES)
		return too_many(refusal, "say_standing.places", said->n_places, LIMIT_SERVICES);
	for (size_t i = 0; i < said->n_places; i++)
		if (!is_text(refusal, "say_standing.places.service", said->places[i]->service, LIMIT_LABEL))
			return false;
	return is_text(refusal, "say_standing.confirmed_on", said->confirmed_on, LIMIT_LABEL);
}

bool statement_within_limits(const Pb__Statement *statement, Pb__Refusal *ret_refusal)
{
	switch (statement->body_case) {
	case PB__STATEMENT__BODY_VIEW:
		return view_holds(statement->view, ret_refusal);
	case PB__STATEMENT__BODY_ACKNOWLEDGE:
		return acknowledge_holds(statement->acknowledge, ret_refusal);
	case PB__STATEMENT__BODY_REFUSE:
		return is_bytes(ret_refusal, "refuse.view_hash", statement->refuse->view_hash, DIGEST_BYTES, false) &&
		       is_text(ret_refusal, "refuse.detail", statement->refuse->detail, LIMIT_SHORT_TEXT);
	case PB__STATEMENT__BODY_BIND_DEVICE:
		return bind_holds(statement->bind_device, ret_refusal);
	case PB__STATEMENT__BODY_MARK_CASE:
		return mark_holds(statement->mark_case, ret_refusal);
	case PB__STATEMENT__BODY_SAY_STANDING:
		return standing_holds(statement->say_standing, ret_refusal);
	case PB__STATEMENT__BODY_UNBIND_DEVICE:
		return true;
	case PB__STATEMENT__BODY_PURGED:
		return statement->purged->n_items <= LIMIT_RECIPIENTS ||
		       too_many(ret_refusal, "purged.items", statement->purged->n_items, LIMIT_RECIPIENTS);
	default:
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "statement", 0, 0);
		return false;
	}
}
