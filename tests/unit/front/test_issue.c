/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "contract/codec.h"
#include "contract/limits.h"
#include "front/intake.h"
#include "unit.h"

#define DAY_US INT64_C(86400000000)
#define ROOT_FROM_US (INT64_C(1790000000) * 1000000)
#define ROOT_UNTIL_US (ROOT_FROM_US + 3650 * DAY_US)
#define ADDRESS "alpha@chiba-city"

static struct site_keys keys;
static struct private_key *signing, *sealing;
static struct buf signing_request, sealing_request;
static struct arena arena;

static void begin(void)
{
	keys = (struct site_keys){ 0 };
	require_ok(private_key_new(KEY_P256, &keys.site));
	require_ok(certificate_root_new("chiba-city", keys.site, ROOT_FROM_US, ROOT_UNTIL_US, &keys.certificate));
	require_ok(private_key_new(KEY_P256, &signing));
	require_ok(private_key_new(KEY_P256, &sealing));
	buf_init(&signing_request, 4096);
	buf_init(&sealing_request, 4096);
	require_ok(certificate_request(signing, ADDRESS, "desk-1", &signing_request));
	require_ok(certificate_request(sealing, ADDRESS, "desk-1", &sealing_request));
	arena_init(&arena, 1 << 20);
}

static void end(void)
{
	site_keys_free(&keys);
	private_key_free(signing);
	private_key_free(sealing);
	buf_free(&signing_request);
	buf_free(&sealing_request);
	arena_free(&arena);
}

static bool issue(int64_t from_us, int64_t valid_us, Pb__BindEntry *entry, Pb__Refusal *refusal)
{
	pb__bind_entry__init(entry);
	pb__refusal__init(refusal);
	return issue_certificates(&keys, ADDRESS, "desk-1", buf_bytes(&signing_request), buf_bytes(&sealing_request), from_us, valid_us,
				  &arena, entry, refusal);
}

static struct certificate *certificate_of(ProtobufCBinaryData der)
{
	struct certificate *certificate = NULL;

	require_ok(certificate_from_der(bytes_of_pb(der), &certificate));
	return certificate;
}

static void check_issued(const struct certificate *certificate, enum certificate_use use, int64_t from_us, int64_t until_us)
{
	enum certificate_use other = use == CERTIFICATE_SIGNS ? CERTIFICATE_SEALED_TO : CERTIFICATE_SIGNS;
	int64_t given_from_us, given_until_us;

	certificate_validity(certificate, &given_from_us, &given_until_us);
	check_int(given_from_us, from_us);
	check_int(given_until_us, until_us);
	check_text(certificate_subject(certificate), ADDRESS);
	check_ok(certificate_check(certificate, keys.certificate, use, ADDRESS, from_us + DAY_US / 2));
	check_err(certificate_check(certificate, keys.certificate, other, ADDRESS, from_us + DAY_US / 2), ERR_AUTH);
	check_err(certificate_check(certificate, keys.certificate, use, "beta@chiba-city", from_us + DAY_US / 2), ERR_AUTH);
}

static void test_two_for_two_uses(void)
{
	struct certificate *first, *second;
	uint8_t signature[SIGNATURE_P256_MAX];
	size_t len = sizeof signature;
	Pb__BindEntry entry;
	Pb__Refusal refusal;

	begin();
	require(issue(ROOT_FROM_US + DAY_US, 30 * DAY_US, &entry, &refusal));
	first = certificate_of(entry.signing_certificate);
	second = certificate_of(entry.sealing_certificate);
	check_issued(first, CERTIFICATE_SIGNS, ROOT_FROM_US + DAY_US, ROOT_FROM_US + 31 * DAY_US);
	check_issued(second, CERTIFICATE_SEALED_TO, ROOT_FROM_US + DAY_US, ROOT_FROM_US + 31 * DAY_US);
	check(entry.signing_certificate.len <= LIMIT_CERTIFICATE_BYTES && entry.sealing_certificate.len <= LIMIT_CERTIFICATE_BYTES);
	require_ok(signature_sign_p256(signing, bytes_of_text("word"), signature, &len));
	check_ok(certificate_verify(first, bytes_of_text("word"), bytes_of(signature, len))); /* the key of the right request */
	check_err(certificate_verify(second, bytes_of_text("word"), bytes_of(signature, len)), ERR_AUTH);
	certificate_free(first);
	certificate_free(second);
	end();
}

/* The root's own time bounds what it issues; beyond it nobody would accept the certificate. */
static void test_within_the_root(void)
{
	struct certificate *certificate;
	Pb__BindEntry entry;
	Pb__Refusal refusal;

	begin();
	require(issue(ROOT_FROM_US - 5 * DAY_US, 10 * DAY_US, &entry, &refusal)); /* a clock that is behind */
	certificate = certificate_of(entry.signing_certificate);
	check_issued(certificate, CERTIFICATE_SIGNS, ROOT_FROM_US, ROOT_FROM_US + 5 * DAY_US);
	certificate_free(certificate);
	require(issue(ROOT_UNTIL_US - 2 * DAY_US, 10 * DAY_US, &entry, &refusal));
	certificate = certificate_of(entry.sealing_certificate);
	check_issued(certificate, CERTIFICATE_SEALED_TO, ROOT_UNTIL_US - 2 * DAY_US, ROOT_UNTIL_US);
	certificate_free(certificate);
	end();
}

static void test_outside_the_root(void)
{
	Pb__BindEntry entry;
	Pb__Refusal refusal;

	begin();
	check(!issue(ROOT_UNTIL_US, DAY_US, &entry, &refusal));
	check_int(refusal.code, PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL);
	check_text(refusal.subject, "site_certificate");
	check(!issue(ROOT_UNTIL_US + DAY_US, DAY_US, &entry, &refusal));
	check(!issue(ROOT_FROM_US - 2 * DAY_US, DAY_US, &entry, &refusal));
	check(!issue(ROOT_FROM_US - 2 * DAY_US, 2 * DAY_US, &entry, &refusal)); /* ends when the root begins */
	check_uint(entry.signing_certificate.len + entry.sealing_certificate.len, 0);
	end();
}

static void check_refused(const char *subject)
{
	Pb__BindEntry entry;
	Pb__Refusal refusal;

	check(!issue(ROOT_FROM_US + DAY_US, DAY_US, &entry, &refusal));
	check_int(refusal.code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	check_text(refusal.subject, subject);
}

static void test_requests_that_are_none(void)
{
	begin();
	signing_request.data[signing_request.len - 1] ^= 1; /* its own signature no longer holds */
	check_refused("signing_request");
	signing_request.data[signing_request.len - 1] ^= 1;
	signing_request.len--;
	check_refused("signing_request");
	signing_request.len++;
	buf_put_byte(&sealing_request, 0);
	check_refused("sealing_request");
	buf_clear(&sealing_request);
	check_refused("sealing_request");
	buf_put(&sealing_request, certificate_der(keys.certificate)); /* a certificate is no request */
	check_refused("sealing_request");
	end();
}

/* Any byte changed: refused, or (where the byte means nothing to us) a certificate for the same address all the same. */
static void test_any_byte_changed(void)
{
	begin();
	for (unsigned round = 0; round < 300; round++) {
		size_t at = unit_random_below(signing_request.len);
		uint8_t bit = (uint8_t)(1u << unit_random_below(8));
		Pb__BindEntry entry;
		Pb__Refusal refusal;

		unit_context("byte %zu bit %u", at, bit);
		arena_reset(&arena);
		signing_request.data[at] ^= bit;
		if (issue(ROOT_FROM_US + DAY_US, DAY_US, &entry, &refusal)) {
			struct certificate *certificate = certificate_of(entry.signing_certificate);

			check_text(certificate_subject(certificate), ADDRESS);
			certificate_free(certificate);
		} else {
			check_text(refusal.subject, "signing_request");
		}
		signing_request.data[at] ^= bit;
	}
	end();
}

/* The name in the request is a wish; the name in the certificate is the broker's word. */
static void test_requests_name_is_not_taken(void)
{
	struct certificate *certificate;
	Pb__BindEntry entry;
	Pb__Refusal refusal;

	begin();
	buf_clear(&signing_request);
	require_ok(certificate_request(signing, "mayor@chiba-city", "root", &signing_request));
	require(issue(ROOT_FROM_US + DAY_US, DAY_US, &entry, &refusal));
	certificate = certificate_of(entry.signing_certificate);
	check_text(certificate_subject(certificate), ADDRESS);
	certificate_free(certificate);
	end();
}

static void test_no_memory(void)
{
	Pb__BindEntry entry;
	Pb__Refusal refusal;

	begin();
	arena_free(&arena);
	arena_init(&arena, 100);
	check(!issue(ROOT_FROM_US + DAY_US, DAY_US, &entry, &refusal));
	check_int(refusal.code, PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL); /* not the client's fault */
	end();
}

UNIT_SUITE("front/issue",
	{ "two certificates for two uses", test_two_for_two_uses },
	{ "cut to the root's time", test_within_the_root },
	{ "none outside the root's time", test_outside_the_root },
	{ "requests that are none", test_requests_that_are_none },
	{ "any byte changed", test_any_byte_changed },
	{ "the request's name is not taken", test_requests_name_is_not_taken },
	{ "no memory", test_no_memory });
