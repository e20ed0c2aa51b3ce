/* SPDX-License-Identifier: Apache-2.0 */
#include "service/run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "front/front.h"
#include "service/notify.h"
#include "service/site.h"

#define DESCRIPTORS_BESIDES 256u                   /* store, sockets, libraries, and some air */
#define READERS_CHECKED_US (3600 * INT64_C(1000000)) /* slots of commands that died would pin old pages */
#define ROUND_MS 1000

struct running {
	struct site site;
	struct broker *broker;
	struct front *front;
	int signals;           /* a signalfd */
	uint64_t watchdog_us;
	uint64_t turns;        /* of the front, when the watchdog was last fed */
	int64_t fed_us;        /* monotonic */
	int64_t readers_us;    /* monotonic */
};

/* ---- the process ---- */

static enum exit_code raise_descriptors(uint64_t connections_max)
{
	const rlim_t needed = connections_max + DESCRIPTORS_BESIDES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return EXIT_FAILED_IO;
	if (limit.rlim_cur >= needed)
		return EXIT_DONE;
	limit.rlim_cur = needed;
	if (limit.rlim_max < needed)
		limit.rlim_max = needed; /* root may */
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return EXIT_DONE;
	log_error("too_few_descriptors", "connections_max=%" PRIu64 " needed=%" PRIu64 " hint=%s", connections_max, (uint64_t)needed,
		  "raise LimitNOFILE or ulimit -n, or lower connections_max");
	return EXIT_BAD_CONFIG;
}

static enum exit_code take_signals(struct running *running)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return EXIT_FAILED_IO;
	running->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return running->signals >= 0 ? EXIT_DONE : EXIT_FAILED_IO;
}

/* ---- building up ---- */

static enum exit_code open_broker(struct running *running)
{
	const struct broker_options options = site_broker_options(&running->site);
	enum err err = broker_open(&options, running->site.store, &running->broker);

	if (err == ERR_CORRUPT)
		site_tell_damage(&running->site, broker_fault(running->broker));
	else if (err == ERR_CONFLICT)
		log_error("wrong_store", "store=%s problem=%s", running->site.home.store,
			  "its ledger is of another site or another checkpoint key");
	else if (err == ERR_OK && options.test_site && !broker_is_test(running->broker))
		log_warn("test_site_ignored", "store=%s problem=%s", running->site.home.store, "its ledger is a real site's, and stays one");
	else if (err != ERR_OK)
		log_error("ledger_unusable", "store=%s error=%s", running->site.home.store, err_text(err));
	return exit_code_of(err);
}

static enum exit_code start_front(struct running *running)
{
	const struct front_setup setup = {
		.config = &running->site.config,
		.keys = &running->site.keys,
		.admin_socket = running->site.home.admin_socket,
		.store = running->site.store,
		.broker = running->broker,
		.started_at_us = clock_wall_us(),
	};
	char fault[512] = "";
	enum err err = front_start(&setup, &running->front, fault, sizeof fault);

	if (err == ERR_CORRUPT)
		site_tell_damage(&running->site, fault);
	else if (err != ERR_OK)
		log_error("cannot_listen", "problem=%s error=%s", fault, err_text(err));
	return exit_code_of(err);
}

static enum exit_code build_up(struct running *running)
{
	enum exit_code code = raise_descriptors(running->site.config.connections_max);
	enum err err;

	if (code == EXIT_DONE)
		code = site_open_store(&running->site, false);
	if (code == EXIT_DONE)
		code = open_broker(running);
	if (code == EXIT_DONE)
		code = start_front(running);
	if (code != EXIT_DONE)
		return code;
	err = broker_start(running->broker);
	if (err != ERR_OK)
		log_error("cannot_start", "part=writer error=%s", err_text(err));
	return exit_code_of(err);
}

/* ---- running ---- */

static void reload(struct running *running)
{
	struct config fresh;
	bool waits;

	notify("RELOADING=1");
	if (site_load_options(&running->site.home, &fresh) != ERR_OK) {
		log_error("not_reloaded", "hint=%s", "the options in force stay; tsunagid --check tells what is wrong");
		notify("READY=1");
		return;
	}
	waits = config_reload(&running->site.config, &fresh);
	log_set_level(running->site.config.log_level);
	front_reload(running->front, &running->site.config);
	log_info("reloaded", "waits_for_restart=%s", waits ? "yes" : "no");
	notify("READY=1");
}

/* True when it is time to stop. */
static bool take_signal(struct running *running)
{
	struct signalfd_siginfo info;

	while (read(running->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo != SIGHUP) {
			log_info("stopping", "signal=%u", info.ssi_signo);
			return true;
		}
		reload(running);
	}
	return false;
}

/* The watchdog is fed as long as the front's loop turns: a thread that hangs must not look alive. */
static void feed(struct running *running)
{
	int64_t now_us = clock_mono_us();
	uint64_t turns = front_turns(running->front);

	if (running->watchdog_us > 0 && turns != running->turns && now_us - running->fed_us >= (int64_t)running->watchdog_us / 4) {
		notify("WATCHDOG=1");
		running->turns = turns;
		running->fed_us = now_us;
	}
	if (now_us - running->readers_us < READERS_CHECKED_US)
		return;
	running->readers_us = now_us;
	if (store_check_readers(running->site.store, NULL) != ERR_OK)
		log_warn("readers_unchecked", " ");
}

/* Why the front or the writer could not go on. */
static enum exit_code ended(struct running *running)
{
	char text[512];
	enum err err = front_ended(running->front, text, sizeof text);

	if (err == ERR_CORRUPT)
		site_tell_damage(&running->site, text);
	else
		log_error("cannot_go_on", "problem=%s error=%s", text, err_text(err));
	return err == ERR_STOPPED ? EXIT_FAILED_IO : exit_code_of(err);
}

static enum exit_code run_until_told(struct running *running)
{
	struct pollfd waits[] = { { running->signals, POLLIN, 0 }, { front_ended_fd(running->front), POLLIN, 0 } };

	for (;;) {
		if (poll(waits, 2, ROUND_MS) < 0 && errno != EINTR)
			return EXIT_FAILED_IO;
		if (waits[1].revents != 0)
			return ended(running);
		if (waits[0].revents != 0 && take_signal(running))
			return EXIT_DONE;
		feed(running);
	}
}

/* ---- tearing down ---- */

static void tear_down(struct running *running)
{
	if (running->front != NULL) {
		front_close_doors(running->front);
		broker_stop(running->broker); /* what was taken is decided and told; the front still sends */
	}
	front_stop(running->front);
	broker_close(running->broker);
	site_close(&running->site);
	if (running->signals >= 0)
		close(running->signals);
}

enum exit_code run(const char *root)
{
	struct running *running = calloc(1, sizeof *running);
	enum exit_code code;

	if (running == NULL)
		return EXIT_NO_MEMORY;
	running->signals = -1;
	code = site_open(root, &running->site);
	if (code == EXIT_DONE) {
		log_set_level(running->site.config.log_level);
		code = take_signals(running);
	}
	if (code == EXIT_DONE)
		code = build_up(running);
	if (code == EXIT_DONE) {
		running->watchdog_us = notify_watchdog_us();
		running->readers_us = clock_mono_us();
		log_info("ready", "site=%s version=%s home=%s", running->site.config.site, TSUNAGI_VERSION, running->site.home.root);
		notify("READY=1\nSTATUS=taking connections");
		code = run_until_told(running);
		notify("STOPPING=1");
	}
	tear_down(running);
	if (code == EXIT_DONE)
		log_info("stopped", " ");
	free(running);
	return code;
}
