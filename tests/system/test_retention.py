# SPDX-License-Identifier: Apache-2.0
"""What was kept as long as it is to be: parts go after days, what the ledger says of a case after years; what people and programs are told then."""
import datetime
import json
import os
import unittest

from harness import TSUNAGI, TSUNAGID, Site, run, wait_until

LINK, DESK, OUTSIDER = "link", "jiritsu-hanamigawa", "jiritsu-inage"
JA = {"LANG": "ja_JP.UTF-8"}
NOBODYS = "01960000-0000-7000-8000-000000000000"


class Keeping(unittest.TestCase):
    """On a test site's clock, which is sent ahead."""

    def setUp(self):
        self.site = Site(agencies=[LINK, DESK, OUTSIDER], options={"test_site": 1, "bodies_kept_years": 1})
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def receive(self, agency):
        return self.site.receive_all(agency, "--out", os.path.join(self.site.work, f"in-{agency}"))

    def act(self, agency, word, request, *options):
        outcome = self.site.as_agency(agency, "request", word, request, *options)
        self.assertEqual(outcome.code, 0, outcome)

    def taken(self):
        receipt = self.site.as_agency(LINK, "send", self.site.sheet(), "--to", DESK, "--json")
        self.assertEqual(receipt.code, 0, receipt)
        request = receipt.json()["message_id"]
        self.receive(DESK)
        self.act(DESK, "accept", request)
        self.act(DESK, "start", request, "--on", datetime.date.today().isoformat())
        return request

    def ended(self):
        request = self.taken()
        self.act(DESK, "complete", request, "--outcome", "RESOLVED")
        self.receive(LINK)
        return request, self.case_of(request)

    def case_of(self, request):
        with open(os.path.join(self.site.work, f"in-{DESK}", request, "message.json"), encoding="utf-8") as file:
            return json.load(file)["case_id"]

    def verified(self):
        outcome = self.site.command("ledger", "verify", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()

    def pass_days(self, days):
        """Piece by piece, so that whoever is told something takes it: what waits for somebody is kept."""
        for _ in range(0, days, 120):
            self.site.must("dev", "clock", "+120d")
            for agency in (LINK, DESK):
                self.receive(agency)

    def gone(self, case):
        return self.site.command("erase", case, "--dry-run", "--json").json().get("error", {}).get("code") == "KEEPING_OVER"

    def test_parts_then_bodies(self):
        request, case = self.ended()
        open_request = self.taken()
        evidence = os.path.join(self.site.work, "evidence.json")
        self.assertEqual(self.site.as_agency(LINK, "receipt", request, "--out", evidence).code, 0)
        key = self.site.must("ledger", "site", "key").out.strip()
        parts = self.verified()["parts"]
        self.site.must("dev", "clock", "+32d")
        wait_until(lambda: self.verified()["parts"] < parts, "parts are destroyed when their days are over")
        left = self.verified()
        self.assertGreater(left["parts"], 0)  # of what is open
        self.assertEqual((left["parts"] + left["parts_past_keeping"], left["entries_past_keeping"]), (parts, 0))
        shown = self.site.as_agency(DESK, "request", "show", request, "--json")
        self.assertEqual((shown.code, shown.json()["legs"][0]["state"]), (0, "COMPLETED"))  # all else is still told
        self.site.must("trace", request)
        self.pass_days(360)
        self.assertFalse(self.gone(self.case_of(open_request)))
        wait_until(lambda: self.gone(case), "what the ledger says of the case is destroyed when its years are over")
        self.answers(request, case)
        self.proved(evidence, key)
        self.assertFalse(self.gone(self.case_of(open_request)))
        shown = self.site.as_agency(DESK, "request", "show", open_request, "--json")
        self.assertEqual((shown.code, shown.json()["legs"][0]["state"]), (0, "ACTIVE"))
        held = self.verified()
        self.assertGreaterEqual(held["entries_past_keeping"], 4)  # what was asked, and three acts
        self.assertEqual(held["entries_erased"], 0)
        self.assertIn("past their keeping", self.site.must("ledger", "verify").out)
        self.assertNotIn("erased_until_restart", [condition["code"] for condition in self.site.status()["conditions"]])
        self.assertEqual(self.site.stop(), 0)
        rebuilt = run([TSUNAGID, "--home", self.site.home, "--rebuild"])
        self.assertEqual(rebuilt.code, 0, rebuilt)
        self.site.start()
        self.answers(request, case)
        self.verified()

    def answers(self, request, case):
        """Who took part is told that the years are over; to others it is as if it had never been."""
        for words in (("request", "show"), ("trace",), ("request", "seen"), ("receipt",)):
            for agency in (LINK, DESK):
                outcome = self.site.as_agency(agency, *words, request, "--json")
                self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "KEEPING_OVER"), (agency, words, outcome))
                self.assertIn("1 years", outcome.json()["error"]["message"])
            outcome = self.site.as_agency(OUTSIDER, *words, request, "--json")
            never = self.site.as_agency(OUTSIDER, *words, NOBODYS, "--json")
            self.assertEqual((outcome.code, outcome.out.replace(request, NOBODYS)), (never.code, never.out), words)
        for words in (("disclosure", case), ("case", "show", case)):
            outcome = self.site.as_agency(LINK, *words, "--json")
            self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "KEEPING_OVER"), (words, outcome))
        self.assertIn("保存期間", self.site.as_agency(LINK, "trace", request, "--json", env=JA).json()["error"]["message"])
        for words in (("disclosure", case), ("trace", request), ("erase", case, "--dry-run")):
            outcome = self.site.command(*words, "--json")
            self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "KEEPING_OVER"), (words, outcome))

    def proved(self, evidence, key):
        outcome = run([TSUNAGI, "verify", evidence, "--trust", key])
        self.assertEqual((outcome.code, outcome.out.splitlines()[-1]), (0, "PROVED"))

    def test_who_looked_outlives_what_was_looked_at(self):
        request, case = self.ended()
        self.site.must("trace", request)
        looked = self.site.status()["entries"] - 1
        outcome = self.site.command("erase", case, "--yes", "--reason", "asked for by the person", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        proof = self.site.must("ledger", "prove", str(looked), "--json").json()
        self.assertNotIn("erased", proof, proof)
        self.verified()


if __name__ == "__main__":
    unittest.main()
