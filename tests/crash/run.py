#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Promises P1, P3, P6 against SIGKILL of daemon and clients under load, and at the end everything delivered, once.

Each cycle: load runs; the daemon, and now and then clients, are killed at a random moment; the ledger is verified and held
against what clients were told; everybody starts again over the same files.
"""
import argparse
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from load import Client, Ledger, check_told  # noqa: E402
from harness import Site, wait_until  # noqa: E402

AGENCIES = ["link", "hikikomori", "jiritsu-hanamigawa", "jiritsu-chuo"]


def make_clients(site):
    senders = [Client(site, agency, "sender", ["0", *AGENCIES[2:]]) for agency in AGENCIES[:2]]
    receivers = []
    for agency in AGENCIES[2:]:
        inbox = os.path.join(site.work, agency + ".inbox")
        os.makedirs(inbox, exist_ok=True)
        receivers.append(Client(site, agency, "receiver", [inbox]))
    return senders, receivers


def cycle(site, senders, receivers, rng):
    """Runs under load for a moment, kills, verifies, starts again."""
    time.sleep(rng.uniform(0.05, 0.8))  # the moment of the kill is what is random here
    for client in senders + receivers:
        if client.died():
            raise AssertionError(f"{client.agency} {client.role} ended by itself:\n{client.complaint()}")
    victims = [client for client in senders + receivers if rng.random() < 0.3]
    if rng.random() < 0.5:
        for client in victims:
            client.kill()
        site.kill()
    else:
        site.kill()
        for client in victims:
            client.kill()
    outcome = site.command("ledger", "verify", timeout=300)
    assert outcome.code == 0, f"the ledger does not verify: {outcome!r}"
    found = check_told(senders, Ledger(os.path.join(site.home, "store")))
    site.start(wait=False)
    for client in victims:
        client.start()
    return found


def undelivered(site):
    """Messages that wait or are handed out.  What the site tells of them may wait in mailboxes that nobody looks into here."""
    items = site.command("queue", "--json", "--limit", "1000000", timeout=300).json()["items"]
    return sum(item.get("what", "MESSAGE") == "MESSAGE" and item["state"] in ("waiting", "leased") for item in items)


def settle(site, senders, receivers):
    """No more kills: outboxes empty, mailboxes empty."""
    for sender in senders:
        sender.kill()
        sender.start(["drain"])
    for sender in senders:
        assert sender.end(600) == 0, sender.complaint()
    wait_until(lambda: undelivered(site) == 0, "mailboxes empty", 600)
    for receiver in receivers:
        receiver.end()


def check_end(site, senders, receivers):
    """Everything that was safe in an outbox was submitted once, delivered and acknowledged once."""
    ledger = Ledger(os.path.join(site.home, "store"))
    problems = []
    lost, doubled, wrong = check_told(senders, ledger)
    problems += [f"acknowledged and lost: {name}" for name in lost]
    problems += [f"took effect twice: {name}" for name in doubled]
    problems += [f"another number than its receipt: {name}" for name in wrong]
    stored = set()
    for receiver in receivers:
        stored |= set(os.listdir(receiver.arguments[0]))
    for sender in senders:
        for line in sender.said():
            if ledger.submitted[line[1]] != 1:
                problems.append(f"{line[0]}, submitted {ledger.submitted[line[1]]} times: {line[1]}")
    for message_id, items in ledger.items.items():
        if message_id not in stored:
            problems.append(f"never stored by its recipient: {message_id}")
        problems += [f"item {item} of {message_id} acknowledged {ledger.acknowledged[item]} times"
                     for item in items if ledger.acknowledged[item] != 1]
    problems += [f"dead letter: item {item}" for item in sorted(ledger.dead)]
    return ledger, problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    print(f"seed {arguments.seed}, {arguments.cycles} cycles", flush=True)
    options = {"session_timeout": "2s", "heartbeat": "1s", "attempts": 100}
    totals = [0, 0, 0]
    with Site(agencies=AGENCIES, options=options) as site:
        senders, receivers = make_clients(site)
        for client in senders + receivers:
            client.start()
        for number in range(1, arguments.cycles + 1):
            found = cycle(site, senders, receivers, rng)
            totals = [total + len(part) for total, part in zip(totals, found)]
            assert not any(found), f"cycle {number}: lost {found[0]}, doubled {found[1]}, renumbered {found[2]}"
            if number % 20 == 0:
                print(f"cycle {number}", flush=True)
        settle(site, senders, receivers)
        site.stop()
        outcome = site.command("ledger", "verify", timeout=300)
        assert outcome.code == 0, f"the ledger does not verify: {outcome!r}"
        ledger, problems = check_end(site, senders, receivers)
    for problem in problems[:20]:
        print(problem)
    print(f"{arguments.cycles} cycles, {sum(ledger.submitted.values())} submissions, "
          f"{sum(ledger.acknowledged.values())} acknowledgements: lost {totals[0]}, doubled {totals[1]}, "
          f"problems at the end {len(problems)}")
    print(f"{arguments.cycles + 1 - bool(problems)} passed, {int(bool(problems))} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
