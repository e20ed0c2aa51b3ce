/* SPDX-License-Identifier: Apache-2.0 */
/* submission.h - a device of an agency that signs orders, and its entries: bindings, submissions with parts and segments. */
#pragma once
#include "crypto/certificate.h"
#include "site.h"

struct device {
	struct private_key *key;
	struct certificate *signing;
	uint32_t agency;
	uint32_t number;
};

/* With a certificate of a root of its own. */
void device_new(struct device *device, uint32_t agency, uint32_t number);
void device_free(struct device *device);

/* Appends the BIND entry of the device. */
struct ledger_entry device_bind(struct site *site, const struct device *device);

#define SUBMISSION_VIEWS 2
#define SUBMISSION_PARTS 2  /* of each View */
#define BATCH_ORDERS_MAX 8

/* One message to two recipients, with two parts each. */
struct submission {
	struct bytes parts[SUBMISSION_VIEWS * SUBMISSION_PARTS]; /* borrowed */
	struct bytes segment;                                    /* of an attachment; empty: none */
	uint64_t segment_number;                                 /* as stored */
	/* what a test may spoil */
	bool wrong_part_digest;
	bool wrong_index;
	bool wrong_signature;
	bool wrong_agency;
	bool not_a_view;
	bool no_segment_number;
};

/* Parts of 40 bytes and somewhat more, of random content that lives until the next test.  No segment. */
struct submission submission_draw(void);

/* size random bytes that live as long. */
struct bytes noise_of(size_t size);

/* Signs the submissions as one batch and appends an entry for each, with its parts. */
void submit_batch(struct site *site, const struct device *device, const struct submission *submissions, size_t count);

/* Stores the segment in the open batch and notes its number. */
void store_segment(struct site *site, struct submission *submission);
