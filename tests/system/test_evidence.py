# SPDX-License-Identifier: Apache-2.0
"""What can be shown afterwards: traces, receipts, checkpoints, proofs, and damage named by `ledger verify`."""
import base64
import json
import os
import re
import shutil
import unittest

from harness import TSUNAGI, Site, run

SENDER, DESK = "link", "jiritsu-hanamigawa"


class Evidence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[SENDER, DESK, "hikikomori"])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.receipt = cls.site.as_agency(SENDER, "send", cls.site.sheet(), "--json").json()
        cls.message = cls.receipt["message_id"]
        cls.site.as_agency(DESK, "receive", "--out", os.path.join(cls.site.work, "in"))
        cls.key = cls.site.must("ledger", "site", "key").out.strip()
        cls.file = os.path.join(cls.site.work, "evidence.json")
        outcome = cls.site.as_agency(SENDER, "receipt", cls.message, "--out", cls.file)
        assert outcome.code == 0, outcome

    def verify(self, path, *keys, **more):
        return run([TSUNAGI, "verify", path, *(word for key in keys for word in ("--trust", key))], **more)

    def test_trace(self):
        for outcome in (self.site.must("trace", self.message, "--json"), self.site.as_agency(SENDER, "trace", self.message, "--json"),
                        self.site.as_agency(DESK, "trace", self.message, "--json")):
            self.assertEqual([station["what"] for station in outcome.json()["stations"]], ["SUBMIT", "HANDOUT", "ACKNOWLEDGE"])
        text = self.site.must("trace", self.message).out
        self.assertIn("acknowledged by the recipient", text)
        self.assertIn("受領を確認", self.site.must("trace", self.message, env={"LANG": "ja_JP.UTF-8"}).out)
        self.assertEqual(self.site.as_agency("hikikomori", "trace", self.message).code, 3)  # none of its business
        self.assertEqual(self.site.command("trace", "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b").code, 3)

    def test_reading_leaves_a_trace_too(self):
        before = self.site.status()["entries"]
        self.site.must("trace", self.message)
        self.site.must("queue")
        self.assertEqual(self.site.status()["entries"], before + 2)

    def test_proved(self):
        outcome = self.verify(self.file, self.key)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(outcome.out.splitlines()[-1], "PROVED")
        for text in ("holds", "nobody yet", "does not show", SENDER + "@chiba-city", self.message):
            self.assertIn(text, outcome.out)
        report = self.verify(self.file, "x+00000000+AA==", self.key, "--json")
        self.assertEqual((report.code, report.json()["result"]), (0, "PROVED"))
        self.assertTrue(all(check["ok"] for check in report.json()["checks"]))
        self.assertEqual(self.verify("-", self.key, input=open(self.file, encoding="utf-8").read()).code, 0)

    def test_undecided(self):
        outcome = self.verify(self.file)
        self.assertEqual(outcome.code, 5)
        self.assertIn("UNDECIDED: ", outcome.out)
        with Site(start=False) as other:
            other.start()
            key = other.must("site", "key").out.strip()
        self.assertIn(self.verify(self.file, key).code, (1, 5))
        proof = os.path.join(self.site.work, "entry.json")
        self.site.must("ledger", "prove", str(self.receipt["seq"]), "--out", proof)
        outcome = self.verify(proof, self.key, "--json")
        self.assertEqual((outcome.code, outcome.json()["reason"]), (5, "content_erased"))
        self.assertTrue(all(check["ok"] for check in outcome.json()["checks"]))
        for content in ("{}", "[]", '{"type":"tsunagi-receipt"}', "not json"):
            outcome = self.verify("-", self.key, input=content)
            self.assertIn(outcome.code, (1, 5), outcome)
            self.assertNotIn("PROVED", outcome.out)

    def test_no_change_of_the_proof_passes(self):
        with open(self.file, encoding="utf-8") as file:
            original = json.load(file)
        for name, value in original["proof"].items():
            changed = json.loads(json.dumps(original))
            if name == "checkpoint":
                forms = [value.replace("chiba-city/1\n", "chiba-city/2\n", 1), value.replace("\n", "\n1", 1)]
            elif isinstance(value, str):
                raw = bytearray(base64.b64decode(value))
                raw[len(raw) // 2] ^= 1
                forms = [base64.b64encode(bytes(raw)).decode(), ""]
            else:
                forms = [value + 1]
            for form in forms:
                if form == value or (name == "binding_seq"):
                    continue
                changed["proof"][name] = form
                with self.subTest(name=name, form=form[:20]):
                    outcome = self.verify("-", self.key, "--json", input=json.dumps(changed))
                    self.assertIn(outcome.code, (1, 5), outcome)
                    self.assertNotEqual(outcome.json().get("result"), "PROVED")

    def test_what_was_said_can_be_shown(self):
        """With the key of that part's content alone: no bundle, no broker, and nobody's own key."""
        opened = os.path.join(self.site.work, "opened.json")
        outcome = self.site.as_agency(SENDER, "receipt", self.message, "--open", "0", "--out", opened)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("can read what was said", outcome.out)
        self.assertEqual(os.stat(opened).st_mode & 0o777, 0o600)
        with open(self.site.sheet(), encoding="utf-8") as file:
            reason = json.load(file)["sheet"]["referral_reason"]
        told = self.verify(opened, self.key)
        self.assertEqual((told.code, told.out.splitlines()[-1]), (0, "PROVED"), told)
        self.assertIn(reason, told.out)
        self.assertNotIn("what was sealed inside is not shown", told.out)
        said = self.verify(opened, self.key, "--json").json()["said"]
        self.assertEqual([(row["part"], row["content"]["sheet"]["referral_reason"]) for row in said], [(0, reason)])
        self.assertNotIn(reason, self.verify(self.file, self.key).out)
        with open(opened, encoding="utf-8") as file:
            changed = json.load(file)
        changed["opened"][0]["content_key"] = base64.b64encode(bytes(32)).decode()
        told = self.verify("-", self.key, input=json.dumps(changed))
        self.assertEqual((told.code, told.out.splitlines()[-1]), (1, "FALSE"), told)
        self.assertNotIn(reason, told.out)
        for part, code in (("1", 3), ("4", 2), ("x", 2), ("-1", 2)):
            self.assertEqual(self.site.as_agency(SENDER, "receipt", self.message, "--open", part).code, code, part)

    def test_receipt(self):
        out = self.site.as_agency(SENDER, "receipt", self.message)
        self.assertEqual(out.json()["type"], "tsunagi-receipt")
        self.assertNotIn("test", out.json())
        self.assertEqual(self.site.as_agency(SENDER, "receipt", self.message, "--out", self.file).code, 1)  # never replaced
        self.assertEqual(self.site.as_agency("hikikomori", "receipt", self.message).code, 3)
        self.assertEqual(self.site.as_agency(SENDER, "receipt", "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b").code, 3)

    def test_checkpoint(self):
        text = self.site.must("ledger", "checkpoint").out
        self.assertEqual(text.splitlines()[0], "chiba-city/1")
        self.assertEqual(len(base64.b64decode(text.splitlines()[2])), 32)
        checkpoint = self.site.must("ledger", "checkpoint", "--json").json()
        self.assertEqual(checkpoint["origin"], "chiba-city/1")
        self.assertGreater(checkpoint["size"], self.receipt["seq"])

    def test_prove(self):
        by_message = self.site.must("ledger", "prove", self.message).json()
        by_number = self.site.must("ledger", "prove", str(self.receipt["seq"])).json()
        self.assertEqual(by_message["proof"]["header"], by_number["proof"]["header"])
        self.assertNotIn("body", by_number["proof"])
        self.assertNotEqual(self.site.command("ledger", "prove", "999999999").code, 0)


class Damage(unittest.TestCase):
    """`ledger verify` on a home, on a copy, and on a copy with damage."""

    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[SENDER, DESK])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        for _ in range(5):
            cls.site.as_agency(SENDER, "send", cls.site.sheet())
        cls.site.as_agency(DESK, "receive", "--out", os.path.join(cls.site.work, "in"))
        cls.key = cls.site.must("ledger", "site", "key").out.strip()

    def copy(self, name):
        folder = os.path.join(self.site.work, name)
        shutil.copytree(os.path.join(self.site.home, "store"), folder)
        return folder

    def test_beside_the_running_daemon(self):
        outcome = self.site.must("ledger", "verify")
        self.assertIn("Everything holds.", outcome.out)
        result = self.site.must("ledger", "verify", "--json").json()
        self.assertEqual((result["ok"], result["faults"]), (True, []))
        self.assertGreater(result["entries"], 10)
        self.assertEqual(result["parts"], 5)
        self.assertIn("すべて正しく", self.site.must("ledger", "verify", env={"LANG": "ja_JP.UTF-8"}).out)

    def test_a_copy_with_the_published_key_alone(self):
        self.site.stop()
        copy = self.copy("copy")
        self.site.start()
        outcome = run([TSUNAGI, "ledger", "verify", "--store", copy, "--trust", self.key])
        self.assertEqual(outcome.code, 0, outcome)
        with Site(start=False) as other:
            key = other.must("site", "key").out.strip()
        self.assertEqual(run([TSUNAGI, "ledger", "verify", "--store", copy, "--trust", key]).code, 1)
        self.assertEqual(run([TSUNAGI, "ledger", "verify", "--store", copy + "none", "--trust", self.key]).code, 3)

    def damaged(self, name, places):
        """A copy of the stopped site's store with one bit of each of these places flipped."""
        copy = self.copy(name)
        with open(os.path.join(copy, "data.mdb"), "r+b") as file:
            for place in places:
                file.seek(place)
                byte = file.read(1)
                file.seek(place)
                file.write(bytes([byte[0] ^ 0x04]))
        return copy

    def test_damage_is_named(self):
        self.site.stop()
        with open(os.path.join(self.site.home, "store", "data.mdb"), "rb") as file:
            original = file.read()
        enveloped = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"  # id-ct-authEnvelopedData: every part begins so
        for what, mark, offset in (("part", enveloped, 100), ("checkpoint", b"chiba-city/1\n", 20)):
            with self.subTest(what):
                places = [found.start() + offset for found in re.finditer(re.escape(mark), original)]
                self.assertTrue(places)
                copy = self.damaged("damaged-" + what, places)
                words = [TSUNAGI, "ledger", "verify", "--store", copy, "--trust", self.key]
                report = run([*words, "--json"])
                self.assertEqual((report.code, report.json()["ok"]), (1, False))
                self.assertIn(what, {fault["what"] for fault in report.json()["faults"]})
                self.assertEqual(report.json()["fault_count"], len(report.json()["faults"]))
                text = run(words)
                self.assertEqual(text.code, 1)
                self.assertRegex(text.out, rf"(?m)^{what} \d+")
                self.assertIn("restore from a backup", text.out)
        self.site.start()


if __name__ == "__main__":
    unittest.main()
