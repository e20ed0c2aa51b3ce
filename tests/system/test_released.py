# SPDX-License-Identifier: Apache-2.0
"""Two-stage disclosure and what the site tells by itself: who accepts learns whom it is about, whoever else was asked never does."""
import json
import os
import unittest

from harness import TSUNAGID, Site, run

SENDER, FIRST, SECOND, THIRD = "link", "jiritsu-hanamigawa", "jiritsu-inage", "jiritsu-wakaba"
NAME = "見本 海斗"


class Released(unittest.TestCase):
    def setUp(self):
        self.site = Site(agencies=[SENDER, FIRST, SECOND, THIRD])
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def folder(self, agency):
        return os.path.join(self.site.work, agency + ".in")

    def ask(self, *agencies, **more):
        with open(self.site.sheet(), encoding="utf-8") as file:
            message = dict(json.load(file), to=list(agencies), **more)
        outcome = self.site.as_agency(SENDER, "send", "-", "--json", input=json.dumps(message))
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()["message_id"]

    def receive(self, agency, *words):
        """What came, as receive tells it; stored and acknowledged."""
        outcome = self.site.as_agency(agency, "receive", "--out", self.folder(agency), "--json", *words)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.lines()

    def act(self, agency, *words):
        outcome = self.site.as_agency(agency, "request", *words, "--json")
        self.assertEqual(outcome.code, 0, outcome)

    def stored(self, agency, message_id):
        return sorted(os.listdir(os.path.join(self.folder(agency), message_id)))

    def everything_in(self, folder):
        texts = []
        for root, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(root, name), "rb") as file:
                    texts.append(file.read())
        return b"\n".join(texts)

    def assert_knows(self, agency, message_id, name="release.json"):
        with open(os.path.join(self.folder(agency), message_id, name), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["sheet"]["person"]["name"], NAME)

    def assert_sound(self):
        self.site.must("ledger", "verify")
        self.site.stop()
        rebuilt = run([TSUNAGID, "--home", self.site.home, "--rebuild"], timeout=120)
        self.assertEqual(rebuilt.code, 0, rebuilt)

    def asked_two(self):
        request = self.ask(FIRST, SECOND, release="ON_ACCEPT", take="ANY_ONE")
        for agency in (FIRST, SECOND):
            came = [row for row in self.receive(agency) if row["type"] == "delivery"]
            self.assertEqual([row["message_id"] for row in came], [request])
            self.assertEqual(self.stored(agency, request), ["message.json"])
            self.assertNotIn(NAME.encode(), self.everything_in(self.folder(agency)))
        return request

    def test_who_accepts_gets_the_parts(self):
        request = self.asked_two()
        self.act(FIRST, "accept", request)
        came = [row for row in self.receive(FIRST) if row.get("released")]
        self.assertEqual([row["message_id"] for row in came], [request])
        self.assertEqual(self.stored(FIRST, request), ["message.json", "part-0.cms", "release.json"])
        self.assert_knows(FIRST, request)
        told = [row for row in self.receive(SECOND) if row["type"] == "notice"]
        self.assertEqual([row["what"] for row in told], ["TAKEN_ELSEWHERE"])
        self.assertEqual(told[0]["thread"], request)
        self.assertNotIn(FIRST.encode(), self.everything_in(self.folder(SECOND)))  # nor by whom
        self.assertEqual(self.site.as_agency(SECOND, "inbox", "--json").json()["items"], [])
        self.assertEqual(self.stored(SECOND, request), ["message.json"])
        notes = [station.get("note", "") for station in self.site.as_agency(FIRST, "trace", request, "--json").json()["stations"]]
        self.assertEqual(sum(note.startswith("release") for note in notes), 3)  # released, handed out, acknowledged
        hidden = [station.get("note", "") for station in self.site.as_agency(SECOND, "trace", request, "--json").json()["stations"]]
        self.assertFalse(any(note.startswith("release") for note in hidden))
        self.assert_sound()

    def test_released_parts_survive_a_kill(self):
        request = self.asked_two()
        self.act(FIRST, "accept", request)
        put_off = self.site.as_agency(FIRST, "receive", "--exec", "exit 75", "--max", "1")
        self.assertEqual(put_off.code, 1, put_off)
        self.site.kill()
        self.site.start()
        came = [row for row in self.receive(FIRST, "--wait", "60", "--max", "1") if row.get("released")]
        self.assertEqual([(row["message_id"], row["redelivered"]) for row in came], [(request, True)])
        self.assert_knows(FIRST, request)
        self.assertEqual([row for row in self.receive(FIRST) if row.get("released")], [])  # and once
        self.assert_sound()

    def test_programs_are_told(self):
        """--exec and --ack-from-stdin know a release and a notice from a message."""
        request = self.asked_two()
        self.act(FIRST, "accept", request)
        log = os.path.join(self.site.work, "log")
        command = f'echo "$TSUNAGI_TYPE $TSUNAGI_MESSAGE_ID $(ls $TSUNAGI_DIR)" >> {log}'
        ran = self.site.as_agency(FIRST, "receive", "--exec", command)
        self.assertEqual(ran.code, 0, ran)
        with open(log, encoding="utf-8") as file:
            self.assertEqual(file.read(), f"delivery {request} part-0.cms\nrelease.json\n")
        listed = self.site.as_agency(SECOND, "inbox", "--json").json()["items"]
        self.assertEqual([(row["what"], row["notice"]) for row in listed], [("NOTICE", "TAKEN_ELSEWHERE")])
        spoken = self.site.as_agency(SECOND, "receive", "--ack-from-stdin", "--wait", "3", input=f"{listed[0]['item']}\n")
        # stdin may end before the notice came: then it stays, and is taken by the next
        for _ in range(5):
            if not self.site.as_agency(SECOND, "inbox", "--json").json()["items"]:
                break
            spoken = self.site.as_agency(SECOND, "receive", "--exec", "exit 0", "--wait", "3")
        self.assertEqual(self.site.as_agency(SECOND, "inbox", "--json").json()["items"], [], spoken)

    def test_redirect_is_sealed_by_the_sender(self):
        """The sender's software seals it to the next agency while it receives; nobody has to ask it to."""
        request = self.ask(FIRST)
        self.receive(FIRST)
        self.act(FIRST, "redirect", request, "--next", THIRD)
        self.assertEqual(self.site.as_agency(THIRD, "inbox", "--json").json()["items"], [])  # only the sender can seal it
        for _ in range(5):
            self.receive(SENDER)
            if self.site.as_agency(THIRD, "inbox", "--json").json()["items"]:
                break
        came = [row for row in self.receive(THIRD) if row["type"] == "delivery"]
        self.assertEqual([row["thread_id"] for row in came], [request])
        self.assert_knows(THIRD, came[0]["message_id"], "message.json")
        self.assertNotIn("SEAL", json.dumps([row.get("what") for row in self.receive(SENDER)]))
        legs = self.site.as_agency(SENDER, "request", "show", request, "--json").json()
        self.assertIn("RECEIVED", json.dumps(legs))
        self.assert_sound()


if __name__ == "__main__":
    unittest.main()
