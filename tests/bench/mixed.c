/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/mixed.c - a day at a site that has many legs open: what comes in, is taken, talked about, finished, taken back and comes due.
 *
 *   mixed OPEN IN_FLIGHT BYTES SENDER.bundle... -- RECEIVER.bundle...
 *
 * Each sender asks one receiver, in a thread of its own that holds the sessions of both.  They open OPEN legs together, say "open", and then
 * carry out each line "COMMANDS URGENT" of their input: so many commands in the mix of the table below, each on a leg that is drawn from all
 * that are open, however old; then so many urgent requests, whose timers whoever measures lets come due, and which the next line withdraws.
 * One JSON object a line tells what was done.  As many legs are opened as end: there are always OPEN of them. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "driver_internal.h"
#include "driver_message.h"

#define PAIRS_MAX 16
#define ACCEPTED_EVERY 8 /* of those that are opened at the beginning one in eight is taken, and half of these begun */

enum command { SUBMIT, ACCEPT, START, NOTE_FROM_SENDER, NOTE_FROM_RECEIVER, COMPLETE, WITHDRAW, URGENT, COMMANDS };

/* One round of the mix: two legs are opened, one is finished and one withdrawn. */
static const enum command mix[] = { SUBMIT, ACCEPT, NOTE_FROM_SENDER, START, SUBMIT, NOTE_FROM_RECEIVER, COMPLETE, WITHDRAW };

enum stage { ASKED, TAKEN, BEGUN, PRESSING, STAGES, ENDED = STAGES };

static const enum stage before[COMMANDS] = { [ACCEPT] = ASKED, [START] = TAKEN, [NOTE_FROM_SENDER] = ASKED, [NOTE_FROM_RECEIVER] = BEGUN,
					     [COMPLETE] = BEGUN, [WITHDRAW] = ASKED };
static const enum stage after[COMMANDS] = { [SUBMIT] = ASKED, [ACCEPT] = TAKEN, [START] = BEGUN, [NOTE_FROM_SENDER] = ASKED,
					    [NOTE_FROM_RECEIVER] = BEGUN, [COMPLETE] = ENDED, [WITHDRAW] = ENDED, [URGENT] = PRESSING };

struct matter {
	struct id request, case_id;
	enum command doing; /* the command that is not answered yet */
};

struct pool {
	struct matter **matters;
	size_t count, room;
};

struct pair {
	struct driver sender, receiver;
	struct driver_message from_sender, from_receiver;
	struct pool pools[STAGES];
	size_t unanswered, in_flight, turn;
	uint64_t done[COMMANDS];
	uint64_t wanted, urgent; /* of the job at hand */
	bool opening;
};

static struct pair pairs[PAIRS_MAX];
static size_t pair_count;

/* ---- legs ---- */

static void pool_put(struct pool *pool, struct matter *matter)
{
	if (pool->count == pool->room) {
		pool->room = pool->room == 0 ? 1024 : 2 * pool->room;
		pool->matters = realloc(pool->matters, pool->room * sizeof(*pool->matters));
		if (pool->matters == NULL)
			abort();
	}
	pool->matters[pool->count++] = matter;
}

/* Any of them; NULL: there is none. */
static struct matter *pool_draw(struct pool *pool, uint64_t random)
{
	struct matter *drawn;
	size_t at;

	if (pool->count == 0)
		return NULL;
	at = (size_t)(random % pool->count);
	drawn = pool->matters[at];
	pool->matters[at] = pool->matters[--pool->count];
	return drawn;
}

static void answered(struct pair *pair, struct matter *matter, bool accepted)
{
	pair->unanswered--;
	if (!accepted)
		driver_must(ERR_REFUSED, "a command of the mix");
	pair->done[matter->doing]++;
	if (after[matter->doing] == ENDED)
		free(matter);
	else
		pool_put(&pair->pools[after[matter->doing]], matter);
}

static struct pair *pair_of(const struct driver *driver)
{
	for (size_t i = 0; i < pair_count; i++)
		if (driver == &pairs[i].sender || driver == &pairs[i].receiver)
			return &pairs[i];
	abort();
}

static void driver_answered(struct driver *driver, void *owner, bool accepted)
{
	answered(pair_of(driver), owner, accepted);
}

/* ---- commands ---- */

static struct matter *new_matter(struct pair *pair)
{
	struct matter *matter = calloc(1, sizeof(*matter));

	if (matter == NULL)
		abort();
	matter->request = driver_message_id(&pair->sender);
	matter->case_id = driver_message_id(&pair->sender);
	return matter;
}

static bool is_note(enum command command)
{
	return command == NOTE_FROM_SENDER || command == NOTE_FROM_RECEIVER;
}

static void fill_request(Pb__View *view, enum command command)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
	view->urgency = command == URGENT ? PB__URGENCY__URGENCY_URGENT : PB__URGENCY__URGENCY_ROUTINE;
	view->leg_act = NULL;
}

static void fill_act(Pb__View *view, enum command command, Pb__LegAct *act, char on[11])
{
	time_t now = (time_t)(clock_wall_us() / 1000000 - 86400); /* the day before is past at any site, and not long ago */
	struct tm day;

	pb__leg_act__init(act);
	if (command == START) {
		gmtime_r(&now, &day);
		strftime(on, 11, "%Y-%m-%d", &day);
		act->on = on;
	}
	act->action = command == ACCEPT	    ? PB__LEG_ACTION__LEG_ACTION_ACCEPT :
		      command == START	    ? PB__LEG_ACTION__LEG_ACTION_START :
		      command == COMPLETE   ? PB__LEG_ACTION__LEG_ACTION_COMPLETE :
					      PB__LEG_ACTION__LEG_ACTION_WITHDRAW;
	if (command == COMPLETE)
		act->outcome = PB__OUTCOME__OUTCOME_RESOLVED;
	if (command == WITHDRAW)
		act->reason = PB__REASON__REASON_NO_LONGER_NEEDED;
	view->leg_act = act;
}

static void issue(struct pair *pair, enum command command, struct matter *matter)
{
	bool opens = command == SUBMIT || command == URGENT;
	bool receives = command == ACCEPT || command == START || command == COMPLETE || command == NOTE_FROM_RECEIVER;
	struct driver_message *message = receives ? &pair->from_receiver : &pair->from_sender;
	struct driver *driver = receives ? &pair->receiver : &pair->sender;
	char on[11];
	Pb__LegAct act;

	fill_request(&message->view, command);
	message->id = opens ? matter->request : driver_message_id(driver);
	message->case_id = matter->case_id;
	message->has_thread = !opens;
	message->thread_id = matter->request;
	message->has_part = opens || is_note(command);
	if (!opens) {
		message->view.ask = PB__ASK__ASK_UNSPECIFIED;
		message->view.take = PB__TAKE__TAKE_UNSPECIFIED;
	}
	if (is_note(command))
		message->view.kind = PB__KIND__KIND_NOTE;
	else if (!opens)
		fill_act(&message->view, command, &act, on);
	matter->doing = command;
	batcher_put(driver->batcher, driver_message_order(message, (receives ? &pair->sender : &pair->receiver)->bundle, matter), false);
	pair->unanswered++;
}

/* What it is about must be there; else it comes in a later turn. */
static bool try_issue(struct pair *pair, enum command command)
{
	bool opens = command == SUBMIT || command == URGENT;
	struct pool *pool = command == WITHDRAW && pair->pools[PRESSING].count > 0 ? &pair->pools[PRESSING] : &pair->pools[before[command]];
	struct matter *matter = opens ? new_matter(pair) : pool_draw(pool, driver_random(&pair->sender));

	if (matter != NULL)
		issue(pair, command, matter);
	return matter != NULL;
}

/* ---- a job ---- */

static enum command next_command(struct pair *pair)
{
	if (pair->opening && pair->turn % ACCEPTED_EVERY == 1)
		return pair->pools[ASKED].count > 0 ? ACCEPT : SUBMIT;
	if (pair->opening && pair->turn % (2 * ACCEPTED_EVERY) == 2)
		return pair->pools[TAKEN].count > 0 ? START : SUBMIT;
	return pair->opening ? SUBMIT : mix[pair->turn % (sizeof(mix) / sizeof(*mix))];
}

static uint64_t done_of(const struct pair *pair)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < COMMANDS; i++)
		sum += pair->done[i];
	return sum;
}

static void turn_both(struct pair *pair)
{
	bool happened = driver_turn(&pair->sender, 0);

	happened = driver_turn(&pair->receiver, 0) || happened;
	if (!happened)
		driver_turn(pair->turn % 2 == 0 ? &pair->sender : &pair->receiver, clock_mono_us() + 1000);
}

/* Issues as long as there is something left of `wanted`, then waits for every answer and what was sent to be acknowledged. */
static void carry_out(struct pair *pair, enum command fixed, uint64_t wanted)
{
	uint64_t issued = 0;

	while (issued < wanted || pair->unanswered > 0 || driver_busy(&pair->sender) || driver_busy(&pair->receiver)) {
		driver_look_at_clocks(&pair->sender);
		driver_look_at_clocks(&pair->receiver);
		while (issued < wanted && pair->unanswered < pair->in_flight) {
			enum command command = fixed == COMMANDS ? next_command(pair) : fixed;

			pair->turn++;
			if (!try_issue(pair, command))
				break;
			issued += !pair->opening || command == SUBMIT;
		}
		turn_both(pair);
	}
}

static void *job_thread(void *argument)
{
	struct pair *pair = argument;

	if (!pair->opening)
		carry_out(pair, WITHDRAW, pair->pools[PRESSING].count);
	carry_out(pair, COMMANDS, pair->wanted);
	carry_out(pair, URGENT, pair->urgent);
	return NULL;
}

static void job(uint64_t wanted, uint64_t urgent, bool opening)
{
	pthread_t threads[PAIRS_MAX];

	for (size_t i = 0; i < pair_count; i++) {
		pairs[i].wanted = wanted / pair_count + (i < wanted % pair_count);
		pairs[i].urgent = urgent / pair_count + (i < urgent % pair_count);
		pairs[i].opening = opening;
		memset(pairs[i].done, 0, sizeof(pairs[i].done));
		pthread_create(&threads[i], NULL, job_thread, &pairs[i]);
	}
	for (size_t i = 0; i < pair_count; i++)
		pthread_join(threads[i], NULL);
}

static void tell(const char *what, int64_t started_us)
{
	uint64_t commands = 0, open = 0, notices = 0;

	for (size_t i = 0; i < pair_count; i++) {
		commands += done_of(&pairs[i]);
		notices += pairs[i].sender.notices + pairs[i].receiver.notices;
		for (size_t stage = 0; stage < STAGES; stage++)
			open += pairs[i].pools[stage].count;
	}
	printf("{\"%s\":%llu,\"open\":%llu,\"notices\":%llu,\"seconds\":%.4f}\n", what, (unsigned long long)commands, (unsigned long long)open,
	       (unsigned long long)notices, (double)(clock_mono_us() - started_us) / 1e6);
	fflush(stdout);
}

static void open_pair(struct pair *pair, const struct bundle *sender, const struct bundle *receiver, size_t in_flight, size_t part_bytes)
{
	driver_open(&pair->sender, sender, true);
	driver_open(&pair->receiver, receiver, true);
	pair->sender.plan.part_bytes = pair->receiver.plan.part_bytes = part_bytes;
	pair->sender.answered = pair->receiver.answered = driver_answered;
	driver_message_init(&pair->from_sender, &pair->sender);
	driver_message_init(&pair->from_receiver, &pair->receiver);
	driver_give_credit(&pair->sender);
	driver_give_credit(&pair->receiver);
	pair->in_flight = in_flight;
}

int main(int argc, char **argv)
{
	size_t count = argc > 5 ? (size_t)(argc - 5) / 2 : 0;
	int64_t started_us = clock_mono_us();
	unsigned long long commands, urgent;
	char line[80];

	if (count == 0 || count > PAIRS_MAX || strcmp(argv[4 + count], "--") != 0) {
		fprintf(stderr, "usage: mixed OPEN IN_FLIGHT BYTES SENDER... -- RECEIVER...\n");
		return 2;
	}
	for (; pair_count < count; pair_count++)
		open_pair(&pairs[pair_count], driver_bundle(argv[4 + pair_count]), driver_bundle(argv[5 + count + pair_count]),
			  strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
	job(strtoull(argv[1], NULL, 10), 0, true);
	tell("opened", started_us);
	while (fgets(line, sizeof(line), stdin) != NULL && sscanf(line, "%llu %llu", &commands, &urgent) == 2) {
		started_us = clock_mono_us();
		job(commands, urgent, false);
		tell("commands", started_us);
	}
	return 0;
}
