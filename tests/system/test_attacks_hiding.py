# SPDX-License-Identifier: Apache-2.0
"""An abuser in a municipal office: an enrolled desk with valid keys, once on the case and kept out of it since, asks for all that can be asked, and
so does who owns the case of the shelter behind a proxy.  What is not theirs is told as if it were not there, at the same pace."""
import json
import os
import re
import statistics
import time
import unittest
import uuid

import wire
from harness import Site
from hiding import ENTITLED, JA, TALK, Asking, conferring, opened

SHELTER, PROXY, OWNER, ABUSER = "k4w7-q2hm9xtd", "shelter-proxy", "link", "hikikomori"
OLDER, LAWYER = "anshin-chuo", "bengoshi"  # the 80s side of the household, on the case; who is asked in the end
NOBODY = "k4w7-q2hm9xte"  # as long, and not there
DEVICE = "refuge-desk-77"
RECEIPT_SEQ, READ_RESULT = 4, 4
ROUNDS = 40  # of each, for a median


class Hunted(Asking):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[OWNER, ABUSER, PROXY, OLDER, LAWYER], options={"test_site": 1})
        conferring(cls.site)
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.site.enrol(SHELTER, device=DEVICE)
        with open(cls.site.sheet("refuge-through-proxy"), encoding="utf-8") as file:
            cls.sheet = json.load(file)
        cls.before()
        cls.known = cls.visible_entries()
        cls.do(OWNER, "case", "protect", cls.case, "--keep-out", ABUSER)
        cls.after()

    @classmethod
    def send(cls, agency, to, **changes):
        return cls.do(agency, "send", "-", input=json.dumps(dict(cls.sheet, to=[to], **changes)))

    @classmethod
    def receive(cls, agency):
        lines = cls.site.receive_all(agency, "--out", os.path.join(cls.site.work, "in-" + agency))
        assert lines, f"nothing waits for {agency}"
        return lines

    @classmethod
    def before(cls):
        """The abuser's desk takes part, as such a desk may: it accepts, sits in a conference, is named in a consent."""
        cls.asked = cls.send(OWNER, ABUSER)
        cls.case = cls.asked["case_id"]
        cls.receive(ABUSER)
        cls.do(ABUSER, "request", "accept", cls.asked["message_id"])
        cls.consent = cls.do(OWNER, "consent", "register", "--giver", "PERSON", "--how", "WRITTEN", "--classes", "IDENTITY", "--to", ABUSER,
                             "--case", cls.case, "--person", "匿名", "--text", "同意")["consent_id"]
        talk = {"to": [ABUSER, PROXY], "conference": TALK, "case": cls.case, "basis": ENTITLED}
        cls.talk = cls.do(OWNER, "conference", "propose", "-", input=json.dumps(talk))["message_id"]
        cls.recalled = cls.send(OWNER, ABUSER, case=cls.case)["message_id"]
        cls.receive(ABUSER)
        cls.do(OWNER, "request", "withdraw", cls.recalled, "--reason", "MISDIRECTED", "--purge")
        cls.receive(ABUSER)
        cls.do(OWNER, "conference", "convene", cls.talk, "--starts", "2026-01-05T10:00:00+09:00", "--ends", "2026-01-05T11:00:00+09:00")
        minutes = dict(TALK, decisions=[{"text": "連絡を取る"}], action_items=[{"owner": ABUSER, "text": "電話", "due_on": "2027-02-05"}])
        cls.do(OWNER, "conference", "minutes", cls.talk, "-", input=json.dumps(minutes))
        cls.receive(ABUSER)
        cls.assigned = [row["item"] for row in cls.do(ABUSER, "item", "list")["items"]]

    @classmethod
    def after(cls):
        """The case moves on without it, to the shelter through its proxy."""
        cls.referred = cls.send(OWNER, PROXY, case=cls.case)
        cls.receive(PROXY)
        cls.do(PROXY, "request", "accept", cls.referred["message_id"])
        cls.hidden = cls.send(PROXY, SHELTER, case=cls.case)
        cls.receive(SHELTER)
        cls.do(SHELTER, "request", "accept", cls.hidden["message_id"])
        cls.do(SHELTER, "request", "start", cls.hidden["message_id"], "--on", "2026-11-01")
        cls.sealed_talk = cls.do(PROXY, "conference", "propose", "-", input=json.dumps(
            {"to": [OWNER, SHELTER], "conference": TALK, "case": cls.case, "basis": ENTITLED}))["message_id"]
        for agency in (OWNER, PROXY, SHELTER):
            cls.receive(agency)
        cls.do(SHELTER, "conference", "answer", cls.sealed_talk, "--answer", "ACCEPTED")
        cls.do(SHELTER, "confirm")
        cls.both = cls.do(OWNER, "send", "-", input=json.dumps(dict(cls.sheet, to=[OLDER, PROXY], case=cls.case)))
        for agency in (OLDER, PROXY):
            cls.receive(agency)
        cls.do(OLDER, "request", "accept", cls.both["message_id"])
        cls.do(PROXY, "request", "redirect", cls.both["message_id"], "--next", LAWYER)
        cls.receive(OWNER)  # whose library seals to the lawyer
        cls.receive(LAWYER)

    @classmethod
    def visible_entries(cls):
        """Every entry that the abuser is shown, asked for by its number."""
        size = int(cls.site.must("ledger", "checkpoint", "--json").json()["checkpoint"].split("\n")[1])
        with wire.Connection(wire.Bundle(cls.site.bundle(ABUSER))) as connection:
            connection.welcome()
            shown = set()
            for seq in range(size):
                connection.send(wire.pack((5, wire.pack((1, seq + 1), (RECEIPT_SEQ, seq)))))
                result = connection.receive_kind(READ_RESULT)
                if 2 not in result:  # no refusal
                    shown.add(seq)
        return shown

    # ---- who is kept out ----

    def same(self, *words, input=None, value=None):
        """Of what is there, and of nothing: the same in both languages, but for the id that was given."""
        for env in ({}, JA):
            answers = []
            for given in (value, str(uuid.UUID(bytes=wire.message_id()))):
                outcome = self.site.as_agency(ABUSER, *[word.replace("ID", given) if word == "ID" else word for word in words], "--json", env=env,
                                              input=None if input is None else input.replace("ID", given))
                plain = lambda text, given=given: re.sub(r"[0-9A-Z]{5}-[0-9A-Z]{5}", "CODE", text.replace(given, "ID"))
                answers.append((outcome.code, plain(outcome.out), plain(outcome.err)))
            self.assertEqual(*answers, words)

    def test_the_case_is_not_there(self):
        sheet = dict(self.sheet, to=[OWNER], case="ID")
        self.same("case", "show", "ID", value=self.case)
        self.same("case", "protect", "ID", "--keep-out", OWNER, value=self.case)
        self.same("disclosure", "ID", value=self.case)
        for request in (self.asked["message_id"], self.recalled):
            for verb in (["show"], ["seen"], ["start", "--on", "2026-11-01"], ["complete", "--outcome", "RESOLVED"], ["ask", "--text", "どこに"]):
                self.same("request", verb[0], "ID", *verb[1:], value=request)
            self.same("trace", "ID", value=request)
            self.same("purge", "ID", value=request)
        self.same("conference", "show", "ID", value=self.talk)
        self.same("conference", "ics", "ID", value=self.talk)
        self.same("conference", "answer", "ID", "--answer", "ACCEPTED", value=self.talk)
        self.same("consent", "show", "ID", value=self.consent)
        self.same("consent", "withdraw", "ID", value=self.consent)
        self.same("request", "list", "--ended", "--case", "ID", value=self.case)
        self.same("note", "ID", "--text", "どこに", value=self.case)
        for thread in (self.asked["message_id"], self.recalled, self.talk):
            self.same("request", "print", "ID", value=thread)
            self.same("receipt", "ID", value=self.referred["message_id"])
            self.same("note", "ID", "--text", "どこに", "--to", OWNER, value=thread)
            self.same("note", "ID", "--text", "どこに", "--to", PROXY, value=thread)
        free = {"kind": "NOTE", "to": [OLDER], "note": {"text": "x", "text_classes": ["FAMILY"]}}
        for basis in ({"basis": "CONSENT", "consent_id": "ID"}, {"basis": "SUPPORT_MEETING", "meeting_id": "ID", "law": "SOCIAL_WELFARE_106_6"}):
            for value in (self.consent, self.talk, self.sealed_talk):
                self.same("send", "-", input=json.dumps(dict(free, basis=basis)), value=value)
        self.same("send", "-", input=json.dumps(dict(free, basis=ENTITLED, thread="ID")), value=self.asked["message_id"])
        self.same("send", "-", input=json.dumps(dict(free, basis=ENTITLED, thread="ID")), value=self.referred["message_id"])
        refused = self.do(ABUSER, "send", "-", code=3, input=json.dumps(dict(sheet, case=self.case)))
        self.assertEqual(refused["error"]["code"], "UNKNOWN_MESSAGE")

    def test_what_was_assigned_to_it_is_not_there(self):
        nothing = 16 * 10**9
        for item in self.assigned:
            for words in (["item", "report", "ITEM", "--text", "x"], ["item", "finish", "ITEM"], ["item", "hand-back", "ITEM", "--reason", "OUTSIDE_REMIT"]):
                answers = []
                for given in (str(item), str(nothing)):
                    outcome = self.site.as_agency(ABUSER, *[given if word == "ITEM" else word for word in words], "--json")
                    answers.append((outcome.code, outcome.out.replace(given, "ITEM"), outcome.err.replace(given, "ITEM")))
                self.assertEqual(*answers, (words, item))

    def test_its_lists_have_nothing_of_it(self):
        for words in (["request", "list", "--ended"], ["conference", "list"], ["item", "list"], ["inbox"], ["review", "--all"]):
            shown = self.do(ABUSER, *words, code=None).out
            for secret in (self.case, self.asked["message_id"], self.talk, self.referred["message_id"], self.hidden["message_id"]):
                self.assertNotIn(secret, shown, words)
        self.receive_nothing(ABUSER)

    def test_numbers_of_entries_tell_nothing_new(self):
        self.assertGreater(len(self.known), 5)
        self.assertEqual(self.visible_entries() - self.known, set())

    # ---- who owns the case, and sees the proxy ----

    def assert_hidden(self, data, what):
        data = opened(data if isinstance(data, bytes) else data.encode())
        for word in (SHELTER, DEVICE, "k4w7"):
            at = data.find(word.encode())
            self.assertEqual(at, -1, f"{what} tells {word}: {data[max(0, at - 300):at + 100]!r}")

    def look(self, run, *words):
        for more, env in (((), {}), ((), JA), (("--json",), {})):
            outcome = run(*words, *more, env=env)
            self.assert_hidden(outcome.out + outcome.err, f"{words} {more} {env}")
        return outcome

    def test_what_the_owner_is_shown(self):
        run = lambda *words, env: self.site.as_agency(OWNER, *words, env=env)
        for words in (["case", "show", self.case], ["disclosure", self.case], ["disclosure", self.case, "--print"], ["provisions"], ["provisions", "--csv"],
                      ["review", "--all"], ["conference", "show", self.sealed_talk], ["conference", "ics", self.sealed_talk], ["trace", self.hidden["message_id"]],
                      ["request", "show", self.hidden["message_id"]], ["request", "show", self.referred["message_id"]], ["consent", "show", self.consent]):
            self.look(run, *words)
        seats = self.do(OWNER, "conference", "show", self.sealed_talk)["seats"]
        names = [seat["agency"] for seat in seats]
        self.assertEqual(len(names), len(set(names)), "two seats under one name tell that somebody is behind it")
        members = self.do(OWNER, "case", "show", self.case)["members"]
        self.assertEqual(len(members), len(set(members)))

    def test_what_operators_are_shown(self):
        run = lambda *words, env: self.site.command(*words, env=env)
        for words in (["review"], ["review", "--all"], ["provisions"], ["provisions", "--csv"], ["disclosure", self.case], ["disclosure", self.case, "--print"],
                      ["status"], ["queue"], ["overdue"], ["trace", self.hidden["message_id"]], ["trace", self.sealed_talk], ["trace", self.case],
                      ["queue", "show", self.hidden["message_id"]], ["agency", "list", "--all"], ["directory", "show"], ["calendar", "show"],
                      ["directory", "diff", self.site.directory]):
            self.look(run, *words)
        self.assert_hidden(self.site.log(), "the log")

    # ---- the 80s side ----

    def test_one_side_of_a_household_does_not_see_where_the_other_went(self):
        self.assertEqual([leg["state"] for leg in self.do(OWNER, "request", "show", self.both["message_id"])["legs"]].count("REDIRECTED"), 1)
        self.receive_nothing(OLDER)
        for words in (["request", "list", "--ended"], ["request", "show", self.both["message_id"]], ["trace", self.both["message_id"]], ["inbox"],
                      ["case", "show", self.case], ["conference", "list"], ["item", "list"], ["review", "--all"], ["provisions"],
                      ["disclosure", self.case], ["receipt", self.both["message_id"]]):
            outcome = self.do(OLDER, *words, code=None)
            for secret in (PROXY, LAWYER, SHELTER, self.referred["message_id"], self.hidden["message_id"], self.sealed_talk):
                self.assertNotIn(secret, outcome.out + outcome.err, words)

    def receive_nothing(self, agency):
        self.assertEqual(self.do(agency, "receive", "--out", self.site.work, "--wait", "1", code=3)["error"]["code"], "NOTHING_CAME")

    # ---- pace ----

    def pace(self, connection, bundle, label):
        """Seconds until the broker refuses a View to that label."""
        fields = wire.view(bundle.address, f"{label}@chiba-city", [wire.sha256(bundle.sealing_certificate)], b"x" * 200)
        batch = wire.batch(bundle, [[wire.statement_of_view(fields)]])
        started = time.perf_counter()
        connection.send(batch, b"x" * 200)
        codes = wire.refusal_codes(connection.receive_kind(2))
        self.assertEqual(codes, [20])
        return time.perf_counter() - started

    def test_a_shelter_is_refused_as_fast_as_nobody(self):
        bundle = wire.Bundle(self.site.bundle(ABUSER))
        took = {SHELTER: [], NOBODY: []}
        with wire.Connection(bundle) as connection:
            connection.welcome()
            for _ in range(ROUNDS):
                for label in took:
                    took[label].append(self.pace(connection, bundle, label))
        shelter, nobody = (statistics.median(took[label]) for label in (SHELTER, NOBODY))
        spread = statistics.quantiles(took[NOBODY], n=4)
        self.assertLess(abs(shelter - nobody), max(0.0005, spread[2] - spread[0]), (shelter, nobody))


if __name__ == "__main__":
    unittest.main()
