# SPDX-License-Identifier: Apache-2.0
"""The life of a request through the command, on a real daemon: both sides, both languages, and every refusal in words."""
import datetime
import json
import os
import unittest

from harness import Site, wait_until

LINK, DESK, INAGE, POLICE, AID = "link", "jiritsu-hanamigawa", "jiritsu-inage", "police-seian", "seishin-kyukyu"
JA = {"LANG": "ja_JP.UTF-8"}
NOBODYS = "01960000-0000-7000-8000-000000000000"


class Requests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, DESK, INAGE, POLICE, AID])
        cls.site.__enter__()

    @classmethod
    def tearDownClass(cls):
        ledger = cls.site.command("ledger", "verify")
        cls.site.__exit__(None, None, None)
        assert ledger.code == 0, repr(ledger)

    def setUp(self):
        """What another test left in a mailbox is taken out of it."""
        for agency in (LINK, DESK, INAGE, POLICE, AID):
            waiting = len(self.site.as_agency(agency, "inbox", "--json").json().get("items", []))
            if waiting > 0:
                self.site.as_agency(agency, "receive", "--out", os.path.join(self.site.work, f"old-{agency}"), "--wait", "60", "--max", waiting)

    # ---- helpers ----

    def sheet(self, **changes):
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = json.load(file)
        sheet.update(changes)
        return json.dumps(sheet)

    def send(self, to=(DESK,), **changes):
        words = [word for agency in to for word in ("--to", agency)]
        return self.site.must("send", "-", *words, "--as", self.site.bundle(LINK), "--json", input=self.sheet(**changes)).json()

    def receive(self, agency, count=1):
        """Takes deliveries until that many messages came; each as message.json has it.  What the site itself tells is taken too."""
        folder = os.path.join(self.site.work, f"in-{agency}")
        found = []
        while len(found) < count:
            outcome = self.site.as_agency(agency, "receive", "--out", folder, "--wait", "60", "--max", count - len(found), "--json")
            self.assertEqual(outcome.code, 0, outcome)
            for line in outcome.lines():
                path = os.path.join(folder, line.get("message_id", "-"), "release.json" if line.get("released") else "message.json")
                if line.get("type") == "delivery" and os.path.exists(path):
                    with open(path, encoding="utf-8") as file:
                        found.append(json.load(file))
        return found

    def act(self, agency, word, request, *options, **more):
        """Does it; the leg as it stands then."""
        outcome = self.site.as_agency(agency, "request", word, request, *options, "--json", **more)
        self.assertEqual(outcome.code, 0, outcome)
        receipt = outcome.json()
        self.assertEqual(receipt["state"], "accepted")
        self.assertEqual(receipt["action"], "request." + word)
        return receipt["leg"]

    def refused(self, agency, word, request, *options, code=1, env=None):
        outcome = self.site.as_agency(agency, "request", word, request, *options, "--json", env=env)
        self.assertEqual(outcome.code, code, outcome)
        return outcome.json()["error"]

    def show(self, agency, request, **more):
        outcome = self.site.as_agency(agency, "request", "show", request, "--json", **more)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()

    def taken(self):
        """A request that the desk has received."""
        receipt = self.send()
        self.receive(DESK)
        return receipt["message_id"]

    # ---- the whole life ----

    def test_a_referral_from_its_sending_to_its_end(self):
        sent = self.send(release="ON_ACCEPT")
        request = sent["message_id"]
        leg = self.show(LINK, request)["legs"][0]
        self.assertEqual((leg["state"], leg["holder"], leg["holder_agency"]), ("SUBMITTED", "RECIPIENT", f"{DESK}@chiba-city"))
        self.assertIsNone(leg["seen_at"])
        first = self.receive(DESK)[0]
        self.assertNotIn("sheet", first)  # who it is about waits for the acceptance
        self.assertEqual(self.act(DESK, "seen", request)["state"], "RECEIVED")
        self.assertIsNotNone(self.show(LINK, request)["legs"][0]["seen_at"])
        leg = self.act(DESK, "ask", sent["code"], "--text", "いつがよいですか")
        self.assertEqual((leg["state"], leg["holder"]), ("QUESTIONED", "SENDER"))
        asked = self.receive(LINK)[0]
        self.assertEqual((asked["thread_id"], asked["leg_act"]["action"], asked["note"]["text"]), (request, "ASK", "いつがよいですか"))
        self.assertEqual(self.act(LINK, "answer", request, "--text", "-", input="月曜の午前です\n")["holder"], "RECIPIENT")
        self.assertEqual(self.receive(DESK)[0]["note"]["text"], "月曜の午前です")
        leg = self.act(DESK, "accept", request)
        self.assertEqual((leg["state"], leg["holder"]), ("ACCEPTED", "RECIPIENT"))
        self.assertIn("person", self.receive(DESK)[0]["sheet"])  # and now it comes
        leg = self.act(DESK, "start", request, "--on", self.today())
        self.assertEqual(leg["state"], "ACTIVE")
        self.assertEqual(self.act(DESK, "report", request, "--text", "訪問しました")["state"], "ACTIVE")
        leg = self.act(DESK, "hold", request, "--reason", "SUPPORT_REFUSED", "--on", self.today(60))
        self.assertEqual((leg["state"], leg["reason"]), ("ON_HOLD", "SUPPORT_REFUSED"))
        self.assertEqual(self.act(DESK, "resume", request)["state"], "ACTIVE")
        leg = self.act(DESK, "complete", request, "--outcome", "SUPPORT_CONTINUES")
        self.assertEqual((leg["state"], leg["outcome"]), ("COMPLETED", "SUPPORT_CONTINUES"))
        self.assertIsNone(leg["holder"])
        whole = self.show(LINK, request)
        self.assertEqual((whole["request_state"], whole["allowed"]), ("COMPLETED", []))
        self.assertEqual(self.refused(LINK, "close", request, "--outcome", "RESOLVED")["code"], "REQUEST_OVER")
        heard = [message["leg_act"]["action"] for message in self.receive(LINK, 6)]
        self.assertEqual(heard, ["ACCEPT", "START", "REPORT", "HOLD", "RESUME", "COMPLETE"])

    @staticmethod
    def today(ahead=0):
        from datetime import datetime, timedelta, timezone
        return (datetime.now(timezone(timedelta(hours=9))) + timedelta(days=ahead)).strftime("%Y-%m-%d")

    def test_a_decline_comes_back_to_its_sender_who_decides(self):
        request = self.taken()
        self.act(DESK, "decline", request, "--reason", "OUTSIDE_AREA", "--next", INAGE, "--text", "区が違います")
        heard = self.receive(LINK)[0]
        self.assertEqual((heard["leg_act"]["reason"], heard["leg_act"]["next_agency"]), ("OUTSIDE_AREA", f"{INAGE}@chiba-city"))
        whole = self.show(LINK, request)
        self.assertEqual(whole["request_state"], "DECISION_DUE")
        self.assertEqual(whole["legs"][0]["next_agency"], f"{INAGE}@chiba-city")
        self.assertIn("close", [row["action"] for row in whole["allowed"]])
        self.assertEqual(self.refused(LINK, "close", request, "--outcome", "VISITED")["code"], "REQUEST_OUTCOME")
        self.assertEqual(self.act(LINK, "close", request, "--outcome", "SENDER_SUPPORTS")["closed_with"], "SENDER_SUPPORTS")
        self.assertEqual(self.show(LINK, request)["request_state"], "CLOSED")

    def test_a_withdrawal_from_one_and_from_all(self):
        request = self.send(to=(DESK, INAGE))["message_id"]
        self.receive(DESK)
        self.receive(INAGE)
        self.assertEqual(self.act(LINK, "withdraw", request, "--to", INAGE, "--reason", "MISDIRECTED")["state"], "WITHDRAWN")
        states = {leg["to"]: leg["state"] for leg in self.show(LINK, request)["legs"]}
        self.assertEqual(states, {f"{DESK}@chiba-city": "RECEIVED", f"{INAGE}@chiba-city": "WITHDRAWN"})
        self.act(LINK, "withdraw", request, "--reason", "NO_LONGER_NEEDED")
        self.assertEqual({leg["state"] for leg in self.show(LINK, request)["legs"]}, {"WITHDRAWN"})
        self.assertEqual(self.receive(INAGE)[0]["leg_act"]["reason"], "MISDIRECTED")
        self.assertEqual(self.receive(DESK)[0]["leg_act"]["reason"], "NO_LONGER_NEEDED")

    def test_a_retry_with_its_key_is_done_once(self):
        request = self.taken()
        first, again = (self.site.as_agency(DESK, "request", "accept", request, "--key", request, "--json").json() for _ in range(2))
        self.assertEqual(first["message_id"], again["message_id"])
        self.assertFalse(first["duplicate"])
        self.assertTrue(again["duplicate"])
        error = self.refused(DESK, "start", request, "--on", self.today(), "--key", request)
        self.assertEqual(error["code"], "KEY_CONFLICT")
        self.receive(LINK)

    # ---- what others may know ----

    def test_nobody_learns_who_else_was_asked(self):
        request = self.send(to=(DESK, INAGE))["message_id"]
        self.receive(DESK)
        self.receive(INAGE)
        self.assertEqual(len(self.show(LINK, request)["legs"]), 2)
        whole = self.show(DESK, request)
        self.assertEqual([leg["to"] for leg in whole["legs"]], [f"{DESK}@chiba-city"])
        self.assertNotIn(INAGE, json.dumps(whole))
        self.assertNotIn("request_state", whole)
        error = self.refused(POLICE, "show", request, code=3)
        self.assertEqual(error["code"], self.refused(POLICE, "show", NOBODYS, code=3)["code"])
        self.act(LINK, "withdraw", request, "--reason", "NO_LONGER_NEEDED")
        self.receive(DESK)
        self.receive(INAGE)

    def sealed(self, request, agency):
        """Whether the sender's library has sealed: it does so whenever it receives, without a word."""
        self.site.as_agency(LINK, "receive", "--out", os.path.join(self.site.work, "sealing"), "--wait", "0.3")
        return {leg["to"].split("@")[0]: leg["state"] for leg in self.show(LINK, request)["legs"]}[agency] != "AWAITING_SEAL"

    def test_a_redirect_shows_the_next_agency_nothing_before_it_is_sealed(self):
        request = self.taken()
        leg = self.act(DESK, "redirect", request, "--next", INAGE, "--reason", "outside-area")
        self.assertEqual((leg["state"], leg["next_agency"]), ("REDIRECTED", f"{INAGE}@chiba-city"))
        states = {leg["to"].split("@")[0]: leg["state"] for leg in self.show(LINK, request)["legs"]}
        self.assertEqual(states[DESK], "REDIRECTED")
        self.assertIn(states[INAGE], ("AWAITING_SEAL", "SUBMITTED"))
        if states[INAGE] == "AWAITING_SEAL":
            self.assertNotIn(request, self.site.as_agency(INAGE, "request", "list", "--ended", "--json").out)
        self.assertEqual(self.receive(LINK)[0]["leg_act"]["action"], "REDIRECT")
        wait_until(lambda: self.sealed(request, INAGE), "the sender's library seals to the next agency")
        arrived = self.receive(INAGE)[0]
        self.assertEqual(arrived["thread_id"] if "thread_id" in arrived else arrived["message_id"], request)
        self.assertEqual(self.act(INAGE, "accept", request)["state"], "ACCEPTED")
        self.assertEqual(self.show(LINK, request)["request_state"], "TAKEN")
        error = self.refused(INAGE, "redirect", request, "--next", DESK)
        self.assertEqual(error["code"], "REDIRECT")  # nobody is passed around
        self.act(LINK, "withdraw", request, "--reason", "NO_LONGER_NEEDED")

    def test_lists(self):
        request = self.taken()
        codes = lambda agency, *options: [leg["request"] for leg in self.site.as_agency(agency, "request", "list", *options, "--json").json()["legs"]]
        self.assertIn(request, codes(DESK, "--holder", "me"))
        self.assertNotIn(request, codes(LINK, "--holder", "me"))
        self.assertNotIn(request, codes(DESK, "--overdue"))
        case = self.show(LINK, request)["case"]
        self.assertEqual(codes(LINK, "--case", case), [request])
        self.act(DESK, "decline", request, "--reason", "FULL", "--none-known")
        self.assertNotIn(request, codes(DESK))
        self.assertIn(request, codes(LINK, "--holder", "me"))  # its sender has to decide what becomes of it
        self.act(LINK, "close", request, "--outcome", "SENDER_SUPPORTS")
        self.assertNotIn(request, codes(LINK))
        self.assertIn(request, codes(LINK, "--ended"))
        self.receive(LINK)

    # ---- refusals in words ----

    def test_every_refusal_tells_what_to_do(self):
        request = self.taken()
        rows = [
            (DESK, "ask", [], "INCOMPLETE", "question", "問い合わせ"),
            (DESK, "decline", [], "INCOMPLETE", "OUTSIDE_AREA", "OUTSIDE_AREA"),
            (DESK, "decline", ["--reason", "FULL"], "INCOMPLETE", "who could help", "心当たり"),
            (DESK, "redirect", [], "INCOMPLETE", "next", "次に"),
            (DESK, "redirect", ["--next", LINK], "REDIRECT", "ecline", "断"),
            (DESK, "redirect", ["--next", "nobody-here"], "UNKNOWN_AGENCY", "nobody-here", "nobody-here"),
            (DESK, "start", ["--on", "2026-01-05"], "NOT_NOW", "accept", "受諾"),
            (DESK, "report", ["--text", "x"], "NOT_NOW", "accept", "受諾"),
            (DESK, "hold", ["--reason", "OTHER", "--on", self.today(9)], "NOT_NOW", "accept", "受諾"),
            (DESK, "resume", [], "NOT_NOW", "accept", "受諾"),
            (DESK, "complete", ["--outcome", "RESOLVED"], "NOT_NOW", "accept", "受諾"),
            (DESK, "answer", ["--text", "x"], "NOT_NOW", "accept", "受諾"),
            (DESK, "withdraw", ["--reason", "MISDIRECTED"], "NOT_NOW", "accept", "受諾"),
            (DESK, "close", ["--outcome", "RESOLVED"], "NOT_THE_SENDER", "link@chiba-city", "link@chiba-city"),
            (LINK, "accept", [], "NOT_NOW", "withdraw", "取り下げ"),
            (LINK, "answer", ["--text", "x"], "NOT_NOW", "withdraw", "取り下げ"),
            (LINK, "withdraw", [], "INCOMPLETE", "NO_LONGER_NEEDED", "NO_LONGER_NEEDED"),
            (LINK, "withdraw", ["--to", INAGE, "--reason", "MISDIRECTED"], "NO_LEG", INAGE, INAGE),
            (LINK, "close", ["--outcome", "NOT_NEEDED"], "LEGS_OPEN", "ithdraw", "取り下げ"),
        ]
        before = self.show(LINK, request)
        for agency, word, options, code, english, japanese in rows:
            with self.subTest(word=word, options=options):
                exits = 3 if code == "NO_LEG" else 1
                error = self.refused(agency, word, request, *options, code=exits)
                self.assertEqual(error["code"], code, error)
                self.assertIn(english, error["message"] + error["hint"])
                error = self.refused(agency, word, request, *options, code=exits, env=JA)
                self.assertEqual(error["code"], code, error)
                self.assertIn(japanese, error["message"] + error["hint"])
        after = self.show(LINK, request)
        self.assertEqual(before, after)  # nothing of it took effect
        for word in ("accept", "show", "withdraw"):
            self.assertEqual(self.refused(DESK, word, NOBODYS, code=3)["code"], "NO_REQUEST")
        self.assertEqual(self.refused(DESK, "decline", request, "--reason", "DISLIKE", code=2)["code"], "UNKNOWN_WORD")
        self.act(DESK, "decline", request, "--reason", "FULL", "--none-known")
        self.assertEqual(self.refused(DESK, "accept", request)["code"], "NOT_NOW")
        self.receive(LINK)

    # ---- as people read it ----

    def test_what_people_read(self):
        sent = self.send()
        self.receive(DESK)
        self.act(DESK, "ask", sent["code"], "--text", "いつ")
        for env, words in ((None, ["questioned", "this agency", "you may now", "answer"]), (JA, ["問い合わせ", "この機関", "今できる操作", "answer"])):
            page = self.site.as_agency(LINK, "request", "show", sent["code"], env=env).out
            for word in words:
                self.assertIn(word, page)
        self.assertIn("request: ask", self.site.as_agency(LINK, "inbox").out)
        self.assertIn("依頼:問い合わせ", self.site.as_agency(LINK, "inbox", env=JA).out)
        self.assertIn("this agency", self.site.as_agency(LINK, "request", "list", "--holder", "me").out)
        told = self.site.as_agency(LINK, "request", "answer", sent["code"], "--text", "月曜", env=JA)
        self.assertIn("の番", told.out)
        told = ""
        while "問い合わせ" not in told:  # what the site tells of other requests may come before
            outcome = self.site.as_agency(LINK, "receive", "--out", os.path.join(self.site.work, "read"), "--wait", "60", "--max", "1", env=JA)
            self.assertEqual(outcome.code, 0, outcome)
            told = outcome.out
        self.receive(DESK)
        self.act(LINK, "withdraw", sent["code"], "--reason", "NO_LONGER_NEEDED")
        self.receive(DESK)

    # ---- what cannot wait ----

    def test_danger_to_life_reaches_another_contact_as_well(self):
        outcome = self.site.as_agency(LINK, "send", "-", "--json", input=self.sheet(urgency="DANGER"))
        self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "DANGER_BASIS"))
        basis = {"basis": "PROTECT_LIFE", "law": "PERSONAL_INFORMATION_27_1_2", "reason": "生命の危険"}
        receipt = self.send(urgency="DANGER", basis=basis)
        contact = receipt["danger"]["added"][0]["agency"].split("@")[0]
        self.assertIn(contact, (POLICE, AID))
        self.assertEqual([row["address"].split("@")[0] for row in receipt["recipients"]], [DESK, contact])
        self.assertEqual({row["lane"] for row in receipt["recipients"]}, {"DANGER"})
        self.assertEqual(receipt["danger"]["telephone"], ["110", "119"])
        self.assertEqual(len(self.show(LINK, receipt["message_id"])["legs"]), 2)
        words = self.site.as_agency(LINK, "send", "-", input=self.sheet(urgency="DANGER", basis=basis), env=JA)
        self.assertIn("110", words.out)
        self.assertIn(contact, words.out)
        self.receive(contact, 2)
        self.receive(DESK, 2)

    def leg_of(self, request):
        return self.show(LINK, request)["legs"][0]

    def test_an_answer_that_is_asked_for_sooner(self):
        days = lambda count: (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=count)).isoformat(timespec="seconds")  # noqa: E731
        plain = self.leg_of(self.send(urgency="ROUTINE")["message_id"])
        by = (datetime.datetime.fromisoformat(plain["due"]) - datetime.timedelta(hours=1)).isoformat()
        sooner = self.leg_of(self.send(urgency="ROUTINE", respond_by=by)["message_id"])
        self.assertEqual(datetime.datetime.fromisoformat(sooner["due"]), datetime.datetime.fromisoformat(by))
        later = self.leg_of(self.send(urgency="ROUTINE", respond_by=days(300))["message_id"])
        self.assertLess(datetime.datetime.fromisoformat(later["due"]), datetime.datetime.fromisoformat(days(60)))
        soon = days(0.01)
        for language, word in ((JA, "最も早くて"), ({}, "the soonest is")):
            refused = self.site.as_agency(LINK, "send", "-", "--to", DESK, "--json", input=self.sheet(urgency="ROUTINE", respond_by=soon), env=language)
            self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "TOO_SOON"))
            self.assertIn(word, refused.json()["error"]["message"])

    def test_the_sender_goes_on_supporting(self):
        alone, both = self.send()["message_id"], self.send(co_support=True, report_days=14)["message_id"]
        self.assertNotIn("co_support", self.leg_of(alone))
        self.assertTrue(self.leg_of(both)["co_support"])
        self.assertNotIn("co_support", self.receive(DESK)[0])
        self.assertTrue(self.receive(DESK)[0]["co_support"])  # who is asked knows it from the envelope
        for env, words in ((None, "the sender goes on supporting"), (JA, "依頼元も支援を続けます")):
            self.assertIn(words, self.site.as_agency(DESK, "request", "show", both, env=env).out)
            self.assertNotIn(words, self.site.as_agency(DESK, "request", "show", alone, env=env).out)
        self.assertIn("依頼元も支援を続けます", self.site.as_agency(DESK, "request", "print", both, "--from", os.path.join(self.site.work, f"in-{DESK}")).out)
        self.act(DESK, "accept", both)
        started = self.act(DESK, "start", both, "--on", self.today())
        days = datetime.datetime.fromisoformat(started["due"]) - datetime.datetime.fromisoformat(started["since"])
        self.assertTrue(14 <= days.days < 30, days)  # a word every fortnight, as its sender wished
        for request in (alone, both):
            self.act(LINK, "withdraw", request, "--reason", "NO_LONGER_NEEDED")

    def test_an_urgent_request_to_a_closed_desk_warns_with_another(self):
        """Four hours from now some desk of the directory is closed, or none is: the always open one never."""
        receipt = self.send(urgency="URGENT")
        for warning in receipt.get("warnings", []):
            self.assertEqual((warning["code"], warning["agency"]), ("CLOSED_AT_DUE", DESK))
            self.assertGreaterEqual(len(warning["offers"]), 1)
            self.assertIn(warning["offers"][0], warning["text"])
        self.assertNotIn("warnings", self.send(to=(AID,), urgency="URGENT"))
        self.receive(DESK)
        self.receive(AID)

    # ---- operators ----

    def test_an_operators_question_about_lateness_is_recorded(self):
        request = self.taken()
        before = self.site.status()["entries"]
        listing = self.site.must("overdue", "--json").json()
        row = [leg for leg in listing["legs"] if leg["request_id"] == request][0]
        self.assertEqual((row["overdue"], row["unseen"], row["holder_agency"]), (False, True, f"{DESK}@chiba-city"))
        self.assertEqual(self.site.status()["entries"], before + 1)  # and status itself leaves none
        self.assertIn("nobody has looked", self.site.must("overdue").out)
        self.assertIn("まだ誰も見ていない", self.site.must("overdue", env=JA).out)
        self.act(DESK, "seen", request)
        listing = self.site.must("overdue", DESK, "--json").json()
        self.assertNotIn(request, [leg["request_id"] for leg in listing["legs"]])
        self.assertEqual(self.site.command("overdue", "nobody-here").code, 3)
        self.assertEqual(self.site.status()["overdue"], [])
        self.act(DESK, "decline", request, "--reason", "FULL", "--none-known")
        self.receive(LINK)


if __name__ == "__main__":
    unittest.main()
