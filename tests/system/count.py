#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the unittest modules of this folder, or those named, and ends with one line: N passed, N failed, N skipped.

Modules run side by side, each in a process of its own, for most of what they do is to wait for a disk or for another program; JOBS says how many
(one more than there are cores, at most four: a container may be given less than it sees).  What measures pace runs alone.  One that is named alone runs here, and tells as it goes.
"""
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ALONE = ["test_attacks_crowds", "test_attacks_sessions"]  # they compare times
LONGEST = ["test_ctypes", "test_dev", "test_attacks_acts", "test_receive", "test_requests", "test_attacks"]  # begun first, so that none is waited for
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")


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


def conclude(passed, failed, skipped):
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)


def run_here(names):
    forget_preload()
    sys.path.insert(0, HERE)
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=Result).run(suite)
    failed = len({test.id() for test, _ in result.failures + result.errors}) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"skipped: {test.id()}: {reason}")
    conclude(result.testsRun - failed - skipped, failed, skipped)


def said(file):
    file.seek(0)
    return file.read().decode(errors="replace").rstrip("\n").split("\n")


def run_beside(name, outputs):
    """In a process of its own; its output and its counts.  One that ends badly, though all that it counts passed, is a failure too."""
    output = tempfile.TemporaryFile()
    outputs[name] = output  # until it was told: what ends this program ends the module too, in whichever order
    code = subprocess.run([sys.executable, os.path.abspath(__file__), name], stdout=output, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL).returncode
    *lines, last = said(output)
    counts = COUNTS.match(last)
    if counts is None:
        return [*lines, last, f"ERROR: {name} ended with {code} before its count"], (0, 1, 0)
    passed, failed, skipped = (int(number or 0) for number in counts.groups())
    if code != 0 and failed == 0:
        return [*lines, f"ERROR: {name} ended with {code} behind its count"], (passed, 1, skipped)
    return lines, (passed, failed, skipped)


def tell_unfinished(outputs):
    """Its time is over: what the modules said that did not end."""
    for name, output in list(outputs.items()):
        print(f"-- {name} did not end; so far it said:", *said(output), sep="\n", flush=True)
    os._exit(143)


def main():
    names = sys.argv[1:] or sorted(name[:-3] for name in os.listdir(HERE) if name.startswith("test_") and name.endswith(".py"))
    if len(names) == 1:
        run_here(names)
    names.sort(key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
    total = [0, 0, 0]
    outputs = {}
    signal.signal(signal.SIGTERM, lambda *_: tell_unfinished(outputs))

    def tell(name, lines, counts):
        print(f"-- {name}", *lines, sep="\n", flush=True)
        outputs.pop(name).close()
        total[:] = map(sum, zip(total, counts))

    jobs = int(os.environ.get("JOBS", min(4, len(os.sched_getaffinity(0)) + 1)))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(run_beside, name, outputs): name for name in names if name.split(".")[0] not in ALONE}
        for done in concurrent.futures.as_completed(running):
            tell(running[done], *done.result())
    for name in names:
        if name.split(".")[0] in ALONE:
            tell(name, *run_beside(name, outputs))
    conclude(*total)


if __name__ == "__main__":
    main()
