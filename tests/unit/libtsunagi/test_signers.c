/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/signers.h"

#include <stdlib.h>

#include "base/clock.h"
#include "contract/batch.h"
#include "contract/codec.h"
#include "stage.h"
#include "unit.h"

struct scene {
	struct stage *stage;
	struct stage_agency *link, *desk;
	struct signers *signers;
	struct digest root;
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len;
	int64_t now_us;
	const char *reason;
};

static struct scene begin(void)
{
	struct scene scene = { .stage = stage_new(), .signers = calloc(1, sizeof *scene.signers), .len = SIGNATURE_P256_MAX, .now_us = clock_wall_us() };
	struct buf message;

	scene.link = stage_agency(scene.stage, "link");
	scene.desk = stage_agency(scene.stage, "desk");
	random_bytes(&scene.root, sizeof scene.root);
	buf_init(&message, 1000);
	batch_signed_message(STAGE_SITE, certificate_digest(scene.link->bundle->signing_certificate), &scene.root, &message);
	require_ok(signature_sign_p256(scene.link->bundle->signing_key, buf_bytes(&message), scene.signature, &scene.len));
	buf_free(&message);
	return scene;
}

static void end(struct scene *scene)
{
	signers_clear(scene->signers);
	free(scene->signers);
	stage_free(scene->stage);
}

static struct signer *learn(struct scene *scene, const struct stage_agency *agency, const char *as, int64_t ends_at_us, bool compromised)
{
	Pb__Binding binding = PB__BINDING__INIT;

	binding.agency = (char *)(uintptr_t)as;
	binding.device = 1;
	binding.ends_at_us = ends_at_us;
	binding.compromised = compromised;
	binding.signing_certificate = pb_of_bytes(certificate_der(agency->bundle->signing_certificate));
	require_ok(signers_learn(scene->signers, &binding));
	return signers_find(scene->signers, certificate_digest(agency->bundle->signing_certificate));
}

static enum err verify(struct scene *scene, struct signer *signer, const char *address)
{
	return signers_verify(scene->signers, signer, scene->stage->root, address, scene->now_us, STAGE_SITE, &scene->root,
			      bytes_of(scene->signature, scene->len), &scene->reason);
}

static void test_good_and_bad(void)
{
	struct scene scene = begin();
	struct signer *signer = learn(&scene, scene.link, "link", 0, false);

	check_ok(verify(&scene, signer, "link@" STAGE_SITE));
	check_ok(verify(&scene, signer, "link@" STAGE_SITE));
	check_err(verify(&scene, signer, "desk@" STAGE_SITE), ERR_AUTH);
	scene.root.bytes[3] ^= 1;
	check_err(verify(&scene, signer, "link@" STAGE_SITE), ERR_AUTH);
	check_text(scene.reason, "the batch's signature does not hold");
	scene.root.bytes[3] ^= 1;
	scene.signature[20] ^= 1;
	check_err(verify(&scene, signer, "link@" STAGE_SITE), ERR_AUTH);
	scene.signature[20] ^= 1;
	scene.now_us += 20LL * 365 * 86400 * 1000000;
	check_err(verify(&scene, signer, "link@" STAGE_SITE), ERR_AUTH);
	end(&scene);
}

static void test_bound_to_another(void)
{
	struct scene scene = begin();
	struct signer *signer = learn(&scene, scene.link, "desk", 0, false);

	check_err(verify(&scene, signer, "link@" STAGE_SITE), ERR_AUTH);
	signer = learn(&scene, scene.link, "lin", 0, false);
	check_err(verify(&scene, signer, "link@" STAGE_SITE), ERR_AUTH);
	end(&scene);
}

static void test_ended(void)
{
	struct scene scene = begin();
	struct signer *signer = learn(&scene, scene.link, "link", scene.now_us - 1, false);

	check_err(verify(&scene, signer, "link@" STAGE_SITE), ERR_AUTH);
	check_text(scene.reason, "the signer's certificate was not in force");
	/* A part may have been sealed before the keys were replaced, unless they were compromised. */
	check_ok(signers_may_have_signed(signer, scene.stage->root, "link@" STAGE_SITE, scene.now_us));
	signer = learn(&scene, scene.link, "link", scene.now_us - 1, true);
	check_err(signers_may_have_signed(signer, scene.stage->root, "link@" STAGE_SITE, scene.now_us), ERR_AUTH);
	signer = learn(&scene, scene.link, "link", scene.now_us + 1, true);
	check_ok(verify(&scene, signer, "link@" STAGE_SITE));
	end(&scene);
}

static void test_another_root(void)
{
	struct scene scene = begin();
	struct stage *other = stage_new();
	struct signer *signer = learn(&scene, scene.link, "link", 0, false);

	check_err(signers_verify(scene.signers, signer, other->root, "link@" STAGE_SITE, scene.now_us, STAGE_SITE, &scene.root,
				 bytes_of(scene.signature, scene.len), &scene.reason), ERR_AUTH);
	check_text(scene.reason, "the signer's certificate was not issued by the site");
	check_err(signers_verify(scene.signers, signer, scene.stage->root, "link@" STAGE_SITE, scene.now_us, "elsewhere", &scene.root,
				 bytes_of(scene.signature, scene.len), &scene.reason), ERR_AUTH);
	stage_free(other);
	end(&scene);
}

static void test_states(void)
{
	struct scene scene = begin();
	struct digest digest = { { 0 } };

	for (unsigned i = 0; i < SIGNERS_KEPT + 50; i++) {
		digest.bytes[0] = (uint8_t)i;
		digest.bytes[1] = (uint8_t)(i >> 8);
		signers_note(scene.signers, &digest, SIGNER_ASKED);
	}
	check_uint(scene.signers->count, SIGNERS_KEPT);
	check(signers_find(scene.signers, &digest) != NULL);
	learn(&scene, scene.link, "link", 0, false);
	signers_ask_again(scene.signers);
	check_uint(scene.signers->count, 1);
	signers_forget(scene.signers, &digest);
	signers_forget(scene.signers, certificate_digest(scene.link->bundle->signing_certificate));
	check_uint(scene.signers->count, 0);
	end(&scene);
}

static void test_no_certificate(void)
{
	struct scene scene = begin();
	Pb__Binding binding = PB__BINDING__INIT;

	binding.signing_certificate = pb_of_bytes(bytes_of_text("no certificate"));
	check_err(signers_learn(scene.signers, &binding), ERR_FORMAT);
	check_uint(scene.signers->count, 0);
	end(&scene);
}

UNIT_SUITE("libtsunagi/signers", { "good and bad", test_good_and_bad }, { "bound to another", test_bound_to_another }, { "ended", test_ended },
	   { "another root", test_another_root }, { "states", test_states }, { "no certificate", test_no_certificate });
