# SPDX-License-Identifier: Apache-2.0
"""Shelters appear nowhere: whatever passes between one and its proxy, no other agency's screen, file or refusal has its label, and no operator's
screen or log has it unless the operator named it."""
import json
import os
import re
import unittest

from harness import Site
from hiding import ENTITLED, JA, TALK, Asking, conferring, opened

SHELTER, PROXY, LINK, CARE, LAWYER, POLICE = "k4w7-q2hm9xtd", "shelter-proxy", "link", "hikikomori", "bengoshi", "police-seian"
NOBODY = "k4w7-q2hm9xte"  # as long, and not there
DEVICE = "refuge-desk-77"
# What only its proxy reads, in its sheets: its name, how that is read, its number, where it is reached.
TOLD = ("架空シェルターひなた", "かくうしぇるたーひなた", "7700020121003", "043-000-7777")


class Hiding(Asking):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, CARE, LAWYER, POLICE, PROXY], options={"test_site": 1, "attempts": 1})
        conferring(cls.site)
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.site.enrol(SHELTER, device=DEVICE)
        with open(cls.site.sheet("refuge-through-proxy"), encoding="utf-8") as file:
            cls.refuge = json.load(file)
        cls.traffic()

    # ---- what passes between them, and beside them ----

    @classmethod
    def send(cls, agency, to=PROXY, **changes):
        sheet = dict(cls.refuge["sheet"])
        if agency == SHELTER:
            sheet.update(organisation=TOLD[0], worker=TOLD[1], history="・".join(TOLD))
        return cls.do(agency, "send", "-", input=json.dumps(dict(cls.refuge, to=[to], sheet=sheet, **changes)))

    @classmethod
    def receive(cls, agency):
        return cls.site.receive_all(agency, "--out", os.path.join(cls.site.work, "in-" + agency))

    @classmethod
    def traffic(cls):
        cls.asked = cls.send(SHELTER)  # accepted by the proxy
        cls.receive(PROXY)
        for verb in ("seen", "accept"):
            cls.do(PROXY, "request", verb, cls.asked["message_id"])
        cls.waiting = cls.send(SHELTER)  # never looked at: the site's clock chases it
        cls.dead = cls.send(SHELTER)  # the proxy's program fails
        cls.site.receive_all(PROXY, "--exec", "exit 1", code=1)
        cls.referred = cls.send(LINK)
        cls.receive(PROXY)
        cls.consent = cls.do(PROXY, "consent", "register", "--giver", "PERSON", "--how", "WRITTEN", "--classes", "IDENTITY", "--categories",
                             "core_community_support", "--to", SHELTER, "--to", LINK, "--case", cls.referred["case_id"], "--person", "匿名",
                             "--text", "同意")
        talk = {"to": [PROXY, CARE], "conference": TALK, "case": cls.referred["case_id"], "basis": ENTITLED}
        cls.talk = cls.do(LINK, "conference", "propose", "-", input=json.dumps(talk))
        cls.receive(PROXY)
        cls.hidden_talk = cls.do(SHELTER, "conference", "propose", "-", input=json.dumps({"to": [PROXY], "conference": TALK, "basis": ENTITLED}))
        cls.betrayals = [cls.do(PROXY, *words, code=1) for words in (
            ["request", "redirect", cls.referred["message_id"], "--next", SHELTER],
            ["request", "decline", cls.referred["message_id"], "--reason", "FULL", "--next", SHELTER],
            ["conference", "answer", cls.talk["message_id"], "--answer", "DELEGATED", "--next", SHELTER])]
        cls.do(SHELTER, "confirm")
        cls.do(SHELTER, "capacity", "*=full")
        cls.dead_letters = [cls.site.must("queue", "--state", "dead", *more).out for more in ([], ["--json"])]
        cls.site.must("dev", "clock", "+20d")
        cls.heard = {agency: [row.get("what") for row in cls.receive(agency)] for agency in (CARE, LINK, LAWYER, POLICE)}
        cls.send(SHELTER)  # and something waits for the proxy

    # ---- what is looked at ----

    def assert_hidden(self, data, what):
        data = opened(data if isinstance(data, bytes) else data.encode())
        for word in (SHELTER, DEVICE, *TOLD):
            at = data.find(word.encode())
            self.assertEqual(at, -1, f"{what} tells {word}: {data[max(0, at - 200):at + 100]!r}")

    def look(self, run, *words):
        """The command in both languages and as JSON; gives the JSON text."""
        for more, env in (((), None), ((), JA), (("--json",), None)):
            outcome = run(*words, *more, env=env or {})
            self.assert_hidden(outcome.out + outcome.err, f"{words} {more} {env}")
        return outcome

    def test_the_search_finds_what_there_is(self):
        """Else nothing below means anything."""
        with self.assertRaises(AssertionError):
            self.assert_hidden(self.do(PROXY, "request", "list", "--ended", code=None).out, "the proxy's list")
        with self.assertRaises(AssertionError):
            self.assert_hidden(self.site.must("agency", "show", SHELTER).out, "an operator who names it")
        with open(os.path.join(self.site.work, "in-" + PROXY, self.asked["message_id"], "message.json"), encoding="utf-8") as file:
            stored = file.read()
        for word in TOLD:
            self.assertIn(word, stored)
        with open(self.site.bundle(SHELTER), "rb") as file, self.assertRaises(AssertionError):
            self.assert_hidden(re.sub(SHELTER.encode(), b"", file.read()), "its certificates")

    def test_what_other_agencies_see(self):
        need = os.path.join(self.site.work, "need.json")
        with open(need, "w", encoding="utf-8") as file:
            json.dump({"topics": ["VIOLENCE_ABUSE"], "ward": "chuo", "facts": ["MUST_PART"]}, file)
        for agency in (LINK, CARE, LAWYER, POLICE):
            run = lambda *words, env, agency=agency: self.site.as_agency(agency, *words, env=env)
            self.assertIn(PROXY, self.look(run, "route", "--need", need, "--all").out)
            for words in (["inbox"], ["request", "list", "--ended"], ["conference", "list"], ["item", "list"], ["capacity"], ["ping"], ["codes"],
                          ["review", "--all"], ["provisions"], ["provisions", "--csv"], ["case", "list"], ["search", ""]):
                self.look(run, *words)
            for receipt in (self.asked, self.waiting, self.dead, self.referred, self.talk, self.hidden_talk):
                for words in (["request", "show"], ["trace"], ["receipt"], ["conference", "show"]):
                    self.look(run, *words, receipt["message_id"])
                if "case_id" in receipt:
                    self.look(run, "case", "show", receipt["case_id"])
                    self.look(run, "disclosure", receipt["case_id"])
            self.look(run, "consent", "show", self.consent["consent_id"])
        self.assertIn("SILENT", self.heard[CARE])
        self.assertIn("shelter-proxy", self.do(LINK, "case", "show", self.referred["case_id"], code=None).out)

    def test_what_lies_with_other_agencies(self):
        """Snapshots of the directory, what was received, outboxes, bundles."""
        proxies = 0
        for root, _, names in os.walk(self.site.work):
            mine = os.path.relpath(root, self.site.work).split(os.sep)[0]
            for name in names:
                if mine in ("home", "in-" + PROXY) or (mine if mine != "." else name).startswith((SHELTER, PROXY, "tsunagid", "directory")):
                    continue
                with open(os.path.join(root, name), "rb") as file:
                    data = file.read()
                self.assert_hidden(data, os.path.join(root, name))
                proxies += PROXY.encode() in data
        self.assertGreater(proxies, 0)

    def test_what_lies_with_the_broker(self):
        """It knows the label, which it delivers by; what the shelter is called and where it is reached stands sealed."""
        labels = 0
        for root, _, names in os.walk(self.site.home):
            for name in names:
                path = os.path.join(root, name)
                if not os.path.isfile(path) or os.path.islink(path):
                    continue
                with open(path, "rb") as file:
                    data = file.read()
                labels += SHELTER.encode() in data
                for word in TOLD:
                    self.assertNotIn(word.encode(), data, path)
        self.assertGreater(labels, 0)

    # ---- a label that somebody betrayed ----

    def same(self, words, agency=LINK, input=None):
        """Said of the shelter and of nobody, in both languages: the same, byte for byte, but for the name given."""
        for env in ({}, JA):
            answers = []
            for label in (SHELTER, NOBODY):
                filled = [word.replace("LABEL", label) for word in words]
                outcome = self.site.as_agency(agency, *filled, "--json", env=env, input=None if input is None else input.replace("LABEL", label))
                answers.append((outcome.code, outcome.out.replace(label, "LABEL"), outcome.err.replace(label, "LABEL")))
            self.assertEqual(*answers, words)
        self.assertNotEqual(answers[0][0], 0, answers)

    def test_refusals_are_those_of_a_label_that_is_not_there(self):
        with open(self.site.sheet("refuge-through-proxy"), encoding="utf-8") as file:
            sheet = json.dumps(dict(json.load(file), to=["LABEL"]))
        asked = self.send(LAWYER, to=LINK, basis=ENTITLED)["message_id"]
        self.receive(LINK)
        self.same(["send", "-"], input=sheet)
        self.same(["request", "redirect", asked, "--next", "LABEL"])
        self.same(["request", "decline", asked, "--reason", "FULL", "--next", "LABEL"])
        self.same(["request", "withdraw", self.referred["message_id"], "--to", "LABEL", "--reason", "MISDIRECTED"])
        self.same(["consent", "register", "--giver", "PERSON", "--how", "WRITTEN", "--classes", "IDENTITY", "--to", "LABEL", "--person", "x",
                   "--text", "y"])
        self.same(["conference", "propose", "-"], input=json.dumps({"to": ["LABEL"], "conference": TALK, "basis": ENTITLED}))
        self.same(["conference", "answer", self.talk["message_id"], "--answer", "DELEGATED", "--next", "LABEL"], agency=CARE)
        self.same(["note", self.referred["message_id"], "--text", "x", "--to", "LABEL"])
        self.same(["note", self.referred["case_id"], "--text", "x", "--to", "LABEL"])
        talk = json.dumps({"to": ["LABEL"], "conference": TALK, "case": self.referred["case_id"], "basis": ENTITLED})
        self.same(["conference", "propose", "-"], input=talk)
        self.same(["request", "start", asked, "--on", "2026-11-01", "--for", "LABEL"])
        minutes = {"decisions": [{"text": "会う"}], "action_items": [{"owner": "LABEL", "text": "x", "due_on": "2027-01-05"}],
                   "text_classes": ["EMPLOYMENT"]}
        self.same(["conference", "minutes", self.talk["message_id"], "-"], input=json.dumps(minutes))
        self.same(["item", "assign", self.talk["message_id"], "--owner", "LABEL", "--text", "x", "--due", "2027-01-05"])
        self.same(["announce", "-", "--to", "LABEL"], input=json.dumps({"announcement": {"title": "x", "text": "y"}}))
        self.same(["trace", "LABEL"])

    def test_who_is_kept_out_is_there(self):
        """Keeping out an agency that is not there is refused, a shelter like nobody: a name that is misspelt would keep nobody out."""
        case = self.send(LINK)["case_id"]
        self.same(["case", "protect", case, "--keep-out", "LABEL"])
        self.assertFalse(self.do(LINK, "case", "show", case).get("protected", False))

    def test_its_proxy_does_not_betray_it(self):
        """The proxy may write to it; it may not hand its label to others."""
        self.assertEqual([answer["error"]["code"] for answer in self.betrayals], ["CONFIDENTIAL", "CONFIDENTIAL", "UNKNOWN_AGENCY"])

    # ---- operators ----

    def test_what_operators_see(self):
        run = lambda *words, env: self.site.command(*words, env=env)
        for words in (["status"], ["queue"], ["queue", "--state", "dead"], ["queue", PROXY], ["overdue"], ["overdue", PROXY], ["review", "--all"], ["provisions"], ["provisions", "--csv"], ["agency", "list"],
                      ["agency", "list", "--all"], ["directory", "show"], ["agency", "show", PROXY], ["ledger", "checkpoint"]):
            self.look(run, *words)
        for receipt in (self.asked, self.waiting, self.dead, self.talk, self.hidden_talk):
            for words in (["trace"], ["queue", "show"]):
                self.look(run, *words, receipt["message_id"])
            if "case_id" in receipt:
                self.look(run, "disclosure", receipt["case_id"])
        self.assertIn(PROXY, self.site.must("trace", self.asked["message_id"]).out)
        self.assertIn(self.dead["message_id"], [item["message_id"] for item in json.loads(self.dead_letters[1])["items"]])
        self.assert_hidden("".join(self.dead_letters), "the dead letters")
        self.assertEqual([row["agency"] for row in self.site.must("agency", "list", "--json").json()["agencies"]].count("*"), 1)
        self.assert_hidden(self.site.log(), "the log")

    def test_an_operator_who_knows_it_works_with_it(self):
        self.assertIn(DEVICE, self.site.must("agency", "show", SHELTER).out)
        self.assertIn(SHELTER, self.site.must("directory", "show", SHELTER).out)
        listed = self.site.must("queue", SHELTER, "--json").json()["items"]
        self.assertTrue(listed)
        self.assertEqual({item["to"] for item in listed}, {f"{SHELTER}@chiba-city"})

    def test_one_of_its_messages_is_chosen_by_its_label(self):
        """Acts on a message's items take a label as lists do: shown to who gave it, and to nobody else."""
        waiting = self.do(PROXY, "send", "-", input=json.dumps(dict(self.refuge, to=[SHELTER])))["message_id"]
        for label, count in ((SHELTER, 1), (PROXY, 0), (f"{SHELTER}@chiba-city", 1)):
            chosen = self.site.must("queue", "freeze", waiting, "--to", label, "--dry-run", "--json").json()["items"]
            self.assertEqual([item["to"] for item in chosen], [f"{SHELTER}@chiba-city"] * count, label)
        self.assertEqual(len(self.site.must("queue", "freeze", waiting, "--to", SHELTER, "--json").json()["items"]), 1)
        self.assert_hidden(self.site.must("queue", "show", waiting, "--json").out, "the message's items")
        self.site.must("queue", "thaw", waiting, "--to", SHELTER)

    def test_an_operator_who_invites_it_again(self):
        for label in (SHELTER, LINK):
            refused = self.site.command("agency", "add", label, "--out", os.path.join(self.site.work, "again"), "--json")
            self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "ENROLLED"))
            self.assertIn("rotate", refused.json()["error"]["hint"])
            self.assertFalse(os.path.exists(os.path.join(self.site.work, "again")))

    def test_its_keys_are_ended_by_who_knows_it(self):
        with Site(agencies=[PROXY, SHELTER]) as site:  # which invites it by its label
            site.must("agency", "revoke", SHELTER, "--compromised", "--yes", "--reason", "lost")
            self.assertIn("revoked", site.must("agency", "show", SHELTER).out)
            self.assert_hidden(site.must("agency", "list", "--all").out + site.log(), "the list")


if __name__ == "__main__":
    unittest.main()
