/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/warnings.h - what this device's people must hear of, kept until they acknowledge it. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"

enum warning {
	WARNING_UNKNOWN_BINDING,     /* a certificate of our agency that our people did not make */
	WARNING_BINDING_MISSING,     /* our own certificates are no longer in force */
	WARNING_LEDGER_FORK,         /* the ledger does not continue the one we know; calls stop until acknowledged */
	WARNING_LEDGER_RESTORED,     /* a new epoch: the site was restored from a backup */
	WARNING_NOT_AUTHENTIC,       /* a delivery was refused: a signature, binding or digest did not hold */
	WARNING_CANNOT_OPEN,         /* a delivery was refused: no key of ours opens it */
	WARNING_FOREIGN_CERTIFICATE, /* a delivery to us was sealed to a certificate that is not ours */
	WARNING_DEAD_LETTER,         /* a message of ours could not be delivered */
	WARNING_DIRECTORY_FORGED,    /* the directory was not signed by the site */
	WARNING_OUTBOX_DAMAGED,      /* a file of the outbox was set aside */
	WARNING_CLOCK_SKEW,          /* our clock and the broker's differ by more than a minute */
	WARNING_SEND_REFUSED,        /* a message that waited in the outbox was refused by the broker */
	WARNING_COUNT
};

#define WARNINGS_MAX 128

struct warnings {
	struct {
		enum warning warning;
		char subject[160]; /* who or what: an address, an id; never the content of a case */
		char detail[200];
		int64_t since_us;
	} rows[WARNINGS_MAX];
	size_t count;
};

/* The stable word, such as "unknown_binding"; and back: false when there is none. */
const char *warning_code(enum warning warning);
bool warning_of_code(const char *code, enum warning *ret_warning);

/* Adds one unless the same about the same subject is there; the oldest that is no LEDGER_FORK goes when it is full.  True: it was added. */
bool warnings_add(struct warnings *warnings, enum warning warning, const char *subject, const char *detail, int64_t now_us);

/* Removes those of this kind, or only those about subject; how many. */
size_t warnings_remove(struct warnings *warnings, enum warning warning, const char *subject);
bool warnings_has(const struct warnings *warnings, enum warning warning);

/* For people: [{"code","subject","detail","since","message"}]; and what is kept: the same without message.  New references. */
json_t *warnings_json(const struct warnings *warnings, bool with_message);

/* Rows that cannot be read are left out. */
void warnings_of_json(const json_t *json, struct warnings *ret_warnings);
