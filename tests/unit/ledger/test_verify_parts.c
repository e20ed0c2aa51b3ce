/* SPDX-License-Identifier: Apache-2.0 */
#include "store/parts.h"
#include "submission.h"

/* Entry 0 binds the device; 1 and 2 are submissions, the second with parts of several chunks and a segment. */
struct filled {
	struct site site;
	struct device device;
	struct submission submissions[2];
};

static void fill(struct filled *filled, void (*spoil)(struct submission *submission))
{
	site_open(&filled->site);
	device_new(&filled->device, 10, 1);
	device_bind(&filled->site, &filled->device);
	filled->submissions[0] = submission_draw();
	filled->submissions[1] = submission_draw();
	filled->submissions[1].parts[1] = noise_of(PARTS_CHUNK + 10);
	filled->submissions[1].parts[3] = noise_of(2 * PARTS_CHUNK);
	filled->submissions[1].segment = noise_of(3 * PARTS_CHUNK + 7);
	store_segment(&filled->site, &filled->submissions[1]);
	if (spoil != NULL)
		spoil(&filled->submissions[1]);
	submit_batch(&filled->site, &filled->device, filled->submissions, 2);
	site_commit(&filled->site);
}

static void empty(struct filled *filled)
{
	device_free(&filled->device);
	site_close(&filled->site);
}

static void test_holds(void)
{
	struct filled filled;
	struct verdict verdict;

	fill(&filled, NULL);
	verdict = site_verify(&filled.site);
	unit_context("found: %.300s", verdict.lines);
	check_ok(verdict.err);
	check_uint(verdict.result.parts, 8);
	check_uint(verdict.result.blobs, 1);
	empty(&filled);
}

/* An entry that says that the time of these was over. */
static void prune(struct filled *filled, const uint64_t *seqs, size_t count)
{
	Pb__PruneEntry entry = PB__PRUNE_ENTRY__INIT;
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;

	entry.seqs = (uint64_t *)(uintptr_t)seqs;
	entry.n_seqs = count;
	body.body_case = PB__ENTRY_BODY__BODY_PRUNE;
	body.prune = &entry;
	site_append_body(&filled->site, &body);
	site_commit(&filled->site);
}

/* Parts and segments that are gone are none that are lost where a later entry says so, and of that message alone. */
static void test_pruned(void)
{
	struct filled filled;
	struct verdict verdict;
	struct txn *txn;

	fill(&filled, NULL);
	require_ok(txn_begin_write(filled.site.store, &txn));
	require_ok(parts_delete(txn, 1));
	require_ok(parts_delete(txn, 2));
	blob_refer(txn, filled.submissions[1].segment_number);
	require_ok(blob_release(txn, filled.submissions[1].segment_number));
	require_ok(txn_commit(txn));
	verdict = site_verify(&filled.site);
	check_uint(verdict.result.faults, 9); /* eight parts and the segment */
	prune(&filled, (const uint64_t[]){ 2 }, 1);
	verdict = site_verify(&filled.site);
	check_uint(verdict.result.faults, 4);
	check_uint(verdict.first.number, 1);
	check_text(verdict.first.text, "is not there");
	prune(&filled, (const uint64_t[]){ 1 }, 1);
	check_ok(site_verify(&filled.site).err);
	prune(&filled, (const uint64_t[]){ 99 }, 1);
	check_uint(site_verify(&filled.site).result.faults, 1);
	empty(&filled);
}

/* What is said to be pruned is. */
static void test_pruned_and_there(void)
{
	struct filled filled;
	struct verdict verdict;

	fill(&filled, NULL);
	prune(&filled, (const uint64_t[]){ 2, 2 }, 2);
	verdict = site_verify(&filled.site);
	check_fault(&verdict, "part", 2, 0);
	check_uint(verdict.result.faults, 1);
	empty(&filled);
}

static void test_changed(void)
{
	struct filled filled;
	struct verdict verdict;

	fill(&filled, NULL);
	for (uint16_t part = 0; part < 4; part++) {
		for (uint16_t chunk = 0; chunk < (part == 1 || part == 3 ? 2 : 1); chunk++) {
			struct key key = key_u64_u8_u8(2, (uint8_t)part, (uint8_t)chunk);

			site_flip(&filled.site, TABLE_PARTS, key, 9);
			verdict = site_verify(&filled.site);
			check_fault(&verdict, "part", 2, part);
			site_flip(&filled.site, TABLE_PARTS, key, 9);
		}
	}
	check_ok(site_verify(&filled.site).err);
	empty(&filled);
}

/* One row of the part is lost, cut or added. */
static void check_row(uint16_t part, uint16_t chunk, const char *act, const char *says)
{
	struct filled filled;
	struct verdict verdict;
	struct key key = key_u64_u8_u8(2, (uint8_t)part, (uint8_t)chunk);
	struct buf row;

	fill(&filled, NULL);
	if (strcmp(act, "add") == 0) {
		site_put(&filled.site, TABLE_PARTS, key, bytes_of("x", 1));
	} else {
		row = site_row(&filled.site, TABLE_PARTS, key);
		if (strcmp(act, "cut") == 0)
			site_put(&filled.site, TABLE_PARTS, key, bytes_of(row.data, row.len - 1));
		else
			site_delete(&filled.site, TABLE_PARTS, key);
		buf_free(&row);
	}
	verdict = site_verify(&filled.site);
	check_fault(&verdict, "part", 2, part);
	check(strstr(verdict.first.text, says) != NULL);
	empty(&filled);
}

static void test_rows(void)
{
	check_row(0, 0, "lose", "is not there");
	check_row(2, 0, "lose", "is not there");
	check_row(1, 0, "lose", "is not there");
	check_row(1, 1, "lose", "lost a chunk");
	check_row(3, 1, "lose", "lost a chunk");
	check_row(0, 0, "cut", "of another length");
	check_row(1, 0, "cut", "of another length");
	check_row(1, 1, "cut", "of another length");
	check_row(0, 1, "add", "more chunks");
	check_row(3, 2, "add", "more chunks");
	check_row(4, 0, "add", "belongs to no");
}

static void test_strays(void)
{
	struct filled filled;
	struct verdict verdict;
	static const uint64_t seqs[] = { 0, 7, UINT64_MAX };

	fill(&filled, NULL);
	for (unsigned i = 0; i < 3; i++) {
		site_put(&filled.site, TABLE_PARTS, key_u64_u8_u8(seqs[i], 5, 0), bytes_of("x", 1));
		verdict = site_verify(&filled.site);
		check_fault(&verdict, "part", seqs[i], 5);
		site_delete(&filled.site, TABLE_PARTS, key_u64_u8_u8(seqs[i], 5, 0));
	}
	site_put(&filled.site, TABLE_PARTS, key_u64(1), bytes_of("x", 1)); /* no key of a part */
	verdict = site_verify(&filled.site);
	check_uint(verdict.result.faults, 1);
	check_text(verdict.first.what, "part");
	empty(&filled);
}

/* Its parts are known by the entry alone: when that is damaged, they are not blamed. */
static void test_of_damaged_entry(void)
{
	struct filled filled;
	struct verdict verdict;

	fill(&filled, NULL);
	site_flip(&filled.site, TABLE_ENTRIES, key_u64(2), 100);
	site_flip(&filled.site, TABLE_PARTS, key_u64_u8_u8(2, 0, 0), 1);
	verdict = site_verify(&filled.site);
	check_fault(&verdict, "entry", 2, 0);
	empty(&filled);
}

static void spoil_digest(struct submission *submission)
{
	submission->wrong_part_digest = true;
}

static void spoil_statement(struct submission *submission)
{
	submission->not_a_view = true;
}

static void spoil_segment(struct submission *submission)
{
	submission->no_segment_number = true;
}

static void spoil_number(struct submission *submission)
{
	submission->segment_number = 77;
}

static void test_spoilt(void)
{
	struct filled filled;
	struct verdict verdict;

	fill(&filled, spoil_digest);
	verdict = site_verify(&filled.site);
	check_fault(&verdict, "part", 2, 3);
	empty(&filled);

	fill(&filled, spoil_statement); /* whose parts then belong to nothing */
	verdict = site_verify(&filled.site);
	unit_context("found: %.300s", verdict.lines);
	check(strstr(verdict.lines, "entry 2 0: statement 1 of its order is no View") != NULL);
	check(strstr(verdict.lines, "part 2 2: belongs to no") != NULL);
	empty(&filled);

	fill(&filled, spoil_segment);
	verdict = site_verify(&filled.site);
	unit_context("found: %.300s", verdict.lines);
	check_uint(verdict.result.faults, 2); /* once for each View */
	check_text(verdict.first.what, "entry");
	empty(&filled);

	fill(&filled, spoil_number);
	verdict = site_verify(&filled.site);
	unit_context("found: %.300s", verdict.lines);
	check(strstr(verdict.lines, "blob 77 0: entry 2 refers to it") != NULL);
	empty(&filled);
}

static void test_segment(void)
{
	struct filled filled;
	struct verdict verdict;

	fill(&filled, NULL);
	for (uint16_t chunk = 1; chunk <= 4; chunk++) {
		site_flip(&filled.site, TABLE_BLOBS, key_u64_u16(1, chunk), 3);
		verdict = site_verify(&filled.site);
		check_fault(&verdict, "blob", 1, 0);
		site_flip(&filled.site, TABLE_BLOBS, key_u64_u16(1, chunk), 3);
	}
	site_put(&filled.site, TABLE_BLOBS, key_u64_u16(1, 5), bytes_of("x", 1));
	verdict = site_verify(&filled.site);
	check_fault(&verdict, "blob", 1, 0);
	site_delete(&filled.site, TABLE_BLOBS, key_u64_u16(1, 5));
	site_delete(&filled.site, TABLE_BLOBS, key_u64_u16(1, 3));
	verdict = site_verify(&filled.site);
	check_fault(&verdict, "blob", 1, 0);
	empty(&filled);
}

static void test_segment_gone(void)
{
	struct filled filled;
	struct verdict verdict;

	fill(&filled, NULL);
	for (uint16_t chunk = 0; chunk <= 4; chunk++)
		site_delete(&filled.site, TABLE_BLOBS, key_u64_u16(1, chunk));
	verdict = site_verify(&filled.site);
	unit_context("found: %.300s", verdict.lines);
	check_err(verdict.err, ERR_CORRUPT);
	check_text(verdict.first.what, "blob");
	check_uint(verdict.first.number, 1);
	empty(&filled);
}

UNIT_SUITE("ledger/verify_parts", { "pruned", test_pruned },
	{ "what is said to be pruned is", test_pruned_and_there },
	{ "parts and segments hold", test_holds },
	{ "a changed part is named", test_changed },
	{ "lost, cut and added rows are named", test_rows },
	{ "parts of nothing are named", test_strays },
	{ "parts of a damaged entry are not judged", test_of_damaged_entry },
	{ "submissions that do not fit their parts are named", test_spoilt },
	{ "a changed segment is named", test_segment },
	{ "a segment that is gone is named", test_segment_gone });
