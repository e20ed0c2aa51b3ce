#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What runs programs and modules side by side hides nothing: neither a bad end behind a good count, nor what one said that does not end.
Ends with "N passed, N failed"."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Running(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, path, text, mode=0o644):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        os.chmod(path, mode)

    def start(self, *command):
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder,
                                start_new_session=True)

    def ended(self, process, mark=None):
        """mark: a file that is written when its time shall be over; it is ended then with all that it started, as a group is."""
        if mark is not None:
            until = time.monotonic() + 120
            while not os.path.exists(os.path.join(self.folder, mark)) and time.monotonic() < until:
                time.sleep(0.05)
            os.killpg(process.pid, signal.SIGTERM)
        out, _ = process.communicate(timeout=120)
        return process.returncode, out

    def units(self, mark=None, **programs):
        for name, text in programs.items():
            self.write(f"tests/unit/{name}/unit-{name}", "#!/bin/bash\n" + textwrap.dedent(text), 0o755)
        return self.ended(self.start(os.path.join(TESTS, "unit", "run"), self.folder), mark)

    def modules(self, mark=None, **modules):
        shutil.copy(os.path.join(TESTS, "system", "count.py"), self.folder)
        for name, text in modules.items():
            self.write(f"test_{name}.py", "import ctypes, time, unittest\nclass T(unittest.TestCase):\n" + textwrap.indent(textwrap.dedent(text), "    "))
        return self.ended(self.start(sys.executable, "count.py"), mark)

    def test_programs(self):
        code, out = self.units(one='echo "3 passed, 0 failed"', two='echo "1 passed, 1 failed"; exit 1')
        self.assertNotEqual(code, 0)
        self.assertIn("-- unit-one\n3 passed, 0 failed\n", out)
        self.assertIn("-- unit-two\n1 passed, 1 failed\n", out)

    def test_a_program_that_does_not_end(self):
        code, out = self.units("said", one='echo "what it said"; touch said; sleep 300')
        self.assertNotEqual(code, 0)
        self.assertIn("-- unit-one", out)
        self.assertIn("what it said\n", out)

    def test_a_child_that_a_program_leaves_behind(self):
        started = time.monotonic()
        code, out = self.units(one='sleep 100 >/dev/null 2>&1 & echo "1 passed, 0 failed"', two='sleep 1; echo "2 passed, 0 failed"')
        self.assertEqual(code, 0, out)
        self.assertIn("2 passed, 0 failed", out)
        self.assertLess(time.monotonic() - started, 90)

    def test_modules(self):
        code, out = self.modules(one="def test_a(self): pass", two="def test_b(self): self.fail('it is so')")
        self.assertEqual(code, 1)
        self.assertIn("AssertionError: it is so", out)
        self.assertEqual(out.splitlines()[-1], "1 passed, 1 failed")

    def test_a_module_that_ends_badly_behind_its_count(self):
        crash = """
            def test_a(self):
                libc = ctypes.CDLL(None)
                at_exit = getattr(libc, "__cxa_atexit")
                at_exit.argtypes = [ctypes.c_void_p] * 3
                at_exit(ctypes.cast(libc.abort, ctypes.c_void_p), None, None)
        """
        code, out = self.modules(one=crash, two="def test_b(self): pass")
        self.assertEqual(code, 1)
        self.assertIn("ERROR: test_one ended with -6 behind its count", out)
        self.assertEqual(out.splitlines()[-1], "2 passed, 1 failed")

    def test_a_module_that_does_not_end(self):
        code, out = self.modules("said", one="def test_a(self): pass\ndef test_b(self):\n    open('said', 'w').close()\n    time.sleep(300)", two="def test_c(self): pass")
        self.assertNotEqual(code, 0)
        self.assertIn("-- test_one", out)
        self.assertIn("test_one.T.test_a", out)


def main():
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Running))
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
