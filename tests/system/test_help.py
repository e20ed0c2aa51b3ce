# SPDX-License-Identifier: Apache-2.0
"""What the command says of itself, and how it answers those who type it wrongly.  No daemon."""
import json
import os
import re
import tempfile
import unittest

from harness import ROOT, TSUNAGI, run

COMMANDS = """init; directory check; directory load; directory diff; directory show; agency add; agency list; agency show; agency rotate;
agency revoke; agency hand-over; calendar load; calendar show; clock confirm; capacity; confirm; rotate; device add; dev answer; dev clock; dev fault; status; queue; overdue; review; review done; provisions; disclosure; search; queue show; queue freeze; queue thaw; queue requeue; queue expire; trace; erase; ledger verify; ledger checkpoint;
ledger prove; ledger site key; site key; enrol; ping; template; schema; codes; check; send; inbox; receive; desk; refuse; outbox list;
announce; announcement show; announcement sign-up; conference list; conference show; conference propose; conference convene; conference
answer; conference materials; conference minutes; conference dissent; conference close; conference cancel; item list; item assign; item
reassign; item report; item finish; item hand-back; item drop; note; purge;
outbox flush; outbox discard; request list; request show; request print; request seen; request ask; request answer; request accept; request decline;
request redirect; request start; request report; request hold; request resume; request complete; request withdraw; request close; case list; case show; case protect; consent register; consent narrow; consent withdraw; consent show; conference ics; receipt; route; verify; dev; version""".replace("\n", " ").split("; ")


def tsunagi(*words, **more):
    return run([TSUNAGI, *words], **more)


class Help(unittest.TestCase):
    def test_every_command_is_listed_and_explained(self):
        everything = tsunagi("--help")
        self.assertEqual(everything.code, 0)
        for name in COMMANDS:
            with self.subTest(name):
                self.assertRegex(everything.out, rf"(?m)^  {name}\b")
                outcome = tsunagi(*name.split(), "--help")
                self.assertEqual((outcome.code, outcome.err), (0, ""))
                self.assertIn(f"Usage: tsunagi {name}", outcome.out)
                self.assertIn("--json", outcome.out)
                self.assertRegex(outcome.out, r"Example\n  .*tsunagi ")

    def test_it_speaks_japanese(self):
        ja = {"LANG": "ja_JP.UTF-8"}
        self.assertIn("運用担当", tsunagi("--help", env=ja).out)
        self.assertIn("使い方:tsunagi send", tsunagi("send", "--help", env=ja).out)
        self.assertIn("ありません", tsunagi("nonsense", env=ja).err)
        self.assertIn("Usage:", tsunagi("send", "--help", env={"LANG": "de_DE.UTF-8"}).out)

    def test_columns_line_up_in_both_languages(self):
        for lang in ("C.UTF-8", "ja_JP.UTF-8"):
            lines = [line for line in tsunagi("--help", env={"LANG": lang}).out.splitlines() if re.match(r"  (status|trace|ping|inbox) ", line)]
            starts = {re.match(r"  \S+( \S+)* {2,}", line).end() for line in lines}
            self.assertEqual(len(starts), 1, lines)

    def test_groups(self):
        outcome = tsunagi("queue", "--help")
        self.assertIn("Usage: tsunagi queue", outcome.out)
        outcome = tsunagi("agency", "--help")
        self.assertEqual(outcome.code, 0)
        self.assertIn("agency revoke", outcome.out)
        self.assertNotIn("ledger", outcome.out.split("Every command")[0])
        outcome = tsunagi("agency")
        self.assertEqual(outcome.code, 2)

    def test_help_as_json(self):
        whole = tsunagi("--help", "--json").json()
        self.assertEqual(sorted(row["command"] for row in whole["commands"]), sorted(COMMANDS))
        one = tsunagi("send", "--help", "--json").json()
        self.assertEqual(one["command"], "send")
        self.assertIn("dry-run", [row["name"] for row in one["options"]])

    def test_the_manual_page_names_every_command(self):
        with open(os.path.join(ROOT, "deploy", "man", "tsunagi.1"), encoding="utf-8") as file:
            page = file.read().replace("\\-", "-")
        named = set()
        for line in page.splitlines():
            if "\t" in line and not line[0].isdigit():
                first, *others = line.split("\t")[0].split(", ")
                group = " ".join(first.split()[:-1])
                named.add(first)
                named.update(other if " " in other else f"{group} {other}".strip() for other in others)
        self.assertEqual(named, set(COMMANDS))
        for word in ("--home", "--as", "--outbox", "--timeout", "--json", "TSUNAGI_HOME", "TSUNAGI_BUNDLE"):
            self.assertIn(word, page)

    def test_version(self):
        for words in (["version"], ["--version"]):
            self.assertRegex(tsunagi(*words).out, r"^tsunagi \d+\.\d+\.\d+ ")
        version = tsunagi("version", "--json").json()
        self.assertEqual(version["wire"], 1)
        self.assertEqual(version["version"], version["library"])


class WrongUse(unittest.TestCase):
    def test_exit_2_and_a_way_on(self):
        for words in ([], ["nonsense"], ["queue", "show"], ["send"], ["send", "a", "b"], ["status", "--nope"], ["status", "--wait"],
                      ["status", "--wait", "soon"], ["status", "--check=yes"], ["init"], ["init", "--site", "x"], ["-x"], ["directory", "lod", "f"],
                      ["receive", "--as", "b"], ["receive", "--as", "b", "--out", "d", "--exec", "c"], ["receive", "--as", "b", "--out", "d", "--max", "0"],
                      ["refuse", "x", "--as", "b"], ["refuse", "x", "--reason", "DISLIKE", "--as", "b"], ["agency", "rotate", "x"],
                      ["agency", "revoke", "x"], ["agency", "revoke", "x", "--closed", "--compromised"], ["enrol", "--as", "b"],
                      ["enrol", "a", "--answer", "b", "--as", "c"], ["enrol", "--request", "f", "--as", "b"], ["inbox"], ["ping"],
                      ["dev", "--agencies", "A B"], ["ledger", "verify", "--trust", "x"], ["queue", "--state", "angry"]):
            with self.subTest(words):
                outcome = tsunagi(*words)
                self.assertEqual(outcome.code, 2, outcome)
                self.assertEqual(outcome.out if words != ["queue", "show"] else "", "")
                self.assertRegex(outcome.err, r"^tsunagi: .+\n  .+")
                outcome = tsunagi(*words, "--json")
                self.assertEqual(outcome.code, 2, outcome)
                error = outcome.json()["error"]
                self.assertEqual(set(error), {"code", "message", "hint"})
                self.assertEqual(outcome.err, "")

    def test_the_code_is_the_same_in_every_language(self):
        codes = [tsunagi("status", "--nope", "--json", env={"LANG": lang}).json()["error"] for lang in ("C.UTF-8", "ja_JP.UTF-8")]
        self.assertEqual(codes[0]["code"], codes[1]["code"])
        self.assertNotEqual(codes[0]["message"], codes[1]["message"])

    def test_a_terminal_cannot_be_steered(self):
        outcome = tsunagi("a\x1b[31mb\nc")
        self.assertNotIn("\x1b", outcome.err)
        self.assertEqual(len(outcome.err.splitlines()), 2)

    def test_a_reader_that_has_enough_hears_no_complaint(self):
        outcome = run(["/bin/bash", "-c", f"'{TSUNAGI}' schema | head -c 10; exit ${{PIPESTATUS[0]}}"])
        self.assertEqual(outcome.err, "")
        self.assertIn(outcome.code, (0, 1))

    def test_a_full_disk_under_stdout_is_told(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            import subprocess
            process = subprocess.run([TSUNAGI, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, env=dict(os.environ, LANG="C.UTF-8"))
        self.assertEqual(process.returncode, 1)
        self.assertIn("could not be written", process.stderr)


class Forms(unittest.TestCase):
    """template, schema, codes, check: nothing but the command is needed."""

    def test_templates(self):
        for kind, field in (("request", "sheet"), ("CONFERENCE", "conference"), ("consent", "consent"), ("note", "note"), ("announcement", "announcement")):
            template = tsunagi("template", kind).json()
            self.assertEqual(template["kind"], kind.upper())
            self.assertIn(field, template)
        header = tsunagi("template", "request", "--csv").out.strip()
        self.assertIn("氏名", header.split(","))
        self.assertEqual(tsunagi("template", "letter").code, 3)

    def test_schemas(self):
        whole = tsunagi("schema").json()
        self.assertEqual(len(whole["oneOf"]), 5)
        one = tsunagi("schema", "request").json()
        self.assertIn("PUBLIC_DUTY", one["properties"]["basis"]["properties"]["basis"]["enum"])
        self.assertEqual((one["properties"]["co_support"]["type"], one["properties"]["report_days"]["maximum"]), ("boolean", 366))
        self.assertNotIn("co_support", tsunagi("schema", "note").json()["properties"])
        self.assertEqual(tsunagi("schema", "letter", "--json").json()["error"]["code"], "UNKNOWN_KIND")

    def test_codes(self):
        codes = tsunagi("codes", "--json").json()
        self.assertEqual(codes["urgency"][-1], {"word": "DANGER", "ja": "命の危険", "en": "danger to life"})
        self.assertIn("生活困窮者自立支援法9条", tsunagi("codes", "basis.law").out)
        self.assertEqual(tsunagi("codes", "colours").code, 3)

    def test_check_names_every_problem(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "sheet.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"kind": "REQUEST", "ask": "REFFER", "to": ["Link!"], "sheet": {"person": {"birth_date": "someday", "nmae": "x"}}}, file)
            outcome = tsunagi("check", path)
            self.assertEqual(outcome.code, 1)
            for field in ("ask", "to", "sheet.person.birth_date", "sheet.person.nmae"):
                self.assertIn(field, outcome.err)
            report = tsunagi("check", path, "--json")
            self.assertEqual(report.code, 1)
            self.assertFalse(report.json()["ok"])
            self.assertIn("error", report.json())
            with open(path, "w", encoding="utf-8") as file:
                file.write('{"kind": "REQUEST",\n  oops')
            outcome = tsunagi("check", path)
            self.assertEqual(outcome.code, 1)
            self.assertIn("line 2", outcome.err)
            self.assertEqual(tsunagi("check", path + ".none").code, 3)

    def test_every_sample_sheet_can_be_sent(self):
        from harness import SHEETS
        for name in sorted(os.listdir(SHEETS)):
            with self.subTest(name):
                outcome = tsunagi("check", os.path.join(SHEETS, name))
                self.assertEqual((outcome.code, outcome.err), (0, ""))

    def test_stdin(self):
        template = tsunagi("template", "note").out
        self.assertEqual(tsunagi("check", "-", input=template).code, 1)


if __name__ == "__main__":
    unittest.main()
