# SPDX-License-Identifier: Apache-2.0
"""Promise P8: whatever one frame says, the daemon stands, stays within its memory, and others are served."""
import os
import socket
import unittest

import wire
from hostile import BAD_DIGEST, BAD_SIGNATURE, CONFLICT, ID_TIME, MALFORMED, NOT_YOURS, STALE_KEY, UNKNOWN_AGENCY, Hostile, message


class Frames(Hostile):
    def survives(self, frames, each=1):
        """So many frames a session: the first that cannot be read ends it."""
        self.in_a_process(lambda: self.send_all(frames, each))

    def send_all(self, frames, each):
        for first in range(0, len(frames), each):
            with wire.Connection(self.attacker) as connection:
                connection.welcome()
                for control, data in frames[first:first + each]:
                    if not connection.send(control, data):
                        break
                connection.set_timeout(0.05)
                while connection.receive() is not None:
                    pass

    # ---- garbage ----

    def test_random_bytes(self):
        self.survives([(self.random.randbytes(self.random.randrange(3000)), self.random.randbytes(self.random.randrange(3000)))
                       for _ in range(100)], 5)

    def test_valid_frames_with_bits_flipped(self):
        control, data = message(self.attacker, self.desk)
        frames = []
        for _ in range(800):
            changed = bytearray(control)
            for _ in range(self.random.randrange(1, 4)):
                changed[self.random.randrange(len(changed))] ^= 1 << self.random.randrange(8)
            frames.append((bytes(changed), data))
        self.survives(frames, 20)

    def test_truncated_frames(self):
        control, data = message(self.attacker, self.desk)
        self.survives([(control[:cut], data) for cut in self.random.sample(range(len(control)), 30)])
        self.survives([(control, data[:cut]) for cut in range(len(data))] + [(control, data + b"more")], 4)

    def test_one_frame_three_frames_and_empty_ones(self):
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            connection.set_timeout(0.2)
            for frames in ([b"alone"], [b"", b"", b""], [b""], [b"", b""], [b"x"] * 50):
                connection.send_frames(*frames)
            connection.receive()

    def test_deep_nesting(self):
        nested = b""
        for _ in range(20000):
            nested = wire.varint(2 << 3 | 2) + wire.varint(len(nested)) + nested
        self.survives([(nested, b"")])

    def test_groups_and_unknown_fields(self):
        self.survives([(b"\x0b" * 100000, b""), (wire.pack(*[(900 + i % 1000, b"?") for i in range(60000)]), b"")])

    # ---- huge counts and sizes ----

    def test_a_million_orders(self):
        orders = b"".join(wire.pack((4, b"")) for _ in range(1000000))
        self.survives([(wire.pack((2, orders)), b"")])

    def test_more_orders_than_the_limit(self):
        control = wire.batch(self.attacker, [[b"\x0a\x00"]] * 1025)
        self.survives([(control, b"")])

    def test_a_part_announced_as_two_gib(self):
        part = b"sealed"
        ref = wire.pack((1, wire.sha256(part)), (2, 2 << 30), (3, 1), (4, b"\x01"))
        self.refused(*message(self.attacker, self.desk, part=part, f14=ref), MALFORMED)

    def test_a_frame_announced_as_two_gib_before_the_handshake(self):
        host, port = self.site.endpoint.removeprefix("tcp://").split(":")
        greeting = b"\xff" + b"\x00" * 8 + b"\x7f\x03\x00CURVE" + b"\x00" * 48
        for command in (b"\x06" + (2 << 30).to_bytes(8, "big"), b"\x02" + (1 << 62).to_bytes(8, "big"), b"\x04\xff"):
            with socket.create_connection((host, int(port)), timeout=5) as plain:
                plain.sendall(greeting + command + b"x" * 70000)

    def test_huge_frames_over_a_session(self):
        self.in_a_process(self.send_huge_frames)

    def send_huge_frames(self):
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            connection.set_timeout(0.5)
            for _ in range(20):
                connection.send(b"\x12" + b"\xff" * (3 << 20), b"\x00" * (8 << 20))
            connection.receive()

    # ---- lies ----

    def test_another_agency_as_sender(self):
        self.refused(*message(self.attacker, self.desk, f3=self.link.address), NOT_YOURS)

    def test_a_bad_signature(self):
        self.refused(*message(self.attacker, self.desk, signature=b"\x30\x06\x02\x01\x01\x02\x01\x01"), BAD_SIGNATURE)

    def test_a_signature_by_another_agency(self):
        sealed_to = [wire.sha256(self.desk.sealing_certificate)]
        fields = wire.view(self.link.address, self.desk.address, sealed_to, b"sealed")
        control = wire.batch(self.link, [[wire.statement_of_view(fields)]])
        self.refused(control, b"sealed", BAD_SIGNATURE)

    def test_a_part_that_is_not_its_digest(self):
        control, part = message(self.attacker, self.desk)
        self.refused(control, bytes(len(part)), BAD_DIGEST)

    def test_sealed_to_nobody_who_should_read_it(self):
        self.refused(*message(self.attacker, self.desk, f16=[os.urandom(32)]), STALE_KEY)

    def test_ids_of_other_times(self):
        for days in (-401, 1):
            made = bytearray(wire.message_id())
            made[:6] = (int.from_bytes(made[:6], "big") + days * 86400 * 1000).to_bytes(6, "big")
            self.refused(*message(self.attacker, self.desk, f1=bytes(made)), ID_TIME)
        self.refused(*message(self.attacker, self.desk, f1=bytes(16)), MALFORMED)

    def test_agencies_that_are_not_for_everyone(self):
        """A confidential agency, whose label somebody betrayed, answers like one that there is not."""
        for recipient in ("nobody@chiba-city", "k4w7-q2hm9xtd@chiba-city", "link@elsewhere", "", "@", "a" * 127):
            self.refused(*message(self.attacker, self.desk, f4=recipient), UNKNOWN_AGENCY)

    def test_the_same_id_with_other_content(self):
        made = wire.message_id()
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            first = message(self.attacker, self.desk, f1=made)
            self.accepted(connection, *first)
            self.accepted(connection, *first)  # a repeat is no conflict
            self.assertEqual(self.codes(connection, *message(self.attacker, self.desk, f1=made, part=b"other")), [CONFLICT])
        with wire.Connection(self.link) as connection:  # and nobody's id is another's
            connection.welcome()
            self.accepted(connection, *message(self.link, self.desk, f1=made))

    def test_many_bad_orders_among_one_good(self):
        sealed_to = [wire.sha256(self.desk.sealing_certificate), wire.sha256(self.attacker.sealing_certificate)]
        views = [wire.view(self.attacker.address, self.desk.address, sealed_to, b"sealed", **({} if i == 500 else {"f17": b"short"})) for i in range(1000)]
        control = wire.batch(self.attacker, [[wire.statement_of_view(fields)] for fields in views])
        with wire.Connection(self.attacker) as connection:
            connection.welcome()
            codes = self.codes(connection, control, b"sealed" * 1000)
        self.assertEqual((codes.count(0), codes.count(MALFORMED), codes[500]), (1, 999, 0))


if __name__ == "__main__":
    unittest.main()
