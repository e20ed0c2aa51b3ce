# SPDX-License-Identifier: Apache-2.0
"""A shelter and its proxy work with each other: everything that two agencies do, and nobody else is there."""
import json
import os
import unittest

from harness import Site, without

SHELTER, PROXY, LINK = "k4w7-q2hm9xtd", "shelter-proxy", "link"


class Desk:
    """What two agencies do all day; each class below has a site of its own."""

    def do(self, agency, *words, code=0, input=None):
        outcome = self.site.as_agency(agency, *words, "--json", input=input)
        self.assertEqual(outcome.code, code, f"{agency} {words}: {outcome!r}")
        return outcome.json()

    def sheet(self, name="refuge-through-proxy", **changes):
        with open(self.site.sheet(name), encoding="utf-8") as file:
            return json.dumps(dict(json.load(file), **changes))

    def send(self, agency, to, code=0, **changes):
        return self.do(agency, "send", "-", code=code, input=self.sheet(to=[to], **changes))

    def receive(self, agency):
        lines = self.site.receive_all(agency, "--out", os.path.join(self.site.work, "in-" + agency))
        self.assertTrue(lines, f"nothing waits for {agency}")
        return [row for row in lines if row["type"] == "delivery"]

    def stored(self, agency, message_id):
        with open(os.path.join(self.site.work, "in-" + agency, message_id, "message.json"), encoding="utf-8") as file:
            return json.load(file)

    def state(self, agency, message_id):
        return self.do(agency, "request", "show", message_id)["legs"][0]["state"]


class Shelter(Desk, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, PROXY, SHELTER], options={"test_site": 1})
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def test_what_the_proxy_asks(self):
        """From the sheet to the last word, each side's library seals to the other's."""
        asked = self.send(PROXY, SHELTER)["message_id"]
        self.assertEqual([row["sender"] for row in self.receive(SHELTER)], [f"{PROXY}@chiba-city"])
        self.do(SHELTER, "request", "seen", asked)
        self.do(SHELTER, "request", "ask", asked, "--text", "お子さんは何人ですか")
        self.assertEqual([row["leg_act"]["action"] for row in self.receive(PROXY)], ["ASK"])
        self.do(PROXY, "request", "answer", asked, "--text", "ひとりです")
        self.receive(SHELTER)
        self.do(SHELTER, "request", "accept", asked)
        self.do(SHELTER, "request", "start", asked, "--on", "2026-11-01")
        self.do(SHELTER, "request", "report", asked, "--text", "落ち着いて過ごしている")
        self.assertEqual([row["leg_act"]["action"] for row in self.receive(PROXY)], ["ACCEPT", "START", "REPORT"])
        self.assertEqual(self.state(PROXY, asked), "ACTIVE")

    def test_what_the_shelter_asks(self):
        asked = self.send(SHELTER, PROXY)["message_id"]
        self.receive(PROXY)
        self.do(PROXY, "request", "accept", asked)
        self.assertEqual([row["leg_act"]["action"] for row in self.receive(SHELTER)], ["ACCEPT"])

    def test_what_others_ask_goes_on_to_it(self):
        """A request to the shelter's function reaches the proxy, which sends it on as its own; who asked sees the proxy at work, and nobody else."""
        plan = os.path.join(self.site.work, "plan.txt")
        with open(plan, "w", encoding="utf-8") as file:
            file.write("荷物は少なく")
        asked = self.do(LINK, "send", "-", "--attach", plan, "--classes", "VIOLENCE", input=self.sheet(to=[PROXY]))
        self.receive(PROXY)
        self.do(PROXY, "request", "accept", asked["message_id"])
        stored = os.path.join(self.site.work, "in-" + PROXY, asked["message_id"], "message.json")
        sent_on = self.do(PROXY, "send", stored, "--to", SHELTER)
        self.assertEqual(sent_on["case_id"], asked["case_id"])
        self.receive(SHELTER)
        there = self.stored(SHELTER, sent_on["message_id"])
        self.assertEqual(there["sender"], f"{PROXY}@chiba-city")
        self.assertEqual({**there["sheet"], "attachments": None}, {**self.stored(PROXY, asked["message_id"])["sheet"], "attachments": None})
        kept = os.path.join(self.site.work, "in-" + SHELTER, sent_on["message_id"], "attachments")
        with open(os.path.join(kept, os.listdir(kept)[0]), encoding="utf-8") as file:
            self.assertEqual(file.read(), "荷物は少なく")
        self.do(SHELTER, "request", "accept", sent_on["message_id"])
        self.do(PROXY, "request", "start", asked["message_id"], "--on", "2026-11-01")
        seen = self.do(LINK, "request", "show", asked["message_id"])
        self.assertEqual([leg["to"] for leg in seen["legs"]], [f"{PROXY}@chiba-city"])
        self.assertEqual(seen["legs"][0]["state"], "ACTIVE")
        self.receive(PROXY)
        self.assertEqual(self.do(LINK, "case", "show", asked["case_id"])["members"], [f"{LINK}@chiba-city", f"{PROXY}@chiba-city"])

    def test_nobody_else(self):
        self.assertEqual(self.send(LINK, SHELTER, code=1)["error"]["code"], "UNKNOWN_AGENCY")
        self.assertEqual(self.send(SHELTER, LINK, code=1)["error"]["code"], "UNKNOWN_AGENCY")


class Gone(Desk, unittest.TestCase):
    """The shelter and its proxy close together: no operator's word leads past the proxy."""

    def setUp(self):
        self.site = Site(agencies=[LINK, PROXY, SHELTER])
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def hand_over(self, agency, to, *more):
        return self.site.command("agency", "hand-over", agency, "--to", to, *more, "--json")

    def test_nobody_comes_past_the_proxy(self):
        asked = self.send(PROXY, SHELTER)["message_id"]
        self.receive(SHELTER)
        self.do(SHELTER, "request", "accept", asked)
        self.site.must("directory", "load", without(self.site, SHELTER, PROXY))
        sure = ["--yes", "--reason", "dissolved"]
        for agency in (SHELTER, PROXY):
            for more in ([], sure):  # when it is only looked at, too
                refused = self.hand_over(agency, LINK, *more)
                self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "SAFETY"))
                self.assertIn("Name its proxy", refused.json()["error"]["hint"])
        self.site.must("directory", "load", without(self.site, PROXY, changes={f"proxy: {PROXY}": f"proxy: {LINK}",
                                                                               f"coordinator: {PROXY}": f"coordinator: {LINK}"}))
        done = self.hand_over(PROXY, LINK, *sure)
        self.assertEqual((done.code, done.json()["stay_hidden"]), (0, 0), done)
        self.assertEqual(self.do(LINK, "request", "show", asked)["request"], asked)
        self.assertEqual(self.site.command("ledger", "verify").code, 0)


if __name__ == "__main__":
    unittest.main()
