# SPDX-License-Identifier: Apache-2.0
"""Sending: receipts, keys, recipients, attachments, and the outbox while the broker is away."""
import hashlib
import json
import os
import stat
import unittest

from harness import TSUNAGI, Site, run

SENDER, DESK = "link", "jiritsu-hanamigawa"


class Sending(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[SENDER, DESK, "hikikomori"])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def send(self, *words, sheet=None, **more):
        return self.site.as_agency(SENDER, "send", sheet or self.site.sheet(), *words, **more)

    def receive(self, agency=DESK, *words):
        folder = os.path.join(self.site.work, "inbox-" + agency)
        outcome = self.site.as_agency(agency, "receive", "--out", folder, "--json", *words)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.lines()

    def message(self, delivery):
        with open(os.path.join(delivery["directory"], "message.json"), encoding="utf-8") as file:
            return json.load(file)

    def note(self, name="note.json", **fields):
        path = os.path.join(self.site.work, name)
        message = {"kind": "NOTE", "to": [DESK], "basis": {"basis": "PUBLIC_DUTY", "law": "ENTRUSTMENT_CONTRACT", "reason": "連携"},
                   "note": {"text": "面談の日程について", "text_classes": ["IDENTITY"]}}
        message.update(fields)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(message, file, ensure_ascii=False)
        return path

    def test_receipt(self):
        receipt = self.send("--json")
        self.assertEqual(receipt.code, 0, receipt)
        receipt = receipt.json()
        for name in ("message_id", "code", "site", "epoch", "seq", "accepted_at", "state", "duplicate", "recipients", "leaf_hash", "checkpoint", "inclusion"):
            self.assertIn(name, receipt)
        self.assertEqual((receipt["state"], receipt["duplicate"], receipt["site"]), ("accepted", False, "chiba-city"))
        self.assertEqual(receipt["recipients"], [{"address": DESK + "@chiba-city", "lane": "SOON"}])
        self.assertNotIn("test", receipt)
        text = self.send()
        self.assertRegex(text.out, r"^accepted  message [0-9a-f-]{36}  \([0-9A-Z]{5}-[0-9A-Z]{5}\)\n")
        self.assertIn("受付済み", self.send(env={"LANG": "ja_JP.UTF-8"}).out)
        self.assertGreaterEqual(len(self.receive()), 3)

    def test_what_arrives_is_what_was_sent(self):
        self.receive()
        receipt = self.send("--json").json()
        delivery, = self.receive()
        self.assertEqual((delivery["message_id"], delivery["code"], delivery["state"]), (receipt["message_id"], receipt["code"], "acknowledged"))
        with open(self.site.sheet(), encoding="utf-8") as file:
            sent = json.load(file)
        arrived = self.message(delivery)
        self.assertEqual(arrived["sender"], SENDER + "@chiba-city")
        self.assertEqual(arrived["sheet"]["person"]["name"], sent["sheet"]["person"]["name"])
        self.assertEqual(arrived["sheet"]["history"], sent["sheet"]["history"])
        self.assertEqual(arrived["sheet"]["person"]["birth_date"], "1998-06-14")
        self.assertNotIn(sent["sheet"]["person"]["name"], json.dumps(delivery, ensure_ascii=False))  # stdout goes into logs
        self.assertEqual(stat.S_IMODE(os.stat(delivery["directory"]).st_mode), 0o700)

    def test_a_key_makes_a_retry_the_same_message(self):
        first = self.send("--key", "case-1", "--json").json()
        again = self.send("--key", "case-1", "--json").json()
        self.assertEqual((again["message_id"], again["seq"], again["duplicate"]), (first["message_id"], first["seq"], True))
        other = self.send("--key", "case-1", "--json", sheet=self.note())
        self.assertEqual(other.code, 1, other)
        self.assertIn("case-1", other.json()["error"]["message"])
        self.assertEqual(sum(row["message_id"] == first["message_id"] for row in self.receive()), 1)

    def test_several_recipients(self):
        self.receive()
        receipt = self.send("--to", DESK, "--to", "hikikomori", "--json")
        self.assertEqual(receipt.code, 0, receipt)
        self.assertEqual([row["address"] for row in receipt.json()["recipients"]], [DESK + "@chiba-city", "hikikomori@chiba-city"])
        for agency in (DESK, "hikikomori"):
            delivery, = self.receive(agency)
            self.assertEqual(delivery["message_id"], receipt.json()["message_id"])
            other = "hikikomori" if agency == DESK else DESK
            self.assertNotIn(other, json.dumps(self.message(delivery)))  # whom else was asked is nobody's business

    def test_refusals(self):
        for words, code in ((["--to", "nobody"], 1), (["--to", "kokoro"], 1), (["--to", DESK + "@elsewhere"], 1), (["--to", "Link!"], 1),
                            (["--attach", "/nonexistent.pdf", "--classes", "HEALTH"], 1), (["--attach", self.site.sheet(), "--classes", "GOSSIP"], 1)):
            with self.subTest(words):
                outcome = self.send(*words, "--json")
                self.assertEqual(outcome.code, code, outcome)
                self.assertTrue(outcome.json()["error"]["message"])
        self.assertEqual(self.send(sheet="/nonexistent.json").code, 3)
        path = os.path.join(self.site.work, "sheets.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("")
        outcome = self.send("--json", sheet=path)
        self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "CSV"))
        self.assertEqual(self.site.as_agency(SENDER, "outbox", "list", "--json").json()["messages"], [])

    def test_where_someone_stays_is_released_after_acceptance_only(self):
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = json.load(file)
        sheet["sheet"]["person"]["whereabouts"] = "知人宅に身を寄せている"
        path = os.path.join(self.site.work, "hiding.json")
        for release, code in (("ON_DELIVERY", 1), (None, 1), ("ON_ACCEPT", 0)):
            with self.subTest(release):
                sheet.pop("release", None)
                sheet.update({"release": release} if release else {})
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(sheet, file, ensure_ascii=False)
                outcome = self.site.as_agency(SENDER, "check", path, "--json")
                self.assertEqual(outcome.code, code, outcome)
                if code:
                    self.assertEqual([row["field"] for row in outcome.json()["problems"]], ["release"])
                    self.assertIn("ON_ACCEPT", outcome.json()["problems"][0]["message"])
                outcome = self.send("--json", sheet=path)
                self.assertEqual(outcome.code, code, outcome)
        delivery, = [row for row in self.receive() if row["message_id"] == outcome.json()["message_id"]]
        self.assertNotIn("身を寄せて", json.dumps(self.message(delivery), ensure_ascii=False))  # withheld: nobody has accepted yet

    def test_stdin_and_dry_run(self):
        with open(self.site.sheet(), encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(self.send("--json", sheet="-", input=text).json()["state"], "accepted")
        self.receive()
        before = self.site.status()["entries"]
        self.assertIn("nothing was sent", self.send("--dry-run").out)
        self.assertEqual(self.send("--dry-run", "--to", "nobody").code, 1)
        self.assertEqual(self.send("--dry-run", sheet=self.note("bad.json", note={"text": "x"})).code, 1)
        self.assertEqual(self.receive(), [])
        self.assertLessEqual(self.site.status()["entries"] - before, 1)
        self.assertEqual(self.send(sheet="-", input="{").code, 1)

    def test_attachments(self):
        self.receive()
        for size in (1, 255 * 1024, 255 * 1024 + 1, 16 * 1024 * 1024):
            with self.subTest(size):
                path = os.path.join(self.site.work, f"plan-{size}.pdf")
                content = hashlib.shake_128(str(size).encode()).digest(size)
                with open(path, "wb") as file:
                    file.write(content)
                outcome = self.send("--attach", path, "--classes", "HEALTH,FINANCE", "--json", timeout=120)
                self.assertEqual(outcome.code, 0, outcome)
                delivery, = self.receive()
                arrived = os.path.join(delivery["directory"], "attachments")
                names = os.listdir(arrived)
                self.assertEqual(len(names), 1)
                with open(os.path.join(arrived, names[0]), "rb") as file:
                    self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(content).digest())
                described = self.message(delivery)["sheet"]["attachments"][0]
                self.assertEqual((described["media_type"], described["size"]), ("application/pdf", size))
                self.assertNotIn("key", described)
        path = os.path.join(self.site.work, "too-large.pdf")
        with open(path, "wb") as file:
            file.truncate(16 * 1024 * 1024 + 1)
        self.assertEqual(self.send("--attach", path, "--classes", "HEALTH").code, 1)

    def test_a_bundle_that_is_none(self):
        for content in (None, b"", b"{}", b"\xff\x00", b'{"type":"tsunagi-bundle","version":1}'):
            path = os.path.join(self.site.work, "broken.bundle")
            if content is not None:
                with open(path, "wb") as file:
                    file.write(content)
                os.chmod(path, 0o600)
            outcome = run([TSUNAGI, "inbox", "--as", path, "--json"])
            self.assertIn(outcome.code, (1, 3), outcome)
            self.assertTrue(outcome.json()["error"]["message"])


class Outbox(unittest.TestCase):
    """Sending goes on while the broker is away, and happens once when it is back."""

    def setUp(self):
        self.site = Site(agencies=[SENDER, DESK])
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def send(self, *words):
        """Nobody waits long for a broker that is away."""
        patience = ("--timeout", "1") if self.site.process is None else ()
        return self.site.as_agency(SENDER, "send", self.site.sheet(), *patience, "--json", *words)

    def outbox(self, *words):
        return self.site.as_agency(SENDER, "outbox", *words, "--json")

    def inbox(self):
        return [row["message_id"] for row in self.site.as_agency(DESK, "inbox", "--json").json()["items"]]

    def test_while_the_broker_is_away(self):
        first = self.send()
        self.assertEqual(first.code, 0, first)
        self.site.stop()
        waiting = self.send("--key", "k")
        self.assertEqual(waiting.code, 5, waiting)
        self.assertEqual(waiting.json()["state"], "outbox")
        said = self.site.as_agency(SENDER, "send", self.site.sheet(), "--timeout", "1", "--key", "k2")
        self.assertEqual(said.code, 5)
        self.assertIn("outbox", said.out)
        self.assertIn("telephone", said.err)
        self.assertEqual(self.send("--key", "k").json()["message_id"], waiting.json()["message_id"])
        rows = self.outbox("list").json()["messages"]
        self.assertEqual(len(rows), 2)
        self.assertEqual({row["key"] for row in rows}, {"k", "k2"})
        self.assertIn("k2", self.site.as_agency(SENDER, "outbox", "list").out)
        self.assertEqual(self.site.as_agency(SENDER, "outbox", "flush", "--timeout", "1").code, 4)
        self.assertEqual(self.site.as_agency(SENDER, "inbox", "--timeout", "1").code, 4)
        self.assertEqual(self.site.as_agency(SENDER, "ping", "--timeout", "1").code, 4)
        self.site.start()
        flushed = self.outbox("flush")
        self.assertEqual((flushed.code, flushed.json()["gone"], flushed.json()["left"]), (0, 2, 0))
        self.assertEqual(self.outbox("list").json()["messages"], [])
        self.assertEqual(sorted(self.inbox()), sorted([first.json()["message_id"], *(row["message_id"] for row in rows)]))
        again = self.send("--key", "k").json()
        self.assertEqual((again["message_id"], again["state"], again["duplicate"]), (waiting.json()["message_id"], "accepted", True))

    def test_discard(self):
        self.assertEqual(self.send().code, 0)
        self.site.stop()
        receipt = self.send().json()
        self.assertEqual(self.outbox("discard", receipt["code"]).code, 0)
        self.assertEqual(self.outbox("list").json()["messages"], [])
        self.assertEqual(self.outbox("discard", receipt["message_id"]).code, 3)
        wrong = receipt["code"][:-1] + ("0" if receipt["code"][-1] != "0" else "1")
        self.assertEqual(self.outbox("discard", wrong).code, 2)
        self.site.start()
        self.assertEqual(len(self.inbox()), 1)

    def test_any_command_empties_it(self):
        self.assertEqual(self.send().code, 0)
        self.site.stop()
        self.send()
        self.site.start()
        self.assertEqual(self.send().code, 0)
        self.assertEqual(self.outbox("flush").json()["left"], 0)
        self.assertEqual(len(self.inbox()), 3)


if __name__ == "__main__":
    unittest.main()
