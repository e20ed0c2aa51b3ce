#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Promise P1 against power cuts: what was not synced is discarded, torn and reordered; what was told must be there.

The daemon runs over layer.so, which keeps what a disk would hold.  Each cycle: load, kill, the disk put together with an
arbitrary part of the unsynced writes, the ledger verified and held against what clients were told.  The same is then done with a
build that never syncs: unless that one is caught, this test shows nothing.
"""
import argparse
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "crash")]
from load import Client, Ledger, check_told  # noqa: E402
from harness import BUILD, PATIENCE, Site, wait_until  # noqa: E402
from replay import replay  # noqa: E402

AGENCIES = ["link", "hikikomori", "jiritsu-hanamigawa"]
NOSYNC_DAEMON = os.path.join(ROOT, "build-nosync", "daemon", "tsunagid")


class Lost(Exception):
    """The store after a cut is not what clients were told, or not readable at all."""


class Machine:
    """A site on a disk that can lose power.  patience: seconds for the load to go on; clients that see history rewritten stop for good."""

    def __init__(self, site, rng, patience):
        self.site, self.rng, self.patience = site, rng, patience
        self.image = os.path.join(site.work, "disk.img")
        site.env = {"LD_PRELOAD": os.path.join(BUILD, "tests", "powercut", "layer.so"), "POWERCUT_IMAGE": self.image}
        self.pending = self.survived = 0

    def cut(self):
        self.site.kill()
        pending, survived = replay(self.image, os.path.join(self.site.home, "store"), self.rng)
        self.pending += pending
        self.survived += survived

    def check(self, senders):
        outcome = self.site.command("ledger", "verify", timeout=300)
        if outcome.code != 0:
            raise Lost(f"the ledger does not verify: {outcome.out}{outcome.err}")
        found = check_told(senders, Ledger(os.path.join(self.site.home, "store")))
        if any(found):
            raise Lost(f"lost {len(found[0])}, doubled {len(found[1])}, renumbered {len(found[2])}")

    def run_cycle(self, senders):
        self.site.env.pop("POWERCUT_AFTER", None)
        within_a_commit = self.rng.random() < 0.7
        if within_a_commit:
            self.site.env["POWERCUT_AFTER"] = str(self.rng.randrange(20, 1500))
        process = self.site.start(wait=False)
        before = sum(len(sender.said()) for sender in senders)
        wait_until(lambda: process.poll() is not None or sum(len(sender.said()) for sender in senders) > before + 50,
                   "the load goes on", self.patience)
        if within_a_commit:
            wait_until(lambda: process.poll() is not None, "the power fails by itself", self.patience)
        else:
            time.sleep(self.rng.uniform(0.0, 0.3))  # the moment of the cut is what is random here
        self.cut()
        self.check(senders)


def run_cycles(daemon, cycles, rng, patience):
    """Gives (cycles done, Lost or None, machine)."""
    with Site(agencies=AGENCIES, daemon=daemon, options={"session_timeout": "2s", "heartbeat": "1s", "attempts": 100}) as site:
        site.stop()
        machine = Machine(site, rng, patience)
        senders = [Client(site, agency, "sender", ["0", AGENCIES[2]]) for agency in AGENCIES[:2]]
        inbox = os.path.join(site.work, "inbox")
        os.makedirs(inbox)
        receiver = Client(site, AGENCIES[2], "receiver", [inbox])
        clients = senders + [receiver]
        for client in clients:
            client.start()
        try:
            for number in range(cycles):
                try:
                    machine.run_cycle(senders)
                except (Lost, AssertionError) as lost:
                    return number, lost, machine
        finally:
            for client in clients:
                client.kill()
    return cycles, None, machine


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.cycles} cuts", flush=True)
    passed = failed = 0

    done, lost, machine = run_cycles(os.path.join(BUILD, "daemon", "tsunagid"), arguments.cycles, random.Random(arguments.seed), PATIENCE)
    print(f"as it ships: {done} cuts, {machine.pending} unsynced writes, pieces of them that survived {machine.survived}: "
          f"{lost or 'nothing told was lost'}", flush=True)
    passed, failed = passed + done, failed + (lost is not None)

    done, lost, machine = run_cycles(NOSYNC_DAEMON, 20, random.Random(arguments.seed), 30)
    print(f"never syncing: {f'found out at cut {done + 1}: {lost}' if lost else 'NOT found out in 20 cuts'}")
    passed, failed = passed + (lost is not None), failed + (lost is None)

    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
