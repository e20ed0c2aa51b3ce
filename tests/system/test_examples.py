# SPDX-License-Identifier: Apache-2.0
"""The examples build against the installed library alone, with pkg-config, and do what they say."""
import os
import shutil
import subprocess
import tempfile
import unittest

import harness

EXAMPLES = os.path.join(harness.ROOT, "clients", "examples")


def install(where):
    """What a partner's machine has: headers, shared library, pkg-config file; nothing of the tree."""
    subprocess.run(["meson", "install", "-C", harness.BUILD, "--no-rebuild", "--quiet", "--destdir", where], check=True,
                   capture_output=True, text=True, timeout=120)
    for folder, _, files in os.walk(where):
        if "tsunagi.pc" in files:
            return folder
    raise AssertionError("no tsunagi.pc was installed")


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.mkdtemp(prefix="tsunagi-examples-")
        cls.prefix = os.path.join(cls.work, "installed")
        packages = install(cls.prefix)
        cls.libraries = os.path.dirname(packages)
        env = dict(os.environ, PKG_CONFIG_PATH=packages, PKG_CONFIG_SYSROOT_DIR=cls.prefix)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "tsunagi"], check=True, capture_output=True, text=True, env=env).stdout.split()
        cls.flags = flags
        # A program that uses a library with sanitizers must have them too.
        sanitizers = ["-fsanitize=address,undefined"] if harness.SANITIZED else []
        for name in ("send_sheet", "crash_safe_receiver"):
            subprocess.run(["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", *sanitizers, "-o", os.path.join(cls.work, name),
                            os.path.join(EXAMPLES, name + ".c"), *flags], check=True, timeout=120)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.work, ignore_errors=True)

    def example(self, name, *arguments):
        return harness.run([os.path.join(self.work, name), *map(str, arguments)], env={"LD_LIBRARY_PATH": self.libraries})

    def test_only_the_public_library_is_linked(self):
        self.assertTrue(any(flag == "-ltsunagi" for flag in self.flags), self.flags)
        for flag in self.flags:
            self.assertNotRegex(flag, r"-l(crypto|zmq|lmdb|protobuf|jansson)")
            self.assertNotIn(harness.ROOT, flag)

    def test_the_installed_library_shows_its_own_names_alone(self):
        library = os.path.join(self.libraries, "libtsunagi.so.0")
        names = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
        shown = {line.split()[2].split("@")[0] for line in names.splitlines()} - {"TSUNAGI_0"}
        self.assertTrue(shown)
        self.assertEqual([name for name in shown if not name.startswith("tsg_")], [])

    def test_a_sheet_is_sent_once_and_received_once(self):
        with harness.Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            first = self.example("send_sheet", site.bundle("link"), "jiritsu-hanamigawa", "case-17")
            again = self.example("send_sheet", site.bundle("link"), "jiritsu-hanamigawa", "case-17")
            self.assertEqual((first.code, again.code), (0, 0), (first, again))
            self.assertIn("sent before", again.out)
            self.assertEqual(first.out.split()[1], again.out.split()[1])
            store = os.path.join(site.work, "received")
            received = self.example("crash_safe_receiver", site.bundle("jiritsu-hanamigawa"), store, 1)
            self.assertEqual(received.code, 0, received)
            self.assertEqual(os.listdir(store), [first.out.split()[1]])
            self.assertIn("message.json", os.listdir(os.path.join(store, first.out.split()[1])))

    def test_without_a_broker_the_sheet_stays_in_the_outbox(self):
        with harness.Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            self.assertEqual(self.example("send_sheet", site.bundle("link"), "jiritsu-hanamigawa", "a").code, 0)
            site.stop()
            self.assertEqual(self.example("send_sheet", site.bundle("link"), "jiritsu-hanamigawa", "b").code, 5)
            self.assertEqual(self.example("send_sheet", site.bundle("link"), "jiritsu-hanamigawa", "b").code, 5)
            site.start()
            outcome = self.example("send_sheet", site.bundle("link"), "jiritsu-hanamigawa", "b")
            self.assertEqual(outcome.code, 0, outcome)


if __name__ == "__main__":
    unittest.main()
