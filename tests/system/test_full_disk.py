# SPDX-License-Identifier: Apache-2.0
"""Promise P10: a full disk refuses new submissions with the reason; acknowledgements go on; freeing space brings it back by itself.  An erasure is
done whole or not at all."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from harness import Site, wait_until


class SmallDisk:
    """A file system of 64 MiB: ext4 in a file where loop devices can be had, else tmpfs."""

    def __enter__(self):
        self.work = tempfile.mkdtemp(prefix="tsunagi-disk-")
        self.path = os.path.join(self.work, "disk")
        os.mkdir(self.path)
        image = os.path.join(self.work, "image")
        with open(image, "wb") as file:
            file.truncate(64 << 20)
        made = subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], capture_output=True)
        mounted = made.returncode == 0 and subprocess.run(["mount", "-o", "loop", image, self.path], capture_output=True).returncode == 0
        if not mounted and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.path], capture_output=True).returncode:
            shutil.rmtree(self.work)
            raise unittest.SkipTest("no file system can be mounted here")
        return self

    def fill(self):
        """Takes every last block; gives the file that holds them."""
        path = os.path.join(self.path, "somebody-else")
        with open(path, "wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"\xff" * size)
                except OSError:
                    continue
        return path

    def __exit__(self, *_):
        subprocess.run(["umount", self.path], capture_output=True)
        shutil.rmtree(self.work, ignore_errors=True)


class FullDisk(unittest.TestCase):
    def test_full_and_back(self):
        with SmallDisk() as disk:
            work = os.path.join(disk.path, "site")
            os.mkdir(work)
            with Site(agencies=["link", "jiritsu-hanamigawa"], work=work, options={"reserve_size": "8MiB"}) as site:
                keep = self.move_agencies(site, disk)
                accepted = [self.send(site)["message_id"] for _ in range(20)]
                filler = disk.fill()

                refused = self.send_until_refused(site, accepted, os.path.join(keep, "scan.bin"))
                self.assertEqual(refused.code, 5, f"a submission on a full disk stays in the outbox: {refused!r}")
                self.assertIn("STORE_FULL", refused.out + refused.err)
                status = site.command("status", "--check")
                self.assertEqual(status.code, 1, f"status is not well on a full disk: {status!r}")

                inbox = os.path.join(keep, "inbox")
                site.must("receive", "--as", site.bundle("jiritsu-hanamigawa"), "--out", inbox, "--wait", "60",
                          "--max", str(len(accepted)))
                self.assertEqual(sorted(os.listdir(inbox)), sorted(accepted))
                wait_until(lambda: waiting(site) == 0, "everything acknowledged on a full disk")
                self.assertIsNone(site.process.poll())

                os.unlink(filler)
                wait_until(lambda: site.command("status", "--check").code == 0, "well again by itself")
                flushed = site.command("outbox", "flush", "--as", site.bundle("link"), "--json")
                self.assertEqual(flushed.code, 0, repr(flushed))
                self.send(site)
                site.stop()
                verified = site.command("ledger", "verify")
                self.assertEqual(verified.code, 0, repr(verified))

    @staticmethod
    def move_agencies(site, disk):
        """Agencies have disks of their own."""
        keep = tempfile.mkdtemp(prefix="tsunagi-agencies-", dir=disk.work)
        for agency in site.agencies:
            shutil.move(site.bundle(agency), keep)
            site_outbox = site.bundle(agency) + ".outbox"
            if os.path.exists(site_outbox):
                shutil.move(site_outbox, keep)
        site.bundle = lambda agency: os.path.join(keep, agency + ".bundle")
        return keep

    def test_erasing(self):
        """Done whole or not at all: refused with the reason while there is no room for it, done once there is."""
        with SmallDisk() as disk:
            work = os.path.join(disk.path, "site")
            os.mkdir(work)
            with Site(agencies=["link", "jiritsu-hanamigawa"], work=work, options={"reserve_size": "8MiB"}) as site:
                keep = self.move_agencies(site, disk)
                inbox = os.path.join(keep, "inbox")
                request = self.send(site)["message_id"]
                accepted = []
                filler = disk.fill()
                refused = self.send_until_refused(site, accepted, os.path.join(keep, "scan.bin"))
                self.assertIn("STORE_FULL", refused.out + refused.err)
                site.must("receive", "--as", site.bundle("jiritsu-hanamigawa"), "--out", inbox, "--wait", "20", "--max", "1")
                with open(os.path.join(inbox, request, "message.json"), encoding="utf-8") as file:
                    case = json.load(file)["case_id"]
                before = self.look(site, case)
                outcome = self.erase(site, case)
                if outcome.code != 0:  # not even the reserve had room
                    self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "STORE_FULL"), repr(outcome))
                    self.assertEqual(self.look(site, case), before)
                    shown = site.as_agency("link", "request", "show", request, "--json")
                    self.assertEqual((shown.code, shown.json()["request"]), (0, request), repr(shown))
                    os.unlink(filler)
                    wait_until(lambda: site.command("status", "--check").code == 0, "well again by itself")
                    outcome = self.erase(site, case)
                    self.assertEqual(outcome.code, 0, repr(outcome))
                    filler = disk.fill()
                self.gone(site, request, case)
                self.assertEqual(site.stop(), 0)  # to be written anew, for which there is no room
                site.start(wait=False)
                wait_until(lambda: site.command("status").code == 0, "it starts with the file as it is")
                self.assertIn("erased_until_restart", conditions(site))
                self.gone(site, request, case)
                os.unlink(filler)
                self.assertEqual(site.stop(), 0)
                site.start()
                self.assertNotIn("erased_until_restart", conditions(site))
                self.gone(site, request, case)

    @staticmethod
    def look(site, case):
        outcome = site.command("erase", case, "--dry-run", "--json")
        assert outcome.code == 0, repr(outcome)
        return outcome.json()

    @staticmethod
    def erase(site, case):
        return site.command("erase", case, "--even-open", "--yes", "--reason", "file 2026-114", "--json")

    def gone(self, site, request, case):
        for outcome in (site.command("erase", case, "--dry-run", "--json"), site.as_agency("link", "request", "show", request, "--json")):
            self.assertEqual(outcome.json()["error"]["code"], "ERASED", repr(outcome))
        verified = site.command("ledger", "verify")
        self.assertEqual(verified.code, 0, repr(verified))

    @staticmethod
    def send_until_refused(site, accepted, attachment):
        """The broker goes on into what it allocated ahead; the reserve itself is not for submissions."""
        with open(attachment, "wb") as file:
            file.write(os.urandom(1 << 20))
        for _ in range(60):
            outcome = site.command("send", site.sheet(), "--attach", attachment, "--classes", "HEALTH", "--as", site.bundle("link"),
                                   "--json")
            if outcome.code != 0:
                return outcome
            accepted.append(outcome.json()["message_id"])
        raise AssertionError("60 MiB were accepted on a full disk of 64 MiB")

    @staticmethod
    def send(site):
        receipt = site.must("send", site.sheet(), "--as", site.bundle("link"), "--json").json()
        assert receipt["state"] == "accepted", json.dumps(receipt)
        return receipt


def conditions(site):
    return [condition["code"] for condition in site.status()["conditions"]]


def waiting(site):
    return sum(int(lane.get("waiting", 0)) for lane in site.status().get("lanes", []))


if __name__ == "__main__":
    unittest.main()
