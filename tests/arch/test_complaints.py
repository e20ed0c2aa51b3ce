#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that tests/complaints finds what each group says of a failure.  Ends with "N passed, N failed"."""
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "complaints")
CHATTER = [f"     0.0{n % 10} s  test_send.Send.test_{n}" for n in range(400)]


def complaints(*lines):
    with tempfile.NamedTemporaryFile("w", suffix=".log", encoding="utf-8") as log:
        log.write("\n".join(lines) + "\n")
        log.flush()
        return subprocess.run([sys.executable, PROGRAM, log.name], capture_output=True, text=True, check=True).stdout.splitlines()


class Complaints(unittest.TestCase):
    def test_each_group(self):
        for line in (
            "FAIL: test_twice (test_send.Send.test_twice)",
            "ERROR: test_links (test_bridge.Bridge)",
            "AssertionError: 3 != 4 : the second one",
            "tests.harness.StoreError: cannot be opened",
            "../tests/unit/broker/test_told.c:88: broker/told: one alone: count is 2, not 1",
            "FAILED: simulate --seed 13439018 --commands 20000: an order is refused for no reason",
            "DOES NOT HOLD: entry 8394 acts on another leg than its parties'",
            "envelope: FAILED",
            "==77==ERROR: AddressSanitizer: heap-use-after-free on address 0x1",
            "../daemon/store/txn.c:12:3: runtime error: signed integer overflow",
            "WARNING: ThreadSanitizer: data race (pid=3)",
            "tests/unit/run: line 18:  4711 Segmentation fault      \"$program\"",
            "never syncing: NOT found out in 20 cuts",
            "tests/run: system went over its 12 minutes",
        ):
            with self.subTest(line):
                self.assertEqual(complaints(*CHATTER, line, *CHATTER, "400 passed, 1 failed"), [line])

    def test_bounds(self):
        found = complaints(*[f"FAIL: test_{n} " + "x" * 900 for n in range(50)])
        self.assertEqual(len(found), 15)
        self.assertTrue(all(len(line) <= 300 for line in found))
        self.assertTrue(found[0].startswith("FAIL: test_0 "))

    def test_once(self):
        self.assertEqual(complaints("FAILED: a", "FAILED: b", "FAILED: a"), ["FAILED: a", "FAILED: b"])

    def test_no_word_of_it(self):
        found = complaints(*[f"line {n}" for n in range(100)], "7 passed, 0 failed")
        self.assertEqual(found, [f"line {n}" for n in range(85, 100)])

    def test_not_text(self):
        with tempfile.NamedTemporaryFile(suffix=".log") as log:
            log.write(b"\xff\xfe\x00\nFAILED: seed 7\n")
            log.flush()
            done = subprocess.run([sys.executable, PROGRAM, log.name], capture_output=True, check=True)
        self.assertEqual(done.stdout, b"FAILED: seed 7\n")


def main():
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Complaints))
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
