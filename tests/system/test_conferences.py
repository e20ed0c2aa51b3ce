# SPDX-License-Identifier: Apache-2.0
"""Conferences, their action items and announcements through the command, on a real daemon."""
import datetime
import json
import os
import unittest

from harness import Site, wait_until, without

LINK, DESK, INAGE, POLICE = "link", "jiritsu-hanamigawa", "jiritsu-inage", "police-seian"
AGENCIES = [LINK, DESK, INAGE, POLICE]
DUTY = {"basis": "PUBLIC_DUTY", "law": "SELF_RELIANCE_9", "reason": "support plan"}
CASE = {"title": "支援方針", "agenda": "次の一歩", "text_classes": ["EMPLOYMENT"]}


def address(agency):
    return f"{agency}@chiba-city"


class Conferences(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=AGENCIES)
        cls.site.__enter__()

    @classmethod
    def tearDownClass(cls):
        ledger = cls.site.command("ledger", "verify")
        cls.site.__exit__(None, None, None)
        assert ledger.code == 0, repr(ledger)

    # ---- helpers ----

    def done(self, agency, *words, input=None):
        outcome = self.site.as_agency(agency, *words, "--json", input=input)
        self.assertEqual(outcome.code, 0, repr(outcome))
        return outcome.json()

    def refused(self, agency, *words, input=None):
        outcome = self.site.as_agency(agency, *words, "--json", input=input)
        self.assertNotEqual(outcome.code, 0, repr(outcome))
        return outcome.json()["error"]["code"]

    def propose(self, to, *words, basis=DUTY):
        message = {"to": to, "conference": CASE}
        if basis is not None:
            message["basis"] = basis
        return self.done(LINK, "conference", "propose", "-", *words, input=json.dumps(message))["message_id"]

    def convene(self, conference):
        self.done(LINK, "conference", "convene", conference, "--starts", "2026-01-05T10:00:00+09:00", "--ends", "2026-01-05T11:00:00+09:00")

    def minutes(self, conference, items=()):
        content = {"decisions": [{"text": "会って話す"}], "dissents": [{"agency": DESK, "text": "時期が早い"}], "text_classes": ["EMPLOYMENT"],
                   "action_items": [{"owner": owner, "text": "連絡する", "due_on": due} for owner, due in items]}
        return self.done(LINK, "conference", "minutes", conference, "-", input=json.dumps(content))

    def show(self, agency, conference):
        return self.done(agency, "conference", "show", conference)

    # ---- a case conference ----

    def test_a_date_begins_and_ends(self):
        conference = self.propose([DESK])
        for dates in (["--starts", "2026-01-05T10:00:00+09:00"],
                      ["--starts", "2026-01-05T10:00:00+09:00", "--ends", "2026-01-05T09:00:00+09:00"]):
            refused = self.site.as_agency(LINK, "conference", "convene", conference, *dates, "--json")
            self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "MESSAGE"), refused)
            self.assertIn("ends_at", refused.json()["error"]["message"])
        self.convene(conference)

    def test_from_proposal_to_close_with_dissent_and_an_action_item_that_is_chased(self):
        conference = self.propose([DESK, INAGE])
        self.convene(conference)
        self.done(DESK, "conference", "answer", conference, "--answer", "ACCEPTED")
        yesterday = (datetime.date.today() - datetime.timedelta(days=20)).isoformat()
        self.minutes(conference, [(DESK, yesterday)])
        self.done(DESK, "conference", "dissent", conference, "--text", "もう少し待ちたい", "--classes", "EMPLOYMENT")
        shown = self.show(INAGE, conference)
        self.assertEqual(shown["state"], "HELD")
        self.assertEqual({seat["agency"]: seat.get("answer") for seat in shown["seats"]}[address(DESK)], "ACCEPTED")
        item = shown["items"][0]
        self.assertEqual((item["owner"], item["state"], item.get("overdue")), (address(DESK), "OPEN", True))
        self.assertEqual(self.refused(LINK, "conference", "close", conference), "INCOMPLETE")
        wait_until(lambda: any(row.get("what") == "NOTICE" for row in self.done(LINK, "inbox").get("items", [])), "the convener hears of it")
        self.assertEqual(self.refused(INAGE, "item", "finish", item["item"]), "NO_ACTION_ITEM")
        self.done(DESK, "item", "report", item["item"], "--text", "電話した", "--classes", "EMPLOYMENT")
        self.done(DESK, "item", "finish", item["item"])
        self.assertEqual(self.done(DESK, "item", "list")["items"], [])
        self.assertEqual(self.done(LINK, "conference", "close", conference)["conference"]["state"], "CLOSED")

    def test_a_seat_is_delegated_and_who_has_none_sees_nothing(self):
        conference = self.propose([DESK])
        self.assertEqual(self.refused(POLICE, "conference", "show", conference), "NO_CONFERENCE")
        self.assertEqual(self.refused(POLICE, "conference", "answer", conference, "--answer", "ACCEPTED"), "NO_CONFERENCE")
        self.done(DESK, "conference", "answer", conference, "--answer", "DELEGATED", "--next", INAGE)
        self.assertEqual(self.refused(DESK, "conference", "show", conference), "NO_CONFERENCE")
        seats = {seat["agency"]: seat for seat in self.show(INAGE, conference)["seats"]}
        self.assertEqual(seats[address(DESK)]["delegated_to"], address(INAGE))
        self.done(INAGE, "conference", "answer", conference, "--answer", "TENTATIVE")
        self.done(LINK, "conference", "cancel", conference, "--reason", "TOO_FEW_PARTICIPANTS")
        self.assertNotIn(conference, [row["conference_id"] for row in self.done(INAGE, "conference", "list")["conferences"]])

    def test_whoever_gave_its_seat_away_sees_no_more_of_it(self):
        with Site(agencies=[LINK, DESK, INAGE], options={"test_site": 1}) as site:
            done = lambda agency, *words, **more: site.as_agency(agency, *words, "--json", **more).json()
            message = {"to": [DESK], "conference": CASE, "basis": DUTY}
            conference = done(LINK, "conference", "propose", "-", input=json.dumps(message))["message_id"]
            done(DESK, "conference", "answer", conference, "--answer", "DELEGATED", "--next", INAGE)
            done(INAGE, "conference", "answer", conference, "--answer", "ACCEPTED")
            traced = lambda agency: json.dumps(done(agency, "trace", conference)).count('"seq"')
            before, of_who_came = traced(DESK), traced(INAGE)
            site.must("dev", "clock", "+60d")  # the convener is reminded that it has no date
            self.assertGreater(traced(INAGE), of_who_came)
            self.assertEqual(traced(DESK), before)

    def test_words_in_both_languages(self):
        conference = self.propose([DESK])
        for language, word in (("ja_JP.UTF-8", "今できる操作"), ("C.UTF-8", "may be done now")):
            outcome = self.site.as_agency(LINK, "conference", "show", conference, env={"LANG": language})
            self.assertEqual(outcome.code, 0, repr(outcome))
            self.assertIn(word, outcome.out)

    # ---- notes ----

    def test_a_word_on_a_case_and_where_a_place_is_asked_for(self):
        receipt = self.done(LINK, "send", self.site.sheet())
        case = receipt["case_id"]
        words = ("--text", "電話があった", "--classes", "EMPLOYMENT")
        told = self.done(LINK, "note", case, *words)
        self.assertEqual([row["address"] for row in told["recipients"]], [address(DESK)])
        back = self.done(DESK, "note", case, *words)
        self.assertEqual([row["address"] for row in back["recipients"]], [address(LINK)])
        self.assertEqual(back["case_id"], case)
        self.assertEqual(self.refused(POLICE, "note", case, *words), "NO_THREAD")
        place = self.done(LINK, "send", os.path.join(os.path.dirname(self.site.sheet()), "capacity-anonymous.json"))["message_id"]
        self.assertEqual(self.refused(LINK, "note", place, *words), "MESSAGE")  # anonymous: no free text
        basis = ("--basis", "public-duty", "--law", "self-reliance-9", "--why", "places")
        sent = self.done(LINK, "note", place, *words, *basis)
        self.assertEqual({row["address"] for row in sent["recipients"]}, {address(DESK), address(INAGE)})
        self.assertNotIn("case_id", sent)
        self.done(DESK, "note", place, *words, *basis)
        self.assertEqual(self.refused(LINK, "note", place, "--text", "花子さん", "--classes", "IDENTITY", *basis), "BASIS")

    # ---- calendars ----

    def ics(self, agency, conference, *words, case=None):
        outcome = self.site.as_agency(agency, "conference", "ics", conference, *words)
        self.assertEqual(outcome.code, 0, repr(outcome))
        return outcome.out

    def test_a_calendar_by_id_and_of_a_protected_case_without_its_place(self):
        message = {"to": [DESK], "conference": dict(CASE, place="きぼーる 11F"), "basis": DUTY}
        conference = self.done(LINK, "conference", "propose", "-", input=json.dumps(message))["message_id"]
        self.assertEqual(self.refused(DESK, "conference", "ics", conference), "NO_DATE")
        self.convene(conference)
        inbox = os.path.join(self.site.work, "calendar")
        self.site.receive_all(DESK, "--out", inbox)
        self.assertTrue(os.path.isdir(os.path.join(inbox, conference)), "the proposal arrives")
        plain = self.ics(DESK, conference)
        self.assertIn("DTSTART;TZID=Asia/Tokyo:20260105T100000", plain)
        self.assertNotIn("支援方針", plain)  # sealed: the site knows no title
        kept = self.ics(DESK, conference, "--from", inbox)
        self.assertIn("SUMMARY:支援方針", kept)
        self.assertIn("きぼーる", kept)
        self.assertIn("STATUS:CONFIRMED", kept)
        shown = self.show(DESK, conference)
        self.assertEqual(self.ics(DESK, shown["code"], "--from", inbox).count("SUMMARY:支援方針"), 1)
        self.assertEqual(self.site.as_agency(POLICE, "conference", "ics", conference).code, 3)
        if "case_id" in shown:
            self.done(LINK, "case", "protect", shown["case_id"])
            hidden = self.ics(DESK, conference, "--from", inbox)
            self.assertIn("SUMMARY:支援方針", hidden)
            self.assertNotIn("きぼーる", hidden)
            self.assertNotIn("LOCATION", hidden)
        self.assertIn("case_id", shown)

    # ---- what members of a statutory meeting may share ----

    def test_members_of_a_support_meeting_share_and_nobody_else(self):
        law = ("--kind", "SUPPORT_MEETING", "--law", "SELF_RELIANCE_9")
        meeting = self.propose([DESK], *law, basis=None)
        self.convene(meeting)
        case = self.show(LINK, meeting)["case_id"]
        claim = {"basis": "SUPPORT_MEETING", "law": "SELF_RELIANCE_9", "meeting_id": meeting}
        note = {"kind": "NOTE", "to": [DESK], "case": case, "thread": meeting, "basis": claim,
                "note": {"text": "会えた", "text_classes": ["IDENTITY", "HEALTH"]}}
        self.done(LINK, "send", "-", input=json.dumps(note))
        self.assertEqual(self.refused(LINK, "send", "-", input=json.dumps(dict(note, to=[INAGE]))), "BASIS")
        self.assertEqual(self.refused(LINK, "send", "-", input=json.dumps(dict(note, basis=dict(claim, law="CHILD_WELFARE_25_2")))), "BASIS")
        self.done(DESK, "conference", "answer", meeting, "--answer", "DELEGATED", "--next", INAGE)
        self.done(LINK, "send", "-", input=json.dumps(dict(note, to=[INAGE])))
        self.assertEqual(self.refused(LINK, "send", "-", input=json.dumps(dict(note, to=[DESK]))), "BASIS")
        self.assertEqual(self.refused(LINK, "conference", "propose", "-", "--kind", "SUPPORT_MEETING",
                                      input=json.dumps({"to": [DESK], "conference": CASE, "basis": DUTY})), "BASIS")

    # ---- recalls ----

    def test_what_was_recalled_is_deleted_and_that_is_confirmed(self):
        receipt = self.done(LINK, "send", self.site.sheet())
        request, inbox = receipt["message_id"], os.path.join(self.site.work, "recalled")
        self.site.receive_all(DESK, "--out", inbox)
        self.assertTrue(os.path.isdir(os.path.join(inbox, request)), "the sheet arrives")
        self.assertEqual(self.refused(DESK, "purge", request, "--from", inbox), "NOTHING_TO_PURGE")
        self.done(LINK, "request", "withdraw", request, "--reason", "MISDIRECTED", "--purge")
        self.assertTrue(any(item.get("purge") for item in self.done(DESK, "item", "list")["items"]))
        # Ids are their senders' own: another agency's message of the same id, stored beside it, was recalled by nobody.
        others = os.path.join(inbox, f"{request}.{INAGE}@chiba-city")
        os.mkdir(others)
        with open(os.path.join(others, "message.json"), "w", encoding="utf-8") as file:
            json.dump({"message_id": request, "sender": f"{INAGE}@chiba-city"}, file)
        deleted = self.done(DESK, "purge", request, "--from", inbox)["deleted"]
        self.assertIn(request, deleted)
        self.assertNotIn(os.path.basename(others), deleted)
        self.assertFalse(os.path.exists(os.path.join(inbox, request)))
        self.assertTrue(os.path.exists(others))
        self.assertFalse(any(item.get("purge") for item in self.done(LINK, "item", "list")["items"]))
        self.assertEqual(self.refused(DESK, "purge", request, "--from", inbox), "NOTHING_TO_PURGE")

    def test_what_stands_behind_a_long_list_is_listed_done_and_purged(self):
        with Site(agencies=[LINK, DESK]) as site:
            done = lambda agency, *words, **more: json.loads(site.as_agency(agency, *words, "--json", **more).out)
            tasks = [{"owner": DESK, "text": "連絡する", "due_on": "2027-01-05"}] * 16
            minutes = json.dumps({"decisions": [{"text": "会う"}], "text_classes": ["EMPLOYMENT"], "action_items": tasks})
            for _ in range(34):  # 544 items: more than one answer holds
                message = {"to": [DESK], "conference": CASE, "basis": DUTY}
                conference = done(LINK, "conference", "propose", "-", input=json.dumps(message))["message_id"]
                done(LINK, "conference", "convene", conference, "--starts", "2026-01-05T10:00:00+09:00", "--ends", "2026-01-05T11:00:00+09:00")
                done(LINK, "conference", "minutes", conference, "-", input=minutes)
            request, inbox = done(LINK, "send", site.sheet())["message_id"], os.path.join(site.work, "recalled")
            site.receive_all(DESK, "--out", inbox)
            done(LINK, "request", "withdraw", request, "--reason", "MISDIRECTED", "--purge")
            items = done(DESK, "item", "list")["items"]
            self.assertEqual((len(items), len({item["item"] for item in items})), (545, 545))
            self.assertTrue(items[-1]["purge"])
            self.assertIn("receipt", done(DESK, "item", "finish", items[-2]["item"]).get("type", ""))
            self.assertIn(request, done(DESK, "purge", request, "--from", inbox)["deleted"])
            self.assertEqual(len(done(LINK, "item", "list")["items"]), 543)

    # ---- announcements ----

    def test_an_announcement_of_what_is_held_again_and_again(self):
        weekly = {"step": "WEEKLY", "weekday": 3, "starts_on": "2026-06-03"}
        event = {"announcement": {"title": "ふらっと", "text": "毎週水曜", "places": 3, "series": weekly}}
        words = self.site.as_agency(LINK, "announce", "-", "--to", DESK, input=json.dumps(event))
        self.assertEqual(words.code, 0, repr(words))
        self.assertIn("held next on: ", words.out)
        thread = self.done(LINK, "announce", "-", "--to", DESK, input=json.dumps(event))["announcement_id"]
        inbox = os.path.join(self.site.work, "announced")
        self.site.receive_all(DESK, "--out", inbox)
        self.assertTrue(os.path.isdir(os.path.join(inbox, thread)), "the announcement arrives")
        days = [datetime.date.fromisoformat(day) for day in self.done(DESK, "announcement", "show", thread, "--from", inbox)["next_on"]]
        self.assertEqual(len(days), 5)
        self.assertEqual({day.isoweekday() for day in days}, {3})
        self.assertEqual({(later - day).days for day, later in zip(days, days[1:])}, {7})
        self.assertNotIn("next_on", self.done(DESK, "announcement", "show", thread))
        for wrong, field in (({"weekday": 9}, "weekday"), ({"step": "MONTHLY", "weekday": 0}, "day"), ({"starts_on": "soon"}, "starts_on")):
            event["announcement"]["series"] = dict(weekly, **wrong)
            refused = self.site.as_agency(LINK, "announce", "-", "--to", DESK, "--json", input=json.dumps(event))
            self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "MESSAGE"))
            self.assertIn(f"announcement.series.{field}", refused.json()["error"]["message"])

    def test_an_announcement_with_places(self):
        event = {"announcement": {"title": "ふらっと", "text": "だれでも", "places": 3}}
        told = self.done(LINK, "announce", "-", "--to", DESK, "--to", INAGE, input=json.dumps(event))
        self.assertEqual(told["agencies"], 2)
        thread = told["announcement_id"]
        self.done(DESK, "announcement", "sign-up", thread, "--places", "2")
        self.assertEqual(self.refused(INAGE, "announcement", "sign-up", thread, "--places", "2"), "NO_PLACES")
        self.done(INAGE, "announcement", "sign-up", thread)
        self.assertEqual(self.done(LINK, "announcement", "show", thread)["taken"], 3)
        self.done(DESK, "announcement", "sign-up", thread, "--cancel")
        shown = self.done(LINK, "announcement", "show", thread)
        self.assertEqual([(row["agency"], row["places"]) for row in shown["sign_ups"]], [(address(INAGE), 1)])
        self.assertNotEqual(self.site.as_agency(POLICE, "announcement", "show", thread).code, 0)


class HandedOver(unittest.TestCase):
    """The convener closes, and a desk that took something on: an operator names who goes on, and these do what is left."""

    def setUp(self):
        self.site = Site(agencies=AGENCIES)
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def done(self, agency, *words, **more):
        outcome = self.site.as_agency(agency, *words, "--json", **more)
        self.assertEqual(outcome.code, 0, repr(outcome))
        return outcome.json()

    def left(self):
        conditions = self.site.must("status", "--json").json()["conditions"]
        return {row["subject"]: (row["value"], row["failing"]) for row in conditions if row["code"] == "conferences_of_nobody"}

    def hand_over(self, agency, to):
        """How many conferences and action items went."""
        done = self.site.must("agency", "hand-over", agency, "--to", to, "--yes", "--reason", "dissolved", "--json").json()
        return done["conferences"], done["items"]

    def test_they_are_not_left_to_nobody(self):
        message = {"to": [DESK, INAGE], "conference": CASE, "basis": DUTY}
        conference = self.done(LINK, "conference", "propose", "-", input=json.dumps(message))["message_id"]
        self.done(LINK, "conference", "convene", conference, "--starts", "2026-01-05T10:00:00+09:00", "--ends", "2026-01-05T11:00:00+09:00")
        later = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
        content = {"decisions": [{"text": "会って話す"}], "text_classes": ["EMPLOYMENT"], "action_items": [{"owner": DESK, "text": "連絡する", "due_on": later}]}
        self.done(LINK, "conference", "minutes", conference, "-", input=json.dumps(content))
        self.assertEqual(self.left(), {})
        self.site.must("directory", "load", without(self.site, LINK, DESK, changes={"coordinator: link": "coordinator: korei-fukushi"}))
        self.assertEqual(self.left(), {LINK: (1, True), DESK: (1, True)})
        self.assertIn(f"tsunagi agency hand-over {LINK} --to AGENCY", self.site.command("status").out)
        self.assertEqual(self.hand_over(LINK, INAGE), (1, 0))
        self.assertEqual(self.hand_over(DESK, POLICE), (0, 1))
        self.assertEqual(self.left(), {})
        shown = self.done(POLICE, "conference", "show", conference)
        self.assertEqual((shown["convener"], shown["items"][0]["owner"]), (address(INAGE), address(POLICE)))
        told = [row["text"] for row in self.site.receive_all(POLICE, "--out", os.path.join(self.site.work, "in")) if row["type"] == "notice"]
        self.assertTrue(any("What it took on in the conference" in text for text in told), told)
        self.done(POLICE, "item", "finish", shown["items"][0]["item"])
        self.assertEqual(self.done(INAGE, "conference", "close", conference)["conference"]["state"], "CLOSED")
        report = " ".join(self.site.command("disclosure", shown["case_id"]).out.split())
        for words in (f"{address(INAGE)} goes on for {address(LINK)}", f"{address(POLICE)} goes on for {address(DESK)}"):
            self.assertIn(f"{words}, named by the site's operator: dissolved", report)
        self.assertEqual(self.site.command("ledger", "verify").code, 0)


if __name__ == "__main__":
    unittest.main()
