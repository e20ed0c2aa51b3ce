# SPDX-License-Identifier: Apache-2.0
"""Cases and consents over a real daemon: whose a case is, what a consent lets through, and what its end stops."""
import json
import os
import unittest

from harness import Site

OWNER, DESK, OTHER = "link", "jiritsu-hanamigawa", "hikikomori"


class Consent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[OWNER, DESK, OTHER])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def command(self, agency, *words, code=0, **more):
        outcome = self.site.as_agency(agency, *words, "--json", **more)
        self.assertEqual(outcome.code, code, outcome)
        return outcome.json()

    def register(self, *words, to=(DESK,), classes="IDENTITY,HEALTH"):
        receipt = self.command(OWNER, "consent", "register", "--giver", "PERSON", "--how", "WRITTEN", "--classes", classes,
                               *[word for agency in to for word in ("--to", agency)], "--person", "千葉花子", "--text", "同意書に署名", *words)
        return receipt["consent_id"], receipt["case_id"]

    def request(self, consent, case, to=DESK, classes=("IDENTITY",), code=0):
        path = os.path.join(self.site.work, "request.json")
        message = {"kind": "REQUEST", "ask": "REFER", "to": [to], "case": case, "basis": {"basis": "CONSENT", "consent_id": consent},
                   "sheet": {"person": {"name": "千葉花子"}, "topics": [{"topic": "HOUSING", "mark": "MAIN"}],
                             "referral_reason": "生活の立て直し", "expected_support": "家計の相談", "not_seen": "家族の意向",
                             "text_classes": list(classes)}}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(message, file, ensure_ascii=False)
        return self.command(OWNER, "send", path, code=code)

    def receive(self, agency):
        folder = os.path.join(self.site.work, "inbox-" + agency)
        outcome = self.site.as_agency(agency, "receive", "--out", folder, "--json")
        self.assertEqual(outcome.code, 0, outcome)
        return [line for line in outcome.lines() if line.get("message_id")]

    def test_what_it_covers(self):
        consent, case = self.register()
        self.request(consent, case)
        self.assertEqual(self.request(consent, case, to=OTHER, code=1)["error"]["code"], "BASIS")
        self.assertEqual(self.request(consent, case, classes=("IDENTITY", "FINANCE"), code=1)["error"]["code"], "BASIS")
        shown = self.command(OWNER, "consent", "show", consent)
        self.assertEqual((shown["state"], shown["registered_by"], shown["classes"]), ("IN_FORCE", OWNER + "@chiba-city", ["IDENTITY", "HEALTH"]))
        japanese = self.site.as_agency(OWNER, "consent", "show", consent, env={"LANG": "ja_JP.UTF-8"})
        self.assertIn("同意", japanese.out)

    def test_withdrawn(self):
        """What was not handed out never is; what was is told to the owner; any agency of the case may withdraw."""
        consent, case = self.register(to=(DESK, OTHER))
        first = self.request(consent, case)
        self.assertIn(first["message_id"], [line["message_id"] for line in self.receive(DESK)])
        second = self.request(consent, case, to=OTHER)
        receipt = self.command(DESK, "consent", "withdraw", consent, "--text", "電話で申し出")
        self.assertEqual(receipt["consent"]["state"], "WITHDRAWN")
        self.assertGreaterEqual(receipt["consent"]["handed_out"], 1)
        self.assertNotIn("handouts", receipt["consent"])  # to whom: for the case's owner
        self.assertNotIn(second["message_id"], [line["message_id"] for line in self.receive(OTHER)])
        shown = self.command(OWNER, "consent", "show", consent)
        self.assertEqual([handed["agency"] for handed in shown["handouts"]], [DESK + "@chiba-city"])
        self.assertEqual(self.request(consent, case, code=1)["error"]["code"], "BASIS")
        self.assertEqual(self.command(OWNER, "consent", "withdraw", consent, code=1)["error"]["code"], "CONSENT")

    def test_narrowed(self):
        consent, case = self.register()
        receipt = self.command(OWNER, "consent", "narrow", consent, "--classes", "IDENTITY")
        self.assertEqual(receipt["consent"]["classes"], ["IDENTITY"])
        self.assertEqual(self.request(consent, case, classes=("IDENTITY", "HEALTH"), code=1)["error"]["code"], "BASIS")
        self.request(consent, case)
        self.assertEqual(self.command(OWNER, "consent", "narrow", consent, "--classes", "IDENTITY,LEGAL", code=1)["error"]["code"], "CONSENT")

    def test_case(self):
        consent, case = self.register()
        self.request(consent, case)
        shown = self.command(OWNER, "case", "show", case)
        self.assertEqual((shown["owner"], shown["members"]), (OWNER + "@chiba-city", [OWNER + "@chiba-city", DESK + "@chiba-city"]))
        unknown = self.command(OTHER, "case", "show", case, code=3)["error"]
        never = self.command(OTHER, "case", "show", "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b", code=3)["error"]
        self.assertEqual(unknown, never)
        self.command(OWNER, "case", "protect", case, "--keep-out", OTHER)
        self.assertEqual(self.command(OWNER, "case", "show", case)["kept_out"], [OTHER + "@chiba-city"])
        misspelt = self.command(OWNER, "case", "protect", case, "--keep-out", OTHER + "i", code=1)
        self.assertEqual(misspelt["error"]["code"], "UNKNOWN_AGENCY")
        self.assertEqual(self.command(OWNER, "case", "show", case)["kept_out"], [OTHER + "@chiba-city"])  # whom it was to replace stays out
        self.assertNotIn(OTHER, json.dumps(self.command(DESK, "case", "show", case)))
        self.assertEqual(self.command(DESK, "case", "protect", case, code=1)["error"]["code"], "SAFETY")


if __name__ == "__main__":
    unittest.main()
