# SPDX-License-Identifier: Apache-2.0
"""Agency systems under load that can be killed at any moment, and what they remember of what they were told."""
import collections
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from harness import BUILD, run  # noqa: E402

PROGRAMS = os.path.join(BUILD, "tests", "crash")


class Client:
    """One program of an agency: started, killed and started again over the same files."""

    def __init__(self, site, agency, role, arguments):
        self.site, self.agency, self.role, self.arguments = site, agency, role, list(arguments)
        self.outbox = os.path.join(site.work, f"{agency}.{role}.outbox")
        self.log_path = os.path.join(site.work, f"{agency}.{role}.log")
        self.errors = os.path.join(site.work, f"{agency}.{role}.err")
        self.process = None

    def start(self, arguments=None):
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(self.words(arguments), stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)

    def words(self, arguments=None):
        program = os.path.join(PROGRAMS, self.role)
        given = self.arguments if arguments is None else arguments
        if self.role == "sender":
            return [program, self.site.bundle(self.agency), self.outbox, self.log_path, *given]
        return [program, self.site.bundle(self.agency), self.outbox, *given, self.log_path]

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def end(self, seconds=60):
        """Waits for, or asks for, an orderly end."""
        if self.role == "receiver":
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=seconds)
        self.process = None
        return code

    def died(self):
        return self.process is not None and self.process.poll() is not None

    def complaint(self):
        with open(self.errors, encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def said(self):
        """The lines of its log as lists of words; an incomplete last line was never written whole."""
        if not os.path.exists(self.log_path):
            return []
        with open(self.log_path, encoding="utf-8") as file:
            return [line.split() for line in file.read().split("\n")[:-1]]


class Ledger:
    """What a store's entries say, as tests/crash/audit prints it."""

    def __init__(self, store):
        outcome = run([os.path.join(PROGRAMS, "audit"), store], timeout=300)
        assert outcome.code == 0, f"audit: {outcome!r}"
        self.submitted = collections.Counter()
        self.seq, self.items, self.acknowledged, self.dead = {}, {}, collections.Counter(), set()
        for line in outcome.out.splitlines():
            word, *rest = line.split()
            if word == "submit":
                seq, _, message_id, first, count = rest
                self.submitted[message_id] += 1
                self.seq[message_id] = int(seq)
                self.items[message_id] = range(int(first), int(first) + int(count))
            elif word == "acknowledge":
                self.acknowledged.update(map(int, rest[1:]))
            elif word == "dead":
                self.dead.add(int(rest[1]))


def check_told(senders, ledger):
    """Promises P1 and P3: (lost acknowledged submissions, doubled effects, wrong numbers), each a list."""
    lost, wrong = [], []
    for sender in senders:
        for line in sender.said():
            if line[0] != "accepted":
                continue
            if ledger.submitted[line[1]] == 0:
                lost.append(line[1])
            elif ledger.seq[line[1]] != int(line[2]):
                wrong.append(line[1])
    doubled = [message_id for message_id, count in ledger.submitted.items() if count > 1]
    doubled += [f"item {item}" for item, count in ledger.acknowledged.items() if count > 1]
    return lost, doubled, wrong
