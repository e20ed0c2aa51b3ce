/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing a View, opening it as its recipient, and sealing it again; and a sender who moves a part. */
#include "libtsunagi/sealing.h"

#include <stdlib.h>

#include "base/clock.h"
#include "contract/batch.h"
#include "contract/merkle.h"
#include "libtsunagi/arrival.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

struct scene {
	struct stage *stage;
	struct stage_agency *link, *desk;
	struct site_directory *directory;
	struct recipient recipient;
	Pb__View head;
	Pb__BasisClaim basis;
	Pb__DisclosureClass classes[1];
	struct clear_part clear;
	struct buf content;
	uint8_t id[16];
	struct signers signers;
	struct failure failure;
};

static void load_directory(struct scene *scene)
{
	bool complete = false;

	site_directory_free(scene->directory);
	require_ok(site_directory_new(unit_folder(), STAGE_SITE, scene->stage->checkpoint_public, &scene->directory));
	site_directory_begin(scene->directory);
	require_ok(site_directory_piece(scene->directory, scene->stage->directory.len, buf_bytes(&scene->stage->directory), &complete));
	require(complete);
}

static struct scene *begin(void)
{
	struct scene *scene = calloc(1, sizeof *scene);
	Pb__Content content = PB__CONTENT__INIT;
	Pb__NoteContent note = PB__NOTE_CONTENT__INIT;

	scene->stage = stage_new();
	scene->link = stage_agency(scene->stage, "link");
	scene->desk = stage_agency(scene->stage, "desk");
	stage_publish(scene->stage);
	load_directory(scene);
	require(recipient_resolve("desk", scene->link->bundle, scene->directory, clock_wall_us(), &scene->recipient, &scene->failure) == TSG_OK);
	note.text = (char *)(uintptr_t)"短い連絡";
	note.n_text_classes = 1;
	note.text_classes = scene->classes;
	scene->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	content.body_case = PB__CONTENT__BODY_NOTE;
	content.note = &note;
	buf_init(&scene->content, 100000);
	require_ok(codec_pack(&content.base, &scene->content));
	scene->clear = (struct clear_part){ buf_bytes(&scene->content), PB__RELEASE__RELEASE_ON_DELIVERY, scene->classes, 1 };
	pb__view__init(&scene->head);
	pb__basis_claim__init(&scene->basis);
	scene->basis.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	random_bytes(scene->id, sizeof scene->id);
	scene->head.message_id = pb_of_bytes(bytes_of(scene->id, sizeof scene->id));
	scene->head.kind = PB__KIND__KIND_NOTE;
	scene->head.urgency = PB__URGENCY__URGENCY_SOON;
	scene->head.basis = &scene->basis;
	scene->head.sender = scene->link->address;
	return scene;
}

static void end(struct scene *scene)
{
	recipient_free(&scene->recipient);
	signers_clear(&scene->signers);
	site_directory_free(scene->directory);
	buf_free(&scene->content);
	stage_free(scene->stage);
	free(scene);
}

/* One View as a broker would hand it out, signed by the sender in a batch of one. */
static struct arrival *hand_out(struct scene *scene, struct bytes statement, struct bytes parts)
{
	Pb__Handout handout = PB__HANDOUT__INIT;
	Pb__HandoutSource source = PB__HANDOUT_SOURCE__INIT, *sources[1] = { &source };
	Pb__HandoutItem item = PB__HANDOUT_ITEM__INIT, *items[1] = { &item };
	const struct bundle *sender = scene->link->bundle;
	struct digest root = order_hash(&statement, 1);
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof signature;
	struct arrival *arrival = NULL;
	struct buf message;

	buf_init(&message, 1000);
	batch_signed_message(STAGE_SITE, certificate_digest(sender->signing_certificate), &root, &message);
	require_ok(signature_sign_p256(sender->signing_key, buf_bytes(&message), signature, &len));
	buf_free(&message);
	source.certificate_sha256 = pb_of_bytes(digest_bytes(certificate_digest(sender->signing_certificate)));
	source.signature = pb_of_bytes(bytes_of(signature, len));
	source.count = 1;
	item.item = 1;
	item.statement = pb_of_bytes(statement);
	item.view_count = 1;
	item.accepted_at_us = clock_wall_us();
	handout.n_sources = 1;
	handout.sources = sources;
	handout.n_items = 1;
	handout.items = items;
	require_ok(arrivals_of_handout(&handout, parts, &arrival));
	return arrival;
}

static void learn_signer(struct scene *scene, const struct stage_agency *agency)
{
	Pb__Binding binding = PB__BINDING__INIT;

	binding.agency = (char *)(uintptr_t)agency->id;
	binding.signing_certificate = pb_of_bytes(certificate_der(agency->bundle->signing_certificate));
	require_ok(signers_learn(&scene->signers, &binding));
}

static enum verdict examine(struct scene *scene, struct arrival *arrival, const struct bundle *as, const char **ret_reason)
{
	enum verdict verdict = arrival_verify(arrival, as, &scene->signers, ret_reason);

	return verdict == VERDICT_GENUINE ? arrival_open(arrival, as, &scene->signers, ret_reason) : verdict;
}

static void test_seal_and_open(void)
{
	struct scene *scene = begin();
	struct buf statement, sealed;
	struct arrival *arrival = NULL;
	const char *reason = NULL;

	buf_init(&statement, 100000);
	buf_init(&sealed, 100000);
	check_ok(seal_view(&scene->head, &scene->recipient, scene->link->bundle, &scene->clear, 1, &statement, &sealed));
	check(memmem(sealed.data, sealed.len, "短い連絡", 12) == NULL);
	check(memmem(statement.data, statement.len, "短い連絡", 12) == NULL);
	arrival = hand_out(scene, buf_bytes(&statement), buf_bytes(&sealed));
	check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_ASK_SIGNER);
	learn_signer(scene, scene->link);
	check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_GENUINE);
	check_text(arrival->parts[0].content->note->text, "短い連絡");
	check_uint(arrival->parts[0].undeclared, 0);
	/* Ours too, by our own key; not as another's. */
	check_int(examine(scene, arrival, scene->link->bundle, &reason), VERDICT_NOT_AUTHENTIC);
	arrival_free(arrival);
	buf_free(&statement);
	buf_free(&sealed);
	end(scene);
}

/* The sender declares less than the part tells: it arrives, marked. */
static void test_undeclared_classes(void)
{
	struct scene *scene = begin();
	struct buf statement, sealed;
	struct arrival *arrival = NULL;
	const char *reason = NULL;

	buf_init(&statement, 100000);
	buf_init(&sealed, 100000);
	scene->clear.class_count = 0;
	check_ok(seal_view(&scene->head, &scene->recipient, scene->link->bundle, &scene->clear, 1, &statement, &sealed));
	arrival = hand_out(scene, buf_bytes(&statement), buf_bytes(&sealed));
	learn_signer(scene, scene->link);
	check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_GENUINE);
	check_uint(arrival->parts[0].undeclared, CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY));
	arrival_free(arrival);
	buf_free(&statement);
	buf_free(&sealed);
	end(scene);
}

/* A View that names a part sealed for another message: digest, size and signatures hold, the binding does not. */
static void check_moved(void (*change)(struct scene *scene))
{
	struct scene *scene = begin();
	Pb__PartRef ref = PB__PART_REF__INIT, *refs[1] = { &ref };
	struct buf statement, sealed, other;
	struct digest digest;
	struct arrival *arrival = NULL;
	const char *reason = NULL;
	Pb__Statement message = PB__STATEMENT__INIT;
	Pb__View view;
	ProtobufCBinaryData sealed_to[1];

	buf_init(&statement, 100000);
	buf_init(&sealed, 100000);
	buf_init(&other, 100000);
	check_ok(seal_view(&scene->head, &scene->recipient, scene->link->bundle, &scene->clear, 1, &statement, &sealed));
	change(scene);
	view = scene->head;
	view.recipient = scene->desk->address;
	digest = digest_of(buf_bytes(&sealed));
	ref.sha256 = pb_of_bytes(digest_bytes(&digest));
	ref.size = (uint32_t)sealed.len;
	ref.release = scene->clear.release;
	ref.n_classes = scene->clear.class_count;
	ref.classes = scene->classes;
	view.n_parts = 1;
	view.parts = refs;
	sealed_to[0] = pb_of_bytes(digest_bytes(certificate_digest(scene->desk->bundle->sealing[0].certificate)));
	view.n_sealed_to = 1;
	view.sealed_to = sealed_to;
	message.body_case = PB__STATEMENT__BODY_VIEW;
	message.view = &view;
	require_ok(codec_pack(&message.base, &other));
	arrival = hand_out(scene, buf_bytes(&other), buf_bytes(&sealed));
	learn_signer(scene, scene->link);
	check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_NOT_AUTHENTIC);
	check_text(reason, "the part was sealed for another message or place");
	arrival_free(arrival);
	buf_free(&statement);
	buf_free(&sealed);
	buf_free(&other);
	end(scene);
}

static void another_id(struct scene *scene)
{
	scene->id[15] ^= 1;
}

static void another_case(struct scene *scene)
{
	scene->head.case_id = scene->head.message_id;
}

static void another_basis(struct scene *scene)
{
	scene->basis.basis = PB__BASIS__BASIS_PROTECT_LIFE;
}

static void another_release(struct scene *scene)
{
	scene->clear.release = PB__RELEASE__RELEASE_ON_ACCEPT;
}

static void other_classes(struct scene *scene)
{
	scene->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH;
}

static void fewer_classes(struct scene *scene)
{
	scene->clear.class_count = 0;
}

static void test_moved_parts(void)
{
	check_moved(another_id);
	check_moved(another_case);
	check_moved(another_basis);
	check_moved(another_release);
	check_moved(other_classes);
	check_moved(fewer_classes);
}

/* Another agency's part in a message of ours: its signer is not the sender. */
static void test_anothers_part(void)
{
	struct scene *scene = begin();
	struct stage_agency *third = stage_agency(scene->stage, "third");
	struct buf statement, sealed;
	struct arrival *arrival = NULL;
	const char *reason = NULL;

	buf_init(&statement, 100000);
	buf_init(&sealed, 100000);
	/* third signs the part, with link's name in the binding; link's batch orders it. */
	check_ok(seal_view(&scene->head, &scene->recipient, third->bundle, &scene->clear, 1, &statement, &sealed));
	arrival = hand_out(scene, buf_bytes(&statement), buf_bytes(&sealed));
	learn_signer(scene, scene->link);
	check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_ASK_SIGNER);
	learn_signer(scene, third);
	check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_NOT_AUTHENTIC);
	check_text(reason, "a part was signed by another than the sender");
	arrival_free(arrival);
	buf_free(&statement);
	buf_free(&sealed);
	end(scene);
}

static void test_too_large(void)
{
	struct scene *scene = begin();
	uint8_t *large = calloc(1, LIMIT_PART_BYTES);
	struct buf statement, sealed;

	buf_init(&statement, 100000);
	buf_init(&sealed, 2 * LIMIT_PART_BYTES);
	scene->clear.content = bytes_of(large, LIMIT_PART_BYTES - 300);
	check_err(seal_view(&scene->head, &scene->recipient, scene->link->bundle, &scene->clear, 1, &statement, &sealed), ERR_TOO_LARGE);
	check_err(seal_view(&scene->head, &scene->recipient, scene->link->bundle, &scene->clear, LIMIT_PARTS + 1, &statement, &sealed), ERR_TOO_LARGE);
	free(large);
	buf_free(&statement);
	buf_free(&sealed);
	end(scene);
}

static void test_recipients(void)
{
	struct scene *scene = begin();
	struct recipient recipient;
	const struct bundle *link = scene->link->bundle;
	int64_t now_us = clock_wall_us();

	check_uint(scene->recipient.count, 2);
	check_text(scene->recipient.address, "desk@" STAGE_SITE);
	check_int(recipient_resolve("nobody", link, scene->directory, now_us, &recipient, &scene->failure), TSG_REFUSED);
	check_text(scene->failure.code, "UNKNOWN_AGENCY");
	check_int(recipient_resolve("desk@elsewhere", link, scene->directory, now_us, &recipient, &scene->failure), TSG_REFUSED);
	check_text(scene->failure.code, "OTHER_SITE");
	check_int(recipient_resolve("no such", link, scene->directory, now_us, &recipient, &scene->failure), TSG_REFUSED);
	check_int(recipient_resolve("desk", link, scene->directory, now_us + 20LL * 365 * 86400 * 1000000, &recipient, &scene->failure), TSG_NOT_AUTHENTIC);
	check_text(scene->failure.code, "CERTIFICATE");
	check_int(recipient_resolve("link@" STAGE_SITE, link, scene->directory, now_us, &recipient, &scene->failure), TSG_OK);
	check_uint(recipient.count, 1); /* our own devices once */
	recipient_free(&recipient);
	end(scene);
}

static void test_seal_again(void)
{
	struct scene *scene = begin();
	struct buf statement, sealed;
	struct order *old = NULL, *anew = NULL;
	const Pb__Statement *before = NULL, *after = NULL;
	struct arrival *arrival = NULL;
	const char *reason = NULL;
	struct arena arena;
	struct bytes run, part;

	buf_init(&statement, 100000);
	buf_init(&sealed, 100000);
	arena_init(&arena, 1000000);
	check_ok(seal_view(&scene->head, &scene->recipient, scene->link->bundle, &scene->clear, 1, &statement, &sealed));
	run = buf_bytes(&statement);
	part = buf_bytes(&sealed);
	require_ok(order_new(&run, 1, &part, 1, NULL, &old));
	stage_rotate(scene->stage, scene->desk);
	stage_publish(scene->stage);
	load_directory(scene);
	check_int(reseal(old, scene->link->bundle, scene->directory, clock_wall_us(), &anew, &scene->failure), TSG_OK);
	require(anew != NULL);
	require_ok(CODEC_DECODE(statement, old->statements[0], &arena, &before, NULL));
	require_ok(CODEC_DECODE(statement, anew->statements[0], &arena, &after, NULL));
	check_bytes(bytes_of_pb(after->view->message_id), bytes_of_pb(before->view->message_id));
	check(!bytes_equal(bytes_of_pb(after->view->nonce), bytes_of_pb(before->view->nonce)));
	check_uint(after->view->directory_version, 2);
	check_bytes(bytes_of_pb(after->view->sealed_to[0]), digest_bytes(certificate_digest(scene->desk->bundle->sealing[0].certificate)));
	arrival = hand_out(scene, anew->statements[0], anew->parts[0]);
	learn_signer(scene, scene->link);
	check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_GENUINE);
	check_text(arrival->parts[0].content->note->text, "短い連絡");
	arrival_free(arrival);
	order_free(old);
	order_free(anew);
	arena_free(&arena);
	buf_free(&statement);
	buf_free(&sealed);
	end(scene);
}

/* Hand-outs cut at every length: never a crash, never a genuine one. */
static void test_random_statements(void)
{
	struct scene *scene = begin();
	struct buf statement, sealed;

	buf_init(&statement, 100000);
	buf_init(&sealed, 100000);
	learn_signer(scene, scene->link);
	check_ok(seal_view(&scene->head, &scene->recipient, scene->link->bundle, &scene->clear, 1, &statement, &sealed));
	for (unsigned i = 0; i < 300; i++) {
		size_t at = (size_t)unit_random_below(sealed.len);
		uint8_t bit = (uint8_t)(1u << unit_random_below(8));
		struct arrival *arrival = NULL;
		const char *reason = NULL;

		sealed.data[at] ^= bit;
		arrival = hand_out(scene, buf_bytes(&statement), buf_bytes(&sealed));
		check_int(examine(scene, arrival, scene->desk->bundle, &reason), VERDICT_NOT_AUTHENTIC);
		arrival_free(arrival);
		sealed.data[at] ^= bit;
	}
	buf_free(&statement);
	buf_free(&sealed);
	end(scene);
}

UNIT_SUITE("libtsunagi/sealing", { "seal and open", test_seal_and_open }, { "undeclared classes", test_undeclared_classes }, { "moved parts", test_moved_parts },
	   { "another's part", test_anothers_part }, { "too large", test_too_large }, { "recipients", test_recipients }, { "seal again", test_seal_again },
	   { "random changes", test_random_statements });
