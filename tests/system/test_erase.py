# SPDX-License-Identifier: Apache-2.0
"""A case is erased while the site runs: what is gone, what stays proved, who is told, and what the disk still holds."""
import datetime
import glob
import json
import os
import random
import signal
import subprocess
import time
import unittest
import uuid

from harness import TSUNAGI, TSUNAGID, Site, run

LINK, DESK, OUTSIDER = "link", "jiritsu-hanamigawa", "jiritsu-inage"
JA = {"LANG": "ja_JP.UTF-8"}
NOBODYS = "01960000-0000-7000-8000-000000000000"
CMS = bytes.fromhex("060b2a864886f70d0109100117")  # the OID of AuthEnvelopedData, with which every sealed part begins


class Erasing(unittest.TestCase):
    def setUp(self):
        self.site = Site(agencies=[LINK, DESK, OUTSIDER])
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    # ---- helpers ----

    def send(self):
        receipt = self.site.as_agency(LINK, "send", self.site.sheet(), "--to", DESK, "--json")
        self.assertEqual(receipt.code, 0, receipt)
        return receipt.json()["message_id"]

    def receive(self, agency):
        return self.site.receive_all(agency, "--out", os.path.join(self.site.work, f"in-{agency}"))

    def act(self, agency, word, request, *options):
        outcome = self.site.as_agency(agency, "request", word, request, *options)
        self.assertEqual(outcome.code, 0, outcome)

    def case_of(self, request):
        with open(os.path.join(self.site.work, f"in-{DESK}", request, "message.json"), encoding="utf-8") as file:
            return json.load(file)["case_id"]

    def ended(self):
        """A referral from its sending to its end; its request and its case."""
        request = self.send()
        self.receive(DESK)
        self.act(DESK, "accept", request)
        self.act(DESK, "start", request, "--on", datetime.date.today().isoformat())
        self.act(DESK, "complete", request, "--outcome", "RESOLVED")
        self.receive(LINK)
        return request, self.case_of(request)

    def erase(self, case, *options, **more):
        return self.site.command("erase", case, *options, "--json", **more)

    def must_erase(self, case, *options):
        outcome = self.erase(case, "--yes", "--reason", "file 2026-114", *options)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()

    def files(self):
        return {os.path.basename(path): open(path, "rb").read() for path in glob.glob(os.path.join(self.site.home, "store", "*"))}

    def markers(self, *messages):
        """Bytes that nothing but these messages has: their ids, and pieces out of the sealed parts that the store holds now."""
        data, pieces = b"".join(self.files().values()), [uuid.UUID(message).bytes for message in messages]
        at = data.find(CMS)
        while at >= 0:
            pieces.append(data[at + 700:at + 748])
            at = data.find(CMS, at + 1)
        self.assertGreater(len(pieces), len(messages))
        return pieces

    def remaining(self, markers):
        return sum(marker in data for data in self.files().values() for marker in markers)

    def ledger_holds(self):
        outcome = self.site.command("ledger", "verify")
        self.assertEqual(outcome.code, 0, outcome)

    # ---- from its effect to its end ----

    def test_an_ended_case(self):
        request, case = self.ended()
        evidence = os.path.join(self.site.work, "evidence.json")
        self.assertEqual(self.site.as_agency(LINK, "receipt", request, "--out", evidence).code, 0)
        with open(evidence, encoding="utf-8") as file:
            key = self.site.must("ledger", "site", "key").out.strip()
        markers = self.markers(request)
        told = self.erase(case, "--dry-run").json()
        self.assertEqual((told["case_id"], told["done"], told["open"], told["messages"], told["agencies"]), (case, False, 0, 4, 2))
        self.assertGreater(told["parts"], 0)
        entries = self.site.status()["entries"]
        refused = self.erase(case)
        self.assertEqual((refused.code, refused.json()["error"]["code"]), (2, "NOT_CONFIRMED"))
        self.assertEqual({name: value for name, value in refused.json().items() if name != "error"}, told)
        self.assertEqual(self.site.status()["entries"], entries)
        other = self.send()  # a case of its own, which stays
        done = self.must_erase(case)
        self.assertTrue(done["done"])
        self.assertIn("erased_until_restart", [condition["code"] for condition in self.site.status()["conditions"]])
        self.ledger_holds()
        self.site.must("ledger", "prove", done["seq"])
        self.site.must("ledger", "prove", "1")
        proved = run([TSUNAGI, "verify", evidence, "--trust", key])
        self.assertEqual((proved.code, proved.out.splitlines()[-1]), (0, "PROVED"))
        self.answers(request, case)
        self.told(case)
        self.assertEqual(self.site.stop(), 0)
        self.site.start()
        self.assertIn("store_written_anew", self.site.log())
        self.assertNotIn("erased_until_restart", [condition["code"] for condition in self.site.status()["conditions"]])
        self.assertEqual(self.remaining(markers), 0)
        self.ledger_holds()
        self.answers(request, case)
        self.assertEqual(self.site.command("trace", request, "--json").json()["error"]["code"], "ERASED")  # an access, with its id, from here on
        self.act(DESK, "accept", other)
        self.rebuilt(request, case)

    def answers(self, request, case):
        """Who took part is told that it was erased; to others it is as if it had never been."""
        for words in (("request", "show"), ("trace",), ("request", "seen")):
            for agency in (LINK, DESK):
                outcome = self.site.as_agency(agency, *words, request, "--json")
                self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "ERASED"), (agency, words, outcome))
            outcome = self.site.as_agency(OUTSIDER, *words, request, "--json")
            never = self.site.as_agency(OUTSIDER, *words, NOBODYS, "--json")
            self.assertEqual((outcome.code, outcome.out.replace(request, NOBODYS)), (never.code, never.out), words)
        outcome = self.site.as_agency(LINK, "receipt", request, "--json")
        self.assertEqual(outcome.json()["error"]["code"], "ERASED")
        self.assertIn("消去", self.site.as_agency(LINK, "trace", request, "--json", env=JA).json()["error"]["message"])
        again = self.erase(case, "--dry-run")
        self.assertEqual((again.code, again.json()["error"]["code"]), (1, "ERASED"))
        never = self.erase(NOBODYS, "--dry-run")
        self.assertEqual((never.code, never.json()["error"]["code"]), (3, "UNKNOWN_MESSAGE"))

    def told(self, case):
        """Both who hold copies; once each, durably."""
        for agency in (LINK, DESK):
            notices = [line for line in self.receive(agency) if line.get("what") == "CASE_ERASED" or line.get("notice") == "CASE_ERASED"]
            self.assertEqual(len(notices), 1, agency)

    def rebuilt(self, request, case):
        self.assertEqual(self.site.stop(), 0)
        outcome = run([TSUNAGID, "--home", self.site.home, "--rebuild"])
        self.assertEqual(outcome.code, 0, outcome)
        self.site.start()
        self.ledger_holds()
        self.answers(request, case)

    # ---- what is open ----

    def test_what_is_open_is_named(self):
        request = self.send()
        self.receive(DESK)
        case = self.case_of(request)
        refused = self.erase(case, "--yes", "--reason", "too early")
        self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "CASE_OPEN"))
        self.assertIn("leg.RECEIVED=1", refused.json()["error"]["message"])
        self.assertIn("--even-open", refused.json()["error"]["hint"])
        self.assertEqual(self.site.as_agency(LINK, "request", "show", request).code, 0)
        self.must_erase(case, "--even-open")
        self.ledger_holds()
        self.assertEqual(self.site.must("overdue", "--json").json().get("legs", []), [])

    # ---- killed ----

    def test_killed_while_the_file_is_written_anew(self):
        request, case = self.ended()
        markers = self.markers(request)
        for _ in range(20):  # enough that writing takes a while
            self.send()
        self.must_erase(case)
        self.assertEqual(self.site.stop(), 0)
        seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
        print(f"seed {seed}")
        chance = random.Random(seed)
        for _ in range(12):
            process = subprocess.Popen([TSUNAGID, "--home", self.site.home], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(chance.random() * 0.06)  # a moment that nobody knows is what is tried
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.site.start()
        self.assertEqual(self.remaining(markers), 0)
        self.assertNotIn("data.mdb.new", self.files())
        self.ledger_holds()
        self.answers(request, case)


if __name__ == "__main__":
    unittest.main()
