# SPDX-License-Identifier: Apache-2.0
"""What is kept for the law, through the command, on a real daemon: the review list, provision records, what was disclosed of a case."""
import json
import os
import unittest

from harness import Site, run, TSUNAGI

LINK, DESK, POLICE, ELDER = "link", "jiritsu-hanamigawa", "police-seian", "korei-shogai-midori"
ANSHIN = "anshin-midori"
JA = {"LANG": "ja_JP.UTF-8"}


def address(agency):
    return f"{agency}@chiba-city"


class Reviews(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, DESK, POLICE, ELDER])
        cls.site.__enter__()
        cls.danger = cls.send("violence-at-home")
        cls.abuse = cls.send("elder-abuse-report")
        cls.site.as_agency(LINK, "send", cls.site.sheet("two-desks-one-takes-it"))  # without a name: nothing to review

    @classmethod
    def tearDownClass(cls):
        ledger = cls.site.command("ledger", "verify")
        cls.site.__exit__(None, None, None)
        assert ledger.code == 0, repr(ledger)

    @classmethod
    def send(cls, name):
        outcome = cls.site.as_agency(LINK, "send", cls.site.sheet(name), "--json")
        assert outcome.code == 0, repr(outcome)
        return outcome.json()

    def listing(self, *words):
        return self.site.must("review", *words, "--json").json()["reviews"]

    def test_1_the_operator_sees_envelopes_alone(self):
        danger, abuse = self.listing()
        self.assertEqual(danger["message_id"], self.danger["message_id"])
        self.assertEqual(danger["code"], self.danger["code"])
        self.assertTrue(danger["danger"])
        self.assertEqual(danger["from"], address(LINK))
        self.assertIn(address(POLICE), danger["to"])
        self.assertEqual(danger["basis"]["basis"], "PROTECT_LIFE")
        self.assertIn("VIOLENCE", danger["classes"])
        self.assertEqual(abuse["basis"]["law"], "ELDER_ABUSE_PREVENTION")
        self.assertNotIn("danger", abuse)
        text = self.site.must("review", env=JA)
        for word in ("命の危険", "高齢者虐待防止法", "提供元", "暴力", address(POLICE), self.abuse["code"]):
            self.assertIn(word, text.out)
        for secret in ("架山", "例沢", "包丁", "あざ"):
            self.assertNotIn(secret, text.out + json.dumps(self.listing(), ensure_ascii=False))

    def test_2_an_agency_sees_its_own(self):
        mine = self.site.as_agency(LINK, "review", "--json").json()["reviews"]
        self.assertEqual(len(mine), 2)
        theirs = self.site.as_agency(ELDER, "review", "--json").json()
        self.assertEqual(theirs["reviews"], [])  # it was not handed out yet
        self.site.as_agency(ELDER, "receive", "--max", "1", "--out", os.path.join(self.site.work, "elder"))
        theirs = self.site.as_agency(ELDER, "review", "--json").json()["reviews"]
        self.assertEqual([row["message_id"] for row in theirs], [self.abuse["message_id"]])
        self.assertEqual(theirs[0]["to"], [address(ELDER)])
        self.assertEqual(self.site.as_agency(DESK, "review", "--json").json()["reviews"], [])
        self.assertIn("Nothing waits", self.site.as_agency(DESK, "review").out)

    def test_3_pages_and_times(self):
        first = self.site.must("review", "--limit", 1, "--json").json()
        self.assertEqual(len(first["reviews"]), 1)
        rest = self.site.must("review", "--after", first["more_after"], "--json").json()
        self.assertEqual([row["message_id"] for row in rest["reviews"]], [self.abuse["message_id"]])
        self.assertIn("--after", self.site.must("review", "--limit", 1).out)
        self.assertEqual(self.listing("--since", "2099-01-01"), [])
        self.assertEqual(self.listing("--until", "令和2年1月1日"), [])
        self.assertEqual(len(self.listing("--since", "1h")), 2)
        self.assertEqual(len(self.site.as_agency(LINK, "review", "--since", "1h", "--limit", 1, "--json").json()["reviews"]), 1)
        self.assertEqual(self.site.command("review", "--since", "yesterday").code, 2)

    def test_4_reviewed(self):
        outcome = self.site.must("review", "done", self.danger["code"].lower(), "--note", "警察の対応を確認した", "--json").json()
        self.assertTrue(outcome["done"])
        self.assertEqual([row["message_id"] for row in self.listing()], [self.abuse["message_id"]])
        reviewed = self.listing("--all")[0]
        self.assertEqual(reviewed["remark"], "警察の対応を確認した")
        self.assertIn("reviewed_at", reviewed)
        self.assertIn("before", self.site.must("review", "done", self.danger["message_id"]).out)
        missing = self.site.command("review", "done", "01890a5d-ac96-774b-bcce-b302099a8057")
        self.assertEqual(missing.code, 3, repr(missing))
        self.assertEqual(self.site.command("review", "done", "999999").code, 3)
        self.assertEqual(self.site.as_agency(LINK, "review", "done", "1").code, 2)
        self.assertNotIn("remark", self.site.as_agency(LINK, "review", "--all", "--json").json()["reviews"][0])

    def test_5_it_holds_after_a_rebuild(self):
        before = self.listing("--all")
        self.site.stop()
        outcome = run([self.site.daemon_path, "--home", self.site.home, "--rebuild"])
        self.assertEqual(outcome.code, 0, repr(outcome))
        self.site.start()
        self.assertEqual(self.listing("--all"), before)


if __name__ == "__main__":
    unittest.main()
