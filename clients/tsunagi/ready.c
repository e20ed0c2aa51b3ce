/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/ready.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/words.h"

#define LOOK_AGAIN_NS 20000000 /* nothing tells of a socket that is not there yet */
#define ANSWER_US (5 * INT64_C(1000000))

static bool is_ready(const struct home *home, const Pb__AdminRequest *request, int64_t deadline_us, struct arena *arena)
{
	const Pb__AdminReply *reply;
	int64_t now = clock_mono_us();
	int64_t until = deadline_us < now + ANSWER_US ? deadline_us : now + ANSWER_US;

	arena_reset(arena);
	return admin_try(home, request, until, arena, &reply) == ERR_OK && reply->body_case == PB__ADMIN_REPLY__BODY_STATUS &&
	       reply->status->accepting;
}

/* True when the child has ended; it is left to be waited for. */
static bool has_ended(pid_t child)
{
	siginfo_t info = { .si_pid = 0 };

	return child > 0 && (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == child);
}

enum outcome ready_wait(const struct home *home, int64_t deadline_us, pid_t child)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	struct arena arena;
	bool ready;

	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = &nothing;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	while (!(ready = is_ready(home, &request, deadline_us, &arena)) && clock_mono_us() < deadline_us && !has_ended(child))
		nanosleep(&(struct timespec){ 0, LOOK_AGAIN_NS }, NULL);
	arena_free(&arena);
	if (ready)
		return OUTCOME_DONE;
	return out_problem(OUTCOME_NOT_THERE, "NOT_READY",
			   words("See its log; `tsunagi status` tells why when it answers.", "ログと `tsunagi status` を確認してください。"),
			   words("No tsunagid of %s was ready in time.", "%s の tsunagid は時間内に受付状態になりませんでした。"), home->root);
}
