# SPDX-License-Identifier: Apache-2.0
"""The throw-away site for developers."""
import os
import signal
import subprocess
import tempfile
import unittest

from harness import ROOT, TSUNAGI, run, wait_until

SHEET = os.path.join(ROOT, "deploy", "chiba", "sheets", "hanamigawa-referral.json")


class Dev(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tsunagi-test-")
        self.addCleanup(folder.cleanup)
        self.tmp = folder.name

    def dev(self, *words, **more):
        return run([TSUNAGI, "dev", *words], env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin"}, **more)

    def test_a_round_trip(self):
        script = f"""set -e
            tsunagi ping --as "$TSUNAGI_BUNDLE_LINK" >/dev/null
            tsunagi --as "$TSUNAGI_BUNDLE_LINK" send {SHEET}
            tsunagi receive --as "$TSUNAGI_BUNDLE_JIRITSU_HANAMIGAWA" --exec true --wait 10 --max 1
            tsunagi status --check"""
        outcome = self.dev("--agencies", "link,jiritsu-hanamigawa", "--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("TEST", outcome.out)
        self.assertIn("acknowledged", outcome.out)
        self.assertEqual(os.listdir(self.tmp), [])

    def test_receipts_say_test(self):
        script = f"""set -e
            tsunagi send {SHEET} --to b --json >{self.tmp}/r
            id=$(sed 's/.*"message_id": *"\\([^"]*\\)".*/\\1/' {self.tmp}/r)
            tsunagi receipt "$id" >{self.tmp}/e
            tsunagi verify {self.tmp}/e --trust "$(tsunagi site key)" --json
            cat {self.tmp}/r {self.tmp}/e"""
        outcome = self.dev("--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(outcome.out.count('"test": true'), 3)

    def test_it_ends_as_its_command_does(self):
        self.assertEqual(self.dev("--", "sh", "-c", "exit 7").code, 7)
        self.assertEqual(self.dev("--", "sh", "-c", "kill -9 $$").code, 128 + 9)
        self.assertEqual(self.dev("--", "/nonexistent/command").code, 127)
        self.assertEqual(os.listdir(self.tmp), [])

    def test_a_signal_leaves_nothing(self):
        process = subprocess.Popen([TSUNAGI, "dev", "--", "sh", "-c", "echo $TSUNAGI_HOME; exec sleep 60"], stdout=subprocess.PIPE, text=True,
                                   env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
        home = process.stdout.readline().strip()
        self.assertTrue(os.path.exists(home))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=20), 128 + 15)
        process.stdout.close()
        self.assertEqual(os.listdir(self.tmp), [])

    def test_the_daemon_does_not_outlive_it(self):
        process = subprocess.Popen([TSUNAGI, "dev", "--", "sh", "-c", "cat /proc/net/unix; echo $TSUNAGI_HOME; exec sleep 60"], stdout=subprocess.PIPE, text=True,
                                   env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, start_new_session=True)
        for line in process.stdout:
            if line.startswith(self.tmp):
                home = line.strip()
                break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        wait_until(lambda: run([TSUNAGI, "--home", home, "status"]).code == 4, "the daemon is gone")
        os.killpg(process.pid, signal.SIGTERM)

    def test_shell(self):
        outcome = run([TSUNAGI, "dev"], env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}, input="tsunagi status --check; exit 3\n")
        self.assertEqual(outcome.code, 3, outcome)
        self.assertIn("dev-test: ok", outcome.out)
        self.assertIn("TSUNAGI_BUNDLE_A", outcome.err)


if __name__ == "__main__":
    unittest.main()
