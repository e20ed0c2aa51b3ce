# SPDX-License-Identifier: Apache-2.0
"""Promise P8: crowds and floods slow another agency's p99 at most fivefold, and take no memory beyond the limits."""
import contextlib
import socket
import threading
import unittest

import wire
from harness import PATIENCE
from hostile import Hostile


class Crowds(Hostile):
    @contextlib.contextmanager
    def plain_connections(self, count):
        host, port = self.site.endpoint.removeprefix("tcp://").split(":")
        crowd = []
        for _ in range(count):
            try:
                crowd.append(socket.create_connection((host, int(port)), timeout=1))
            except OSError:
                break  # refused early: also an answer
        try:
            yield crowd
        finally:
            for one in crowd:
                one.close()

    def test_thousands_of_half_open_connections(self):
        self.slowed_at_most_fivefold(lambda: self.plain_connections(3000), "half-open connections")

    def test_handshakes_a_byte_at_a_time(self):
        """Each byte comes well within any patience; the handshake as a whole does not."""
        cut = threading.Event()
        self.slowed_at_most_fivefold(lambda: self.dripping(cut), "handshakes a byte at a time")
        with self.dripping(cut):
            self.assertTrue(cut.wait(PATIENCE), "a handshake may last for ever")

    @contextlib.contextmanager
    def dripping(self, cut):
        """Handshakes that go on for ever; cut is set once the daemon has ended one."""
        greeting = b"\xff" + b"\x00" * 8 + b"\x7f\x03\x00CURVE" + b"\x00" * 48
        ended = threading.Event()

        def drip(crowd):
            while True:
                for byte in greeting:
                    for one in crowd:
                        try:
                            one.send(bytes((byte,)))
                        except OSError:
                            cut.set()
                    if ended.wait(0.1):
                        return

        with self.plain_connections(200) as crowd:
            thread = threading.Thread(target=drip, args=[crowd])
            thread.start()
            try:
                yield
            finally:
                ended.set()
                thread.join()

    def test_more_sessions_than_a_device_may_have(self):
        self.slowed_at_most_fivefold(self.greeting_crowd, "300 sessions", unnoticed=1)

    @contextlib.contextmanager
    def greeting_crowd(self):
        crowd = [wire.Connection(self.attacker) for _ in range(300)]
        try:
            for connection in crowd:
                connection.hello()
            yield
        finally:
            for connection in crowd:
                connection.close()

    def test_garbage(self):
        self.flooded("garbage")

    def test_batches_with_bad_signatures(self):
        self.flooded("signatures")

    def test_the_largest_messages(self):
        self.flooded("parts")

    def test_segments(self):
        self.flooded("blobs")

    def test_questions_whose_answers_are_not_fetched(self):
        self.flooded("reads")

    def test_sessions(self):
        self.flooded("hellos")


if __name__ == "__main__":
    unittest.main()
