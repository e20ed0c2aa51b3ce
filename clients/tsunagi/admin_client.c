/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/admin_client.h"

#include <unistd.h>

#include "base/clock.h"
#include "tsunagi/admin_socket.h"
#include "tsunagi/words.h"

#define ANSWER_US (30 * INT64_C(1000000))

enum outcome admin_home(const struct call *call, struct home *ret_home)
{
	enum err err = home_at(call_home(call), ret_home);

	if (err != ERR_OK)
		return out_problem(OUTCOME_USAGE, "HOME", NULL, words("The home's path is too long: %s", "ホームのパスが長すぎます:%s"),
				   err_text(err));
	if (access(ret_home->options, F_OK) != 0 && access(ret_home->keys, F_OK) != 0)
		return out_problem(OUTCOME_NOT_THERE, "NO_HOME",
				   words("Name it with --home or TSUNAGI_HOME; `tsunagi init` makes a new one.",
					 "--home か TSUNAGI_HOME で指定してください。新しく作るには `tsunagi init`。"),
				   words("There is no site in %s.", "%s に拠点はありません。"), ret_home->root);
	return OUTCOME_DONE;
}

enum err admin_try(const struct home *home, const Pb__AdminRequest *request, int64_t deadline_us, struct arena *arena,
		   const Pb__AdminReply **ret_reply)
{
	struct buf question;
	struct buf answer;
	int fd = -1;
	enum err err;

	buf_init(&question, ADMIN_FRAME_BYTES);
	buf_init(&answer, ADMIN_FRAME_BYTES);
	err = codec_pack(&request->base, &question);
	if (err == ERR_OK)
		err = admin_socket_connect(home->admin_socket, &fd);
	if (err == ERR_OK)
		err = admin_socket_ask(fd, buf_bytes(&question), deadline_us, &answer);
	if (err == ERR_OK)
		err = CODEC_DECODE(admin_reply, buf_bytes(&answer), arena, ret_reply, NULL);
	if (fd >= 0)
		close(fd);
	buf_free(&question);
	buf_free(&answer);
	return err;
}

static enum outcome tell(enum err err, const struct home *home)
{
	switch (err) {
	case ERR_NOT_FOUND:
	case ERR_UNREACHABLE:
		return out_problem(OUTCOME_UNREACHABLE, "NO_DAEMON",
				   words("Start it: tsunagid --home DIR. If it runs, check that --home or TSUNAGI_HOME names its home.",
					 "tsunagid --home DIR で起動してください。動いている場合は --home か TSUNAGI_HOME を確認してください。"),
				   words("No tsunagid answers for %s.", "%s の tsunagid が応答しません。"), home->root);
	case ERR_PERMISSION:
		return out_problem(OUTCOME_REFUSED, "PERMISSION",
				   words("File permissions decide who may: ask for membership in the socket's group, or run it as the site's user.",
					 "ファイルの権限で決まります。ソケットのグループに加えてもらうか、拠点の利用者で実行してください。"),
				   words("You may not use %s.", "%s を使う権限がありません。"), home->admin_socket);
	case ERR_TIMEOUT:
		return out_problem(OUTCOME_UNREACHABLE, "NO_ANSWER",
				   words("It may be busy or stuck: see its log, or wait longer with --timeout.",
					 "混雑または停止しています。ログを確認するか、--timeout を長くしてください。"),
				   words("The tsunagid of %s did not answer in time.", "%s の tsunagid が時間内に応答しませんでした。"), home->root);
	case ERR_FORMAT:
	case ERR_TOO_LARGE:
		return admin_unexpected();
	default:
		return out_problem(OUTCOME_REFUSED, "ADMIN_SOCKET", NULL, "%s: %s", home->admin_socket, err_text(err));
	}
}

enum outcome admin_unexpected(void)
{
	return out_problem(OUTCOME_REFUSED, "UNEXPECTED_ANSWER",
			   words("`tsunagi version` and `tsunagid --version` should name the same release.",
				 "`tsunagi version` と `tsunagid --version` が同じ版か確認してください。"),
			   "%s", words("The daemon's answer is not understood.", "tsunagid の応答を理解できません。"));
}

enum outcome admin_refused(const Pb__Refusal *refusal)
{
	struct buf message;
	struct buf hint;
	bool absent = refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY ||
		      refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE ||
		      refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM;
	enum outcome outcome = absent ? OUTCOME_NOT_THERE : OUTCOME_REFUSED;
	const char *sentence;
	const char *advice;

	buf_init(&message, 8192);
	buf_init(&hint, 8192);
	refusal_message(refusal, words_language(), &message);
	refusal_hint(refusal, words_language(), &hint);
	sentence = buf_text(&message);
	advice = buf_text(&hint);
	out_problem_text(outcome, refusal_code(refusal->code), sentence == NULL ? refusal_code(refusal->code) : sentence, advice);
	buf_free(&message);
	buf_free(&hint);
	return outcome;
}

enum outcome admin_ask(const struct call *call, const Pb__AdminRequest *request, struct arena *arena, const Pb__AdminReply **ret_reply)
{
	const Pb__AdminReply *reply = NULL;
	struct args_fault fault;
	struct home home;
	int64_t wait_us;
	enum outcome outcome = admin_home(call, &home);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (args_duration(&call->args, "timeout", ANSWER_US, &wait_us, &fault) != ERR_OK)
		return call_fault(call, &fault);
	err = admin_try(&home, request, clock_mono_us() + wait_us, arena, &reply);
	if (err != ERR_OK)
		return tell(err, &home);
	if (reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL)
		return admin_refused(reply->refusal);
	*ret_reply = reply;
	return OUTCOME_DONE;
}
