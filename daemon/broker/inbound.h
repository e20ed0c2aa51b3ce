/* SPDX-License-Identifier: Apache-2.0 */
/* broker/inbound.h - what reaches the writer: everything that may change something, already decoded, bounded and checked as far
 * as that needs no transaction.  One struct per frame or act; it owns an arena with all that it points to. */
#pragma once
#include "admin.pb-c.h"
#include "base/arena.h"
#include "crypto/digest.h"
#include "frame.pb-c.h"

enum inbound_type {
	INBOUND_SESSION_OPEN,  /* a device said Hello */
	INBOUND_SESSION_CLOSE, /* it said bye, or was lost */
	INBOUND_CREDIT,
	INBOUND_BATCH,
	INBOUND_BLOB,
	INBOUND_BIND,          /* first device, by invitation or by a request brought by hand: certificates are issued already */
	INBOUND_OPERATOR       /* an act on the operators' socket */
};

/* One order of a batch, with what the front worked out. */
struct inbound_order {
	const struct bytes *statements;       /* as received and signed */
	const Pb__Statement *const *decoded;  /* the same, decoded */
	const struct digest *leaf_hashes;     /* of each statement */
	size_t statement_count;
	struct bytes path;                    /* from the order's hash to the batch root, 32 bytes each */
	const struct bytes *parts;            /* of all Views in order; sizes and digests are those of their PartRefs */
	size_t part_count;
	const Pb__BindEntry *issued;          /* a BindDevice statement: with the certificates issued for it; else NULL */
	const Pb__Refusal *refusal;           /* refused by the front already; else NULL */
};

struct inbound_batch {
	uint64_t number;
	struct digest certificate;            /* the signer: a device of the session's agency; its signature over the batch holds */
	struct bytes signature;
	const struct inbound_order *orders;
	size_t count;
};

struct inbound_bind {
	const Pb__BindEntry *entry;           /* complete but for the device number */
	const char *address;
};

struct outbound;

struct inbound {
	enum inbound_type type;
	uint64_t session;                     /* the front's number for it; 0: the operators' socket */
	uint32_t agency;                      /* number; 0: none yet */
	uint32_t device;
	struct arena arena;
	union {
		bool clean;                   /* SESSION_CLOSE: said bye; its leases go back uncounted */
		bool receives;                /* SESSION_OPEN */
		struct {
			uint64_t items, bytes; /* since the session's Hello */
		} credit;
		struct inbound_batch batch;
		struct {
			uint64_t number;
			struct digest digest; /* of bytes, verified */
			struct bytes bytes;
		} blob;
		struct inbound_bind bind;
		struct {
			const Pb__AdminRequest *request;
			const Pb__Operator *operator;
		} act;
	};
	/* Frees the struct and all it owns; called once, by the writer, on its own thread. */
	void (*release)(struct inbound *inbound);
	/* INBOUND_OPERATOR and INBOUND_BIND by hand: called on the writer's thread after the commit with the reply, borrowed for the
	 * call, and the entry that recorded it; before release.  Others: NULL. */
	void (*answer)(struct inbound *inbound, const Pb__AdminReply *reply);
	void *context; /* for the two callbacks */
};
