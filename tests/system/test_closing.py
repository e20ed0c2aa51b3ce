# SPDX-License-Identifier: Apache-2.0
"""An agency closes while others work with it: who goes on in its place, and how it says for whom."""
import csv
import datetime
import json
import os
import unittest

from harness import DIRECTORY, Site, without

LINK, CHUO, HANAMIGAWA, COORDINATOR = "link", "anshin-chuo", "anshin-hanamigawa", "korei-fukushi"
JA = {"LANG": "ja_JP.UTF-8"}


class Two(unittest.TestCase):
    """Two agencies with one coordinator, on one request."""

    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, CHUO, HANAMIGAWA, COORDINATOR])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        with open(cls.site.sheet(), encoding="utf-8") as file:
            cls.sheet = dict(json.load(file), to=[CHUO, HANAMIGAWA], take="ALL")
        cls.sheet.pop("blobs", None)
        cls.request = cls.do(LINK, "send", "-", input=json.dumps(cls.sheet))["message_id"]
        for agency in (CHUO, HANAMIGAWA):
            cls.do(agency, "request", "accept", cls.request)
        cls.site.must("directory", "load", without(cls.site, CHUO, HANAMIGAWA))
        cls.do(COORDINATOR, "receive", "--out", os.path.join(cls.site.work, "in"), "--wait", "20", "--max", "2", lines=True)

    @classmethod
    def do(cls, agency, *words, code=0, input=None, env=None, lines=False):
        outcome = cls.site.as_agency(agency, *words, "--json", input=input, env=env)
        assert outcome.code == code, f"{agency} {words}: {outcome!r}"
        return outcome.lines() if lines else outcome.json()

    def states(self):
        return {leg["to"].split("@")[0]: leg["state"] for leg in self.do(LINK, "request", "show", self.request)["legs"]}

    def test_it_says_for_whom(self):
        start = ["request", "start", self.request, "--on", datetime.date.today().isoformat()]
        for env, hint in ((None, "--for AGENCY"), (JA, "閉鎖した機関に代わる")):
            error = self.do(COORDINATOR, *start, code=1, env=env)["error"]
            self.assertEqual(error["code"], "WHICH_LEG")
            for name in (CHUO, HANAMIGAWA):
                self.assertIn(f"{name}@chiba-city", error["message"])
            self.assertIn(hint, error["hint"])
        self.assertEqual(self.do(COORDINATOR, *start, "--for", LINK, code=3)["error"]["code"], "NO_LEG")
        self.assertEqual(self.states(), {CHUO: "ACCEPTED", HANAMIGAWA: "ACCEPTED"})
        self.do(COORDINATOR, *start, "--for", HANAMIGAWA)
        self.assertEqual(self.states(), {CHUO: "ACCEPTED", HANAMIGAWA: "ACTIVE"})
        withdraw = ["request", "withdraw", self.request, "--reason", "NO_LONGER_NEEDED"]
        error = self.do(LINK, *withdraw, code=1)["error"]
        self.assertEqual((error["code"], "--to AGENCY" in error["hint"]), ("WHICH_LEG", True))
        self.do(LINK, *withdraw, "--to", CHUO)
        self.assertEqual(self.states(), {CHUO: "WITHDRAWN", HANAMIGAWA: "ACTIVE"})
        self.do(COORDINATOR, "request", "complete", self.request, "--outcome", "RESOLVED")  # the only one left
        self.assertEqual(self.states(), {CHUO: "WITHDRAWN", HANAMIGAWA: "COMPLETED"})


class Own(unittest.TestCase):
    """An agency was asked itself, and holds what another was asked that closed."""

    def setUp(self):
        self.site = Site(agencies=[LINK, CHUO, COORDINATOR])
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = dict(json.load(file), to=[CHUO, COORDINATOR], take="ALL")
        sheet.pop("blobs", None)
        self.sent = self.do(LINK, "send", "-", input=json.dumps(sheet))
        self.request = self.sent["message_id"]
        for agency in (CHUO, COORDINATOR):
            self.do(agency, "request", "accept", self.request)
        self.site.must("directory", "load", without(self.site, CHUO))

    def do(self, agency, *words, code=0, input=None, env=None):
        outcome = self.site.as_agency(agency, *words, "--json", input=input, env=env)
        self.assertEqual(outcome.code, code, outcome)
        return outcome.json()

    def states(self):
        return {leg["to"].split("@")[0]: leg["state"] for leg in self.do(LINK, "request", "show", self.request)["legs"]}

    def test_it_names_itself(self):
        start = ["request", "start", self.request, "--on", datetime.date.today().isoformat()]
        for env, own in ((None, "its own name"), (JA, "自機関の分なら自機関")):
            error = self.do(COORDINATOR, *start, code=1, env=env)["error"]
            self.assertEqual(error["code"], "WHICH_LEG")
            self.assertIn(own, error["hint"])
            options = {row["name"]: row["text"] for row in self.do(COORDINATOR, "request", "start", "--help", env=env)["options"]}
            self.assertIn(own, options["for"])
        self.do(COORDINATOR, *start, "--for", COORDINATOR)
        self.assertEqual(self.states(), {CHUO: "ACCEPTED", COORDINATOR: "ACTIVE"})

    def desk(self, agency, *rows):
        """Has the agency's desk carry out those rows of its reply.csv; what result.csv says of each: outcome and why."""
        folder = os.path.join(self.site.work, agency)
        os.mkdir(folder)
        replies, results = os.path.join(folder, "reply.csv"), os.path.join(folder, "result.csv")
        outcome = self.site.as_agency(agency, "desk", folder, "--once", env=JA)
        self.assertEqual(outcome.code, 0, outcome)
        with open(replies, "a", encoding="utf-8") as file:
            file.writelines(row + "\r\n" for row in rows)
        os.utime(replies, (0, 0))  # written long ago: whoever wrote it is done
        outcome = self.site.as_agency(agency, "desk", folder, "--once", env=JA)
        self.assertEqual(outcome.code, 0, outcome)
        with open(results, encoding="utf-8-sig", newline="") as file:
            return [cells[-2:] for cells in csv.reader(file)][-len(rows):]

    def test_a_desk_says_for_whom(self):
        code = self.sent["code"]
        told = self.desk(COORDINATOR, f"{code},見ました,,,,,", *(f"{code},見ました,,,,,,{name}" for name in (CHUO, COORDINATOR)))
        self.assertEqual((told[0][0], told[1:]), ("できません", [["済み", ""]] * 2))
        self.assertIn("「対象機関」の列", told[0][1])
        self.assertNotRegex(told[0][1], "--|tsunagi |`")
        for name in (CHUO, COORDINATOR):
            self.assertIn(f"{name}@chiba-city", told[0][1])
        told = self.desk(LINK, f"{code},取り下げ,必要がなくなった,,,,", f"{code},取り下げ,必要がなくなった,,,,,{CHUO}")
        self.assertEqual((told[0][0], told[1]), ("できません", ["済み", ""]))
        self.assertEqual(self.states(), {CHUO: "WITHDRAWN", COORDINATOR: "ACCEPTED"})


class Nobody(unittest.TestCase):
    """A closed sender whose turns nobody comes to have: operators are alarmed, and name somebody."""

    def setUp(self):
        self.site = Site(agencies=["bengoshi", CHUO, "saposute"])  # neither a coordinator of the first, nor a first-line centre
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def condition(self):
        status = self.site.must("status", "--json").json()
        return {row["subject"]: row for row in status["conditions"] if row["code"] == "turns_of_nobody"}

    def test_an_operator_names_who_goes_on(self):
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = dict(json.load(file), to=[CHUO])
        agency = lambda name, *words, code=0, **more: json.loads(self.exact(self.site.as_agency(name, *words, "--json", **more), code).out)
        request = agency("bengoshi", "send", "-", input=json.dumps(sheet))["message_id"]
        agency(CHUO, "request", "ask", request, "--text", "いつ訪ねますか")
        self.assertEqual(self.condition(), {})
        early = self.site.command("agency", "hand-over", "bengoshi", "--to", "saposute", "--yes", "--reason", "x", "--json")
        self.assertEqual((early.code, early.json()["error"]["code"]), (1, "AGENCY_OPEN"))
        self.site.must("directory", "load", without(self.site, "bengoshi"))
        left = self.condition()["bengoshi"]
        self.assertEqual((left["value"], left["failing"]), (1, True))
        for env, word in (({}, "tsunagi agency hand-over bengoshi --to"), (JA, "その番が 1 件残っています")):
            self.assertIn(word, self.site.command("status", env=env).out)
        self.assertEqual(self.site.command("status", "--check").code, 1)
        seen = self.site.command("agency", "hand-over", "bengoshi", "--to", "saposute")
        self.assertEqual(seen.code, 2)
        self.assertIn("1 part(s) of requests", seen.out)
        seen = self.site.command("agency", "hand-over", "bengoshi", "--to", "saposute", "--json")
        effect = seen.json()
        self.assertEqual((seen.code, effect["error"]["code"]), (2, "NOT_CONFIRMED"))
        self.assertEqual([effect[key] for key in ("type", "legs", "back", "done")], ["agency_hand_over", 1, 0, False])
        self.assertIn("bengoshi", self.condition())  # nothing was done yet
        for to, code in (("nobody", "UNKNOWN_AGENCY"), ("saposute@elsewhere", "UNKNOWN_AGENCY"), ("link", "NOT_ENROLLED"), ("k4w7-q2hm9xtd", "SAFETY")):
            for more in ([], ["--yes", "--reason", "x"]):  # when it is only looked at, too
                refused = self.site.command("agency", "hand-over", "bengoshi", "--to", to, *more, "--json")
                self.assertEqual((refused.code in (1, 3), refused.json()["error"]["code"]), (True, code), to)
        other = self.site.command("agency", "hand-over", "bengoshi@elsewhere", "--to", "saposute", "--yes", "--reason", "x", "--json")
        self.assertEqual(other.json()["error"]["code"], "UNKNOWN_AGENCY")
        done = self.site.must("agency", "hand-over", "bengoshi@chiba-city", "--to", "saposute", "--yes", "--reason", "dissolved", "--json").json()
        self.assertEqual([done[key] for key in ("legs", "requests", "cases", "back", "stay", "conferences", "items")], [1, 0, 1, 0, 0, 0, 0])
        self.assertEqual(self.condition(), {})
        for env, words in (({}, "saposute@chiba-city goes on for bengoshi@chiba-city, named by the site's operator: dissolved"),
                           (JA, "saposute@chiba-city が bengoshi@chiba-city を引き継ぐ(運用担当の指定:dissolved)")):
            case = agency("saposute", "request", "show", request)["case"]
            self.assertIn(words, " ".join(self.site.command("disclosure", case, env=env).out.split()))
        self.reviewed()
        self.assertEqual(agency(CHUO, "case", "show", case)["owner"], "saposute@chiba-city")
        agency("saposute", "case", "protect", case, "--keep-out", "link@chiba-city")
        agency("saposute", "request", "answer", request, "--text", "月曜の午前です")
        self.assertEqual(agency("saposute", "request", "show", request)["legs"][0]["state"], "RECEIVED")
        self.assertEqual(self.site.command("ledger", "verify").code, 0)

    def reviewed(self):
        """Somebody else looks at it afterwards."""
        review = lambda *words: [row for row in self.site.must("review", "--json", *words).json()["reviews"] if row.get("hand_over")]
        seen, = review()
        self.assertEqual([seen[key] for key in ("from", "to", "reason")], ["bengoshi@chiba-city", ["saposute@chiba-city"], "dissolved"])
        for env, words in (({}, "handed over by an operator"), (JA, "運用担当による引き継ぎ")):
            self.assertIn(words, self.site.command("review", env=env).out)
        self.site.must("review", "done", str(seen["seq"]), "--note", "agreed")
        self.assertEqual(review(), [])
        self.assertEqual(review("--all")[0]["remark"], "agreed")

    def test_not_who_is_kept_out(self):
        """Who is kept out of all that is left is not named for it; where more is left, that alone goes."""
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = json.dumps(dict(json.load(file), to=[CHUO]))

        def asked(question=True):
            sent = json.loads(self.exact(self.site.as_agency("bengoshi", "send", "-", "--json", input=sheet), 0).out)
            if question:
                self.exact(self.site.as_agency(CHUO, "request", "ask", sent["message_id"], "--text", "いつ訪ねますか"), 0)
            return sent["case_id"]
        kept = asked()
        self.exact(self.site.as_agency("bengoshi", "case", "protect", kept, "--keep-out", "saposute"), 0)
        self.site.must("directory", "load", without(self.site, "bengoshi"))
        for more in ([], ["--yes", "--reason", "x"]):
            refused = self.site.command("agency", "hand-over", "bengoshi", "--to", "saposute", *more, "--json", env=JA)
            self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "SAFETY"))
            self.assertIn("別の機関を指定", refused.json()["error"]["hint"])
        self.site.must("directory", "load", DIRECTORY)
        asked()
        asked(question=False)
        self.site.must("directory", "load", without(self.site, "bengoshi"))
        done = self.site.must("agency", "hand-over", "bengoshi", "--to", "saposute", "--yes", "--reason", "x", "--json").json()
        self.assertEqual([done[key] for key in ("legs", "waiting", "cases", "stay")], [1, 1, 2, 2])  # a part and its case stay

    def test_not_while_keys_are_replaced(self):
        """Danger to life included: what it had not answered waits for it, and no operator is shown how to end it."""
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = dict(json.load(file), to=["saposute"], urgency="DANGER", take="ALL", release="ON_DELIVERY",
                         basis={"basis": "PROTECT_LIFE", "law": "PERSONAL_INFORMATION_27_1_2", "reason": "x"})
        request = json.loads(self.exact(self.site.as_agency(CHUO, "send", "-", "--json", input=json.dumps(sheet)), 0).out)["message_id"]
        self.site.receive_all("saposute", "--out", os.path.join(self.site.work, "in"))
        self.site.must("agency", "rotate", "saposute", "--yes", "--reason", "laptop lost", "--out", os.path.join(self.site.work, "invitation"))
        self.assertEqual(self.condition(), {})
        status = self.site.command("status").out
        self.assertIn("saposute has no device in force, and 1 turn(s) wait for it", status)
        self.assertNotIn("hand-over", status)
        self.assertIn("有効な端末がなく", self.site.command("status", env=JA).out)
        for more in ([], ["--yes", "--reason", "x"]):  # whether it is only looked at, or done
            refused = self.site.command("agency", "hand-over", "saposute", "--to", CHUO, *more, "--json")
            self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "AGENCY_OPEN"))
            self.assertIn("tsunagi agency add", refused.json()["error"]["hint"])
        shown = json.loads(self.exact(self.site.as_agency(CHUO, "request", "show", request, "--json"), 0).out)
        self.assertEqual([leg["state"] for leg in shown["legs"]], ["RECEIVED"])

    def exact(self, outcome, code):
        self.assertEqual(outcome.code, code, outcome)
        return outcome


class Crowd(unittest.TestCase):
    """What fails is named first, however many others are only without a device."""

    def test_it_is_not_crowded_out(self):
        many = [f"anshin-{ward}" for ward in ("hanamigawa", "inage", "midori", "mihama", "wakaba")]
        many += [f"csw-{ward}" for ward in ("chuo", "hanamigawa", "inage", "midori", "mihama", "wakaba")]
        with Site(agencies=["bengoshi", CHUO, *many]) as site:
            with open(site.sheet(), encoding="utf-8") as file:
                sheet = dict(json.load(file), take="ALL")
            sent = site.as_agency(CHUO, "send", "-", "--json", input=json.dumps(dict(sheet, to=many)))
            self.assertEqual(sent.code, 0, sent)
            request = site.as_agency("bengoshi", "send", "-", "--json", input=json.dumps(dict(sheet, to=[CHUO]))).json()["message_id"]
            self.assertEqual(site.as_agency(CHUO, "request", "ask", request, "--text", "いつ訪ねますか").code, 0)
            for agency in many:  # who has read it has it; what it had not would come back to be sealed anew
                site.receive_all(agency, "--out", os.path.join(site.work, "in-" + agency))
                site.must("agency", "rotate", agency, "--yes", "--reason", "x", "--out", os.path.join(site.work, "invitation-" + agency))
            site.must("directory", "load", without(site, "bengoshi"))
            conditions = site.must("status", "--json").json()["conditions"]
            told = [(row["code"], row.get("subject", "")) for row in conditions if row["code"].startswith("turns_")]
            self.assertEqual(told[0], ("turns_of_nobody", "bengoshi"))
            self.assertEqual([code for code, subject in told[1:]], ["turns_without_device"] * 10 + ["turns_without_device_more"])
            self.assertEqual([row["value"] for row in conditions if row["code"] == "turns_without_device_more"], [1])
            self.assertIn("1 more turn(s) wait for further agencies", site.command("status").out)


if __name__ == "__main__":
    unittest.main()
