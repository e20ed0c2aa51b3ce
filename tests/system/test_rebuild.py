# SPDX-License-Identifier: Apache-2.0
"""Promises P2 and P5 on whole stores: tables derived anew are equal; a flipped byte is found and named."""
import os
import random
import re
import shutil
import subprocess
import unittest

from harness import TSUNAGID, Site, run


def derived_tables(store):
    """Every derived table's rows, as mdb_dump prints them."""
    listed = subprocess.run(["mdb_dump", "-l", store], capture_output=True, text=True, check=True).stdout.split()
    primary = {"entries", "checkpoints", "parts", "blobs", "meta"}
    tables = {}
    for name in sorted(set(listed) - primary):
        dump = subprocess.run(["mdb_dump", "-s", name, store], capture_output=True, text=True, check=True).stdout
        tables[name] = dump.split("HEADER=END")[1]
    return tables


class Rebuild(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=["link", "hikikomori", "jiritsu-hanamigawa", "jiritsu-chuo"], options={"attempts": 2})
        cls.site.__enter__()
        cls.work_a_little()
        cls.site.stop()
        cls.store = os.path.join(cls.site.home, "store")

    @classmethod
    def tearDownClass(cls):
        cls.site.__exit__(None, None, None)

    @classmethod
    def work_a_little(cls):
        """Some of everything: sent to one and to several, acknowledged, refused, dead, frozen, requeued, revoked."""
        site = cls.site
        attachment = os.path.join(site.work, "scan.bin")
        with open(attachment, "wb") as file:
            file.write(os.urandom(700000))
        for _ in range(4):
            site.must("send", site.sheet(), "--to", "jiritsu-hanamigawa", "--to", "jiritsu-chuo", "--as", site.bundle("link"))
        site.must("send", site.sheet(), "--attach", attachment, "--classes", "HEALTH", "--as", site.bundle("hikikomori"))
        inbox = os.path.join(site.work, "inbox")
        site.must("receive", "--as", site.bundle("jiritsu-hanamigawa"), "--out", inbox, "--wait", "60", "--max", "3")
        for _ in range(2):
            site.command("receive", "--as", site.bundle("jiritsu-chuo"), "--exec", "exit 65", "--wait", "60", "--max", "1")
        items = [str(item["item"]) for item in site.must("queue", "--json").json().get("items", [])]
        assert items
        site.must("queue", "freeze", items[-1])
        site.must("agency", "revoke", "jiritsu-chuo", "--closed", "--yes", "--reason", "a test")

    def test_rebuild_gives_equal_tables(self):
        before = derived_tables(self.store)
        self.assertGreater(len(before), 8)
        self.assertGreater(sum(len(rows.split()) for rows in before.values()), 50)
        outcome = run([TSUNAGID, "--home", self.site.home, "--rebuild"], timeout=120)
        self.assertEqual(outcome.code, 0, repr(outcome))
        after = derived_tables(self.store)
        self.assertEqual(sorted(before), sorted(after))
        for name, rows in before.items():
            self.assertEqual(rows, after[name], f"table {name} differs after a rebuild")

    def test_a_flipped_byte_is_found_and_named(self):
        """Anywhere in the pages that hold entries, parts and checkpoints: verify names something, or the daemon's page was unused."""
        seed = int(os.environ.get("UNIT_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"    flip seed {seed}")
        rng = random.Random(seed)
        copy = os.path.join(self.site.work, "copy")
        for table in ("entries", "parts", "checkpoints", "blobs"):
            rows = self.rows(table)
            self.assertTrue(rows, table)
            for _ in range(6):
                value = rng.choice(rows)
                self.flip(copy, value, rng)
                outcome = self.site.command("ledger", "verify", "--store", copy)
                self.assertEqual(outcome.code, 1, f"a flipped byte in {table} was not found: {outcome!r}")
                self.assertTrue(re.search(r"(entry|checkpoint|part|blob|segment)\D*\d+", outcome.out + outcome.err), repr(outcome))

    def rows(self, table):
        """Values long enough to be found in the file by their bytes alone."""
        dump = subprocess.run(["mdb_dump", "-s", table, self.store], capture_output=True, text=True, check=True).stdout
        lines = dump.split("HEADER=END\n")[1].split("DATA=END")[0].split("\n")
        return [bytes.fromhex(value.strip()) for value in lines[1::2] if len(value.strip()) >= 128]

    def flip(self, copy, value, rng):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.store, copy)
        path = os.path.join(copy, "data.mdb")
        with open(path, "rb") as file:
            data = bytearray(file.read())
        at = data.find(value)
        assert at >= 0, "a row that stands in no page"
        bit, where = 1 << rng.randrange(8), rng.randrange(len(value))
        while at >= 0:  # old pages may hold it too
            data[at + where] ^= bit
            at = data.find(value, at + 1)
        with open(path, "wb") as file:
            file.write(data)


if __name__ == "__main__":
    unittest.main()
