# SPDX-License-Identifier: Apache-2.0
"""Receiving in its three modes, what becomes of failures, and the operator's queue."""
import json
import os
import signal
import subprocess
import unittest

from harness import PATIENCE, TSUNAGI, Site, run, wait_until

SENDER, DESK = "link", "jiritsu-hanamigawa"


class Receiving(unittest.TestCase):
    def setUp(self):
        self.site = Site(agencies=[SENDER, DESK], options={"attempts": 3})
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def send(self, *words):
        outcome = self.site.as_agency(SENDER, "send", self.site.sheet(), "--json", *words)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome.json()["message_id"]

    def receive(self, *words, **more):
        return self.site.as_agency(DESK, "receive", *words, **more)

    def queue(self, *words):
        """The queue's messages; what the site tells their senders besides is not looked at here."""
        listing = self.site.must("queue", "--json", *words).json()
        listing["items"] = [item for item in listing["items"] if item.get("what", "MESSAGE") == "MESSAGE"]
        return listing

    def start(self, *words, **more):
        process = subprocess.Popen([TSUNAGI, "receive", *words, "--as", self.site.bundle(DESK)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=dict(os.environ, LANG="C.UTF-8"), **more)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        return process

    def test_out(self):
        folder = os.path.join(self.site.work, "in")
        nothing = self.receive("--out", folder)
        self.assertEqual((nothing.code, nothing.out), (0, "Nothing waits.\n"))
        ran_out = self.receive("--out", folder, "--wait", "0.3", "--json")
        self.assertEqual((ran_out.code, ran_out.json()["error"]["code"]), (3, "NOTHING_CAME"))
        ids = [self.send() for _ in range(3)]
        self.assertEqual([row["message_id"] for row in self.site.as_agency(DESK, "inbox", "--json").json()["items"]], ids)
        self.assertEqual(self.queue()["items"][0]["attempts"], 0)  # looking counts nothing
        two = self.receive("--out", folder, "--max", "2", "--json")
        self.assertEqual([line["message_id"] for line in two.lines()], ids[:2])
        self.assertTrue(all(line["type"] == "delivery" for line in two.lines()))
        self.assertIn(ids[2], self.receive("--out", folder).out)
        self.assertEqual(sorted(os.listdir(folder)), sorted(ids))
        self.assertEqual(self.queue()["items"], [])

    def test_out_where_nothing_can_be_written(self):
        self.send()
        path = os.path.join(self.site.work, "file")
        open(path, "w", encoding="utf-8").close()
        outcome = self.receive("--out", path)
        self.assertEqual(outcome.code, 1, outcome)
        self.assertEqual(len(self.queue()["items"]), 1)  # and it was not acknowledged
        self.assertEqual(self.queue()["items"][0]["attempts"], 0)

    def test_waiting_for_what_comes(self):
        process = self.start("--out", os.path.join(self.site.work, "in"), "--wait", "60", "--max", "1", "--json")
        wait_until(lambda: self.site.status()["sessions"] >= 1, "the desk is connected")
        message = self.send()
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, err), (0, ""))
        self.assertEqual(json.loads(out)["message_id"], message)

    def test_signals_end_it_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process = self.start("--out", os.path.join(self.site.work, "in"), "--wait", "60")
            wait_until(lambda: self.site.status()["sessions"] >= 1, "the desk is connected")
            process.send_signal(number)
            process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 0)
            wait_until(lambda: self.site.status()["sessions"] == 0, "it said bye")

    def test_exec_acknowledges(self):
        message = self.send()
        copy = os.path.join(self.site.work, "copy.json")
        listing = os.path.join(self.site.work, "listing")
        outcome = self.receive("--exec", f'cat >"{copy}"; ls "$TSUNAGI_DIR" >"{listing}"; echo "$TSUNAGI_DIR" >>"{listing}"; echo noise')
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("acknowledged", outcome.out)
        self.assertIn("noise", outcome.err)
        with open(copy, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["message_id"], message)
        with open(listing, encoding="utf-8") as file:
            *names, folder = file.read().split()
        self.assertIn("message.json", names)
        self.assertFalse(os.path.exists(folder))  # nothing of the case is left behind
        self.assertEqual(self.queue()["items"], [])

    def test_exec_75_leaves_it_uncounted(self):
        message = self.send()
        outcome = self.receive("--exec", "exit 75", "--max", "1")
        self.assertEqual(outcome.code, 1)
        self.assertIn("left for later", outcome.out)
        item, = self.queue()["items"]
        self.assertEqual((item["message_id"], item["attempts"], item["state"]), (message, 0, "waiting"))
        self.assertEqual(self.receive("--exec", "true").code, 0)

    def test_exec_65_refuses_for_good(self):
        message = self.send()
        outcome = self.receive("--exec", "exit 65", "--json")
        self.assertEqual((outcome.code, outcome.lines()[0]["state"]), (1, "refused"))
        item, = self.queue()["items"]
        self.assertEqual((item["message_id"], item["state"], item["reason"]), (message, "dead", "NOT_UNDERSTOOD"))

    def test_failures_make_a_dead_letter_and_requeue_mends_it(self):
        message = self.send()
        outcome = self.receive("--exec", "exit 1", "--wait", "60", "--max", "3", "--json")  # it rests between attempts
        self.assertEqual(outcome.code, 1)
        self.assertEqual(len(outcome.lines()), 3)
        self.assertTrue(outcome.lines()[2]["redelivered"])
        item, = self.queue("--state", "dead")["items"]
        self.assertEqual((item["message_id"], item["attempts"], item["reason"]), (message, 3, "PROGRAM_FAILED"))
        self.assertIn("dead_letters", [row["code"] for row in self.site.status()["conditions"]])
        self.assertIn("failure 3", self.site.must("trace", message).out)
        requeued = self.site.must("queue", "requeue", message, "--reason", "importer mended", "--json").json()
        self.assertEqual((requeued["done"], len(requeued["items"])), (True, 1))
        self.assertEqual(self.queue()["items"][0]["state"], "waiting")
        self.assertEqual(self.receive("--exec", "true").code, 0)
        self.assertEqual(self.queue()["items"], [])

    def test_what_follows_a_dead_letter_is_marked_even_when_that_was_given_up(self):
        first = self.send()
        self.assertEqual(self.receive("--exec", "exit 65").code, 1)
        self.site.must("queue", "expire", first, "--yes", "--reason", "told by telephone")
        self.assertEqual(self.queue()["items"], [])
        self.site.stop()
        self.site.start()
        with open(self.site.sheet(), encoding="utf-8") as file:
            sheet = dict(json.load(file), thread=first)
        follows = os.path.join(self.site.work, "follows.json")
        with open(follows, "w", encoding="utf-8") as file:
            json.dump(sheet, file)
        for path, marked in ((follows, True), (self.site.sheet(), False)):
            self.assertEqual(self.site.as_agency(SENDER, "send", path).code, 0)
            line, = self.receive("--exec", "true", "--json").lines()
            self.assertEqual(line.get("after_dead_letter", False), marked)

    def test_a_program_killed_or_missing(self):
        self.send()
        self.assertEqual(self.receive("--exec", "kill -9 $$", "--max", "1").code, 1)
        self.assertEqual(self.queue()["items"][0]["attempts"], 1)
        self.assertEqual(self.receive("--exec", "/nonexistent/program", "--max", "1").code, 1)
        self.assertEqual(self.queue()["items"][0]["attempts"], 2)

    def test_a_slow_program_keeps_the_session(self):
        self.site.stop()
        with open(os.path.join(self.site.home, "tsunagid.yaml"), "a", encoding="utf-8") as file:
            file.write("session_timeout: 5s\nheartbeat: 1s\n")
        self.site.start()
        self.send()
        self.assertEqual(self.receive("--exec", "sleep 8").code, 0)  # the time is what is tried here
        self.assertEqual(self.queue()["items"], [])
        self.assertNotIn("reason=silent", self.site.log())

    def test_lost_sessions_count_from_the_second_on(self):
        message = self.send()
        for lost in range(1, 5):  # attempts: 3
            process = self.start("--ack-from-stdin", stdin=subprocess.PIPE)
            self.assertEqual(json.loads(process.stdout.readline())["message_id"], message)
            process.kill()
            process.communicate()
            wait_until(lambda: self.site.status()["sessions"] == 0, "its session is over")
            wait_until(lambda: self.queue()["items"][0]["state"] != "leased", "it is back")
            item, = self.queue()["items"]
            self.assertEqual((item["attempts"], item["reason"]), (lost - 1, "SESSION_LOST"))
            self.assertEqual(item["state"], "dead" if lost == 4 else "waiting")

    def test_a_program_that_lets_nothing_be_heard_loses_nothing(self):
        self.site.stop()
        with open(os.path.join(self.site.home, "tsunagid.yaml"), "a", encoding="utf-8") as file:
            file.write("session_timeout: 4s\nheartbeat: 1s\n")
        self.site.start()
        message = self.send()
        process = self.start("--ack-from-stdin", stdin=subprocess.PIPE)
        self.assertEqual(json.loads(process.stdout.readline())["message_id"], message)
        process.send_signal(signal.SIGSTOP)
        wait_until(lambda: self.queue()["items"][0].get("reason") == "SESSION_LOST", "its session is over")
        self.assertEqual(self.queue()["items"][0]["attempts"], 0)
        process.send_signal(signal.SIGCONT)
        process.stdin.write(message + "\n")
        process.stdin.close()
        process.stdin = None
        process.communicate(timeout=PATIENCE)
        self.assertEqual(self.queue()["items"], [])  # its word was valid all the same
        self.assertIn("attempts=0", self.site.must("trace", message, "--json").out)

    def test_ack_from_stdin(self):
        ids = [self.send() for _ in range(3)]
        process = self.start("--ack-from-stdin", stdin=subprocess.PIPE)
        lines = [json.loads(process.stdout.readline()) for _ in range(3)]
        self.assertEqual([line["message_id"] for line in lines], ids)
        self.assertEqual(lines[0]["sheet"]["person"]["name"], "見本 海斗")
        self.assertEqual(len(self.queue()["items"]), 3)
        process.stdin.write(ids[0] + "\nno-such-id\n")
        process.stdin.flush()
        self.assertEqual([json.loads(process.stdout.readline())["type"] for _ in range(2)], ["acknowledged", "unknown"])
        process.stdin.write(ids[1] + " NOT_UNDERSTOOD form of another office\n")
        process.stdin.flush()
        self.assertEqual(json.loads(process.stdout.readline())["type"], "refused")
        process.stdin.close()
        process.stdin = None
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)  # one was sent back, one is left
        states = {row["message_id"]: (row["state"], row["attempts"]) for row in self.queue()["items"]}
        self.assertEqual(states, {ids[1]: ("dead", 1), ids[2]: ("waiting", 0)})

    def test_ack_from_stdin_with_out(self):
        message = self.send()
        folder = os.path.join(self.site.work, "in")
        process = self.start("--ack-from-stdin", "--out", folder, "--max", "1", stdin=subprocess.PIPE)
        self.assertEqual(json.loads(process.stdout.readline())["message_id"], message)
        self.assertTrue(os.path.exists(os.path.join(folder, message, "message.json")))
        out, _ = process.communicate(message + "\n", timeout=PATIENCE)
        self.assertEqual((process.returncode, json.loads(out)["type"]), (0, "acknowledged"))

    def test_refuse(self):
        message = self.send()
        outcome = self.site.as_agency(DESK, "refuse", message, "--reason", "NOT_UNDERSTOOD", "--text", "a form of another office", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(self.queue()["items"][0]["state"], "dead")
        self.assertEqual(self.site.as_agency(DESK, "refuse", "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b", "--reason", "retry-later", "--timeout", "1").code, 3)


class Queue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[SENDER, DESK, "hikikomori"])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def setUp(self):
        receipt = self.site.as_agency(SENDER, "send", self.site.sheet(), "--to", DESK, "--to", "hikikomori", "--json").json()
        self.message, self.code = receipt["message_id"], receipt["code"]

    def tearDown(self):
        for agency in (DESK, "hikikomori"):
            self.site.must("queue", "thaw", "--to", agency, "--state", "frozen")
            self.site.as_agency(agency, "receive", "--out", os.path.join(self.site.work, "in-" + agency))

    def items(self, *words):
        return [item for item in self.site.must("queue", "--json", *words).json()["items"] if item.get("what", "MESSAGE") == "MESSAGE"]

    def states(self):
        return {item["to"].split("@")[0]: item["state"] for item in self.items() if item["message_id"] == self.message}

    def test_listing(self):
        self.assertEqual(len(self.items()), 2)
        self.assertEqual([item["to"] for item in self.items(DESK)], [DESK + "@chiba-city"])
        self.assertEqual(self.items("--to", DESK), self.items(DESK))
        self.assertEqual(self.items("--state", "dead"), [])
        self.assertEqual(self.items("--older", "1h"), [])
        limited = self.site.must("queue", "--limit", "1", "--json").json()
        everything = self.site.must("queue", "--json").json()["items"]  # with what the site tells the sender
        self.assertEqual((len(limited["items"]), limited["more"]), (1, len(everything) - 1))
        first = limited["items"][0]["item"]
        later = [item["item"] for item in everything if item["item"] > first and item.get("what", "MESSAGE") == "MESSAGE"]
        self.assertEqual([item["item"] for item in self.items("--after", str(first))], later)
        text = self.site.must("queue").out
        self.assertIn(self.code, text)
        self.assertIn("waits until the agency connects", text)
        self.assertRegex(text.splitlines()[-1], r"delivered but unanswered: \d+")
        self.assertIn("機関の接続待ち", self.site.must("queue", env={"LANG": "ja_JP.UTF-8"}).out)

    def test_show_by_id_and_by_code(self):
        for name in (self.message, self.message.upper(), self.code, self.code.lower()):
            shown = self.site.must("queue", "show", name, "--json").json()
            self.assertEqual((shown["message_id"], len(shown["items"])), (self.message, 2))
        self.assertIn("waits until the agency connects", self.site.must("queue", "show", self.code).out)
        self.assertEqual(self.site.command("queue", "show", "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b").code, 3)
        self.assertEqual(self.site.command("queue", "show", "ZZZZZ-ZZZZZ").code, 2)

    def test_freeze_and_thaw(self):
        self.site.must("queue", "freeze", self.code, "--to", DESK, "--reason", "desk closed")
        self.assertEqual(self.states(), {DESK: "frozen", "hikikomori": "waiting"})
        self.assertEqual(self.site.as_agency(DESK, "receive", "--out", self.site.work + "/x", "--wait", "0.3").code, 3)
        self.site.must("queue", "thaw", "--state", "frozen")
        self.assertEqual(self.states(), {DESK: "waiting", "hikikomori": "waiting"})

    def test_what_changes_nothing_says_so(self):
        self.site.must("queue", "freeze", self.code, "--to", DESK)
        again = self.site.must("queue", "freeze", self.code, "--to", DESK)
        self.assertIn("Nothing changed", again.out)
        self.assertNotIn("entry 0", again.out)
        again = self.site.must("queue", "freeze", self.code, "--to", DESK, "--json").json()
        self.assertEqual((again["done"], again.get("seq")), (False, None))
        self.site.must("queue", "thaw", "--state", "frozen")

    def test_by_item_and_from_stdin(self):
        first, second = self.items()
        self.site.must("queue", "freeze", str(first["item"]))
        listed = "\n".join([f"{second['message_id']} and more words", "", json.dumps(first)])
        done = self.site.must("queue", "freeze", "-", "--json", input=listed).json()
        self.assertIn(second["item"], [item["item"] for item in done["items"]])
        self.assertEqual(set(self.states().values()), {"frozen"})
        self.assertEqual(self.site.command("queue", "freeze", "999999").code, 3)

    def test_dry_run_and_nothing_chosen(self):
        outcome = self.site.must("queue", "freeze", "--to", DESK, "--dry-run", "--json").json()
        self.assertEqual((outcome["done"], len(outcome["items"])), (False, 1))
        self.assertEqual(set(self.states().values()), {"waiting"})
        self.assertEqual(self.site.must("queue", "requeue", "--state", "dead", "--json").json()["items"], [])
        self.assertEqual(self.site.command("queue", "freeze").code, 2)
        self.assertEqual(self.site.command("queue", "requeue", self.message).code, 0)  # it waits already: nothing to do

    def test_expire_needs_a_yes(self):
        shown = self.site.command("queue", "expire", self.message, "--to", DESK)
        self.assertEqual(shown.code, 2)
        self.assertIn(self.message, shown.out)
        shown = self.site.command("queue", "expire", self.message, "--to", DESK, "--json")
        self.assertEqual((shown.code, shown.json()["error"]["code"], shown.json()["done"]), (2, "NOT_CONFIRMED", False))
        self.assertEqual([item["to"] for item in shown.json()["items"]], [DESK + "@chiba-city"])
        self.assertEqual(set(self.states().values()), {"waiting"})
        self.assertEqual(self.site.must("queue", "expire", self.message, "--dry-run").code, 0)
        self.site.must("queue", "expire", self.message, "--to", DESK, "--yes", "--reason", "asked by the sender")
        self.assertEqual(self.states(), {"hikikomori": "waiting"})
        self.assertEqual(self.site.as_agency(DESK, "receive", "--out", self.site.work + "/y", "--wait", "0.3").code, 3)


if __name__ == "__main__":
    unittest.main()
