/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/recipients.c - see recipients.h for the contract. */
#include "libtsunagi/recipients.h"

#include <stdio.h>

#include "base/text.h"
#include "contract/codec.h"
#include "tsunagi/tsunagi.h"

static bool has(const struct recipient *recipient, const struct digest *digest)
{
	for (size_t i = 0; i < recipient->count; i++)
		if (digest_equal(certificate_digest(recipient->certificates[i]), digest))
			return true;
	return false;
}

/* Adds a certificate after asking the site's root about it.  The directory is signed by the site too; this also finds a certificate
 * that was issued for another agency or another use. */
static int add(struct recipient *recipient, struct bytes der, const char *address, const struct bundle *bundle, int64_t now_us,
	       struct failure *failure)
{
	struct certificate *certificate = NULL;
	enum err err = certificate_from_der(der, &certificate);

	if (err == ERR_OK)
		err = certificate_check(certificate, bundle->site_certificate, CERTIFICATE_SEALED_TO, address, now_us);
	if (err != ERR_OK) {
		certificate_free(certificate);
		return err == ERR_NOMEM ? failure_err(failure, err, address) : failure_tell(failure, PROBLEM_CERTIFICATE, address, err_text(err));
	}
	if (recipient->count == LIMIT_SEALED_TO || has(recipient, certificate_digest(certificate)))
		certificate_free(certificate);
	else
		recipient->certificates[recipient->count++] = certificate;
	return TSG_OK;
}

static int add_devices(struct recipient *recipient, const char *agency, const char *address, const struct bundle *bundle,
		       const struct site_directory *directory, int64_t now_us, struct failure *failure)
{
	const Pb__Binding *bindings[LIMIT_DEVICES];
	size_t count = site_directory_bindings(directory, agency, bindings, LIMIT_DEVICES);
	int result = TSG_OK;

	for (size_t i = 0; i < count && i < LIMIT_DEVICES && result == TSG_OK; i++)
		result = add(recipient, bytes_of_pb(bindings[i]->sealing_certificate), address, bundle, now_us, failure);
	return result;
}

/* Resolves the name; *ret_id is the agency's id, borrowed from recipient->address's start. */
static int find_agency(const char *to, const struct bundle *bundle, const struct site_directory *directory, struct recipient *recipient,
		       char id[LIMIT_LABEL + 1], struct failure *failure)
{
	struct bytes agency = bytes_of_text(to), site = bytes_of_text(bundle->site);

	if (!text_is_label(agency) && !text_split_address(bytes_of_text(to), &agency, &site))
		return failure_tell(failure, PROBLEM_UNKNOWN_AGENCY, to, NULL);
	if (!bytes_equal(site, bytes_of_text(bundle->site)))
		return failure_tell(failure, PROBLEM_OTHER_SITE, to, bundle->site);
	if (site_directory_agency(directory, agency) == NULL)
		return failure_tell(failure, PROBLEM_UNKNOWN_AGENCY, to, NULL);
	snprintf(id, LIMIT_LABEL + 1, "%.*s", (int)agency.len, (const char *)agency.data);
	snprintf(recipient->address, sizeof recipient->address, "%s@%s", id, bundle->site);
	return TSG_OK;
}

int recipient_resolve(const char *to, const struct bundle *bundle, const struct site_directory *directory, int64_t now_us,
		      struct recipient *ret_recipient, struct failure *failure)
{
	struct recipient recipient = { .count = 0 };
	char id[LIMIT_LABEL + 1];
	int result = find_agency(to, bundle, directory, &recipient, id, failure);

	if (result == TSG_OK)
		result = add_devices(&recipient, id, recipient.address, bundle, directory, now_us, failure);
	if (result == TSG_OK && recipient.count == 0)
		result = failure_tell(failure, PROBLEM_NOT_ENROLLED, to, NULL);
	if (result == TSG_OK)
		result = add(&recipient, certificate_der(bundle->sealing[0].certificate), bundle->address, bundle, now_us, failure);
	if (result == TSG_OK)
		result = add_devices(&recipient, bundle->agency, bundle->address, bundle, directory, now_us, failure);
	if (result != TSG_OK) {
		recipient_free(&recipient);
		return result;
	}
	*ret_recipient = recipient;
	return TSG_OK;
}

void recipient_free(struct recipient *recipient)
{
	for (size_t i = 0; i < recipient->count; i++)
		certificate_free(recipient->certificates[i]);
	recipient->count = 0;
}
