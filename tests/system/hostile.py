# SPDX-License-Identifier: Apache-2.0
"""A site with an agency that means ill, one that only works, and a desk; and what must hold whatever the first one does (P8).

Run as a program it is a flood, in a process of its own so that what it measures is the daemon:  hostile.py KIND BUNDLE TO_BUNDLE SEED
"""
import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import time
import traceback
import unittest

import wire
from harness import SANITIZED, Site, free_endpoint

MALFORMED, TOO_LARGE, TOO_MANY, VERSION, BAD_SIGNATURE, BAD_DIGEST, NOT_YOURS, NO_HELLO, ID_TIME, CONFLICT = range(1, 11)
UNKNOWN_AGENCY, STALE_KEY, UNKNOWN_ITEM, INVITATION, OVERLOADED = 20, 22, 25, 29, 60
WELCOME, REPLIES, HANDOUT, READ_RESULT, BLOB_STORED, ENROLLED, NOTICE = 1, 2, 3, 4, 5, 6, 7
CLOSED = 4  # a Notice's kind
MEMORY_BOUND_KIB = 96 * 1024  # the daemon's own limits add up to far less; a leak of one frame per attack would pass it
UNNOTICED = 0.05  # seconds: on a small machine nobody would notice less


class Hostile(unittest.TestCase):
    # These clients say nothing while they wait, and go away without a word as often as they like.
    options = {"handshake_interval": "1s", "session_timeout": "60s", "heartbeat": "1s", "attempts": 100}

    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=["link", "hikikomori", "jiritsu-hanamigawa"], endpoint=free_endpoint(), options=cls.options)
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.seed = int(os.environ.get("UNIT_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"    attack seed {cls.seed}")
        cls.random = random.Random(cls.seed)
        cls.attacker = wire.Bundle(cls.site.bundle("hikikomori"))
        cls.link = wire.Bundle(cls.site.bundle("link"))
        cls.desk = wire.Bundle(cls.site.bundle("jiritsu-hanamigawa"))

    def tearDown(self):
        """After each attack: the same process, within its memory, and another agency's message goes through."""
        self.check_alive()
        with wire.Connection(self.link) as connection:
            connection.welcome()
            self.accepted(connection, *message(self.link, self.desk))

    def check_alive(self):
        self.assertIsNone(self.site.process.poll(), "the daemon ended:\n" + self.site.log()[-3000:])
        if not SANITIZED:
            self.assertLess(rss_kib(self.site.process.pid), MEMORY_BOUND_KIB)

    def replies(self, connection):
        answer = connection.receive_kind(REPLIES)
        self.assertIsNotNone(answer, "no answer to a batch\n" + self.site.log()[-2000:])
        return answer

    def codes(self, connection, control, data=b""):
        connection.send(control, data)
        return wire.refusal_codes(self.replies(connection))

    def accepted(self, connection, control, data=b""):
        self.assertEqual(self.codes(connection, control, data), [0])

    def refused(self, control, data, code):
        """The attacker's batch is answered with this refusal."""
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            self.assertEqual(self.codes(connection, control, data), [code])

    def closed_with(self, connection, code):
        """The session is ended with this refusal."""
        notice = connection.receive_kind(NOTICE)
        self.assertIsNotNone(notice, "no notice")
        self.assertEqual((notice[1][0], wire.unpack(notice[7][0])[1][0]), (CLOSED, code))

    def in_a_process(self, attack):
        """Of its own: libzmq 4.3 ends a program (session_base.cpp, EAGAIN) that closes a socket just when its connection is cut in the middle of a
        message, which is what an attacker lives with."""
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            try:
                attack()
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(1)
        _, status = os.waitpid(pid, 0)
        self.assertIn(os.waitstatus_to_exitcode(status), (0, -signal.SIGABRT), "the attack itself failed")

    # ---- what others feel ----

    def p99(self, count=100):
        """Of another agency's round trips to a durable receipt, prepared beforehand."""
        times = []
        prepared = [message(self.link, self.desk, number) for number in range(1, count + 1)]
        with wire.Connection(self.link) as connection:
            connection.welcome()
            for control, data in prepared:
                started = time.monotonic()
                self.accepted(connection, control, data)
                times.append(time.monotonic() - started)
        return sorted(times)[int(count * 0.99) - 1]

    def slowed_at_most_fivefold(self, attack, what, unnoticed=UNNOTICED):
        """attack: a context of it.  Both are measured again when it was more, up to eight times, one after the other: a slow moment of a shared
        machine passes or slows both, an attack slows the second each time.  Within fivefold once is enough, unless half of them are beyond what
        any slow moment explains."""
        before = self.p99()
        folds = []
        for _ in range(8):
            with attack():
                during = self.p99()
                self.check_alive()
            folds.append(during / max(before, unnoticed / 5))
            if min(folds) < 5 and statistics.median(folds) < 25:
                return
            print(f"    {what}: p99 {before:.4f} s, then {during:.4f} s")
            before = min(self.p99(), self.p99())  # the first has what the attack left behind
        self.fail(f"{what}: p99 {during:.4f} s the last time, and {before:.4f} s without\n{self.site.log()[-1500:]}")

    def flooded(self, kind):
        """A flood of this kind while another agency works."""
        self.slowed_at_most_fivefold(lambda: self.flood(kind), f"a flood of {kind}")

    @contextlib.contextmanager
    def flood(self, kind):
        flood = subprocess.Popen([sys.executable, os.path.abspath(__file__), kind, self.site.bundle("hikikomori"),
                                  self.site.bundle("jiritsu-hanamigawa"), str(self.seed)], stdout=subprocess.PIPE, text=True, start_new_session=True)
        try:
            self.assertEqual(flood.stdout.readline(), "begun\n")
            yield
            self.assertIsNone(flood.poll(), "the flood ended by itself")
        finally:
            os.killpg(flood.pid, signal.SIGKILL)
            flood.communicate()


def message(device, to, number=1, signature=None, part=b"sealed", **changes):
    """A batch of one message, signed by the device, and its part; f3="x@y": field 3 of its View is that."""
    sealed_to = [wire.sha256(to.sealing_certificate), wire.sha256(device.sealing_certificate)]
    fields = wire.view(device.address, to.address, sealed_to, part, **changes)
    return wire.batch(device, [[wire.statement_of_view(fields)]], number, signature), part


def rss_kib(pid):
    """Memory of its own: what is mapped of the store is the kernel's to take back."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon:"))


# ---- floods ----

def garbage(bundle, _, chance):
    """Random bytes; each ends the session, so each needs a new one."""
    frames = [(chance.randbytes(2000), chance.randbytes(2000)) for _ in range(50)]
    with wire.Connection(bundle, timeout=0.1) as connection:
        connection.hello()
        connection.receive()
        for control, data in frames:
            connection.send(control, data)
        connection.receive()


def signatures(bundle, to, chance):
    """Batches whose signature is well formed and wrong: each costs the broker a verification."""
    frames = []
    good = bundle.sign(b"something else")
    for number in range(50):
        frames.append(message(bundle, to, number, good))
    with wire.Connection(bundle, timeout=0.5) as connection:
        connection.hello()
        connection.receive()
        for _ in range(40):
            for control, data in frames:
                connection.send(control, data)
            connection.receive()


def parts(bundle, to, chance):
    """Valid batches, as large as they may be: 20 messages of 90 KiB each."""
    sealed_to = [wire.sha256(to.sealing_certificate), wire.sha256(bundle.sealing_certificate)]
    frames = []
    for number in range(20):
        parts = [chance.randbytes(90 * 1024) for _ in range(20)]
        views = [wire.view(bundle.address, to.address, sealed_to, part) for part in parts]
        frames.append((wire.batch(bundle, [[wire.statement_of_view(fields)] for fields in views], number), b"".join(parts)))
    with wire.Connection(bundle, timeout=0.5) as connection:
        connection.hello()
        connection.receive()
        for control, data in frames:
            connection.send(control, data)
        for _ in frames:
            connection.receive()


def blobs(bundle, _, chance):
    """Segments that nobody will ever name."""
    with wire.Connection(bundle, timeout=0.5) as connection:
        connection.hello()
        connection.receive()
        for number in range(200):
            segment = chance.randbytes(64 * 1024)
            connection.send(wire.pack((4, wire.pack((1, number), (2, wire.sha256(segment)), (3, len(segment))))), segment)
        connection.receive()


def reads(bundle, _, chance):
    """Questions, whose answers are not fetched: the directory, the inbox, receipts of entries, old trees."""
    with wire.Connection(bundle, timeout=0.5) as connection:
        connection.hello()
        connection.receive()
        for number in range(5000):
            what = chance.choice([(2, 0), (6, 0), (4, chance.randrange(100)), (8, chance.randrange(1, 100)), (9, wire.message_id())])
            if not connection.send(wire.pack((5, wire.pack((1, number), what)))):
                break
        time.sleep(0.2)


def hellos(bundle, _, chance):
    """Sessions by the dozen, none of which says more."""
    crowd = []
    for _ in range(50):
        connection = wire.Connection(bundle, timeout=0.1)
        connection.hello()
        crowd.append(connection)
    for connection in crowd:
        connection.receive()
        connection.close()


FLOODS = {flood.__name__: flood for flood in (garbage, signatures, parts, blobs, reads, hellos)}


def main():
    kind, bundle, to, seed = sys.argv[1:]
    bundle, to, chance = wire.Bundle(bundle), wire.Bundle(to), random.Random(int(seed))
    print("begun", flush=True)
    while True:  # begun anew where libzmq ended it, see in_a_process
        worker = os.fork()
        while worker == 0:
            FLOODS[kind](bundle, to, chance)
        if os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) != -signal.SIGABRT:
            sys.exit(1)


if __name__ == "__main__":
    main()
