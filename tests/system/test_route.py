# SPDX-License-Identifier: Apache-2.0
"""No wrong door: `route` over a file and over an agency's own signed directory, and `send --need`."""
import json
import os
import pty
import select
import subprocess
import tempfile
import unittest

from harness import PATIENCE, ROOT, TSUNAGI, Site, run

DIRECTORY = os.path.join(ROOT, "deploy", "chiba", "directory.yaml")
WEEKDAY, NIGHT = "2026-11-18T10:00:00+09:00", "2026-11-21T23:30:00+09:00"
JAPANESE = {"LANG": "ja_JP.UTF-8"}

# Each sentence of the slides: the need, the moment, where it leads, by which rule, and a word of the reason in both languages.
SLIDES = [
    ({"topics": ["VIOLENCE_ABUSE"], "age": "TWENTIES", "ward": "chuo"}, NIGHT, "police-seian", "violence", "hesitation", "迷わず"),
    ({"urgency": "DANGER"}, NIGHT, "police-seian", "violence", "danger to life", "命の危険"),
    ({"facts": ["OLDER_SIDE"], "ward": "hanamigawa"}, WEEKDAY, "anshin-hanamigawa", "older-side", "80s side", "80側"),
    ({"age": "THIRTIES", "ward": "inage"}, WEEKDAY, "link", "youth", "30s", "30代まで"),
    ({"age": "FIFTIES", "facts": ["NOT_CALLED_HIKIKOMORI"]}, WEEKDAY, "link", "youth", "unwilling", "呼ばれたくない"),
    ({"facts": ["POVERTY"], "ward": "mihama"}, WEEKDAY, "jiritsu-mihama", "poverty-or-isolation", "Poverty", "困窮"),
    ({"facts": ["ISOLATION"], "ward": "midori"}, WEEKDAY, "jiritsu-midori", "poverty-or-isolation", "isolation", "孤立"),
    ({"facts": ["NEXT_STEP_TO_WORK"]}, WEEKDAY, "shuro-junbi", "next-step-to-work", "next step", "次の一歩"),
    ({"topics": ["EXPENSES_ARREARS"]}, WEEKDAY, "kakei", "debts-and-cash-flow", "Debts", "債務"),
    ({"facts": ["GREY_ZONE"], "ward": "wakaba"}, WEEKDAY, "kikan-wakaba", "disability-or-grey-zone", "grey zone", "グレーゾーン"),
    ({"outside": True}, NIGHT, "chukaku", "outside-the-city", "outside the city", "市外"),
    ({"facts": ["INHERITANCE"]}, WEEKDAY, "bengoshi", "inheritance-debt-violence", "Inheritance", "相続"),
    ({"facts": ["MUST_PART"]}, NIGHT, "shelter-proxy", "refuge", "part", "親子を離す"),
    ({"topics": ["HOUSING"], "ward": "chuo"}, WEEKDAY, "hikikomori", "first-line", "every consultation", "どんな相談でも"),
]


def need_text(need, at=WEEKDAY):
    return json.dumps({**need, "at": at})


def route(need, *words, at=WEEKDAY, env=None):
    return run([TSUNAGI, "route", "--need", "-", "--directory", DIRECTORY, *words], input=need_text(need, at), env=env)


class OverAFile(unittest.TestCase):
    def test_each_rule_of_the_slides(self):
        for need, at, agency, rule, english, japanese in SLIDES:
            with self.subTest(need):
                answer = route(need, "--json", at=at)
                self.assertEqual(answer.code, 0, answer)
                first = answer.json()["choices"][0]
                self.assertEqual((first["agency"], first["rule"]), (agency, rule))
                self.assertEqual(first["address"], agency + "@chiba-city")
                self.assertIn(english, first["because"])
                text = route(need, at=at, env=JAPANESE).out
                self.assertIn(f"1. {agency}  ", text)
                self.assertIn(japanese, text)

    def test_every_agency_has_a_verdict(self):
        answer = route({"topics": ["DEBT"], "facts": ["POVERTY"], "ward": "chuo"}, "--all", "--json").json()
        passed = answer["passed_over"]
        self.assertEqual(len(passed["agencies"]) + len(answer["choices"]), 94)  # of 95, one has no place here
        self.assertEqual(sum(passed["counts"].values()), len(passed["agencies"]))
        self.assertEqual(passed["left_off"], 0)
        verdicts = {row["agency"]: row for row in passed["agencies"]}
        self.assertEqual(verdicts["jiritsu-inage"]["reason"], "AREA")
        self.assertEqual(verdicts["jiritsu-inage"]["rule"], "poverty-or-isolation")
        self.assertEqual(verdicts["link"]["reason"], "CATEGORY")

    def test_closed_is_told_or_passed_over_by_urgency(self):
        closed = route({"topics": ["DEBT"]}, "--json", at=NIGHT).json()["choices"][0]
        self.assertEqual([row["code"] for row in closed["cautions"]], ["CLOSED"])
        self.assertEqual(closed["opens_at"], "2026-11-23T09:00:00.000+09:00")
        urgent = route({"topics": ["DEBT"], "urgency": "URGENT"}, "--json", at=NIGHT).json()
        self.assertTrue(urgent["fell_back"])
        self.assertEqual({row["reason"] for row in urgent["passed_over"]["agencies"]}, {"CLOSED"})

    def test_nothing_tells_of_the_shelter(self):
        for need in ({"facts": ["MUST_PART", "VIOLENCE"], "urgency": "DANGER", "ward": "chuo"}, {}, {"outside": True, "kind": "NOTE"}):
            for words in (["--all", "--json"], ["--all"], []):
                answer = route(need, *words, at=NIGHT)
                self.assertEqual(answer.code, 0, answer)
                self.assertNotIn("k4w7", answer.out + answer.err)
                self.assertNotIn("confidential", answer.out + answer.err)

    def test_danger_names_the_telephone(self):
        self.assertIn("110", route({"urgency": "DANGER"}).out)
        self.assertNotIn("110", route({"urgency": "URGENT"}).out)

    def test_a_need_that_says_nothing(self):
        for need, piece in (({"topics": ["GOLD"]}, "topics[0]"), ({"ward": "moon"}, "chuo"), ({"colour": "red"}, "colour")):
            answer = route(need, "--json")
            self.assertEqual(answer.code, 1, answer)
            self.assertEqual(answer.json()["error"]["code"], "NEED")
            self.assertIn(piece, answer.json()["error"]["message"])
        self.assertEqual(run([TSUNAGI, "route", "--need", "-", "--directory", DIRECTORY], input="[]").code, 1)
        self.assertEqual(run([TSUNAGI, "route", "--need", "-", "--directory", DIRECTORY], input="{").code, 1)
        self.assertEqual(run([TSUNAGI, "route", "--need", "/nowhere", "--directory", DIRECTORY]).code, 3)
        self.assertEqual(run([TSUNAGI, "route", "--directory", DIRECTORY]).code, 2)
        pref = os.path.join(ROOT, "deploy", "chiba", "directory-pref.yaml")
        self.assertEqual(run([TSUNAGI, "route", "--need", "-", "--directory", pref], input="{}").code, 3)

    def test_forms(self):
        template = run([TSUNAGI, "template", "need"])
        self.assertEqual(run([TSUNAGI, "route", "--need", "-", "--directory", DIRECTORY], input=template.out).code, 0)
        self.assertIn("facts", run([TSUNAGI, "schema", "need"]).json()["properties"])
        self.assertIn("OLDER_SIDE", run([TSUNAGI, "codes", "need.facts"]).out)

    def test_rules_that_lead_nowhere_are_told_by_line(self):
        with open(DIRECTORY, encoding="utf-8") as file:
            lines = file.read().replace("categories: [self_reliance]\n    because", "categories: [gold]\n    because")
        number = lines.splitlines().index("    categories: [gold]") + 1
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            outcome = run([TSUNAGI, "directory", "check", file.name])
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn(f"{file.name}:{number}: rule poverty-or-isolation: categories: no agency has the category \"gold\"", outcome.err)


class OverASite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=["link", "kakei", "bengoshi", "hikikomori"])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.need = os.path.join(cls.site.work, "need.json")
        with open(cls.need, "w", encoding="utf-8") as file:
            file.write(need_text({"topics": ["DEBT"], "ward": "hanamigawa", "age": "TWENTIES"}))

    def send(self, *words, **more):
        return self.site.as_agency("link", "send", self.site.sheet(), "--need", self.need, *words, **more)

    def arrived(self, agency):
        folder = os.path.join(self.site.work, "inbox-" + agency)
        outcome = self.site.as_agency(agency, "receive", "--out", folder, "--json", "--max", "1")
        self.assertEqual(outcome.code, 0, outcome)
        with open(os.path.join(outcome.lines()[0]["directory"], "message.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_by_the_signed_directory(self):
        answer = self.site.as_agency("link", "route", "--need", self.need, "--json")
        self.assertEqual(answer.code, 0, answer)
        answer = answer.json()
        self.assertEqual([row["agency"] for row in answer["choices"]], ["kakei", "bengoshi"])  # Link itself asks
        self.assertIn("link", [row["agency"] for row in answer["passed_over"]["agencies"] if row["reason"] == "SELF"])
        self.assertGreater(answer["directory_version"], 0)
        everything = self.site.as_agency("link", "route", "--need", self.need, "--all").out
        self.assertNotIn("k4w7", everything)

    def test_nobody_is_sent_to_unconfirmed(self):
        outcome = self.send("--json")
        self.assertEqual(outcome.code, 2, outcome)
        self.assertEqual(outcome.json()["error"]["code"], "NOT_CONFIRMED")
        outcome = self.send()
        self.assertEqual(outcome.code, 2, outcome)
        self.assertIn("1. kakei", outcome.out)
        self.assertEqual(self.send("--to", "kakei", "--yes").code, 2)
        self.assertEqual(self.send("--choices", "17", "--yes").code, 2)
        self.assertEqual(self.send("--dry-run").code, 0)

    def test_confirmed(self):
        outcome = self.send("--yes", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        receipt = outcome.json()
        self.assertEqual([row["address"] for row in receipt["recipients"]], ["kakei@chiba-city"])
        self.assertEqual(receipt["route"]["choices"][0]["rule"], "debts-and-cash-flow")
        message = self.arrived("kakei")
        self.assertEqual(message["rule_id"], "debts-and-cash-flow")
        self.assertEqual(message["directory_version"], receipt["route"]["directory_version"])
        self.assertNotIn("need", json.dumps(message))

    def test_a_rule_that_does_not_stand_is_told(self):
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = json.load(file)
        for env, word in ((None, "tsunagi route"), ({"LANG": "ja_JP.UTF-8"}, "選び直す")):
            outcome = self.site.as_agency("link", "send", "-", "--to", "kakei", "--json", input=json.dumps({**sheet, "rule": "of-last-year"}), env=env)
            self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "STALE_RULE"), outcome)
            self.assertIn("of-last-year", outcome.json()["error"]["message"])
            self.assertIn(word, outcome.json()["error"]["hint"])

    def test_the_urgency_is_the_need_s_where_the_message_has_none(self):
        paths = [os.path.join(self.site.work, name) for name in ("urgent.json", "note.json")]
        note = {"kind": "NOTE", "basis": {"basis": "PUBLIC_DUTY", "law": "ENTRUSTMENT_CONTRACT", "reason": "連携"},
                "note": {"text": "面談の日程", "text_classes": ["IDENTITY"]}, "case": "01960000-0000-7000-8000-000000000001"}
        for path, content in zip(paths, ({"topics": ["DEBT"], "urgency": "URGENT", "kind": "NOTE", "at": WEEKDAY}, note)):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False)
        outcome = self.site.as_agency("link", "send", paths[1], "--need", paths[0], "--yes", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(outcome.json()["recipients"], [{"address": "kakei@chiba-city", "lane": "URGENT"}])
        self.arrived("kakei")

    def test_several_choices(self):
        outcome = self.send("--yes", "--choices", "2", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual({row["address"] for row in outcome.json()["recipients"]}, {"kakei@chiba-city", "bengoshi@chiba-city"})
        self.assertEqual(self.arrived("bengoshi")["rule_id"], "debts-and-cash-flow")
        self.arrived("kakei")

    def test_what_nobody_takes_stays(self):
        with open(self.need + ".own", "w", encoding="utf-8") as file:
            file.write(need_text({"topics": ["HOUSING"]}))
        outcome = self.site.as_agency("hikikomori", "send", self.site.sheet(), "--need", self.need + ".own", "--yes", "--json")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertEqual(outcome.json()["error"]["code"], "STAYS_HERE")

    def at_a_terminal(self, answer):
        """Sends with a terminal on both ends; gives the exit code and what the person saw."""
        main, side = pty.openpty()
        command = [TSUNAGI, "send", self.site.sheet(), "--need", self.need, "--as", self.site.bundle("link")]
        process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=dict(os.environ, LANG="C.UTF-8"))
        os.close(side)
        seen, answered = b"", False
        while True:
            ready, _, _ = select.select([main], [], [], PATIENCE)
            try:
                piece = os.read(main, 4096) if ready else b""
            except OSError:
                piece = b""
            if not piece:
                break
            seen += piece
            if b"[y/N]" in seen and not answered:
                os.write(main, answer)
                answered = True
        os.close(main)
        return process.wait(timeout=PATIENCE), seen.decode()

    def test_a_person_is_asked(self):
        code, seen = self.at_a_terminal(b"n\n")
        self.assertEqual(code, 1, seen)
        self.assertIn("Nothing was sent", seen)
        code, seen = self.at_a_terminal(b"y\n")
        self.assertEqual(code, 0, seen)
        self.assertIn("accepted", seen)
        self.arrived("kakei")


if __name__ == "__main__":
    unittest.main()
