/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <zmq.h>

#include "contract/limits.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct visitor alpha;
static uint8_t segment[LIMIT_BLOB_BYTES + 1];
static Pb__FromClient message;
static Pb__BlobPut put;
static struct digest digest;

static void open_with(void (*change)(struct config *config))
{
	house_open(&house, change);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	unit_random_bytes(segment, sizeof segment);
	pb__from_client__init(&message);
	pb__blob_put__init(&put);
	put.number = 4711;
	message.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	message.blob_put = &put;
}

static void close_house(void)
{
	visitor_free(&alpha);
	house_close(&house);
}

static void describe(size_t size)
{
	digest = digest_of(bytes_of(segment, size));
	put.sha256 = pb_of_bytes(digest_bytes(&digest));
	put.size = (uint32_t)size;
}

static const Pb__Refusal *sent(size_t size)
{
	const Pb__BlobStored *stored;

	visitor_send(&alpha, &message, bytes_of(segment, size));
	stored = visitor_await(&alpha, PB__FROM_BROKER__BODY_BLOB_STORED)->blob_stored;
	check_uint(stored->number, 4711); /* echoed, stored or not */
	return stored->refusal;
}

static void check_refused(size_t size, Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound)
{
	const Pb__Refusal *refusal = sent(size);

	require(refusal != NULL);
	check_int(refusal->code, code);
	check_text(refusal->subject, subject);
	check_int(refusal->value, value);
	check_int(refusal->bound, bound);
}

static const Pb__ReadResult *read_back(void)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_BLOB_SHA256;
	read.blob_sha256 = put.sha256;
	return visitor_read(&alpha, &read);
}

static void test_sizes(void)
{
	open_with(NULL);
	describe(LIMIT_BLOB_BYTES);
	check(sent(LIMIT_BLOB_BYTES) == NULL);
	check_uint(read_back()->blob_size, LIMIT_BLOB_BYTES);
	check_bytes(buf_bytes(&alpha.data), bytes_of(segment, LIMIT_BLOB_BYTES));
	describe(LIMIT_BLOB_BYTES + 1);
	check_refused(LIMIT_BLOB_BYTES + 1, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "data", LIMIT_BLOB_BYTES + 1, LIMIT_BLOB_BYTES);
	describe(0);
	check_refused(0, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE, "data", 0, LIMIT_BLOB_BYTES);
	describe(1);
	check(sent(1) == NULL);
	check_uint(read_back()->blob_size, 1);
	check_uint(alpha.data.len, 1);
	close_house();
}

static void test_descriptions_that_do_not_fit(void)
{
	open_with(NULL);
	describe(1000);
	put.size = 999;
	check_refused(1000, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "blob_put.size", 999, 1000);
	put.size = 0;
	check_refused(1000, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "blob_put.size", 0, 1000);
	put.size = UINT32_MAX;
	check_refused(1000, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED, "blob_put.size", UINT32_MAX, 1000);
	describe(1000);
	put.sha256.len--;
	check_refused(1000, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST, "data", 0, 0);
	put.sha256.len = 0;
	check_refused(1000, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST, "data", 0, 0);
	describe(1000);
	segment[500] ^= 1;
	check_refused(1000, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST, "data", 0, 0);
	check_int(read_back()->result_case, PB__READ_RESULT__RESULT_REFUSAL); /* nothing was stored */
	close_house();
}

static void test_twice(void)
{
	open_with(NULL);
	describe(5000);
	check(sent(5000) == NULL);
	check(sent(5000) == NULL); /* the answer was lost: it comes again */
	check_uint(read_back()->blob_size, 5000);
	close_house();
}

static void test_when_stopping(void)
{
	open_with(NULL);
	front_close_doors(house.front);
	describe(100);
	check_refused(100, PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, "", 0, 0);
	close_house();
}

static void narrow(struct config *config)
{
	config->pending_bytes_max = 16u << 20; /* a hundred and twenty-eighth for segments */
	config->pending_reserve = 4u << 20;
}

static bool goes_in(void *context)
{
	(void)context;
	return sent(LIMIT_BLOB_BYTES) == NULL;
}

/* More at once than its share: each is answered in turn, those beyond are to come again, and none is lost. */
static void test_more_than_its_share(void)
{
	enum { SENT = 60 };
	unsigned stored = 0, overloaded = 0;

	open_with(narrow);
	describe(LIMIT_BLOB_BYTES);
	for (unsigned i = 0; i < SENT; i++) {
		put.number = i;
		visitor_send(&alpha, &message, bytes_of(segment, LIMIT_BLOB_BYTES));
	}
	for (unsigned i = 0; i < SENT; i++) {
		const Pb__BlobStored *answer = visitor_await(&alpha, PB__FROM_BROKER__BODY_BLOB_STORED)->blob_stored;

		check(answer->number < SENT);
		if (answer->refusal == NULL) {
			stored++;
			continue;
		}
		check_int(answer->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
		check_int(answer->refusal->bound, 16 << 20);
		check(answer->refusal->retry_after_ms > 0);
		overloaded++;
	}
	check_uint(stored + overloaded, SENT);
	check(stored > 0);
	put.number = 4711;
	check(eventually(goes_in, NULL)); /* when it is calm again: what was answered is let go a moment later */
	close_house();
}

UNIT_SUITE("front/intake_blob",
	{ "sizes", test_sizes },
	{ "descriptions that do not fit", test_descriptions_that_do_not_fit },
	{ "the same twice", test_twice },
	{ "when stopping", test_when_stopping },
	{ "more than its share", test_more_than_its_share });
