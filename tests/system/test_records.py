# SPDX-License-Identifier: Apache-2.0
"""What is kept for the law, through the command, on a real daemon: the review list, provision records, what was disclosed of a case."""
import csv
import io
import json
import os
import re
import subprocess
import tempfile
import unittest

from harness import Site, run

LINK, DESK, INAGE, POLICE, ELDER = "link", "jiritsu-hanamigawa", "jiritsu-inage", "police-seian", "korei-shogai-midori"
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
        unknown = self.site.command("review", "done", "999999", "--json")
        self.assertEqual((unknown.code, "review --all" in unknown.json()["error"]["hint"]), (3, True))
        self.assertEqual(self.site.as_agency(LINK, "review", "done", "1").code, 2)
        self.assertNotIn("remark", self.site.as_agency(LINK, "review", "--all", "--json").json()["reviews"][0])

    def test_5_it_holds_after_a_rebuild(self):
        before = self.listing("--all")
        self.site.stop()
        outcome = run([self.site.daemon_path, "--home", self.site.home, "--rebuild"])
        self.assertEqual(outcome.code, 0, repr(outcome))
        self.site.start()
        self.assertEqual(self.listing("--all"), before)


class Provided(unittest.TestCase):
    """Two desks are asked without a name, one takes it; what is told of that afterwards, and to whom."""

    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, DESK, INAGE, POLICE])
        cls.site.__enter__()
        cls.request = cls.send("two-desks-one-takes-it")
        for desk in (DESK, INAGE):
            cls.receive(desk)
        cls.acceptance = cls.site.as_agency(DESK, "request", "accept", cls.request["message_id"], "--json").json()
        cls.receive(DESK)
        cls.receive(LINK)

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

    @classmethod
    def folder(cls, agency):
        return os.path.join(cls.site.work, agency)

    @classmethod
    def receive(cls, agency, most=1):
        outcome = cls.site.as_agency(agency, "receive", "--max", most, "--wait", 60, "--out", cls.folder(agency))
        assert outcome.code == 0, repr(outcome)

    def done(self, agency, *words, **more):
        outcome = self.site.as_agency(agency, *words, **more)
        self.assertEqual(outcome.code, 0, repr(outcome))
        return outcome

    def test_1_provisions(self):
        record, = self.done(LINK, "provisions", "--json").json()["provisions"]
        self.assertEqual((record["from"], record["to"]), (address(LINK), address(DESK)))
        self.assertTrue(record["released"])  # the other desk never got it
        self.assertIn("IDENTITY", record["classes"])
        self.assertEqual(record["person_name"], "仮名 美咲")
        self.assertIn("acknowledged_at", record)
        theirs, = self.done(DESK, "provisions", "--json").json()["provisions"]
        self.assertNotIn("person_name", theirs)  # it does not say where it received
        theirs, = self.done(DESK, "provisions", "--received", self.folder(DESK), "--json").json()["provisions"]
        self.assertEqual((theirs["direction"], theirs["person_name"]), ("RECEIVED", "仮名 美咲"))
        self.assertEqual(self.done(INAGE, "provisions", "--json").json()["provisions"], [])
        operators = self.site.must("provisions", "--json")
        self.assertEqual(len(operators.json()["provisions"]), 1)
        self.assertNotIn("仮名", operators.out)
        self.assertEqual(self.done(LINK, "provisions", "--since", "2099-01-01", "--json").json()["provisions"], [])
        self.assertIn("仮名 美咲", self.done(LINK, "provisions", env=JA).out)

    def test_2_csv(self):
        outcome = self.done(LINK, "provisions", "--csv")
        self.assertTrue(outcome.out.startswith("\ufeff区分,"))
        row, = csv.DictReader(io.StringIO(outcome.out.lstrip("\ufeff"), newline=""))
        self.assertEqual((row["区分"], row["本人の氏名"], row["ふりがな"]), ("提供", "仮名 美咲", "かりな みさき"))
        self.assertEqual((row["提供元"], row["提供先"]), (address(LINK), address(DESK)))
        self.assertIn("家計", row["提供した情報の項目"])
        self.assertEqual(row["法令"], "委託契約")
        self.assertEqual(row["番号"], self.request["code"])
        path = os.path.join(self.site.work, "record.csv")
        self.done(LINK, "provisions", "--csv", "--encoding", "cp932", "--out", path)
        with open(path, encoding="cp932") as file:
            self.assertIn("仮名 美咲", file.read())
        self.assertEqual(self.site.as_agency(LINK, "provisions", "--csv", "--out", path).code, 1)  # never over another file
        self.assertEqual(self.site.as_agency(LINK, "provisions", "--csv", "--encoding", "latin1").code, 2)

    def test_3_what_became_of_it(self):
        mine = self.done(LINK, "trace", self.request["message_id"], "--json").json()["thread"]
        self.assertEqual([row.get("leg_action", "") for row in mine], ["SUBMIT", "SUBMIT", "ACCEPT", "TAKE_ELSEWHERE"])
        text = self.done(LINK, "trace", self.request["message_id"], env=JA).out
        for word in ("この連絡に始まる経過", "依頼:受諾", "他機関", "保留していた部分を開示", "引き受け済み"):
            self.assertIn(word, text)
        loser = self.done(INAGE, "trace", self.request["message_id"]).out
        self.assertIn("taken by another agency", loser)
        self.assertNotIn(DESK, loser)  # nobody learns who took it
        self.assertIn("request: accept", self.site.must("trace", self.acceptance["message_id"]).out)

    def test_4_disclosure(self):
        case = self.request["case_id"]
        report = self.done(LINK, "disclosure", case, "--json").json()
        self.assertEqual(report["case"]["owner"], address(LINK))
        self.assertEqual(report["person"]["name"], "仮名 美咲")
        self.assertEqual(len(report["provisions"]), 1)
        self.assertIn("TAKE_ELSEWHERE", [row.get("leg_action") for row in report["happenings"]])
        self.assertEqual(self.site.as_agency(DESK, "disclosure", case).code, 3)
        operators = self.site.must("disclosure", case, env=JA).out
        self.assertIn("運用担当が照会(disclosure)", operators)
        self.assertNotIn("仮名", operators)
        self.assertIn("運用担当が照会", self.done(LINK, "disclosure", case, env=JA).out)
        self.assertEqual(self.site.command("disclosure", "no-case").code, 2)
        self.assertEqual(self.site.command("disclosure", "01890a5d-ac96-774b-bcce-b302099a8057").code, 3)

    def test_5_printed(self):
        with tempfile.TemporaryDirectory() as folder:
            html, pdf = os.path.join(folder, "report.html"), os.path.join(folder, "report.pdf")
            self.done(LINK, "disclosure", self.request["case_id"], "--print", "--out", html)
            self.tool("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile",
                      f"--print-to-pdf={pdf}", f"file://{html}")
            self.assertRegex(self.tool("pdfinfo", pdf), r"Page size: +59[45]\S* x 84[12]\S* pts \(A4\)")
            text = re.sub(r"\s", "", self.tool("pdftotext", "-layout", pdf, "-"))
            for word in ("提供の記録の報告", "仮名美咲", self.request["case_id"], address(LINK), "委託契約", "受諾後に開示", "依頼:受諾", self.request["code"]):
                self.assertIn(word, text)
            boxes = self.tool("pdftotext", "-bbox", pdf, "-")
            for right in re.findall(r'xMax="([0-9.]+)" yMax', boxes):
                self.assertLess(float(right), 595 - 20)  # nothing is cut off at the margin
            with open(html, encoding="utf-8") as file:
                self.assertNotIn("<script", file.read())

    def tool(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "ASAN_OPTIONS")}
        process = subprocess.run(arguments, capture_output=True, env=environment, timeout=120)
        self.assertEqual(process.returncode, 0, process.stderr.decode(errors="replace")[-2000:])
        return process.stdout.decode(errors="replace")

    def test_6_names_in_kana(self):
        for name in ("カリナ", "ｶﾘﾅ ﾐｻｷ", "かりなみさき", "美咲"):
            person, = self.done(LINK, "search", name, "--json").json()["persons"]
            self.assertEqual((person["name"], person["kana"]), ("仮名 美咲", "かりな みさき"))  # as it was written
        person, = self.done(DESK, "search", "ミサキ", "--received", self.folder(DESK), "--json").json()["persons"]
        self.assertEqual(person["case_id"], self.request["case_id"])
        self.assertIn("nobody", self.done(DESK, "search", "たなか").out)
        self.assertIn("かりな みさき", self.done(LINK, "case", "list").out)
        outbox = os.path.join(self.site.bundle(LINK) + ".outbox", "own")
        for name in os.listdir(outbox):  # on this device's disk it stands sealed
            with open(os.path.join(outbox, name), "rb") as file:
                self.assertNotIn("美咲".encode(), file.read())


class Handed(unittest.TestCase):
    """A question, a redirect, a recall and its confirmation: each party reads its own part of it."""

    def test_the_way_of_a_request(self):
        with Site(agencies=[LINK, DESK, INAGE]) as site:
            def do(agency, *words, **more):
                outcome = site.as_agency(agency, *words, **more)
                self.assertEqual(outcome.code, 0, repr(outcome))
                return outcome

            def receive(agency, most=1, wait=60):
                do(agency, "receive", "--max", most, "--wait", wait, "--out", os.path.join(site.work, agency))

            def thread(agency, request):
                return do(agency, "trace", request, "--json").json()["thread"]

            sheet = {"person": {"name": "仮名 一"}, "history": "経過", "topics": [{"topic": "HOUSING", "mark": "MAIN"}], "referral_reason": "相談",
                     "expected_support": "調整", "not_seen": "なし", "text_classes": ["FAMILY"]}
            message = {"kind": "REQUEST", "ask": "REFER", "to": [DESK], "take": "ALL", "sheet": sheet,
                       "basis": {"basis": "PUBLIC_DUTY", "law": "ENTRUSTMENT_CONTRACT", "reason": "連携"}}
            sent = do(LINK, "send", "-", "--json", input=json.dumps(message)).json()
            request = sent["message_id"]
            self.assertEqual(site.as_agency(INAGE, "trace", request).code, 3)
            receive(DESK)
            do(DESK, "request", "redirect", request, "--next", INAGE)
            receive(LINK, most=9, wait=2)  # the redirect; sealing to the next agency is done by the way
            receive(INAGE)
            do(LINK, "request", "withdraw", request, "--to", INAGE, "--purge", "--reason", "MISDIRECTED")
            receive(INAGE)
            do(INAGE, "purge", request, "--from", os.path.join(site.work, INAGE))
            mine = thread(LINK, request)
            self.assertEqual([row.get("leg_action", row["what"]) for row in mine], ["SUBMIT", "REDIRECT", "OPEN", "SEAL", "WITHDRAW", "PURGED"])
            self.assertEqual(mine[-1]["by"], address(INAGE))
            first = thread(DESK, request)
            self.assertEqual([row.get("leg_action") for row in first], ["SUBMIT", "REDIRECT"])
            second = thread(INAGE, request)  # it knows the request by an id that was never sent to it
            self.assertEqual([row.get("leg_action", row["what"]) for row in second], ["OPEN", "SEAL", "WITHDRAW", "PURGED"])
            self.assertNotIn(address(DESK), json.dumps(second))
            self.assertIn("受け取った機関で廃棄", do(LINK, "trace", request, env=JA).out)
            report = do(LINK, "disclosure", sent["case_id"], "--json").json()
            self.assertEqual([row["to"] for row in report["provisions"]], [address(DESK), address(INAGE)])
            self.assertIn("PURGED", [row["what"] for row in report["happenings"]])


class Households(unittest.TestCase):
    """The 80s side and the 50s side of one household, each a case of its own."""

    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, DESK])
        cls.site.__enter__()
        cls.child = cls.send("仮想 健一", "かそう けんいち")
        cls.parent = cls.send("仮想 トミ", "かそう とみ", household_cases=[cls.child])

    @classmethod
    def tearDownClass(cls):
        cls.site.__exit__(None, None, None)

    @classmethod
    def send(cls, name, kana, **more):
        sheet = {"person": {"name": name, "kana": kana}, "history": "経過", "topics": [{"topic": "HOUSING", "mark": "MAIN"}], "referral_reason": "相談",
                 "expected_support": "調整", "not_seen": "なし", "text_classes": ["FAMILY"], **more}
        message = {"kind": "REQUEST", "ask": "REFER", "to": [DESK], "take": "ALL", "sheet": sheet,
                   "basis": {"basis": "PUBLIC_DUTY", "law": "ENTRUSTMENT_CONTRACT", "reason": "連携"}}
        outcome = cls.site.as_agency(LINK, "send", "-", "--json", input=json.dumps(message))
        assert outcome.code == 0, repr(outcome)
        return outcome.json()["case_id"]

    def household(self, agency, case, *words):
        outcome = self.site.as_agency(agency, "case", "show", case, *words, "--json")
        self.assertEqual(outcome.code, 0, repr(outcome))
        return [row["case_id"] for row in outcome.json().get("household", [])]

    def test_1_who_may_know_it(self):
        self.assertEqual(self.household(LINK, self.parent), [self.child])
        self.assertEqual(self.household(LINK, self.child), [self.parent])
        self.assertIn("仮想 トミ", self.site.as_agency(LINK, "case", "show", self.child).out)
        received = os.path.join(self.site.work, "desk")
        self.assertEqual(self.household(DESK, self.parent), [])  # nothing received yet
        self.site.as_agency(DESK, "receive", "--max", 2, "--wait", 60, "--out", received)
        self.assertEqual(self.household(DESK, self.parent, "--received", received), [self.child])

    def test_2_never_of_a_protected_case(self):
        self.assertEqual(self.site.as_agency(LINK, "case", "protect", self.child).code, 0)
        self.assertEqual(self.household(LINK, self.parent), [])
        self.assertEqual(self.household(LINK, self.child), [])
        self.assertEqual(self.household(DESK, self.parent, "--received", os.path.join(self.site.work, "desk")), [])
        self.assertNotIn("仮想", self.site.as_agency(LINK, "case", "show", self.child).out)

    def test_3_of_an_erased_case_nothing_but_that(self):
        self.site.must("review", "--all")
        before = self.site.must("provisions", "--json").json()["provisions"]
        self.assertIn(self.parent, [row["case_id"] for row in before])
        self.site.must("erase", self.parent, "--even-open", "--yes", "--reason", "a test")
        for outcome in (self.site.command("disclosure", self.parent, "--json"), self.site.as_agency(LINK, "disclosure", self.parent, "--json")):
            self.assertNotEqual(outcome.code, 0)
            self.assertEqual(outcome.json()["error"]["code"], "ERASED", repr(outcome))
        after = self.site.must("provisions", "--json").json()["provisions"]
        self.assertEqual(after, [row for row in before if row["case_id"] != self.parent])
        self.assertEqual(self.site.must("review", "--all", "--json").json()["reviews"][0]["case_id"], self.child)
        self.assertEqual(self.site.must("ledger", "verify").code, 0)
        listing = self.site.must("review", "--all", "--json").out
        self.site.stop()
        self.assertEqual(run([self.site.daemon_path, "--home", self.site.home, "--rebuild"]).code, 0)
        self.site.start()
        self.assertEqual(self.site.must("review", "--all", "--json").out, listing)


if __name__ == "__main__":
    unittest.main()
