# SPDX-License-Identifier: Apache-2.0
"""What a caseworker may not do, tried through the command in both languages: each refusal says what is wrong and what to do, and nothing of it
takes effect."""
import json
import unittest

from harness import Site

LINK, DESK, INAGE = "link", "jiritsu-hanamigawa", "jiritsu-inage"
JA = {"LANG": "ja_JP.UTF-8"}
CHECKS = ["family_relation", "psychiatric", "knows_date", "person_consent", "whose_wish", "can_come"]
NOBODYS = "01960000-0000-7000-8000-000000000000"
MEETING = {"basis": "SUPPORT_MEETING", "law": "SELF_RELIANCE_9"}


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, DESK, INAGE])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        with open(cls.site.sheet(), encoding="utf-8") as file:
            cls.sheet = json.load(file)

    def changed(self, **changes):
        return json.dumps(dict(self.sheet, **changes))

    def done(self, agency, *words, **more):
        outcome = self.site.as_agency(agency, *words, "--json", **more)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()

    def refused(self, agency, *words, code, english, japanese, **more):
        """In both languages, to people and to programs; the ledger is as it was."""
        before = self.site.status()["entries"]
        for env, pieces in ((None, english), (JA, japanese)):
            outcome = self.site.as_agency(agency, *words, env=env, **more)
            told = self.site.as_agency(agency, *words, "--json", env=env, **more)
            self.assertEqual((outcome.code, outcome.out, told.code, told.err), (1, "", 1, ""), (outcome, told))
            error = told.json()["error"]
            self.assertEqual(error["code"], code, error)
            for piece in pieces:
                self.assertIn(piece, outcome.err)
                self.assertIn(piece, error["message"] + error["hint"])
        self.assertEqual(self.site.status()["entries"], before)

    def test_a_visit_that_was_not_judged_first(self):
        self.refused(LINK, "send", "-", input=self.changed(ask="OUTREACH"), code="MESSAGE", english=[*CHECKS, "before a visit"],
                     japanese=[*CHECKS, "訪問の前に"])
        checks = {"family_relation": "母とは話せる", "psychiatric": "受診歴なし", "knows_date": "YES", "person_consent": "本人が希望",
                  "whose_wish": "本人", "can_come": "NO"}
        for name in CHECKS:
            outreach = {key: value for key, value in checks.items() if key != name}
            self.refused(LINK, "send", "-", input=self.changed(ask="OUTREACH", sheet=dict(self.sheet["sheet"], outreach=outreach)),
                         code="MESSAGE", english=["sheet.outreach." + name], japanese=["sheet.outreach." + name])
        # Whoever could come is not visited.
        outreach = dict(checks, can_come="YES")
        self.refused(LINK, "send", "-", input=self.changed(ask="OUTREACH", sheet=dict(self.sheet["sheet"], outreach=outreach)), code="MESSAGE",
                     english=["can_come"], japanese=["can_come"])
        self.done(LINK, "send", "-", input=self.changed(ask="OUTREACH", sheet=dict(self.sheet["sheet"], outreach=checks)))

    def test_a_decline_that_leaves_the_sender_alone(self):
        request = self.done(LINK, "send", "-", "--to", DESK, input=self.changed())["message_id"]
        self.refused(DESK, "request", "decline", request, code="INCOMPLETE", english=["OUTSIDE_AREA", "who could help instead"],
                     japanese=["理由", "OUTSIDE_AREA", "代わりに支援できる機関"])
        self.refused(DESK, "request", "decline", request, "--none-known", code="INCOMPLETE", english=["a reason"], japanese=["理由"])
        self.refused(DESK, "request", "decline", request, "--reason", "FULL", code="INCOMPLETE", english=["who could help instead", "none_known"],
                     japanese=["代わりに支援できる機関", "心当たりなし"])
        self.done(DESK, "request", "decline", request, "--reason", "FULL", "--none-known")

    def test_an_end_without_an_outcome(self):
        request = self.done(LINK, "send", "-", "--to", DESK, input=self.changed())["message_id"]
        self.done(DESK, "request", "accept", request)
        self.refused(DESK, "request", "complete", request, code="INCOMPLETE", english=["an outcome", "SUPPORT_CONTINUES"],
                     japanese=["結果", "SUPPORT_CONTINUES"])
        self.refused(DESK, "request", "complete", request, "--outcome", "SENDER_SUPPORTS", code="INCOMPLETE", english=["an outcome"],
                     japanese=["結果"])
        self.done(DESK, "request", "complete", request, "--outcome", "SUPPORT_CONTINUES")

    def test_free_text_of_which_nobody_says_what_it_tells(self):
        sheet = {name: value for name, value in self.sheet["sheet"].items() if name != "text_classes"}
        self.refused(LINK, "send", "-", input=self.changed(sheet=sheet), code="MESSAGE", english=["List in text_classes", "HEALTH"],
                     japanese=["text_classes に挙げて", "HEALTH"])
        self.refused(LINK, "send", "-", input=self.changed(basis={"basis": "ANONYMOUS"}), code="MESSAGE", english=["another basis than ANONYMOUS"],
                     japanese=["ANONYMOUS 以外の根拠"])

    def test_a_relative_who_consents_for_the_person(self):
        words = ["consent", "register", "--giver", "RELATIVE", "--how", "ORAL", "--to", DESK, "--person", "千葉花子", "--text", "母が同意"]
        for classes in ("IDENTITY,FAMILY", "HEALTH", "IDENTITY,CONTACT,FAMILY"):
            self.refused(LINK, *words, "--classes", classes, code="CONSENT", english=["their own information only", "Ask the person"],
                         japanese=["家族自身の情報だけ", "本人か法定代理人"])
        self.done(LINK, *words, "--classes", "FAMILY")

    def test_a_meeting_of_which_one_is_no_member(self):
        talk = {"to": [DESK], "conference": {"title": "支援会議", "agenda": "方針", "text_classes": ["EMPLOYMENT"]}}
        meeting = self.done(LINK, "conference", "propose", "-", "--kind", "SUPPORT_MEETING", "--law", MEETING["law"], input=json.dumps(talk))
        basis = dict(MEETING, meeting_id=meeting["message_id"])
        self.refused(INAGE, "send", "-", "--to", DESK, input=self.changed(basis=basis), code="BASIS",
                     english=["no seat in it", "ask its convener"], japanese=["構成員ではありません", "参加を申し入れる"])
        self.refused(INAGE, "send", "-", "--to", DESK, input=self.changed(basis=dict(basis, meeting_id=NOBODYS)), code="BASIS",
                     english=["no such meeting", "conference list"], japanese=["その会議はない", "conference list"])
        self.refused(LINK, "send", "-", "--to", INAGE, input=self.changed(basis=basis), code="BASIS",
                     english=["no member of the meeting", "give it a seat"], japanese=["構成員ではありません", "参加の追加"])
        self.done(LINK, "send", "-", "--to", DESK, input=self.changed(basis=basis))


if __name__ == "__main__":
    unittest.main()
