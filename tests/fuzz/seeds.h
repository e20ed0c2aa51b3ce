/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seeds.h - what the seeds of all targets share.  A seed that cannot be made ends the program. */
#pragma once
#include "content.pb-c.h"
#include "frame.pb-c.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "seed_keys.h"
#include "seed_ledger.h"

#define SEED_MAX (256u * 1024u)

void must(bool holds, const char *what);

/* One input: the choosing byte, then the bytes.  choice below 0: none. */
void write_seed(const char *target, const char *name, int choice, struct bytes bytes);
void write_message(const char *target, const char *name, int choice, const ProtobufCMessage *message);
const char *seed_path(const char *target, const char *name); /* static; the folder is made */

/* ---- seed_samples.c ---- */
extern uint8_t sample_id[16];
struct bytes sample_part(void);              /* sealed to the seeds' device, bound to sample_statement */
struct bytes sample_segment(void);
struct bytes sample_statement(void);         /* packed: a View from the seeds' device to itself, with that part */
struct bytes sample_notice(void);            /* packed: a SiteNotice */
Pb__Statement *sample_view(void);
const Pb__Content *sample_content(void);
Pb__EntryBody *sample_submit(void);          /* signed */
Pb__EntryBody *sample_bind(void);            /* binds the seeds' device */
struct bytes sample_packed(const ProtobufCMessage *message);
struct bytes sample_kept(struct buf *buf);   /* its content, until samples_free; frees buf */
void samples_free(void);
struct seed_ledger *sample_ledger(void);     /* [bind, submit], sealed */

/* ---- one file a target or two ---- */
void seed_frames(void);
void seed_parts(void);
void seed_entries(void);
void seed_directory(const char *yaml_path);
void seed_bundle(void);
void seed_messages(const char *sheets);
void seed_receipts(void);
