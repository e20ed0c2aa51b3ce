/* SPDX-License-Identifier: Apache-2.0 */
/* contract/limits.h - every bound of the wire, in one place, with its unit.  Both ends hold them; a broker may be configured lower. */
#pragma once

/* Frames (bytes) */
#define LIMIT_CONTROL_BYTES (512u * 1024u)  /* one control frame */
#define LIMIT_DATA_BYTES (2048u * 1024u)    /* one data frame */
#define LIMIT_BATCH_BYTES (384u * 1024u)     /* what a library puts together; a single larger order travels alone */
#define LIMIT_DECODE_BYTES (4096u * 1024u)  /* arena of one decoded control frame */

/* Orders */
#define LIMIT_ORDERS 1024u            /* in a batch */
#define LIMIT_RECIPIENTS 16u          /* Views of one message */
#define LIMIT_LEGS 16u                /* of one request, those that redirects opened included */
#define LIMIT_PARTS 4u                /* of one View */
#define LIMIT_PART_BYTES (96u * 1024u)
#define LIMIT_STATEMENT_BYTES (64u * 1024u)
#define LIMIT_ACKNOWLEDGED 1024u      /* items in one Acknowledge */
#define LIMIT_SEALED_TO 16u           /* certificates named in a View: both agencies' devices */
#define LIMIT_CLASSES 12u
#define LIMIT_CONSENT_NAMES 256u      /* agencies, and categories, in one consent */
#define LIMIT_KEPT_OUT 64u            /* addresses kept out of a case */
#define LIMIT_ERASED_ENTRIES 50000u   /* of one case, erased by one entry */

/* Attachments */
#define LIMIT_BLOB_BYTES (256u * 1024u)           /* one sealed segment */
#define LIMIT_SEGMENT_CLEAR_BYTES (255u * 1024u)  /* what is put into one */
#define LIMIT_ATTACHMENT_BYTES (16u * 1024u * 1024u)
#define LIMIT_BLOBS 128u                          /* segments of one View */
#define LIMIT_ATTACHMENTS 16u                     /* in one part */

/* Names and texts (bytes) */
#define LIMIT_ADDRESS 127u
#define LIMIT_LABEL 63u
#define LIMIT_SHORT_TEXT 1024u      /* reason, detail, names */
#define LIMIT_LONG_TEXT (32u * 1024u)

/* Directory */
#define LIMIT_AGENCIES 10000u
#define LIMIT_SERVICES 256u         /* whose places are said at once */
#define LIMIT_ROUTING_RULES 1000u
#define LIMIT_DEVICES 8u            /* of one agency at a time */
#define LIMIT_DIRECTORY_BYTES (32u * 1024u * 1024u)
#define LIMIT_READ_PIECE (256u * 1024u)
#define LIMIT_CERTIFICATE_BYTES 4096u
#define LIMIT_REQUEST_BYTES 4096u   /* PKCS#10 */

/* Times (seconds) */
#define LIMIT_ID_AGE_S (400u * 86400u)  /* a message id may be this old */
#define LIMIT_ID_AHEAD_S 600u           /* or this far ahead */
#define LIMIT_BLOB_ORPHAN_S 86400u      /* unreferenced segments live this long */

#define WIRE_VERSION 1u
#define LEDGER_FORMAT 1u
#define STORE_FORMAT 13u
