# SPDX-License-Identifier: Apache-2.0
"""What the service's unit file lets the daemon ask of the kernel: what it does not, is refused in silence.  No daemon."""
import os
import re
import shutil
import subprocess
import unittest

from harness import ROOT

UNIT = os.path.join(ROOT, "deploy", "systemd", "tsunagid.service")


def settings(name):
    with open(UNIT, encoding="utf-8") as file:
        return re.findall(rf"(?m)^{name}=(.*)$", file.read())


def calls_of(group):
    """Of one of systemd's groups, with those in it."""
    lines = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, capture_output=True, text=True).stdout.split("\n")[1:]
    names = {line.strip() for line in lines if line.strip() and not line.strip().startswith("#")}
    return set().union(*(calls_of(name) if name.startswith("@") else {name} for name in names))


def calls_allowed():
    """The first line says what is allowed at all; each further one adds to that, or, after a tilde, takes away (systemd.exec(5))."""
    allowed = set()
    for line in settings("SystemCallFilter"):
        calls = set().union(*(calls_of(name) if name.startswith("@") else {name} for name in line.lstrip("~").split()))
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


@unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
class Service(unittest.TestCase):
    def test_the_writer_may_go_first(self):
        with open(os.path.join(ROOT, "daemon", "broker", "writer.c"), encoding="utf-8") as file:
            priority = re.search(r"#define PRIORITY \((-\d+)\)", file.read()).group(1)
        self.assertEqual(settings("LimitNICE"), [priority])
        self.assertIn("setpriority", calls_allowed())

    def test_nothing_else_of_what_alters_the_machine_is_allowed(self):
        self.assertEqual(calls_allowed() & (calls_of("@resources") | calls_of("@privileged")), {"setpriority"})


if __name__ == "__main__":
    unittest.main()
