# SPDX-License-Identifier: Apache-2.0
"""The throw-away site for developers."""
import json
import os
import signal
import subprocess
import tempfile
import unittest

from harness import PATIENCE, ROOT, TSUNAGI, Site, run, wait_until

SHEET = os.path.join(ROOT, "deploy", "chiba", "sheets", "hanamigawa-referral.json")


def lives(pid):
    """Whoever ended and is not asked for by its new parent stays in the list of processes."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Dev(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tsunagi-test-")
        self.addCleanup(folder.cleanup)
        self.tmp = folder.name

    def dev(self, *words, **more):
        return run([TSUNAGI, "dev", *words], env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin"}, **more)

    def test_a_round_trip(self):
        script = f"""set -e
            tsunagi ping --as "$TSUNAGI_BUNDLE_LINK" >/dev/null
            tsunagi --as "$TSUNAGI_BUNDLE_LINK" send {SHEET}
            tsunagi receive --as "$TSUNAGI_BUNDLE_JIRITSU_HANAMIGAWA" --exec true --wait 60 --max 1
            tsunagi status --check"""
        outcome = self.dev("--agencies", "link,jiritsu-hanamigawa", "--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("TEST", outcome.out)
        self.assertIn("acknowledged", outcome.out)
        self.assertEqual(os.listdir(self.tmp), [])

    def test_receipts_say_test(self):
        script = f"""set -e
            tsunagi send {SHEET} --to b --json >{self.tmp}/r
            id=$(sed 's/.*"message_id": *"\\([^"]*\\)".*/\\1/' {self.tmp}/r)
            tsunagi receipt "$id" >{self.tmp}/e
            tsunagi verify {self.tmp}/e --trust "$(tsunagi site key)" --json
            cat {self.tmp}/r {self.tmp}/e"""
        outcome = self.dev("--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(outcome.out.count('"test": true'), 3)

    def test_it_ends_as_its_command_does(self):
        self.assertEqual(self.dev("--", "sh", "-c", "exit 7").code, 7)
        self.assertEqual(self.dev("--", "sh", "-c", "kill -9 $$").code, 128 + 9)
        self.assertEqual(self.dev("--", "/nonexistent/command").code, 127)
        self.assertEqual(os.listdir(self.tmp), [])

    def test_a_signal_leaves_nothing(self):
        process = subprocess.Popen([TSUNAGI, "dev", "--", "sh", "-c", "echo $TSUNAGI_HOME; exec sleep 60"], stdout=subprocess.PIPE, text=True,
                                   env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
        home = process.stdout.readline().strip()
        self.assertTrue(os.path.exists(home))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=PATIENCE), 128 + 15)
        process.stdout.close()
        self.assertEqual(os.listdir(self.tmp), [])

    def test_a_signal_while_it_starts(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                process = subprocess.Popen([TSUNAGI, "dev", "--", "sleep", "60"], env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
                wait_until(lambda: os.listdir(self.tmp), "its folder is there")
                process.send_signal(number)
                self.assertEqual(process.wait(timeout=PATIENCE), 128 + number)
                self.assertEqual(os.listdir(self.tmp), [])

    def test_the_daemon_does_not_outlive_it(self):
        process = subprocess.Popen([TSUNAGI, "dev", "--", "sh", "-c", "cat /proc/net/unix; echo $TSUNAGI_HOME; exec sleep 60"], stdout=subprocess.PIPE, text=True,
                                   env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, start_new_session=True)
        for line in process.stdout:
            if line.startswith(self.tmp):
                home = line.strip()
                break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        wait_until(lambda: run([TSUNAGI, "--home", home, "status"]).code == 4, "the daemon is gone")
        os.killpg(process.pid, signal.SIGTERM)

    # ---- agencies that answer by themselves ----

    def answered(self, *answer, before=""):
        """The leg as its sender sees it, once b has answered one request in that way."""
        script = f"""set -e
            tsunagi dev answer b {' '.join(answer)} --max 1 --json >{self.tmp}/answers &
            {before}
            tsunagi send {SHEET} --to b >/dev/null
            wait $!
            tsunagi request list --ended --json; rm {self.tmp}/answers {self.tmp}/seen 2>/dev/null || true"""
        outcome = self.dev("--agencies", "a,b,c", "--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        return json.loads(outcome.out.splitlines()[-1])["legs"]

    def test_an_agency_answers(self):
        for answer, state in (("accept", "ACCEPTED"), ("decline", "DECLINED"), ("ask", "QUESTIONED"), ("hold", "ON_HOLD"), ("complete", "COMPLETED"),
                              ("report", "ACTIVE")):
            with self.subTest(answer):
                self.assertEqual([leg["state"] for leg in self.answered(answer)], [state])

    def test_an_agency_answers_as_it_is_told(self):
        leg, = self.answered("decline", "--reason", "outside-area", "--next", "c")
        self.assertEqual((leg["reason"], leg["next_agency"]), ("OUTSIDE_AREA", "c@dev-test"))
        legs = self.answered("redirect", "--next", "c")
        self.assertEqual({leg["to"]: leg["state"] for leg in legs}["b@dev-test"], "REDIRECTED")

    def test_who_was_redirected_to_answers_as_well(self):
        script = f"""set -e
            tsunagi dev answer c accept --max 1 >{self.tmp}/answers &
            tsunagi dev answer b redirect --next c --max 1 >/dev/null &
            tsunagi send {SHEET} --to b >/dev/null
            until tsunagi request list --ended --json | grep -q ACCEPTED; do
                tsunagi receive --wait 1 --exec true >/dev/null || true # whose library seals to the next agency
            done
            wait
            tsunagi request list --ended --json; cat {self.tmp}/answers; rm {self.tmp}/answers"""
        outcome = self.dev("--agencies", "a,b,c", "--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        lines = outcome.out.splitlines()
        self.assertEqual({leg["to"]: leg["state"] for leg in json.loads(lines[0])["legs"]}, {"b@dev-test": "REDIRECTED", "c@dev-test": "ACCEPTED"})
        self.assertEqual([line.split(":")[0] for line in lines[1:]], ["TEST"])  # words to people, without --json

    def test_a_question_and_its_answer(self):
        script = f"""set -e
            tsunagi dev answer b ask --text 'since when?' --max 2 >{self.tmp}/answers &
            tsunagi send {SHEET} --to b --json >{self.tmp}/r
            id=$(sed 's/.*"message_id": *"\\([^"]*\\)".*/\\1/' {self.tmp}/r)
            tsunagi receive --wait 60 --max 1 --exec 'cat >{self.tmp}/question'
            tsunagi request answer "$id" --text 'since spring' >/dev/null
            wait $!
            tsunagi request list --json; cat {self.tmp}/question {self.tmp}/answers"""
        outcome = self.dev("--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn('"state": "ACCEPTED"', outcome.out)
        self.assertIn("since when?", outcome.out)
        self.assertIn("TEST: b: request.accept", outcome.out)

    def test_silence_runs_out(self):
        script = f"""set -e
            tsunagi dev answer b silence &
            tsunagi send {SHEET} --to b >/dev/null
            until tsunagi request list --json | grep -q RECEIVED; do :; done
            tsunagi dev clock +12bd >/dev/null
            tsunagi request list --ended --json
            kill $!; wait $!"""
        outcome = self.dev("--", "sh", "-c", script)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn('"state": "LAPSED"', outcome.out)

    def test_whoever_answers_ends_with_the_site(self):
        outcome = self.dev("--", "sh", "-c", f"tsunagi dev answer b accept >{self.tmp}/said 2>&1 & echo $!")
        self.assertEqual(outcome.code, 0, outcome)
        pid = int(outcome.out)
        wait_until(lambda: not lives(pid), "it ends")

    def test_only_a_throw_away_site_answers_by_itself(self):
        with Site(agencies=["link"]) as site:
            outcome = site.as_agency("link", "dev", "answer", "link", "accept", "--json")
            self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "REAL_SITE"))
            for fault in ("lose-ack", "cut", "duplicate"):
                refused = site.command("dev", "fault", fault, "--json")
                self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "REAL_SITE"))

    # ---- faults ----

    def faulty(self, script):
        outcome = self.dev("--", "sh", "-c", f"S={SHEET}; {script}")
        self.assertEqual(outcome.code, 0, outcome)
        return [json.loads(line) for line in outcome.out.splitlines() if line.startswith("{")]

    def test_a_lost_receipt(self):
        fault, sent, gone, inbox = self.faulty("""tsunagi dev fault lose-ack --agency a --json; tsunagi send $S --to b --json; test $? = 5 || exit 1
            tsunagi outbox flush --json; tsunagi inbox --as $TSUNAGI_BUNDLE_B --json""")
        self.assertEqual((fault["fault"], fault["test"]), ("lose-ack", True))
        self.assertEqual(sent["state"], "outbox")
        self.assertEqual(gone["left"], 0)
        self.assertEqual([item["message_id"] for item in inbox["items"]], [sent["message_id"]])  # once, though it was sent twice

    def test_a_lost_acknowledgement(self):
        rows = self.faulty("""tsunagi send $S --to b --json; tsunagi dev fault lose-ack --agency b --json
            tsunagi receive --as $TSUNAGI_BUNDLE_B --exec true --wait 60 --max 1 --json
            tsunagi inbox --as $TSUNAGI_BUNDLE_B --json""")
        self.assertEqual(rows[2]["message_id"], rows[0]["message_id"])
        self.assertEqual(rows[3]["items"], [])  # it was durable

    def test_a_cut_connection(self):
        fault, sent, gone, flushed, inbox = self.faulty("""tsunagi dev fault cut --json; tsunagi send $S --to b --json; test $? = 5 || exit 1
            tsunagi inbox --as $TSUNAGI_BUNDLE_B --json; tsunagi outbox flush --json; tsunagi inbox --as $TSUNAGI_BUNDLE_B --json""")
        self.assertEqual((fault["fault"], sent["state"]), ("cut", "outbox"))
        self.assertEqual(gone["items"], [])  # the site had not looked at it
        self.assertEqual(flushed["left"], 0)
        self.assertEqual(len(inbox["items"]), 1)

    def test_delivered_twice(self):
        rows = self.faulty("""tsunagi send $S --to b --json; tsunagi dev fault duplicate --agency b --json
            for i in 1 2; do tsunagi receive --as $TSUNAGI_BUNDLE_B --exec true --wait 60 --max 1 --json; done
            tsunagi receive --as $TSUNAGI_BUNDLE_B --exec true --wait 0 --json; test $? = 3""")
        self.assertEqual([row["message_id"] for row in rows[2:4]], [rows[0]["message_id"]] * 2)
        self.assertEqual([row["redelivered"] for row in rows[2:4]], [False, True])
        self.assertEqual([row["state"] for row in rows[2:4]], ["acknowledged"] * 2)
        self.assertEqual(rows[4]["error"]["code"], "NOTHING_CAME")

    def test_faults_of_nobody(self):
        outcome = self.dev("--", "sh", "-c", "tsunagi dev fault cut --agency nobody --json")
        self.assertEqual((outcome.code, json.loads(outcome.out)["error"]["code"]), (3, "UNKNOWN_AGENCY"))

    def test_shell(self):
        outcome = run([TSUNAGI, "dev"], env={"TMPDIR": self.tmp, "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}, input="tsunagi status --check; exit 3\n")
        self.assertEqual(outcome.code, 3, outcome)
        self.assertIn("dev-test: ok", outcome.out)
        self.assertIn("TSUNAGI_BUNDLE_A", outcome.err)


if __name__ == "__main__":
    unittest.main()
