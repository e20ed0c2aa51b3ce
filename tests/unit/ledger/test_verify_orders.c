/* SPDX-License-Identifier: Apache-2.0 */
#include "submission.h"

static void check_holds(struct site *site, uint64_t entries, uint64_t parts)
{
	struct verdict verdict = site_verify(site);

	unit_context("found: %.300s", verdict.lines);
	check_ok(verdict.err);
	check_uint(verdict.result.entries, entries);
	check_uint(verdict.result.parts, parts);
}

static void test_signed_batches(void)
{
	struct site site;
	struct device devices[2];
	struct submission submissions[BATCH_ORDERS_MAX];

	site_open(&site);
	for (uint32_t i = 0; i < 2; i++) {
		device_new(&devices[i], 10 + i, 1);
		device_bind(&site, &devices[i]);
	}
	for (size_t count = 1; count <= BATCH_ORDERS_MAX; count++) {
		for (size_t i = 0; i < count; i++)
			submissions[i] = submission_draw();
		submit_batch(&site, &devices[count % 2], submissions, count);
		site_commit(&site);
	}
	check_holds(&site, 2 + 36, 36 * 4);
	for (uint32_t i = 0; i < 2; i++)
		device_free(&devices[i]);
	site_close(&site);
}

/* The middle one of three orders is spoilt, in what was appended and sealed. */
static void check_spoilt(void (*spoil)(struct submission *submission), const char *says)
{
	struct site site;
	struct device device;
	struct submission submissions[3];
	struct verdict verdict;

	site_open(&site);
	device_new(&device, 10, 1);
	device_bind(&site, &device);
	for (size_t i = 0; i < 3; i++)
		submissions[i] = submission_draw();
	spoil(&submissions[1]);
	submit_batch(&site, &device, submissions, 3);
	site_commit(&site);
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 2, 0);
	check(strstr(verdict.first.text, says) != NULL);
	device_free(&device);
	site_close(&site);
}

static void spoil_signature(struct submission *submission)
{
	submission->wrong_signature = true;
}

static void spoil_index(struct submission *submission)
{
	submission->wrong_index = true;
}

static void spoil_agency(struct submission *submission)
{
	submission->wrong_agency = true;
}

static void test_spoilt(void)
{
	check_spoilt(spoil_signature, "the batch signature of agency 10 device 1 does not hold");
	check_spoilt(spoil_index, "the path of its order");
	check_spoilt(spoil_agency, "names agency 11 device 1, but its certificate was bound to agency 10");
}

static void test_unbound(void)
{
	struct site site;
	struct device device;
	struct submission submission = submission_draw();
	struct verdict verdict;

	site_open(&site);
	device_new(&device, 10, 1);
	site_append_access(&site, "trace");
	submit_batch(&site, &device, &submission, 1);
	device_bind(&site, &device); /* too late */
	site_commit(&site);
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 1, 0);
	check(strstr(verdict.first.text, "no earlier entry bound") != NULL);
	device_free(&device);
	site_close(&site);
}

/* Orders are not blamed for the damage of the entry that bound their certificate. */
static void test_binding_damaged(void)
{
	struct site site;
	struct device device;
	struct submission submission = submission_draw();
	struct verdict verdict;

	site_open(&site);
	device_new(&device, 10, 1);
	device_bind(&site, &device);
	submit_batch(&site, &device, &submission, 1);
	site_commit(&site);
	site_flip(&site, TABLE_ENTRIES, key_u64(0), 200);
	verdict = site_verify(&site);
	check_fault(&verdict, "entry", 0, 0);
	device_free(&device);
	site_close(&site);
}

/* More certificates than the first table of signers holds. */
static void test_many_bindings(void)
{
	struct site site;
	struct device device;
	struct submission submission = submission_draw();
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__BindEntry bind = PB__BIND_ENTRY__INIT;
	uint8_t certificate[64];

	site_open(&site);
	device_new(&device, 10, 1);
	device_bind(&site, &device);
	body.body_case = PB__ENTRY_BODY__BODY_BIND;
	body.bind = &bind;
	for (unsigned i = 0; i < 3000; i++) { /* whose certificates nobody signs with */
		unit_random_bytes(certificate, sizeof certificate);
		bind.signing_certificate = pb_of_bytes(bytes_of(certificate, sizeof certificate));
		site_append_body(&site, &body);
	}
	submit_batch(&site, &device, &submission, 1);
	site_commit(&site);
	check_holds(&site, 3002, 4);
	device_free(&device);
	site_close(&site);
}

UNIT_SUITE("ledger/verify_orders",
	{ "batches of all sizes hold", test_signed_batches },
	{ "a spoilt path, signature or signer is named", test_spoilt },
	{ "a certificate must be bound before it signs", test_unbound },
	{ "a damaged binding is named alone", test_binding_damaged },
	{ "many certificates", test_many_bindings });
