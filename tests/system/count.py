#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the unittest modules of this folder, or those named, and ends with one line: N passed, N failed, N skipped."""
import os
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


class Result(unittest.TextTestResult):
    """Tells each test with its time, so that a slow one is seen."""

    def startTest(self, test):
        self.started = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln(f"    {time.monotonic() - self.started:6.2f} s  {test.id()}")
        self.stream.flush()


def forget_preload():
    """What tests start is linked with its sanitizer; other programs must not get one."""
    os.environ.pop("LD_PRELOAD", None)
    if "CHILD_ASAN_OPTIONS" in os.environ:
        os.environ["ASAN_OPTIONS"] = os.environ.pop("CHILD_ASAN_OPTIONS")


def main():
    forget_preload()
    sys.path.insert(0, HERE)
    names = sys.argv[1:] or sorted(name[:-3] for name in os.listdir(HERE) if name.startswith("test_") and name.endswith(".py"))
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=Result).run(suite)
    failed = len({test.id() for test, _ in result.failures + result.errors}) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"skipped: {test.id()}: {reason}")
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
