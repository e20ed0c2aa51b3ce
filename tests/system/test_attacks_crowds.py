# SPDX-License-Identifier: Apache-2.0
"""Promise P8: crowds and floods slow another agency's p99 at most fivefold, and take no memory beyond the limits."""
import socket
import threading
import unittest

import wire
from hostile import Hostile


class Crowds(Hostile):
    def plain_connections(self, count):
        host, port = self.site.endpoint.removeprefix("tcp://").split(":")
        crowd = []
        for _ in range(count):
            try:
                crowd.append(socket.create_connection((host, int(port)), timeout=1))
            except OSError:
                break  # refused early: also an answer
        self.addCleanup(lambda: [one.close() for one in crowd])
        return crowd

    def test_thousands_of_half_open_connections(self):
        before = self.p99()
        crowd = self.plain_connections(3000)
        self.slowed_at_most_fivefold(before, f"{len(crowd)} half-open connections")

    def test_handshakes_a_byte_at_a_time(self):
        """Each byte comes well within any patience; the handshake as a whole does not."""
        greeting = b"\xff" + b"\x00" * 8 + b"\x7f\x03\x00CURVE" + b"\x00" * 48
        before = self.p99()
        crowd = self.plain_connections(200)
        ended = threading.Event()
        cut = []

        def drip():
            for byte in greeting * 2:
                for one in crowd:
                    try:
                        one.send(bytes((byte,)))
                    except OSError:
                        cut.append(one)
                if ended.wait(0.1):
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            self.slowed_at_most_fivefold(before, "handshakes a byte at a time")
            thread.join(timeout=10)
        finally:
            ended.set()
            thread.join()
        self.assertTrue(cut, "a handshake may last for ever")

    def test_more_sessions_than_a_device_may_have(self):
        crowd = [wire.Connection(self.attacker, timeout=0.5) for _ in range(300)]
        try:
            for connection in crowd:
                connection.hello()
            during = self.p99(50)
            self.check_alive()
        finally:
            for connection in crowd:
                connection.close()
        self.assertLess(during, 1)

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
