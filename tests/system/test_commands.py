# SPDX-License-Identifier: Apache-2.0
"""Every command as the interface promises it: its exit code, words for people in their language on stderr, and with --json one error with a code
that never changes, on stdout alone."""
import json
import re
import unittest

from harness import DIRECTORY, Site

LINK, DESK, NEW = "link", "jiritsu-hanamigawa", "kakei"
NOBODYS = "01960000-0000-7000-8000-000000000000"
JA = {"LANG": "ja_JP.UTF-8"}
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
DUTY = {"basis": "PUBLIC_DUTY", "law": "SELF_RELIANCE_9", "reason": "support plan"}
TALK = {"to": [DESK], "conference": {"title": "支援方針", "agenda": "次の一歩", "text_classes": ["EMPLOYMENT"]}, "basis": DUTY}
CONSENT = ["consent", "register", "--giver", "person", "--how", "oral", "--to", DESK, "--text", "同意"]

# Operators: words, exit code.  What is not there is 3, what is written wrongly 2, what is refused 1.
OPERATORS = [
    (["directory", "check", "/nowhere"], 3), (["directory", "load", "/nowhere"], 3), (["directory", "show", "nobody"], 3),
    (["calendar", "load", DIRECTORY], 1), (["calendar", "load", "/nowhere"], 3), (["calendar", "show"], 3),
    (["agency", "add", "nobody"], 3), (["agency", "add"], 2), (["agency", "show", "nobody"], 3), (["agency", "revoke", DESK], 2),
    (["agency", "rotate", DESK], 2), (["agency", "add", NEW, "--expires", "never"], 2),
    (["queue", "nobody"], 3), (["queue", "show", NOBODYS], 3), (["queue", "show", "zz"], 2), (["queue", "freeze"], 2), (["queue", "thaw", "9999"], 3),
    (["queue", "requeue", "9999"], 3), (["queue", "expire", "9999", "--yes", "--reason", "x"], 3), (["overdue", "nobody"], 3),
    (["overdue", "--limit", "0"], 2), (["trace", NOBODYS], 3), (["trace", "zz"], 2), (["ledger", "prove", "9999"], 3), (["ledger", "prove", "x"], 2),
    (["review", "done"], 2), (["review", "done", "x"], 3), (["provisions", "--since", "x"], 2), (["disclosure", NOBODYS], 3), (["disclosure", "x"], 2),
    (["erase", NOBODYS], 3), (["erase", "x"], 2), (["erase"], 2), (["dev", "fault", "dance"], 2), (["dev", "fault", "cut", "--times", "0"], 2),
    (["dev", "answer", DESK, "dance"], 2), (["dev", "clock", "x"], 2), (["dev", "clock", "-1h"], 2), (["dance"], 2), (["status", "--dance"], 2), (["status", "more"], 2),
]

# Agencies: the same; "-" reads what stands last.
AGENCIES = [
    (["template", "dance"], 3, None), (["codes", "dance"], 3, None), (["check", "/nowhere"], 3, None), (["check", "-"], 1, "{}"),
    (["send", "/nowhere"], 3, None), (["send", "-"], 1, "{"), (["send", "-"], 1, "{}"), (["send"], 2, None),
    (["route"], 2, None), (["route", "--need", "-"], 1, "{"), (["receive"], 2, None), (["refuse", NOBODYS, "--reason", "dance"], 2, None),
    (["request", "accept", NOBODYS], 3, None), (["request", "accept", "zz-zz"], 3, None), (["request", "accept"], 2, None),
    (["request", "show", NOBODYS], 3, None), (["request", "print", "/nowhere"], 3, None), (["request", "dance", NOBODYS], 2, None),
    (["conference", "show", NOBODYS], 3, None), (["conference", "close", "zz"], 3, None), (["conference", "convene"], 2, None),
    (["conference", "answer", NOBODYS, "--answer", "accepted"], 3, None), (["conference", "minutes", NOBODYS], 2, None),
    (["conference", "propose", "/nowhere"], 3, None), (["conference", "propose", "-"], 1, "{}"), (["conference", "ics", "/nowhere"], 3, None),
    (["item", "finish", "1"], 3, None), (["item", "finish", "x"], 2, None),
    (["item", "assign", NOBODYS, "--owner", DESK, "--text", "x", "--due", "2027-01-05"], 3, None),
    (["announce", "-"], 2, "{}"), (["announcement", "show", NOBODYS], 3, None), (["announcement", "sign-up", NOBODYS], 3, None),
    (["purge", NOBODYS], 3, None), (["note", NOBODYS, "--text", "x"], 3, None), (["note", NOBODYS], 2, None), (["note"], 2, None),
    (["case", "show", NOBODYS], 3, None), (["case", "show", "x"], 2, None), (["case", "protect", NOBODYS], 3, None),
    (["consent", "show", NOBODYS], 3, None), (["consent", "withdraw", NOBODYS], 3, None), (["consent", "show", "x"], 2, None),
    (["consent", "register"], 2, None), ([*CONSENT, "--classes", "GOLD"], 2, None), ([*CONSENT[:3], "dog", *CONSENT[4:], "--classes", "IDENTITY"], 1, None),
    (["disclosure", NOBODYS], 3, None),
    (["disclosure", "x"], 2, None), (["provisions", "--since", "x"], 2, None), (["search"], 2, None), (["conference", "ics", NOBODYS], 3, None),
    (["capacity", "nothing=full"], 1, None), (["capacity", "*=half"], 2, None), (["outbox", "discard", NOBODYS], 3, None),
    (["receipt", NOBODYS], 3, None), (["receipt", "x"], 2, None), (["verify", "/nowhere", "--trust", "x"], 3, None), (["enrol", "/nowhere"], 3, None),
]


# What shows something and changes nothing; ID stands for a message that was sent, CASE for its case.
SHOWING = [
    ["status"], ["queue"], ["queue", "show", "ID"], ["trace", "ID"], ["overdue"], ["review"], ["provisions"], ["disclosure", "CASE"], ["directory", "show"],
    ["directory", "show", LINK], ["directory", "check", DIRECTORY], ["directory", "diff", DIRECTORY], ["agency", "list"], ["agency", "show", LINK],
    ["clock", "confirm"], ["ledger", "verify"], ["ledger", "checkpoint"], ["ledger", "prove", "1"], ["ledger", "site", "key"],
    ["site", "key"], ["version"], ["--version"], ["--help"], ["queue", "--help"], ["status", "--help"], ["erase", "CASE", "--dry-run", "--even-open"],
    ["queue", "freeze", "--to", DESK, "--dry-run"], ["dev", "clock", "+1s"],
]
SHOWING_AGENCIES = [
    ["inbox"], ["ping"], ["request", "list"], ["request", "show", "ID"], ["conference", "list"], ["item", "list"], ["case", "list"], ["case", "show", "CASE"],
    ["trace", "ID"], ["receipt", "ID"], ["review"], ["provisions"], ["disclosure", "CASE"], ["search", "x"], ["capacity"], ["outbox", "list"],
    ["outbox", "flush"], ["request", "withdraw", "ID", "--reason", "no-longer-needed"],
]
# The commands that call their result otherwise than themselves.
OWN_TYPES = {
    "review": "reviews", "ledger prove": "tsunagi-receipt", "receipt": "tsunagi-receipt", "request list": "requests", "request show": "request",
    "request withdraw": "receipt", "conference list": "conferences", "item list": "action_items", "case list": "cases", "case show": "case",
    "search": "persons", "capacity": "standing", "outbox list": "outbox", "outbox flush": "flush",
}


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, DESK], options={"test_site": 1})
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def agency(self, *words, **more):
        return self.site.as_agency(LINK, *words, **more)

    def operator(self, *words, env=None, **more):
        return self.site.command(*words, env=env or {}, **more)

    def done(self, run, *words, **more):
        outcome = run(*words, "--json", **more)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()

    def fails(self, run, words, code, **more):
        """To people in both languages, and to programs; gives the error's code."""
        codes = set()
        for env in (None, JA):
            told = run(*words, env=env, **more)
            self.assertEqual((told.code, told.out), (code, ""), told)
            self.assertNotIn("(null)", told.err)
            self.assertEqual(bool(JAPANESE.search(told.err)), env is not None, told)
            told = run(*words, "--json", env=env, **more)
            self.assertEqual((told.code, told.err), (code, ""), told)
            error = told.json()["error"]
            self.assertTrue(error["message"] and "hint" in error, error)
            self.assertEqual(bool(JAPANESE.search(error["message"])), env is not None, error)
            codes.add(error["code"])
        self.assertEqual(len(codes), 1, codes)
        return codes.pop()

    def test_what_operators_may_not_say(self):
        for words, code in OPERATORS:
            with self.subTest(words):
                self.fails(self.operator, words, code)

    def test_what_agencies_may_not_say(self):
        entries = self.site.status()["entries"]
        for words, code, given in AGENCIES:
            with self.subTest(words):
                self.fails(self.agency, words, code, input=given)
        self.assertEqual(self.site.status()["entries"], entries)  # nothing of it took effect

    def test_words_are_typed_as_people_type_them(self):
        talk = self.done(self.agency, "conference", "propose", "-", "--kind", "staff", input=json.dumps(TALK))["message_id"]
        self.assertEqual(self.done(self.agency, "conference", "show", talk)["kind"], "STAFF")
        answer = self.site.as_agency(DESK, "conference", "answer", talk, "--answer", "tentative", "--json")
        self.assertEqual(answer.code, 0, answer)
        self.assertEqual(self.done(self.agency, "conference", "cancel", talk, "--reason", "too-few-participants")["conference"]["state"], "CANCELLED")
        refused = self.agency("conference", "answer", talk, "--answer", "perhaps", "--json")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("ACCEPTED, TENTATIVE, DECLINED, DELEGATED", refused.json()["error"]["message"])
        self.assertNotIn("sheet", refused.json()["error"]["message"])  # one thing is wrong with it
        consent = self.done(self.agency, *CONSENT, "--classes", "IDENTITY,HEALTH")
        self.assertEqual(consent["consent"]["giver"], "PERSON")

    def test_a_note_says_something(self):
        request = self.done(self.agency, "send", self.site.sheet())["message_id"]
        self.assertEqual(self.fails(self.agency, ["note", request], 2), "USAGE")
        self.done(self.agency, "note", request, "--text", "電話しました", "--classes", "CONTACT")

    def type_of(self, words):
        """Of what the command gives that the words name: the longest name that they begin with."""
        if words[-1] in ("--help", "--version"):
            return words[-1].strip("-")
        names = {row["command"] for row in self.done(self.site.command, "--help", env={})["commands"]}
        name = next(name for name in (" ".join(words[:count]) for count in (3, 2, 1)) if name in names)
        return OWN_TYPES.get(name, name.replace(" ", "_"))

    def test_every_result_says_what_it_is(self):
        sent = self.done(self.agency, "send", self.site.sheet())
        names = {"ID": sent["message_id"], "CASE": self.done(self.agency, "request", "show", sent["message_id"])["case"]}
        for run, rows in ((self.operator, SHOWING), (self.agency, SHOWING_AGENCIES)):
            for words in rows:
                with self.subTest(words):
                    told = run(*(names.get(word, word) for word in words), "--json")
                    self.assertEqual(told.code, 0, told)
                    self.assertEqual(told.json().get("type"), self.type_of(words), told)
        clock = self.site.status()["clock"]
        self.assertEqual((clock["frozen"], clock["off_s"]), (False, 0))
        self.assertGreaterEqual(clock["ahead_s"], 1)  # a length of time, no date in 1970
        self.assertTrue(clock["moved"].startswith("1970-01-01T"), clock)  # as it was told before: programs may look for it

    def test_lists_of_codes_stand_alone(self):
        """Programs go through all of them without knowing their names."""
        for words in (["codes"], ["codes", "reason"]):
            for name, rows in self.done(self.agency, *words).items():
                self.assertTrue(rows and all(row["word"] and row["ja"] and row["en"] for row in rows), name)

    def test_a_short_code_will_do_after_the_delivery_too(self):
        sent = self.done(self.agency, "send", self.site.sheet())
        code, message = sent["code"], sent["message_id"]
        waiting = 1
        while waiting:
            self.assertEqual(self.site.as_agency(DESK, "receive", "--out", f"{self.site.work}/codes").code, 0)
            waiting = len(self.done(lambda *words: self.site.as_agency(DESK, *words), "inbox")["items"])
        for words in (["trace", code], ["queue", "show", code.lower().replace("-", "")]):
            self.assertEqual(self.done(self.operator, *words)["message_id"], message)
        self.assertEqual(self.done(self.operator, "ledger", "prove", code)["seq"], sent["seq"])
        self.assertEqual(self.done(self.agency, "trace", code)["message_id"], message)
        self.assertEqual(self.done(self.agency, "receipt", code)["summary"]["message_id"], message)
        self.assertEqual(self.done(lambda *words: self.site.as_agency(DESK, *words), "trace", code)["message_id"], message)
        consent = self.done(self.agency, *CONSENT, "--classes", "IDENTITY")
        self.assertEqual(self.done(self.agency, "consent", "show", consent["code"])["consent_id"], consent["message_id"])
        self.done(self.agency, "consent", "withdraw", consent["code"])
        for run in (self.operator, self.agency):
            self.assertEqual(self.fails(run, ["trace", "00000-00012"], 3), "UNKNOWN_CODE")

    def test_lists_that_are_empty(self):
        for words in (["outbox", "list"], ["item", "list"], ["queue", "--state", "dead"], ["overdue", NEW]):
            run = self.agency if words[0] in ("outbox", "item") else self.operator
            self.assertEqual(run(*words).code, 0)
            self.assertEqual(run(*words, "--json").code, 0)


class Away(unittest.TestCase):
    """The broker cannot be reached: questions exit 4, and what was said is safe in the outbox, with an id to find it by."""

    def test_what_can_wait_and_what_cannot(self):
        with Site(agencies=[LINK, DESK]) as site:
            run = lambda *words: site.as_agency(LINK, *words, *(("--timeout", "1") if site.process is None else ()), "--json")
            request = run("send", site.sheet()).json()["message_id"]
            site.stop()
            for words in (["inbox"], ["ping"], ["request", "list"], ["conference", "list"], ["item", "list"], ["case", "show", NOBODYS],
                          ["consent", "show", NOBODYS], ["announcement", "show", NOBODYS], ["confirm"], ["receipt", request]):
                with self.subTest(words):
                    outcome = run(*words)
                    self.assertEqual(outcome.code, 4, outcome)
                    last = outcome.lines()[-1]
                    self.assertTrue("error" in last or "steps" in last, outcome)
            for words in (["send", site.sheet()], [*CONSENT, "--classes", "IDENTITY"]):
                with self.subTest(words):
                    outcome = run(*words)
                    self.assertEqual(outcome.code, 5, outcome)
                    self.assertEqual(outcome.json()["state"], "outbox")
                    self.assertIn(outcome.json()["message_id"], run("outbox", "list").out)
            site.start()
            self.assertEqual(run("outbox", "flush").code, 0)
            self.assertEqual(run("outbox", "list").json().get("messages", []), [])
            self.assertEqual(site.command("status").code, 0)
            site.stop()
            self.assertEqual(site.command("status", "--json").code, 4)


if __name__ == "__main__":
    unittest.main()
