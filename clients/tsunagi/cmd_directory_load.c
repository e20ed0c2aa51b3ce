/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "tsunagi/admin_client.h"
#include "tsunagi/admin_socket.h"
#include "tsunagi/directory_change.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static enum outcome load(const struct call *call, const Pb__DirectoryFile *file, uint64_t *ret_seq)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;
	struct buf packed;
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	buf_init(&packed, ADMIN_FRAME_BYTES);
	if (codec_pack(&file->base, &packed) != ERR_OK) {
		outcome = out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", err_text(packed.err));
		goto out;
	}
	request.body_case = PB__ADMIN_REQUEST__BODY_DIRECTORY_LOAD;
	request.directory_load = pb_of_bytes(buf_bytes(&packed));
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE)
		*ret_seq = reply->seq;
out:
	buf_free(&packed);
	arena_free(&arena);
	return outcome;
}

static bool site_is_same(const Pb__DirectoryFile *before, const Pb__DirectoryFile *after)
{
	Pb__DirectoryFile heads[2] = { *before, *after };
	struct buf packed[2];
	bool same = true;

	for (size_t i = 0; i < 2; i++) {
		heads[i].n_agencies = 0;
		buf_init(&packed[i], ADMIN_FRAME_BYTES);
		same = codec_pack(&heads[i].base, &packed[i]) == ERR_OK && same;
	}
	same = same && bytes_equal(buf_bytes(&packed[0]), buf_bytes(&packed[1]));
	buf_free(&packed[0]);
	buf_free(&packed[1]);
	return same;
}

static enum outcome tell(const Pb__DirectoryFile *file, const struct directory_change *change, bool loaded, uint64_t seq)
{
	if (!loaded)
		out_text(words("%s: %zu agencies; it is in force already, nothing to change\n", "%s:機関 %zu。すでに有効で、変更はありません\n"), file->site,
			 file->n_agencies);
	else
		out_text(words("%s: %zu agencies in force: %zu new, %zu changed, %zu gone (entry %" PRIu64 ")\n",
			       "%s:機関 %zu を有効にしました:新規 %zu、変更 %zu、廃止 %zu(記録 %" PRIu64 ")\n"),
			 file->site, file->n_agencies, change->added, change->changed, change->removed, seq);
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:I,s:I,s:b,s:I,s:I,s:I,s:O}", "site", file->site, "agencies", (json_int_t)file->n_agencies, "seq",
				   (json_int_t)seq, "loaded", loaded, "added", (json_int_t)change->added, "changed", (json_int_t)change->changed,
				   "removed", (json_int_t)change->removed, "changes", change->list));
	return OUTCOME_DONE;
}

enum outcome cmd_directory_load(const struct call *call)
{
	struct directory_change change = { .list = NULL };
	const Pb__DirectoryView *before = NULL;
	const Pb__DirectoryFile *file = NULL;
	struct arena arena;
	struct arena daemons;
	uint64_t seq = 0;
	bool wanted;
	enum outcome outcome = directory_of_file(call_operand(call, 0), &arena, &file);

	arena_init(&daemons, 0);
	if (outcome == OUTCOME_DONE)
		outcome = directory_in_force(call, &daemons, &before);
	if (outcome != OUTCOME_DONE)
		goto out;
	directory_compare(before, file, &change);
	wanted = before->file == NULL || json_array_size(change.list) > 0 || !site_is_same(before->file, file);
	seq = before->version;
	if (wanted)
		outcome = load(call, file, &seq);
	if (outcome != OUTCOME_DONE)
		goto out;
	if (before->file != NULL && wanted)
		directory_change_print(&change);
	outcome = tell(file, &change, wanted, seq);
out:
	json_decref(change.list);
	arena_free(&arena);
	arena_free(&daemons);
	return outcome;
}
