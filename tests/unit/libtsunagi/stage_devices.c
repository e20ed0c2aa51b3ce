/* SPDX-License-Identifier: Apache-2.0 */
/* stage_devices.c - see stage.h: enrolments, and the devices that agencies bind by themselves. */
#include "base/clock.h"
#include "contract/codec.h"
#include "stage.h"
#include "unit.h"

static void adopt(struct stage_agency *agency, struct certificate *signing, struct certificate *sealing)
{
	certificate_free(agency->bundle->signing_certificate);
	certificate_free(agency->bundle->sealing[0].certificate);
	agency->bundle->signing_certificate = signing;
	agency->bundle->sealing[0].certificate = sealing;
}

static uint64_t append(struct stage *stage, const struct stage_agency *agency, uint32_t device, const char *name, ProtobufCBinaryData curve_key,
		       const struct certificate *signing, const struct certificate *sealing)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__BindEntry bind = PB__BIND_ENTRY__INIT;

	bind.agency = agency->number;
	bind.device = device;
	bind.device_name = (char *)(uintptr_t)name;
	bind.curve_key = curve_key;
	bind.signing_certificate = pb_of_bytes(certificate_der(signing));
	bind.sealing_certificate = pb_of_bytes(certificate_der(sealing));
	body.body_case = PB__ENTRY_BODY__BODY_BIND;
	body.bind = &bind;
	atomic_fetch_add(&stage->tallies[TALLY_BOUND], 1);
	return stage_append(stage, PB__ENTRY_TYPE__ENTRY_TYPE_BIND, &body);
}

uint64_t stage_bind(struct stage *stage, struct stage_agency *agency, const Pb__BindDevice *said)
{
	struct certificate *signing = NULL, *sealing = NULL;
	uint64_t seq = 0;

	if (!stage_certify(stage_authority(stage), agency->address, bytes_of_pb(said->signing_request), bytes_of_pb(said->sealing_request), &signing,
			   &sealing))
		return 0;
	seq = append(stage, agency, said->device == 0 ? 2 : said->device, said->device_name, said->curve_key, signing, sealing);
	if (said->device == 0) {
		certificate_free(signing);
		certificate_free(sealing);
		return seq;
	}
	adopt(agency, signing, sealing);
	agency->binding_seq = seq;
	return seq;
}

/* The one agency that is invited and has no device yet. */
static struct stage_agency *invited(struct stage *stage)
{
	for (size_t i = 0; i < stage->agency_count; i++)
		if (stage->agencies[i].binding_seq == 0)
			return &stage->agencies[i];
	return NULL;
}

static void refuse(struct stage *stage, const struct stage_frame *frame, int code)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Enrolled enrolled = PB__ENROLLED__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = (Pb__RefusalCode)code;
	enrolled.refusal = &refusal;
	message.body_case = PB__FROM_BROKER__BODY_ENROLLED;
	message.enrolled = &enrolled;
	stage_send(stage, frame->session, &message, bytes_of(NULL, 0));
}

static void answer(struct stage *stage, const struct stage_frame *frame, const struct stage_agency *agency, uint64_t seq)
{
	int lie = atomic_load(&stage->lie);
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Enrolled enrolled = PB__ENROLLED__INIT;
	Pb__Accepted accepted = PB__ACCEPTED__INIT;
	uint8_t other_key[ED25519_BYTES];
	struct buf note, inclusion;

	buf_init(&note, 16384);
	buf_init(&inclusion, 4096);
	stage_checkpoint(stage, stage->checkpoint_key, &note);
	stage_inclusion(stage, lie == LIE_ENROL_UNRECORDED ? seq - 1 : seq, &inclusion);
	accepted.header = pb_of_bytes(bytes_of(stage->entries[seq].header, LEAF_HEADER_BYTES));
	accepted.body_hash = pb_of_bytes(digest_bytes(&stage->entries[seq].body_hash));
	accepted.inclusion = pb_of_bytes(buf_bytes(&inclusion));
	enrolled.site = (char *)(uintptr_t)STAGE_SITE;
	enrolled.epoch = 1;
	enrolled.agency = (char *)(uintptr_t)(lie == LIE_ENROL_OTHER_AGENCY ? stage->agencies[0].address : agency->address);
	enrolled.device = 1;
	enrolled.signing_certificate = pb_of_bytes(certificate_der(agency->bundle->signing_certificate));
	enrolled.sealing_certificate = pb_of_bytes(certificate_der(agency->bundle->sealing[0].certificate));
	enrolled.site_certificate = pb_of_bytes(certificate_der(stage->root));
	memcpy(other_key, stage->checkpoint_public, sizeof other_key);
	other_key[0] ^= 1;
	enrolled.checkpoint_key = pb_of_bytes(bytes_of(lie == LIE_ENROL_OTHER_KEYS ? other_key : stage->checkpoint_public, ED25519_BYTES));
	enrolled.accepted = &accepted;
	enrolled.checkpoint = (char *)(uintptr_t)buf_text(&note);
	message.body_case = PB__FROM_BROKER__BODY_ENROLLED;
	message.enrolled = &enrolled;
	stage_send(stage, frame->session, &message, bytes_of(NULL, 0));
	buf_free(&note);
	buf_free(&inclusion);
}

/* A root of the site's name that is not the site's. */
static struct certificate *other_root(const struct private_key *key)
{
	struct certificate *root = NULL;
	int64_t now_us = clock_wall_us();

	check_ok(certificate_root_new(STAGE_SITE, key, now_us - 3600000000LL, now_us + 3600000000LL * 24 * 365, &root));
	return root;
}

void stage_enrol(struct stage *stage, const struct stage_frame *frame)
{
	const Pb__Enrol *said = frame->message->enrol;
	struct stage_agency *agency = invited(stage);
	struct certificate *signing = NULL, *sealing = NULL, *other = NULL;
	struct stage_authority authority = stage_authority(stage);
	int left = atomic_load(&stage->refuse_count);

	if (left > 0 || agency == NULL) {
		atomic_store(&stage->refuse_count, left > 0 ? left - 1 : 0);
		refuse(stage, frame, left > 0 ? atomic_load(&stage->refuse_code) : PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION);
		return;
	}
	if (atomic_load(&stage->lie) == LIE_ENROL_OTHER_ROOT) {
		other = other_root(agency->bundle->signing_key);
		authority = (struct stage_authority){ other, agency->bundle->signing_key };
	}
	if (stage_certify(authority, agency->address, bytes_of_pb(said->signing_request), bytes_of_pb(said->sealing_request), &signing, &sealing)) {
		adopt(agency, signing, sealing);
		agency->binding_seq = append(stage, agency, 1, said->device_name, said->curve_key, signing, sealing);
		if (atomic_load(&stage->lie) != LIE_ENROL_LOST)
			answer(stage, frame, agency, agency->binding_seq);
	}
	certificate_free(other);
}
