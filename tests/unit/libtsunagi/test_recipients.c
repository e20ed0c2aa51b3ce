/* SPDX-License-Identifier: Apache-2.0 */
/* For whom a message is sealed: by the signed directory, and by the site's root once more. */
#include "libtsunagi/recipients.h"

#include "base/clock.h"
#include "stage.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

struct book {
	struct stage *stage;
	struct stage_agency *link, *desk;
	struct site_directory *directory;
	struct failure failure;
	struct recipient recipient;
};

static void read_directory(struct book *book)
{
	bool complete = false;

	site_directory_begin(book->directory);
	require_ok(site_directory_piece(book->directory, book->stage->directory.len, buf_bytes(&book->stage->directory), &complete));
	require(complete);
}

static struct book begin(void)
{
	struct book book = { .stage = stage_new() };

	book.link = stage_agency(book.stage, "link");
	book.desk = stage_agency(book.stage, "desk");
	json_decref(stage_invite(book.stage, "new")); /* in the directory, and without a device */
	stage_publish(book.stage);
	require_ok(site_directory_new(unit_folder(), STAGE_SITE, book.stage->checkpoint_public, &book.directory));
	read_directory(&book);
	return book;
}

static void end(struct book *book)
{
	site_directory_free(book->directory);
	stage_free(book->stage);
}

static int resolve(struct book *book, const char *to)
{
	unit_context("%s", to);
	failure_clear(&book->failure);
	return recipient_resolve(to, book->link->bundle, book->directory, clock_wall_us(), &book->recipient, &book->failure);
}

static void test_resolved(void)
{
	static const char *const names[] = { "desk", "desk@" STAGE_SITE };
	struct book book = begin();

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		require(resolve(&book, names[i]) == TSG_OK);
		check_text(book.recipient.address, "desk@" STAGE_SITE);
		check_uint(book.recipient.count, 2); /* its device, and ours: we can read what we sent */
		check(digest_equal(certificate_digest(book.recipient.certificates[0]), certificate_digest(book.desk->bundle->sealing[0].certificate)));
		check(digest_equal(certificate_digest(book.recipient.certificates[1]), certificate_digest(book.link->bundle->sealing[0].certificate)));
		recipient_free(&book.recipient);
		check_uint(book.recipient.count, 0);
	}
	require(resolve(&book, "link") == TSG_OK); /* to ourselves: one certificate, not the same twice */
	check_uint(book.recipient.count, 1);
	recipient_free(&book.recipient);
	end(&book);
}

static void test_names_that_lead_nowhere(void)
{
	static const struct {
		const char *to, *code;
	} rows[] = {
		{ "nobody", "UNKNOWN_AGENCY" }, { "nobody@" STAGE_SITE, "UNKNOWN_AGENCY" }, { "desk@elsewhere", "OTHER_SITE" },
		{ "", "UNKNOWN_AGENCY" }, { "Desk", "UNKNOWN_AGENCY" }, { "desk@", "UNKNOWN_AGENCY" }, { "@" STAGE_SITE, "UNKNOWN_AGENCY" },
		{ "desk@" STAGE_SITE "@x", "UNKNOWN_AGENCY" }, { "new", "NOT_ENROLLED" },
	};
	struct book book = begin();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		check(resolve(&book, rows[i].to) != TSG_OK);
		check_text(book.failure.code, rows[i].code);
		check_uint(book.recipient.count, 0);
	}
	end(&book);
}

/* A directory, signed by the site, that names a certificate of another agency or use, or one that ran out: nothing is sealed to it. */
static void test_certificates_that_are_not_its_own(void)
{
	struct book book = begin();
	struct bundle *desk = book.desk->bundle;
	struct certificate *own = desk->sealing[0].certificate;
	struct certificate *const others[] = { book.link->bundle->sealing[0].certificate, desk->signing_certificate, book.stage->root };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		desk->sealing[0].certificate = others[i];
		stage_publish(book.stage);
		desk->sealing[0].certificate = own;
		read_directory(&book);
		check(resolve(&book, "desk") != TSG_OK);
		unit_context("certificate %zu", i);
		check_text(book.failure.code, "CERTIFICATE");
		check_uint(book.recipient.count, 0);
	}
	stage_publish(book.stage);
	read_directory(&book);
	require(resolve(&book, "desk") == TSG_OK);
	recipient_free(&book.recipient);
	check(recipient_resolve("desk", book.link->bundle, book.directory, clock_wall_us() + 10LL * 365 * 86400 * 1000000, &book.recipient, &book.failure) != TSG_OK);
	check_text(book.failure.code, "CERTIFICATE");
	end(&book);
}

UNIT_SUITE("libtsunagi/recipients",
	{ "resolved", test_resolved },
	{ "names that lead nowhere", test_names_that_lead_nowhere },
	{ "certificates that are not its own", test_certificates_that_are_not_its_own });
