# SPDX-License-Identifier: Apache-2.0
"""Promise P8: whatever a session says, in whatever order, and whatever it leaves unread."""
import contextlib
import os
import unittest

import wire
from hostile import (BLOB_STORED, ENROLLED, HANDOUT, MALFORMED, NO_HELLO, NOT_YOURS, OVERLOADED, READ_RESULT, REPLIES, TOO_LARGE, UNKNOWN_ITEM, VERSION,
                     WELCOME, Hostile, message, rss_kib)

MOST = (1 << 64) - 1


class Sessions(Hostile):
    # ---- who may speak ----

    def test_without_a_valid_key(self):
        public, secret = wire.new_keys()
        with wire.Connection(self.attacker, public, secret, timeout=2) as connection:
            connection.hello()
            self.assertIsNone(connection.receive())

    def test_without_encryption(self):
        with wire.Connection(self.attacker, curve=False, timeout=2) as connection:
            connection.hello()
            self.assertIsNone(connection.receive())

    def test_with_a_routing_id_of_its_own(self):
        for routing in (b"link@chiba-city", b"\x01", b"x" * 255, bytes(4) + b"\x01"):
            with wire.Connection(self.attacker, routing=routing, timeout=1) as connection:
                connection.hello()
                connection.receive()

    def test_wrong_versions(self):
        for least, most in ((99, 100), (0, 0), (2, 1), (1 << 32, MOST)):
            with wire.Connection(self.attacker) as connection:
                connection.hello(least, most)
                self.closed_with(connection, MALFORMED if most == MOST else VERSION)

    def test_hello_as_another_agency(self):
        for agency in (self.link.address, "hikikomori", "hikikomori@elsewhere", "@", "x" * 200):
            with wire.Connection(self.attacker) as connection:
                connection.hello(agency=agency)
                self.closed_with(connection, NOT_YOURS)

    def test_a_used_invitation(self):
        path = os.path.join(self.site.work, "used.invitation")
        self.site.must("agency", "add", "kokoro", "--out", path)
        invitation = wire.Invitation(path)
        self.site.must("enrol", path, "--device", "desk-1", "--as", self.site.bundle("kokoro"))
        for frame in (wire.pack((6, wire.pack((1, "desk-9"), (2, os.urandom(32)), (3, b"request"), (4, b"request")))),
                      wire.pack((1, wire.pack((1, 1), (2, 1), (4, "kokoro@chiba-city"))))):
            with wire.Connection(invitation, timeout=1) as connection:
                connection.send(frame)
                self.assertIsNone(connection.receive_kind(WELCOME, 1))
                self.assertIsNone(connection.receive_kind(ENROLLED, 1))

    def test_an_invitation_does_nothing_but_enrol(self):
        path = os.path.join(self.site.work, "fresh.invitation")
        self.site.must("agency", "add", "shakyo", "--out", path)
        invitation = wire.Invitation(path)
        for frame in (wire.pack((1, wire.pack((1, 1), (2, 1), (4, self.link.address)))), wire.pack((5, wire.pack((1, 1), (2, 0)))),
                      wire.pack((3, wire.pack((1, 5), (2, 5)))), message(self.attacker, self.desk)[0]):
            with wire.Connection(invitation, timeout=1) as connection:
                connection.send(frame)
                for kind in (WELCOME, HANDOUT):
                    self.assertIsNone(connection.receive_kind(kind, 0.3))

    # ---- in whatever order ----

    def test_speaking_before_hello(self):
        with wire.Connection(self.attacker) as connection:
            connection.send(*message(self.attacker, self.desk))
            self.closed_with(connection, NO_HELLO)

    def test_hello_twice(self):
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            connection.hello()
            self.closed_with(connection, MALFORMED)

    def test_bye_and_then_a_batch(self):
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            connection.bye()
            connection.send(*message(self.attacker, self.desk))
            notice = connection.receive_kind(7)
            self.assertIn(wire.unpack(notice[7][0])[1][0], (NO_HELLO, OVERLOADED))  # the latter until the writer has heard of the end

    def test_enrolling_once_more(self):
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            connection.send(wire.pack((6, wire.pack((1, "desk-9"), (2, os.urandom(32))))))
            self.closed_with(connection, MALFORMED)

    def test_more_batches_than_may_be_open(self):
        frames = [message(self.attacker, self.desk, number) for number in range(40)]
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            for control, data in frames:
                connection.send(control, data)
            codes = sorted(wire.refusal_codes(self.replies(connection))[0] for _ in frames)
        self.assertEqual(set(codes) - {0, OVERLOADED}, set())
        self.assertIn(0, codes)

    # ---- segments of attachments ----

    def read_segment(self, connection, digest, item=0):
        """(its size, 0), or (None, the refusal's code)."""
        connection.send(wire.pack((5, wire.pack((1, 9), (7, digest), *([(10, item)] if item else [])))))
        result = connection.receive_kind(READ_RESULT)
        self.assertIsNotNone(result, "no answer to a read")
        return (None, wire.unpack(result[2][0])[1][0]) if 2 in result else (result[7][0], 0)

    def test_a_digest_opens_nothing(self):
        """Who has learned a segment's digest, as from a receipt, is neither given it nor may have others given it."""
        segment = os.urandom(1000)
        digest = wire.sha256(segment)
        named = wire.pack((1, digest), (2, len(segment)))
        with wire.Connection(self.link) as owner, wire.Connection(self.attacker) as attacker:
            owner.welcome()
            attacker.welcome()
            owner.send(wire.pack((4, wire.pack((1, 1), (2, digest), (3, len(segment))))), segment)
            self.assertIsNotNone(owner.receive_kind(BLOB_STORED))
            self.accepted(owner, *message(self.link, self.desk, f15=named))
            for item in (0, *range(1, 20), 1 << 63):
                self.assertEqual(self.read_segment(attacker, digest, item), (None, UNKNOWN_ITEM), f"item {item}")
            self.assertEqual(self.codes(attacker, *message(self.attacker, self.desk, f15=named)), [NOT_YOURS])
            self.assertEqual(self.read_segment(owner, digest), (len(segment), 0))
        with wire.Connection(self.desk) as desk:
            desk.welcome(receives=True)
            self.assertEqual(self.read_segment(desk, digest, 1), (None, UNKNOWN_ITEM))
            desk.credit(1000, 1 << 24)
            sizes = set()
            while not sizes:  # those that other tests left come first
                handout = desk.receive_kind(HANDOUT)
                self.assertIsNotNone(handout, "it is handed out")
                sizes = {self.read_segment(desk, digest, number) for number, _ in wire.items_of(handout)} - {(None, UNKNOWN_ITEM)}
            self.assertEqual(sizes, {(len(segment), 0)})

    # ---- items ----

    def filled(self, count):
        """So many messages wait for the attacker."""
        frames = [message(self.link, self.attacker, number) for number in range(count)]
        with wire.Connection(self.link) as connection:
            connection.welcome()
            for control, data in frames:
                self.accepted(connection, control, data)

    def handed(self, connection, count):
        items = []
        while len(items) < count:
            handout = connection.receive_kind(HANDOUT)
            self.assertIsNotNone(handout, f"{len(items)} of {count} were handed out")
            items += wire.items_of(handout)
        return items

    def settle(self, connection, *statements):
        control = wire.batch(self.attacker, [[statement] for statement in statements])
        return self.codes(connection, control)

    def empty(self):
        """Takes what waits, so that the next test begins with an empty mailbox."""
        with wire.Connection(self.attacker) as connection:
            connection.welcome(receives=True)
            connection.credit(MOST, MOST)
            while self.site.must("queue", "hikikomori", "--json").json()["items"]:
                handout = connection.receive_kind(HANDOUT)
                self.assertIsNotNone(handout, "what waits is handed out")
                self.settle(connection, wire.acknowledge(*wire.items_of(handout)))

    def test_acknowledging_twice_and_out_of_order(self):
        self.addCleanup(self.empty)
        self.filled(5)
        with wire.Connection(self.attacker) as connection:
            connection.welcome(receives=True)
            connection.credit(5, MOST)
            items = self.handed(connection, 5)
            self.assertEqual(self.settle(connection, wire.acknowledge(*reversed(items[1:]))), [0])
            self.assertEqual(self.settle(connection, wire.acknowledge(*items[1:])), [0])  # said again: the first receipt
            self.assertEqual(self.settle(connection, wire.acknowledge(*items, *items)), [MALFORMED])
            self.assertEqual(self.settle(connection, wire.acknowledge(items[0]), wire.refuse(*items[0])), [0, UNKNOWN_ITEM])
            self.assertTrue(connection.ping())
        self.assertEqual(self.site.status()["leased"], 0)

    def test_acknowledging_what_is_not_ours(self):
        with wire.Connection(self.link) as connection:
            connection.welcome()
            self.accepted(connection, *message(self.link, self.desk))
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            for item in (0, 1, 2, 1 << 60, MOST):
                for statement in (wire.acknowledge((item, bytes(32))), wire.refuse(item, bytes(32))):
                    code, = self.settle(connection, statement)
                    self.assertEqual(code, UNKNOWN_ITEM)  # whether it is there or not

    def test_acknowledging_other_bytes(self):
        self.addCleanup(self.empty)
        self.filled(1)
        with wire.Connection(self.attacker) as connection:
            connection.welcome(receives=True)
            connection.credit(1, MOST)
            (item, view_hash), = self.handed(connection, 1)
            self.assertNotEqual(self.settle(connection, wire.acknowledge((item, os.urandom(32)))), [0])
            self.assertEqual(self.settle(connection, wire.acknowledge((item, view_hash))), [0])

    def test_acknowledging_more_than_the_limit(self):
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            self.assertNotIn(0, self.settle(connection, wire.acknowledge(*[(i, bytes(32)) for i in range(1025)])))

    # ---- what is left unread ----

    def test_credit_without_end_and_nothing_read(self):
        """Hand-outs pile up at the session that does not read, never in the daemon."""
        self.addCleanup(self.empty)
        part = os.urandom(90 * 1024)
        frames = [message(self.link, self.attacker, number, part=part) for number in range(200)]  # 18 MB
        with wire.Connection(self.link) as sender:
            sender.welcome()
            for control, data in frames:
                self.accepted(sender, control, data)
        self.slowed_at_most_fivefold(self.lazy, "hand-outs that nobody reads")
        with wire.Connection(self.attacker) as slow:  # and who reads slowly gets them all in one session, whatever credit it gave
            slow.welcome(receives=True)
            slow.credit(MOST, MOST)
            items = self.handed(slow, 200)
            self.assertEqual(self.settle(slow, wire.acknowledge(*items)), [0])
        self.assertNotIn("does_not_read", self.site.log())

    @contextlib.contextmanager
    def lazy(self):
        crowd = [wire.Connection(self.attacker) for _ in range(5)]
        try:
            for connection in crowd:
                connection.hello(receives=True)
                connection.credit(MOST, MOST)
            yield
        finally:
            for connection in crowd:
                connection.close()

    def test_credit_that_shrinks_and_repeats(self):
        self.addCleanup(self.empty)
        self.filled(3)
        with wire.Connection(self.attacker) as connection:
            connection.welcome(receives=True)
            connection.credit(3, MOST)
            for items, size in ((0, 0), (1, 1), (MOST, 0), (0, MOST)) * 50:
                connection.credit(items, size)
            self.handed(connection, 3)
            self.assertTrue(connection.ping())

    # ---- segments ----

    def test_segments_that_are_not_what_they_say(self):
        for digest, size, data, ends in ((os.urandom(32), 6, b"sealed", False), (wire.sha256(b"sealed"), 7, b"sealed", False), (b"short", 6, b"sealed", False),
                                         (wire.sha256(b""), 0, b"", False), (wire.sha256(b"x"), 2 << 30, b"x", False), (wire.sha256(b"x"), MOST, b"x", True)):
            with self.subTest(size=size):
                with wire.Connection(self.attacker) as connection:
                    connection.welcome()
                    connection.send(wire.pack((4, wire.pack((1, 1), (2, digest), (3, size)))), data)
                    if ends:
                        self.closed_with(connection, MALFORMED)
                        continue
                    stored = connection.receive_kind(BLOB_STORED)
                    self.assertIn(2, stored, "it was stored")

    def test_a_segment_beyond_the_limit(self):
        data = bytes(256 * 1024 + 1)
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            connection.send(wire.pack((4, wire.pack((1, 1), (2, wire.sha256(data)), (3, len(data))))), data)
            self.assertEqual(wire.unpack(connection.receive_kind(BLOB_STORED)[2][0])[1][0], TOO_LARGE)


if __name__ == "__main__":
    unittest.main()
