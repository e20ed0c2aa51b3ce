# SPDX-License-Identifier: Apache-2.0
"""A case's content is nowhere in clear on a broker: not in the store, not in the log, not in a core dump of the daemon."""
import glob
import json
import os
import subprocess
import unittest

from harness import DIRECTORY, SANITIZED, Site


def strings_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_of(one)


class Secrets(unittest.TestCase):
    def dump(self, site):
        core = os.path.join(site.work, "core")
        dumped = subprocess.run(["gcore", "-a", "-o", core, str(site.process.pid)], capture_output=True, text=True)
        cores = glob.glob(core + "*")
        self.assertTrue(cores, dumped.stdout + dumped.stderr)
        return cores

    def test_no_clear_text_of_a_sheet(self):
        with Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            with open(site.sheet(), encoding="utf-8") as file:
                sheet = json.load(file)["sheet"]
            with open(DIRECTORY, encoding="utf-8") as file:
                public = file.read()  # the sender's name and the ward stand there for everyone to read
            secrets = {text for text in strings_of(sheet) if len(text.encode()) >= 9 and not text.isascii() and text not in public}
            self.assertGreater(len(secrets), 5)
            # Many, so that what is handled passes through every buffer; some delivered, some left waiting.
            for _ in range(20):
                site.must("send", site.sheet(), "--as", site.bundle("link"))
            site.must("receive", "--as", site.bundle("jiritsu-hanamigawa"), "--out", os.path.join(site.work, "inbox"),
                      "--wait", "60", "--max", "10")
            cores = [] if SANITIZED else self.dump(site)  # a sanitizer's shadow would fill terabytes of it
            site.stop()
            files = cores + [os.path.join(site.work, "tsunagid.log")]
            for folder, _, names in os.walk(site.home):
                files += [path for path in (os.path.join(folder, name) for name in names) if os.path.isfile(path)]
            self.assertTrue(any(name.endswith("data.mdb") for name in files))
            for path in files:
                with open(path, "rb") as file:
                    content = file.read()
                if path in cores:
                    # The core really is the daemon's memory: what it must hold is in it.
                    self.assertIn(b"jiritsu-hanamigawa", content)
                for secret in secrets:
                    self.assertNotIn(secret.encode(), content, f"{secret!r} stands in {path}")


if __name__ == "__main__":
    unittest.main()
