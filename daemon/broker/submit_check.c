/* SPDX-License-Identifier: Apache-2.0 */
/* broker/submit_check.c - the form of a message; see submit_check.h for the contract. */
#include "broker/submit_check.h"

#include "broker/requests.h"
#include "broker/told.h"

#include "base/id.h"
#include "contract/limits.h"

#define US_PER_S 1000000
#define UUID_BYTES 16

static const struct objection nothing;

static bool same(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return bytes_equal(bytes_of_pb(a), bytes_of_pb(b));
}

static bool same_basis(const Pb__BasisClaim *a, const Pb__BasisClaim *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->basis == b->basis && a->law == b->law && same(a->consent_id, b->consent_id) && same(a->meeting_id, b->meeting_id) &&
	       strcmp(a->reason, b->reason) == 0;
}

static bool same_blobs(const Pb__View *a, const Pb__View *b)
{
	if (a->n_blobs != b->n_blobs)
		return false;
	for (size_t i = 0; i < a->n_blobs; i++)
		if (a->blobs[i]->size != b->blobs[i]->size || !same(a->blobs[i]->sha256, b->blobs[i]->sha256))
			return false;
	return true;
}

/* Acts are few and small: as they would be packed. */
static bool same_act(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
	struct buf packed_a, packed_b;
	bool same;

	if (a == NULL || b == NULL)
		return a == b;
	buf_init(&packed_a, LIMIT_STATEMENT_BYTES);
	buf_init(&packed_b, LIMIT_STATEMENT_BYTES);
	same = codec_pack(a, &packed_a) == ERR_OK && codec_pack(b, &packed_b) == ERR_OK &&
	       bytes_equal(buf_bytes(&packed_a), buf_bytes(&packed_b));
	buf_free(&packed_a);
	buf_free(&packed_b);
	return same;
}

/* Constant name of the first field in which two Views ask or act otherwise; NULL: none. */
static const char *difference_of_request(const Pb__View *a, const Pb__View *b)
{
	if (a->ask != b->ask)
		return "ask";
	if (a->take != b->take)
		return "take";
	if (a->respond_by_us != b->respond_by_us)
		return "respond_by_us";
	if (a->close != b->close)
		return "close";
	if (a->report_days != b->report_days)
		return "report_days";
	if (a->co_support != b->co_support)
		return "co_support";
	return same_act((const ProtobufCMessage *)a->leg_act, (const ProtobufCMessage *)b->leg_act) ? NULL : "leg_act";
}

/* Of the first field in which two Views of one message differ and must not. */
static const char *difference(const Pb__View *a, const Pb__View *b)
{
	if (!same(a->message_id, b->message_id))
		return "message_id";
	if (a->kind != b->kind)
		return "kind";
	if (strcmp(a->sender, b->sender) != 0)
		return "sender";
	if (!same(a->case_id, b->case_id))
		return "case_id";
	if (!same(a->thread_id, b->thread_id))
		return "thread_id";
	if (a->urgency != b->urgency)
		return "urgency";
	if (!same_basis(a->basis, b->basis))
		return "basis";
	if (a->created_at_us != b->created_at_us)
		return "created_at_us";
	if (a->expires_at_us != b->expires_at_us)
		return "expires_at_us";
	if (strcmp(a->rule_id, b->rule_id) != 0)
		return "rule_id";
	if (a->directory_version != b->directory_version)
		return "directory_version";
	if (!same_blobs(a, b))
		return "blobs";
	return difference_of_request(a, b);
}

static struct objection check_id(const struct world *world, const Pb__View *view)
{
	struct id id;
	int64_t made_at_us;

	if (id_from_bytes(bytes_of_pb(view->message_id), &id) != ERR_OK || !id_is_v7(&id))
		return OBJECT(MALFORMED, .subject = "message_id");
	if (view->thread_id.len == UUID_BYTES && !same(view->thread_id, view->message_id) &&
	    told_thread(bytes_of_pb(view->thread_id)) == told_thread(bytes_of_pb(view->message_id)))
		return OBJECT(MALFORMED, .subject = "message_id"); /* threads are told apart by what ids end in: no chance makes the two alike */
	made_at_us = (int64_t)id_time_ms(&id) * 1000; /* 48 bits of milliseconds */
	if (made_at_us < world->now_us - (int64_t)LIMIT_ID_AGE_S * US_PER_S)
		return OBJECT(ID_TIME, .subject = "message_id", .value = made_at_us,
			      .bound = world->now_us - (int64_t)LIMIT_ID_AGE_S * US_PER_S);
	if (made_at_us > world->now_us + (int64_t)LIMIT_ID_AHEAD_S * US_PER_S)
		return OBJECT(ID_TIME, .subject = "message_id", .value = made_at_us,
			      .bound = world->now_us + (int64_t)LIMIT_ID_AHEAD_S * US_PER_S);
	return nothing;
}

static bool is_announcement(const Pb__View *view)
{
	return view->kind == PB__KIND__KIND_ANNOUNCEMENT;
}

static bool is_id(ProtobufCBinaryData id)
{
	return id.len == UUID_BYTES;
}

/* What acts on a request is a message of that kind in its thread; what it says of the request is held against that (leg_act.c). */
static struct objection check_act(const Pb__View *view)
{
	if (view->kind != PB__KIND__KIND_REQUEST)
		return OBJECT(MALFORMED, .subject = "kind");
	if (view->leg_act != NULL && view->close != PB__OUTCOME__OUTCOME_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "close");
	if (view->urgency == PB__URGENCY__URGENCY_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "urgency");
	if (!is_id(view->thread_id))
		return OBJECT(UNKNOWN_MESSAGE, .subject = "thread_id");
	if (view->case_id.len != 0 && !is_id(view->case_id))
		return OBJECT(MALFORMED, .subject = "case_id", .value = (int64_t)view->case_id.len, .bound = UUID_BYTES);
	if (view->expires_at_us < 0 || view->respond_by_us < 0)
		return OBJECT(MALFORMED, .subject = "expires_at_us");
	return nothing;
}

/* What kind, case and ask have to do with each other (envelope.proto). */
static struct objection check_kind(const Pb__View *view, size_t recipients)
{
	bool request = view->kind == PB__KIND__KIND_REQUEST;
	bool caseless = is_announcement(view) || (request && view->ask == PB__ASK__ASK_CAPACITY);
	bool may_lack;

	if (view->co_support && (!request || view_acts_on_request(view)))
		return OBJECT(MALFORMED, .subject = "co_support");
	if (view_acts_on_request(view))
		return check_act(view);
	if (view->kind == PB__KIND__KIND_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "kind");
	if (view->urgency == PB__URGENCY__URGENCY_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "urgency");
	if (request != (view->ask != PB__ASK__ASK_UNSPECIFIED))
		return OBJECT(MALFORMED, .subject = "ask");
	if ((!request && view->take != PB__TAKE__TAKE_UNSPECIFIED) ||
	    (request && recipients > 1 && view->take == PB__TAKE__TAKE_UNSPECIFIED))
		return OBJECT(MALFORMED, .subject = "take");
	if (caseless && view->case_id.len != 0)
		return OBJECT(MALFORMED, .subject = "case_id");
	/* A note without a case stands in a thread without one: note_check.c looks at that. */
	may_lack = caseless || view->kind == PB__KIND__KIND_CONFERENCE || (view->kind == PB__KIND__KIND_NOTE && is_id(view->thread_id));
	if (view->case_id.len != UUID_BYTES && (view->case_id.len != 0 || !may_lack))
		return OBJECT(MALFORMED, .subject = "case_id", .value = (int64_t)view->case_id.len, .bound = UUID_BYTES);
	if (view->thread_id.len != 0 && view->thread_id.len != UUID_BYTES)
		return OBJECT(MALFORMED, .subject = "thread_id", .value = (int64_t)view->thread_id.len, .bound = UUID_BYTES);
	if (view->expires_at_us < 0 || view->respond_by_us < 0)
		return OBJECT(MALFORMED, .subject = "expires_at_us");
	return nothing;
}

static struct objection check_part(const Pb__PartRef *part)
{
	if (part->sha256.len != DIGEST_BYTES)
		return OBJECT(MALFORMED, .subject = "parts.sha256");
	if (part->size == 0 || part->size > LIMIT_PART_BYTES)
		return OBJECT(TOO_LARGE, .subject = "parts.size", .value = part->size, .bound = LIMIT_PART_BYTES);
	if (part->release == PB__RELEASE__RELEASE_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "parts.release");
	if (part->n_classes > LIMIT_CLASSES)
		return OBJECT(TOO_MANY, .subject = "parts.classes", .value = (int64_t)part->n_classes, .bound = LIMIT_CLASSES);
	for (size_t i = 0; i < part->n_classes; i++)
		if (part->classes[i] == PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_UNSPECIFIED ||
		    (i > 0 && part->classes[i - 1] >= part->classes[i]))
			return OBJECT(MALFORMED, .subject = "parts.classes");
	return nothing;
}

/* An act may say all that there is to say. */
static bool is_act(const Pb__View *view)
{
	return view->leg_act != NULL || view->close != 0 || view->conference_act != NULL || view->consent_act != NULL ||
	       view->announcement_act != NULL;
}

/* Only what can be accepted is ever released: what asks for something, and its further sealing. */
static bool is_held_for_nothing(const Pb__View *view, const Pb__PartRef *part)
{
	bool asks = view->kind == PB__KIND__KIND_REQUEST && !is_act(view);
	bool seals = view->leg_act != NULL && view->leg_act->action == PB__LEG_ACTION__LEG_ACTION_SEAL;

	return part->release == PB__RELEASE__RELEASE_ON_ACCEPT && !asks && !seals;
}

/* What each View has of its own. */
static struct objection check_view(const Pb__View *view)
{
	if (view->nonce.len != 16)
		return OBJECT(MALFORMED, .subject = "nonce", .value = (int64_t)view->nonce.len, .bound = 16);
	if (view->n_parts == 0 && !is_act(view))
		return OBJECT(MALFORMED, .subject = "parts");
	if (view->n_parts > LIMIT_PARTS)
		return OBJECT(TOO_MANY, .subject = "parts", .value = (int64_t)view->n_parts, .bound = LIMIT_PARTS);
	for (size_t i = 0; i < view->n_parts; i++) {
		struct objection objection = check_part(view->parts[i]);

		if (objection.code != 0)
			return objection;
		if (is_held_for_nothing(view, view->parts[i]))
			return OBJECT(BASIS, .subject = "held_for_nothing");
	}
	if (view->n_sealed_to > LIMIT_SEALED_TO)
		return OBJECT(TOO_MANY, .subject = "sealed_to", .value = (int64_t)view->n_sealed_to, .bound = LIMIT_SEALED_TO);
	for (size_t i = 0; i < view->n_sealed_to; i++)
		if (view->sealed_to[i].len != DIGEST_BYTES)
			return OBJECT(MALFORMED, .subject = "sealed_to");
	return nothing;
}

static struct objection check_blobs(const Pb__View *view)
{
	if (view->n_blobs > LIMIT_BLOBS)
		return OBJECT(TOO_MANY, .subject = "blobs", .value = (int64_t)view->n_blobs, .bound = LIMIT_BLOBS);
	for (size_t i = 0; i < view->n_blobs; i++) {
		if (view->blobs[i]->sha256.len != DIGEST_BYTES)
			return OBJECT(MALFORMED, .subject = "blobs.sha256");
		if (view->blobs[i]->size == 0 || view->blobs[i]->size > LIMIT_BLOB_BYTES)
			return OBJECT(TOO_LARGE, .subject = "blobs.size", .value = view->blobs[i]->size, .bound = LIMIT_BLOB_BYTES);
	}
	return nothing;
}

/* A need was routed by a directory that may have changed since: the rule that chose still stands, or the need is routed again. */
static struct objection check_rule(const struct world *world, const Pb__View *view)
{
	return *view->rule_id == '\0' || registry_has_rule(world->registry, view->rule_id) ? nothing :
											      OBJECT(STALE_RULE, .subject = view->rule_id);
}

/* All statements are Views, as many as there may be, whose parts are those that came with them. */
static struct objection check_count(const struct inbound_order *order)
{
	size_t parts = 0;

	if (order->statement_count == 0)
		return OBJECT(MALFORMED, .subject = "statements");
	if (order->statement_count > LIMIT_RECIPIENTS)
		return OBJECT(TOO_MANY, .subject = "recipients", .value = (int64_t)order->statement_count, .bound = LIMIT_RECIPIENTS);
	for (size_t i = 0; i < order->statement_count; i++) {
		if (order->decoded[i]->body_case != PB__STATEMENT__BODY_VIEW)
			return OBJECT(MALFORMED, .subject = "statements");
		parts += order->decoded[i]->view->n_parts;
	}
	return parts == order->part_count ? nothing : OBJECT(MALFORMED, .subject = "parts");
}

struct objection submit_check_form(const struct world *world, const struct signer *signer)
{
	size_t recipients = signer->order->statement_count;
	struct objection objection = check_count(signer->order);
	const Pb__View *first;

	if (objection.code != 0)
		return objection;
	first = submit_view(signer, 0);
	if (strcmp(first->sender, signer->agency->address) != 0)
		return OBJECT(NOT_YOURS, .subject = first->sender);
	objection = check_id(world, first);
	if (objection.code == 0)
		objection = check_kind(first, recipients);
	if (objection.code == 0)
		objection = check_rule(world, first);
	if (objection.code == 0)
		objection = check_blobs(first);
	for (size_t i = 0; objection.code == 0 && i < recipients; i++) {
		const char *field = i == 0 ? NULL : difference(first, submit_view(signer, i));

		objection = field != NULL ? OBJECT(MALFORMED, .subject = field) : check_view(submit_view(signer, i));
	}
	return objection;
}
