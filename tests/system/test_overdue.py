# SPDX-License-Identifier: Apache-2.0
"""Promise P4 as people see it: whatever is open has a holder, and once its due time has passed it stands on that holder's overdue list - legs,
decisions on requests, conferences and action items - until it is done."""
import json
import os
import unittest

from harness import ROOT, Site

LINK, DESK, INAGE, CARE = "link", "jiritsu-hanamigawa", "jiritsu-inage", "hikikomori"
AGENCIES = [LINK, DESK, INAGE, CARE]
DUTY = {"basis": "PUBLIC_DUTY", "law": "SELF_RELIANCE_9", "reason": "support plan"}
CASE = {"title": "支援方針", "agenda": "次の一歩", "text_classes": ["EMPLOYMENT"]}
JA = {"LANG": "ja_JP.UTF-8"}


class Overdue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=AGENCIES, options={"test_site": 1})
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.site.must("calendar", "load", os.path.join(ROOT, "deploy", "chiba", "holidays.csv"))

    def done(self, agency, *words, input=None):
        outcome = self.site.as_agency(agency, *words, "--json", input=input)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()

    def propose(self):
        return self.done(LINK, "conference", "propose", "-", input=json.dumps({"to": [CARE], "conference": CASE, "basis": DUTY}))["message_id"]

    def test_whatever_is_held_too_long_stands_on_its_holders_list(self):
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = json.dumps(dict(json.load(file), urgency="ROUTINE"))
        silent = self.done(LINK, "send", "-", "--to", DESK, input=sheet)["message_id"]
        undecided = self.done(LINK, "send", "-", "--to", INAGE, input=sheet)["message_id"]
        self.done(INAGE, "request", "decline", undecided, "--reason", "FULL", "--none-known")
        unfixed, held = self.propose(), self.propose()
        self.done(LINK, "conference", "convene", held, "--starts", "2026-01-05T10:00:00+09:00", "--ends", "2026-01-05T11:00:00+09:00")
        minutes = {"decisions": [{"text": "会う"}], "text_classes": ["EMPLOYMENT"],
                   "action_items": [{"owner": CARE, "text": "連絡する", "due_on": "2026-01-09"}]}
        self.done(LINK, "conference", "minutes", held, "-", input=json.dumps(minutes))
        item = self.done(CARE, "item", "list")["items"][0]["item"]
        self.assertEqual(self.site.must("overdue", "--json").json()["legs"], [])

        self.site.must("dev", "clock", "+8bd")  # routine: five business days, and a lapse after fifteen
        told = self.site.must("overdue", "--json").json()
        self.assertEqual([(leg["request_id"], leg["holder_agency"].split("@")[0], leg["overdue"]) for leg in told["legs"]], [(silent, DESK, True)])
        self.assertGreater(told["legs"][0]["late_s"], 86400)
        threads = {(thread["kind"], thread["thread_id"]): thread for thread in told["threads"]}
        self.assertEqual(set(threads), {("REQUEST", undecided), ("CONFERENCE", unfixed), ("CONFERENCE", held), ("ACTION_ITEM", held)})
        for key, holder in ((("REQUEST", undecided), LINK), (("CONFERENCE", unfixed), LINK), (("ACTION_ITEM", held), CARE)):
            self.assertEqual(threads[key]["holder_agency"], f"{holder}@chiba-city")
            self.assertGreater(threads[key]["late_s"], 0)
            self.assertIn("next_at", threads[key])  # the site will say something again
        self.assertEqual(threads["ACTION_ITEM", held]["item"], item)
        self.assertEqual(threads["ACTION_ITEM", held]["asked_by"], f"{LINK}@chiba-city")

        mine = self.site.must("overdue", CARE, "--json").json()
        self.assertEqual((mine["legs"], [thread["kind"] for thread in mine["threads"]]), ([], ["ACTION_ITEM"]))
        self.assertEqual(self.site.must("overdue", INAGE, "--json").json()["threads"], [])
        for env, words in ((None, ["action item", "conference", "to decide"]), (JA, ["宿題", "会議", "決定"])):
            page = self.site.must("overdue", env=env or {}).out
            self.assertNotIn("Nothing is overdue", page)
            for word in [*words, DESK, CARE]:
                self.assertIn(word, page)
        counted = {row["agency"]: row.get("legs", 0) + row.get("others", 0) for row in self.site.status()["overdue"]}
        self.assertEqual(counted, {DESK: 1, LINK: 3, CARE: 1})
        limited = self.site.must("overdue", "--limit", "2", "--json").json()
        self.assertEqual((len(limited["legs"]) + len(limited["threads"]), limited["more"]), (2, 3))

        # Each agency sees its own share by itself.
        rows = self.done(LINK, "request", "list", "--overdue", "--holder", "me")["legs"]
        self.assertEqual([(row["request"], row["overdue"]) for row in rows], [(undecided, True)])
        self.assertEqual([row["request"] for row in self.done(DESK, "request", "list", "--overdue")["legs"]], [silent])

        # What is done stands there no longer.
        self.done(DESK, "request", "accept", silent)
        self.done(LINK, "request", "close", undecided, "--outcome", "SENDER_SUPPORTS")
        self.done(CARE, "item", "finish", str(item))
        self.done(LINK, "conference", "close", held)
        self.done(LINK, "conference", "cancel", unfixed, "--reason", "TOO_FEW_PARTICIPANTS")
        told = self.site.must("overdue", "--json").json()
        self.assertEqual((told["legs"], told["threads"]), ([], []))
        self.assertIn("Nothing is overdue", self.site.must("overdue").out)
        self.assertEqual(self.site.status()["overdue"], [])


if __name__ == "__main__":
    unittest.main()
